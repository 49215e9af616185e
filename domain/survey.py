"""The public satisfaction survey: nine questions, the index that comes out of them, and its grade.

The form, the formula and the grades are those of Permenpan RB 14/2017, the national guideline for surveys of public
satisfaction (Survei Kepuasan Masyarakat). Everything is computed with exact fractions and rounded once, at the end.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

Key = TypeVar("Key", str, tuple[str, str])

ELEMENTS: Final[tuple[str, ...]] = (
    "persyaratan",
    "prosedur",
    "waktu",
    "biaya",
    "produk",
    "kompetensi",
    "perilaku",
    "sarana",
    "pengaduan",
)
"""The nine elements (Permenpan RB 14/2017), in the order of its sample form.

They are known by name, never as U8 and U9: the body of the regulation has those two the other way round.
"""

SCORES: Final = (1, 2, 3, 4)
LOW: Final = 2
"""A score up to this one is a complaint: the person is asked why, and the head of the unit hears of it."""

FREE: Final = 4
"""The answer "Gratis" to the question about the fee."""


class Invitation(StrEnum):
    """How far the survey has come with the provider of a case; each case is answered once, and reminded of once."""

    NONE = ""
    INVITED = "invited"
    LATER = "later"
    REMINDED = "reminded"
    ANSWERED = "answered"
    DECLINED = "declined"


WAITING: Final = frozenset({Invitation.INVITED, Invitation.LATER, Invitation.REMINDED})

PERIOD: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Response:
    """What one person answered about one service in one month (YYYY-MM); nothing tells who it was or which case.

    An element without a score was not answered; the form in the chat asks all nine.
    """

    service: str
    period: str
    scores: Mapping[str, int]
    why: str = ""

    def __post_init__(self) -> None:
        if not PERIOD.fullmatch(self.period):
            raise ValueError(f"{self.period!r} is not a month such as 2026-11")
        if not self.scores or not self.scores.keys() <= set(ELEMENTS):
            raise ValueError(f"{sorted(self.scores)} are not elements of the survey")
        if not set(self.scores.values()) <= set(SCORES):
            raise ValueError(f"{sorted(set(self.scores.values()))} are not all scores from 1 to 4")


@dataclass(frozen=True, slots=True)
class Grade:
    """The quality of a service in one letter, its official name, and the index from which it is given."""

    letter: str
    title: str
    lowest: Decimal


GRADES: Final = (
    Grade("A", "Sangat Baik", Decimal("88.31")),
    Grade("B", "Baik", Decimal("76.61")),
    Grade("C", "Kurang Baik", Decimal("65.00")),
    Grade("D", "Tidak Baik", Decimal("25.00")),
)
"""The grades of Permenpan RB 14/2017; reports from before it used other bounds and cannot be compared."""


def index(averages: Mapping[str, Fraction]) -> Decimal:
    """The index (IKM, 25.00 to 100.00) of nine average scores: their sum, each weighing 1/9, times 25.

    Permenpan RB 14/2017 prints the weight as 0.111. With that number the best possible answers would give 99.90 and
    the worst 24.98, which has no grade; so it is taken as the 1/9 that it stands for, and only the result is rounded.
    """
    if averages.keys() != set(ELEMENTS):
        raise ValueError("an index needs the averages of all nine elements")
    return half_up(sum(averages.values(), Fraction()) * 25 / len(ELEMENTS))


def grade(ikm: Decimal) -> Grade:
    """The grade of an index that is already rounded to two decimals (Permenpan RB 14/2017).

    The printed bands leave gaps, such as between 88.30 and 88.31: rounding first closes them. A service that everybody
    calls "baik" (3 of 4) in everything gets 75.00 and with it grade C, "Kurang Baik": B starts at 76.61. That surprises
    every reader, so a report that shows the grade has to say it.
    """
    return next(one for one in GRADES if ikm >= one.lowest)


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """A number that is not negative, rounded as people do it: what lies in the middle goes up."""
    return Decimal((value * 10**places + Fraction(1, 2)).__floor__()).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What a group of responses comes to; `averages` (NRR) has the elements that somebody answered."""

    respondents: int
    averages: Mapping[str, Fraction]

    @property
    def ikm(self) -> Decimal | None:
        """The index, or None while an element has no answer at all."""
        return index(self.averages) if len(self.averages) == len(ELEMENTS) else None

    @property
    def grade(self) -> Grade | None:
        """The grade, once there is an index."""
        return None if self.ikm is None else grade(self.ikm)

    def weighted(self, element: str) -> Fraction:
        """What an element adds to the index before it is multiplied by 25 (NRR tertimbang)."""
        return self.averages[element] / len(ELEMENTS)


def satisfaction(responses: Iterable[Response]) -> Satisfaction:
    """The average of each element over those who answered it (NRR; Permenpan RB 14/2017), and how many they were."""
    given: dict[str, list[int]] = defaultdict(list)
    respondents = 0
    for response in responses:
        respondents += 1
        for element, score in response.scores.items():
            given[element].append(score)
    averages = {element: Fraction(sum(given[element]), len(given[element])) for element in ELEMENTS if element in given}
    return Satisfaction(respondents, averages)


def satisfaction_by(responses: Iterable[Response], key: Callable[[Response], Key]) -> dict[Key, Satisfaction]:
    """The same for each service, each month, or each service in each month: whatever the key tells apart, in order."""
    groups: dict[Key, list[Response]] = defaultdict(list)
    for response in responses:
        groups[key(response)].append(response)
    return {name: satisfaction(groups[name]) for name in sorted(groups)}


class Flag(StrEnum):
    """Why a score is brought before the head of the unit."""

    NOT_FREE = "not_free"
    LOW = "low"


def red_flags(scores: Mapping[str, int]) -> dict[str, Flag]:
    """The elements that the head of the unit must hear about, and why.

    Every service is free (service standard), so any other answer than "Gratis" may mean that somebody was made to pay
    (pungutan liar). Anything else is flagged when it is scored 1 or 2.
    """
    flags = {
        element: Flag.NOT_FREE if element == "biaya" else Flag.LOW
        for element, score in scores.items()
        if score <= LOW or (element == "biaya" and score < FREE)
    }
    return {element: flags[element] for element in ELEMENTS if element in flags}


LARGE_POPULATION: Final = 100_000


def advised_sample(population: int) -> int:
    """How many of so many people served should answer (table of Krejcie and Morgan, which Permenpan RB 14/2017 takes).

    The table's formula, with chi-square 3.841 (95 %), a proportion of one half and an error of 5 %, comes to
    3841 N / (10 N + 3831). Rounded, it gives every row of the table but the last: for 100,000 people it prints 384.
    """
    if population >= LARGE_POPULATION:
        return 384
    return int(half_up(Fraction(3841 * population, 10 * population + 3831), 0))
