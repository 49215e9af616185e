"""The survey as people answer it: nine taps, and a word about what was bad."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from conversations.engine import ask, go_back, hear, position
from conversations.flow import Desk, Said, Say, Turn, say
from conversations.survey import LONGEST_WHY, dissatisfied, scores, survey, why
from conversations.wording import flat, read
from domain.refusal import Refused
from domain.survey import ELEMENTS, SCORES

DESK = cast(Desk, None)
"""The survey asks nothing of the office."""


def sentences(language: str) -> dict[str, str]:
    return flat({**read(language), "words": {}})


def spoken(label: object) -> str:
    assert isinstance(label, Say)
    return sentences("id")[label.key]


def say_it(answers: Mapping[str, Any], text: str) -> Turn:
    return hear(survey, answers, Said(text=text), DESK, spoken)


def answered(*given: int) -> dict[str, str]:
    return {element: str(score) for element, score in zip(ELEMENTS, given, strict=False)}


def test_nine_taps_and_it_is_done() -> None:
    answers: Mapping[str, Any] = {}
    for element in ELEMENTS:
        step = position(survey, answers, DESK)
        assert step is not None
        assert step.name == element
        answers = hear(survey, answers, Said(step=element, option="4"), DESK, spoken).answers
    assert position(survey, answers, DESK) is None
    assert scores(answers) == dict.fromkeys(ELEMENTS, 4)


def test_each_question_says_how_many_there_are_and_offers_its_own_scale() -> None:
    prompt = ask(survey, answered(4, 4, 4), DESK)
    assert prompt is not None
    assert prompt.line == say("survey.biaya.ask", number=4, count=9)
    assert [spoken(one.label) for one in prompt.options] == ["Sangat mahal", "Cukup mahal", "Murah", "Gratis"]
    assert prompt.back


@pytest.mark.parametrize("score", SCORES)
def test_whoever_types_a_number_types_the_score(score: int) -> None:
    assert say_it({}, str(score)).answers == {"persyaratan": str(score)}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("element", ELEMENTS)
def test_every_answer_can_be_typed_as_it_reads(element: str, language: str) -> None:
    before = answered(*[4] * ELEMENTS.index(element))
    for score in SCORES:
        label = sentences(language)[f"survey.{element}.{score}"]
        turn = hear(survey, before, Said(text=label.upper()), DESK, lambda one: sentences(language)[cast(Say, one).key])
        assert turn.answers == {**before, element: str(score)}


def test_what_is_no_answer_is_asked_again() -> None:
    turn = say_it({}, "bagus sekali")
    assert (turn.answers, turn.lines) == ({}, (say("not_understood.choice"),))


def test_a_button_of_an_earlier_question_changes_nothing() -> None:
    turn = hear(survey, answered(4), Said(step="persyaratan", option="1"), DESK, spoken)
    assert turn.stale
    assert turn.answers == answered(4)


def test_going_back_asks_the_last_question_again() -> None:
    assert go_back(survey, answered(4, 3, 2), DESK).answers == answered(4, 3)


def test_nobody_is_asked_why_who_found_everything_good() -> None:
    assert not dissatisfied(answered(3, 3, 3, 3, 3, 3, 3, 3, 3))
    assert position(survey, answered(*[3] * 9), DESK) is None


@pytest.mark.parametrize("score", [1, 2])
def test_a_bad_score_is_followed_by_one_question_why(score: int) -> None:
    answers = answered(4, 4, score, 4, 4, 4, 4, 4, 4)
    prompt = ask(survey, answers, DESK)
    assert prompt is not None
    assert prompt.line == say("survey.why.ask")
    turn = say_it(answers, "  Petugas   lama\nmembalas ")
    assert turn.answers["why"] == "Petugas lama membalas"
    assert position(survey, turn.answers, DESK) is None


@pytest.mark.parametrize("dash", ["-", " – ", "—", "---"])
def test_the_question_why_can_be_left_open(dash: str) -> None:
    turn = say_it(answered(*[2] * 9), dash)
    assert turn.answers["why"] == ""
    assert position(survey, turn.answers, DESK) is None


@pytest.mark.parametrize("said", [Said(step="why", option="skip"), Said(text="LEWATI")])
def test_the_question_why_is_skipped_with_a_button(said: Said) -> None:
    prompt = ask(survey, answered(*[2] * 9), DESK)
    assert prompt is not None
    assert [spoken(one.label) for one in prompt.options] == ["Lewati"]
    assert hear(survey, answered(*[2] * 9), said, DESK, spoken).answers["why"] == ""


def test_mending_the_bad_score_makes_the_reason_superfluous() -> None:
    answers = answered(*[4] * 8, 2)
    back = go_back(survey, answers, DESK).answers
    assert position(survey, hear(survey, back, Said(text="4"), DESK, spoken).answers, DESK) is None


def test_a_reason_has_words_and_an_end() -> None:
    with pytest.raises(Refused, match="empty"):
        why(" \u200b\n")
    with pytest.raises(Refused, match="too_long"):
        why("a" * (LONGEST_WHY + 1))
    assert why("a" * LONGEST_WHY)
    assert say_it(answered(*[1] * 9), "a" * 2000).lines == (say("survey.why.too_long", limit=LONGEST_WHY),)


def test_a_photo_is_no_answer() -> None:
    turn = hear(survey, {}, Said(other="sticker"), DESK, spoken)
    assert turn.lines == (say("odd.sticker"),)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_wording_has_every_sentence_of_the_survey(language: str) -> None:
    needed = {f"survey.{element}.{key}" for element in ELEMENTS for key in ("ask", *SCORES)}
    needed |= {f"survey.why.{key}" for key in ("ask", "empty", "too_long")}
    known = {key: text for key, text in sentences(language).items() if key in needed}
    assert known.keys() == needed
    assert all("{number}" in known[f"survey.{element}.ask"] for element in ELEMENTS)
    assert [key for key, text in known.items() if text.count("*") % 2] == []
    assert [key for key in known if key[-1] in "1234" and len(known[key]) > 26] == []
