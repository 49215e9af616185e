"""The satisfaction index, against published results, and the people who must hear of a bad score."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.survey import (
    ELEMENTS,
    GRADES,
    Flag,
    Response,
    advised_sample,
    grade,
    half_up,
    index,
    red_flags,
    satisfaction,
    satisfaction_by,
)

BANTUL_2023 = {
    "persyaratan": "3.31",
    "prosedur": "3.35",
    "waktu": "3.49",
    "biaya": "3.93",
    "produk": "3.45",
    "kompetensi": "3.39",
    "perilaku": "3.39",
    "pengaduan": "3.76",
    "sarana": "3.35",
}
"""Dinas Pertanahan dan Tata Ruang, Kabupaten Bantul, 2023: published with an index of 87.28."""

GASPUL = (105, 101, 100, 116, 102, 105, 106, 105, 115)
"""The sums of nine elements over 29 respondents; premature rounding makes 90.56 of it."""

KREJCIE_MORGAN = """
10 10  15 14  20 19  25 24  30 28  35 32  40 36  45 40  50 44  55 48  60 52  65 56  70 59  75 63  80 66  85 70  90 73
95 76  100 80  110 86  120 92  130 97  140 103  150 108  160 113  170 118  190 127  200 132  210 136  220 140  230 144
240 148  250 152  260 155  270 159  280 162  290 165  300 169  320 175  340 181  360 186  400 196  420 201  440 205
460 210  480 214  500 217  550 226  600 234  650 242  700 248  750 254  800 260  850 265  900 269  950 274  1000 278
1100 285  1200 291  1300 297  1400 302  1500 306  1600 310  1700 313  1800 317  1900 320  2000 322  2200 327  2400 331
2600 335  2800 338  3000 341  3500 346  4000 351  4500 354  5000 357  6000 361  7000 364  8000 367  9000 368
10000 370  15000 375  20000 377  30000 379  40000 380  50000 381  75000 382  100000 384
"""

SCORES = st.fixed_dictionaries({element: st.integers(1, 4) for element in ELEMENTS})
RESPONSES = st.builds(Response, st.sampled_from(["REG", "UBH"]), st.sampled_from(["2026-10", "2026-11"]), SCORES)


def everything(score: int) -> dict[str, int]:
    return dict.fromkeys(ELEMENTS, score)


def answered(score: int, **others: int) -> Response:
    return Response("REG", "2026-11", everything(score) | others)


def test_bantul_comes_to_the_index_that_it_published() -> None:
    ikm = index({element: Fraction(average) for element, average in BANTUL_2023.items()})
    assert ikm == Decimal("87.28")
    assert grade(ikm).letter == "B"


def test_nothing_is_rounded_before_the_end() -> None:
    ikm = index({element: Fraction(total, 29) for element, total in zip(ELEMENTS, GASPUL, strict=True)})
    assert ikm == Decimal("91.48")
    assert grade(ikm).letter == "A"


def test_the_same_from_single_answers() -> None:
    """29 people whose scores add up to those sums: enough fours, the rest threes."""
    people = [
        Response(
            "REG", "2026-09", {e: 4 if n < total - 3 * 29 else 3 for e, total in zip(ELEMENTS, GASPUL, strict=True)}
        )
        for n in range(29)
    ]
    outcome = satisfaction(people)
    assert outcome.respondents == 29
    assert [half_up(outcome.averages[element], 4) for element in ELEMENTS] == [
        Decimal(average)
        for average in ("3.6207", "3.4828", "3.4483", "4", "3.5172", "3.6207", "3.6552", "3.6207", "3.9655")
    ]
    assert outcome.ikm == Decimal("91.48")
    assert sum(outcome.weighted(element) for element in ELEMENTS) * 25 == Fraction(955 * 25, 261)


@pytest.mark.parametrize(
    ("score", "ikm", "letter", "title"),
    [
        (4, "100.00", "A", "Sangat Baik"),
        (3, "75.00", "C", "Kurang Baik"),
        (2, "50.00", "D", "Tidak Baik"),
        (1, "25.00", "D", "Tidak Baik"),
    ],
)
def test_when_all_say_the_same(score: int, ikm: str, letter: str, title: str) -> None:
    outcome = satisfaction([answered(score), answered(score)])
    assert str(outcome.ikm) == ikm
    assert outcome.grade is not None
    assert (outcome.grade.letter, outcome.grade.title) == (letter, title)


@pytest.mark.parametrize(
    ("ikm", "letter"),
    [
        ("88.05", "B"),  # LKPP 2020, published as "Baik"
        ("84.15", "B"),  # LKPP 2019
        ("75.56", "C"),  # three services of Bantul, 2023
        ("86.29", "B"),
        ("94.61", "A"),
        ("100.00", "A"),
        ("88.31", "A"),
        ("88.30", "B"),
        ("76.61", "B"),
        ("76.60", "C"),
        ("65.00", "C"),
        ("64.99", "D"),
        ("25.00", "D"),
    ],
)
def test_the_grades_begin_and_end_where_the_regulation_says(ikm: str, letter: str) -> None:
    assert grade(Decimal(ikm)).letter == letter


@pytest.mark.parametrize(
    ("exact", "ikm", "letter"), [("88.305", "88.31", "A"), ("88.3049", "88.30", "B"), ("76.605", "76.61", "B")]
)
def test_an_index_in_the_gap_between_two_grades_is_rounded_first(exact: str, ikm: str, letter: str) -> None:
    rounded = index(dict.fromkeys(ELEMENTS, Fraction(exact) / 25))
    assert str(rounded) == ikm
    assert grade(rounded).letter == letter


def test_an_element_is_averaged_over_those_who_answered_it() -> None:
    partly = Response("REG", "2026-11", {"waktu": 1})
    outcome = satisfaction([answered(4), answered(3), partly])
    assert outcome.respondents == 3
    assert outcome.averages["waktu"] == Fraction(8, 3)
    assert outcome.averages["biaya"] == Fraction(7, 2)


def test_there_is_no_index_while_an_element_has_no_answer() -> None:
    nobody = satisfaction([])
    assert (nobody.respondents, nobody.ikm, nobody.grade) == (0, None, None)
    assert satisfaction([Response("REG", "2026-11", {"waktu": 4})]).ikm is None
    with pytest.raises(ValueError, match="all nine"):
        index({"waktu": Fraction(4)})


def test_services_and_months_are_told_apart() -> None:
    people = [
        Response("UBH", "2026-11", everything(4)),
        Response("REG", "2026-11", everything(3)),
        Response("REG", "2026-10", everything(1)),
    ]
    by_service = satisfaction_by(people, lambda one: one.service)
    assert {service: str(one.ikm) for service, one in by_service.items()} == {"REG": "50.00", "UBH": "100.00"}
    both = satisfaction_by(people, lambda one: (one.service, one.period))
    assert list(both) == [("REG", "2026-10"), ("REG", "2026-11"), ("UBH", "2026-11")]


def test_any_answer_but_free_is_brought_before_the_head_of_the_unit() -> None:
    assert red_flags(everything(4)) == {}
    assert red_flags(everything(3)) == {"biaya": Flag.NOT_FREE}
    assert red_flags(everything(4) | {"sarana": 2, "biaya": 1, "waktu": 1}) == {
        "waktu": Flag.LOW,
        "biaya": Flag.NOT_FREE,
        "sarana": Flag.LOW,
    }


def test_the_formula_gives_the_printed_table() -> None:
    numbers = [int(number) for number in KREJCIE_MORGAN.split()]
    populations, samples = numbers[::2], numbers[1::2]
    assert [advised_sample(population) for population in populations] == samples


def test_nobody_need_answer_when_nobody_was_served() -> None:
    assert advised_sample(0) == 0


@pytest.mark.parametrize(
    ("period", "scores"),
    [
        ("2026-13", {"waktu": 4}),
        ("2026-1", {"waktu": 4}),
        ("2026-11-01", {"waktu": 4}),
        ("2026-11", {}),
        ("2026-11", {"u8": 4}),
        ("2026-11", {"waktu": 0}),
        ("2026-11", {"waktu": 5}),
    ],
)
def test_a_response_that_cannot_be_is_not_counted(period: str, scores: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"not"):
        Response("REG", period, scores)


@given(st.lists(RESPONSES, min_size=1, max_size=30))
def test_every_index_has_a_grade(people: list[Response]) -> None:
    outcome = satisfaction(people)
    assert outcome.ikm is not None
    assert Decimal(25) <= outcome.ikm <= 100
    assert outcome.grade in GRADES


@given(st.lists(RESPONSES, min_size=1, max_size=12))
def test_the_order_of_answers_does_not_matter(people: list[Response]) -> None:
    assert satisfaction(reversed(people)) == satisfaction(people)


@given(st.lists(RESPONSES, min_size=1, max_size=12), st.sampled_from(ELEMENTS))
def test_a_better_score_never_lowers_the_index(people: list[Response], element: str) -> None:
    first, *rest = people
    better = Response(first.service, first.period, {**first.scores, element: 4})
    before, after = satisfaction(people).ikm, satisfaction([better, *rest]).ikm
    assert before is not None
    assert after is not None
    assert after >= before


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_moves_a_number_by_half_a_hundredth_at_most_and_up_from_the_middle(value: Fraction) -> None:
    rounded = Fraction(half_up(value))
    assert -Fraction(1, 200) < rounded - value <= Fraction(1, 200)


@given(st.integers(0, 2_000_000))
def test_more_people_never_need_fewer_answers_nor_more_than_there_are(population: int) -> None:
    assert 0 <= advised_sample(population) <= min(population, 384)
    assert advised_sample(population) <= advised_sample(population + 1)
