"""The monthly report: how many cases came, how long they took, whether the promise was kept, how content people are."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, Self

from domain.calendar import DAY, Calendar, Interval
from domain.refusal import Refused
from domain.survey import Response, Satisfaction, advised_sample, half_up, satisfaction, satisfaction_by

_MONTH: Final = re.compile(r"(20\d\d)-(\d\d?)")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar, such as 2026-11. Refused: invalid."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take it as it is typed after /laporan, with or without the zero."""
        found = _MONTH.fullmatch(text.strip())
        if not found or not 1 <= int(found[2]) <= 12:
            raise Refused("invalid")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self._next.first - DAY

    @property
    def _next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        """The month before it, which is the one that a report is usually about."""
        return Month.of(self.first - DAY)

    def interval(self, calendar: Calendar) -> Interval:
        """The month as moments, from midnight to midnight at the office."""
        return Interval(calendar.whole_day(self.first).start, calendar.whole_day(self.last).end)


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a whole year, such as 2026-11 or 2026. Refused: invalid."""

    first: Month
    last: Month

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take it as it is typed after /ikm."""
        year = re.fullmatch(r"20\d\d", text.strip())
        if year:
            return cls.year(int(year[0]))
        month = Month.parse(text)
        return cls(month, month)

    @classmethod
    def year(cls, number: int) -> Self:
        """The whole year."""
        return cls(Month(number, 1), Month(number, 12))

    def interval(self, calendar: Calendar) -> Interval:
        """The period as moments, from midnight to midnight at the office."""
        return Interval(self.first.interval(calendar).start, self.last.interval(calendar).end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """When one case passed its steps; None for a step that it has not reached.

    Of what happened more than once, the first time counts: the provider has waited since then. Only the clock of the
    standard is the last one, because sending a case back discards the one before.
    """

    service: str
    submitted_at: datetime | None = None
    checked_at: datetime | None = None
    """When TUS had looked at all documents for the first time, whatever came out."""
    complete_at: datetime | None = None
    booked_at: datetime | None = None
    called_at: datetime | None = None
    """When the call began that the case passed."""
    verified_at: datetime | None = None
    due_at: datetime | None = None
    resolved_at: datetime | None = None
    rejected_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """One document that was returned, and the code of the reason."""

    service: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NoShow:
    """One video call that nobody came to."""

    service: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """How many promises fell due, and how many of them were kept (service standard: 1x24 hours on working days)."""

    due: int
    kept: int

    @property
    def percent(self) -> Decimal | None:
        """The share that was kept, or None where nothing fell due."""
        return half_up(Fraction(100 * self.kept, self.due), 1) if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What came in and what was finished; `promise` is about what fell due, which may have come in earlier."""

    submitted: int
    resolved: int
    rejected: int
    cancelled: int
    no_shows: int
    returned: int
    promise: Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Contentment:
    """How content people were, and whether enough of them answered to say so."""

    outcome: Satisfaction
    served: int
    advised: int

    @property
    def enough(self) -> bool:
        """Whether as many answered as the regulation's table advises (Permenpan RB 14/2017)."""
        return 0 < self.advised <= self.outcome.respondents


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMonth:
    """One service in the month."""

    service: str
    volume: Volume
    contentment: Contentment


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOfMonth:
    """The days of one week, Monday to Sunday, that lie in the month."""

    first: date
    last: date
    submitted: int
    resolved: int
    promise: Kept


class Step(StrEnum):
    """A wait between two steps of a case."""

    CHECK = "check"
    BOOKING = "booking"
    CALL = "call"
    PRODUCT = "product"


_ENDS: Final[Mapping[Step, Callable[[Passage], tuple[datetime | None, datetime | None]]]] = {
    Step.CHECK: lambda case: (case.submitted_at, case.checked_at),
    Step.BOOKING: lambda case: (case.complete_at, case.booked_at),
    Step.CALL: lambda case: (case.booked_at, case.called_at),
    Step.PRODUCT: lambda case: (case.verified_at, case.resolved_at),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Half waited no longer than the median, nine of ten no longer than `p90`."""

    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long a step took, by the office's opening hours and by the clock on the wall, nights included."""

    step: Step
    count: int
    office: Spread | None
    clock: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyReport:
    """What the head of the unit reads about one month; `remarks` are in no order that tells who wrote them."""

    month: Month
    made_at: datetime
    total: Volume
    services: tuple[ServiceMonth, ...]
    weeks: tuple[WeekOfMonth, ...]
    waiting: tuple[Waiting, ...]
    returns: tuple[tuple[str, int], ...]
    contentment: Contentment
    remarks: tuple[str, ...]


def monthly_report(
    month: Month,
    *,
    services: Sequence[str],
    passages: Iterable[Passage],
    returns: Iterable[Return],
    no_shows: Iterable[NoShow],
    responses: Iterable[Response],
    calendar: Calendar,
    now: datetime,
) -> MonthlyReport:
    """Put a month together. Rows of other months do no harm; `services` gives the order and names those without a case.

    A month that is not over yet is reported up to now.
    """
    span = month.interval(calendar)
    cases = tuple(passages)
    returned = [one for one in returns if span.covers(one.at)]
    missed = [one for one in no_shows if span.covers(one.at)]
    answers = [one for one in responses if one.period == str(month)]
    rows: tuple[Passage | Return | NoShow | Response, ...] = (*cases, *returned, *missed, *answers)
    more = sorted({one.service for one in rows} - set(services))
    outcomes = satisfaction_by(answers, lambda one: one.service)
    total = _volume(cases, returned, missed, span, now)
    return MonthlyReport(
        month=month,
        made_at=now,
        total=total,
        services=tuple(
            _service(name, cases, returned, missed, outcomes.get(name, satisfaction(())), span=span, now=now)
            for name in (*services, *more)
        ),
        weeks=tuple(_week(cases, days, calendar, now) for days in weeks_of(month)),
        waiting=tuple(_waiting(step, cases, span, calendar) for step in Step),
        returns=tuple(sorted(Counter(one.reason for one in returned).items(), key=lambda one: (-one[1], one[0]))),
        contentment=contentment(satisfaction(answers), total.resolved),
        remarks=tuple(sorted({one.why for one in answers if one.why})),
    )


def weeks_of(month: Month) -> tuple[tuple[date, date], ...]:
    """The weeks of a month, cut off at its first and last day, so that they add up to the month."""
    found, first = [], month.first
    while first <= month.last:
        last = min(first + DAY * (6 - first.weekday()), month.last)
        found.append((first, last))
        first = last + DAY
    return tuple(found)


def promises(cases: Iterable[Passage], span: Interval, now: datetime) -> Kept:
    """The promises that fell due in this time, and those of them that were kept: the product was there by then.

    A case whose product is still missing counts as soon as it is late, so that nothing looks better for being left
    undone. A rejected case has no product to be late with, and no due time any more.
    """
    due = [case for case in cases if case.due_at is not None and span.covers(case.due_at) and case.due_at <= now]
    return Kept(len(due), sum(_in_time(case) for case in due))


def _in_time(case: Passage) -> bool:
    return case.resolved_at is not None and case.due_at is not None and case.resolved_at <= case.due_at


def _volume(
    cases: Sequence[Passage], returned: Sequence[Return], missed: Sequence[NoShow], span: Interval, now: datetime
) -> Volume:
    return Volume(
        submitted=_count(span, (case.submitted_at for case in cases)),
        resolved=_count(span, (case.resolved_at for case in cases)),
        rejected=_count(span, (case.rejected_at for case in cases)),
        cancelled=_count(span, (case.cancelled_at for case in cases)),
        no_shows=len(missed),
        returned=len(returned),
        promise=promises(cases, span, now),
    )


def _count(span: Interval, moments: Iterable[datetime | None]) -> int:
    return sum(moment is not None and span.covers(moment) for moment in moments)


def _service(
    name: str,
    cases: Iterable[Passage],
    returned: Iterable[Return],
    missed: Iterable[NoShow],
    outcome: Satisfaction,
    *,
    span: Interval,
    now: datetime,
) -> ServiceMonth:
    volume = _volume(
        [case for case in cases if case.service == name],
        [one for one in returned if one.service == name],
        [one for one in missed if one.service == name],
        span,
        now,
    )
    return ServiceMonth(service=name, volume=volume, contentment=contentment(outcome, volume.resolved))


def contentment(outcome: Satisfaction, served: int) -> Contentment:
    """How content those were who answered, out of so many who were served."""
    return Contentment(outcome=outcome, served=served, advised=advised_sample(served))


def _week(cases: Sequence[Passage], days: tuple[date, date], calendar: Calendar, now: datetime) -> WeekOfMonth:
    first, last = days
    span = Interval(calendar.whole_day(first).start, calendar.whole_day(last).end)
    return WeekOfMonth(
        first=first,
        last=last,
        submitted=_count(span, (case.submitted_at for case in cases)),
        resolved=_count(span, (case.resolved_at for case in cases)),
        promise=promises(cases, span, now),
    )


def _waiting(step: Step, cases: Iterable[Passage], span: Interval, calendar: Calendar) -> Waiting:
    """The waits that ended in the month."""
    ended = []
    for case in cases:
        start, end = _ENDS[step](case)
        if start is not None and end is not None and start <= end and span.covers(end):
            ended.append((start, end))
    return Waiting(
        step=step,
        count=len(ended),
        office=spread([calendar.open_time(start, end) for start, end in ended]),
        clock=spread([end - start for start, end in ended]),
    )


def spread(waits: Sequence[timedelta]) -> Spread | None:
    """The median and the 90th percentile by nearest rank, which is always a wait that somebody really had."""
    if not waits:
        return None
    ordered, count = sorted(waits), len(waits)
    return Spread((ordered[(count - 1) // 2] + ordered[count // 2]) / 2, ordered[-(-count * 9 // 10) - 1])
