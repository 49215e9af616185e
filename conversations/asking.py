"""What is asked for in one's own words, without documents: a consultation, and training."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from conversations.application import PRIVACY
from conversations.flow import Answers, Desk, Option, choice, entry, flow, pick, say
from conversations.smaller import letter
from domain.identifiers import CompanyName, own_words
from domain.refusal import Refused

STAFF: Final = "staff"
MOST_PARTICIPANTS: Final = 500
LONGEST_LINE: Final = 400


def office(_answers: Answers, desk: Desk) -> Mapping[str, object]:
    return desk.facts()


def ready_answers(answers: Answers, desk: Desk) -> Sequence[Option]:
    """The titles of the ready answers that fit the question, and the way to staff; nothing where none fits."""
    found = [Option(answer.slug, answer.title) for answer in desk.ready_answers(answers["question"])]
    return [*found, Option(STAFF, say("consultation.answer.staff"))] if found else []


def chosen(answers: Answers) -> bool:
    return bool(answers.get("answer", STAFF) != STAFF)


def chosen_answer(answers: Answers, desk: Desk) -> Mapping[str, object]:
    answer = desk.ready_answer(answers["answer"])
    if answer is None:
        return {"title": say("consultation.gone"), "body": ""}
    return {"title": answer.title, "body": answer.body}


consultation = flow(
    "consultation",
    PRIVACY,
    entry("question", letter, own_words=True),
    pick("answer", ready_answers, if_any=True),
    choice(
        "helped",
        Option("yes", leaves=True, drops=True),
        Option("other", forgets=("answer", "helped")),
        STAFF,
        when=chosen,
        facts=chosen_answer,
    ),
    then="ask_staff",
)
"""A question: the ready answers first, then the staff (service standard, service 4)."""

talk = flow("talk", entry("text", letter, facts=office, own_words=True), then="say_further")
"""The conversation with staff about a question: whatever is written goes to them."""


def participants(text: str) -> str:
    """How many take part, perhaps with their names. Refused: empty, no_number, too_many (limit), too_long (limit)."""
    written = line(text)
    found = re.search(r"\d+", written)
    if found is None or not int(found[0][:9]) or written.startswith("-"):
        raise Refused("no_number")
    if int(found[0][:9]) > MOST_PARTICIPANTS:
        raise Refused("too_many", limit=MOST_PARTICIPANTS)
    return written


def line(text: str) -> str:
    """A few words. Refused: empty, too_long (limit)."""
    return own_words(text, LONGEST_LINE)


def summary(told: tuple[str, ...]) -> Callable[[Answers, Desk], Mapping[str, object]]:
    """Everything that was said, to be read once more."""

    def facts(answers: Answers, _desk: Desk) -> Mapping[str, object]:
        lines = [
            say("application.review.line", what=say(f"field.{name}"), value=answers[name])
            for name in told
            if name in answers
        ]
        return {"lines": tuple(lines)}

    return facts


WISHES: Final = ("company", "participants", "wish", "topic")

training = flow(
    "training",
    PRIVACY,
    entry("company", CompanyName.parse),
    entry("participants", participants),
    entry("wish", line),
    entry("topic", line),
    choice("review", "send", facts=summary(WISHES)),
    then="ask_training",
    told=WISHES,
)
"""Training: who, when and on what; staff answer in words (service standard, service 5)."""
