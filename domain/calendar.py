"""When the office works, when it takes video calls, and when nobody should be disturbed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LONGEST_CLOSURE: Final = 366  # days; an office that is shut for longer has a mistake in its calendar
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A part of any day by the clock on the wall, such as 07.30 to 12.00."""

    start: time
    end: time

    def holds(self, other: "Period") -> bool:
        """Whether the other one lies inside this one."""
        return self.start <= other.start and other.end <= self.end


Week = tuple[tuple[Period, ...], ...]
"""Seven days, Monday first, each with its periods in order."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time, in UTC, from its start up to but without its end."""

    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.start <= moment < self.end

    def holds(self, other: "Interval") -> bool:
        """Whether the other one lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def shared_with(self, start: datetime, until: datetime) -> timedelta:
        """How much of it lies between two moments."""
        return max(min(self.end, until) - max(self.start, start), timedelta())


@dataclass(frozen=True, slots=True)
class Ramadan:
    """The days of one fasting month, on which the office keeps other hours (Perpres 21/2023 art. 4)."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """When video calls can be booked, and how they can be moved."""

    week: Week
    length: timedelta
    capacity: int
    """How many calls staff can hold at the same time."""
    notice: timedelta
    """How long before it starts a slot must be booked."""
    horizon: int
    """How many working days ahead can be booked."""
    change_notice: timedelta
    """How long before its start a booked call can still be moved or cancelled."""
    max_changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """One office's calendar. Days are days in its own zone; moments are aware and come back in UTC."""

    zone: ZoneInfo
    zone_label: str
    week: Week
    ramadan_week: Week
    ramadans: tuple[Ramadan, ...]
    public_holidays: Callable[[int], Mapping[date, str]]
    added: Mapping[date, str]
    removed: Mapping[date, str]
    closures: Mapping[date, str] = field(default_factory=dict)
    calls: CallRules
    civil: Period
    _holidays: dict[int, Mapping[date, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def closing(self, days: Mapping[date, str]) -> "Calendar":
        """The same calendar with days on which staff said that the office is closed, and why."""
        return replace(self, closures={**self.closures, **days})

    def local(self, moment: datetime) -> datetime:
        """The moment by the office's own clock."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        """The day it is at the office."""
        return self.local(now).date()

    def at(self, day: date, wall: time) -> datetime:
        """The moment at which the office's clock shows this time."""
        return datetime.combine(day, wall, self.zone).astimezone(UTC)

    def whole_day(self, day: date) -> Interval:
        """The day from midnight to midnight at the office."""
        return Interval(self.at(day, time.min), self.at(day + DAY, time.min))

    def holiday(self, day: date) -> str | None:
        """What is celebrated, or why the office is closed, on a day that is a holiday."""
        if day.year not in self._holidays:
            days = {
                holiday: name for holiday, name in self.public_holidays(day.year).items() if holiday not in self.removed
            }
            self._holidays[day.year] = days | dict(self.added) | dict(self.closures)
        return self._holidays[day.year].get(day)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on this day (Perpres 21/2023 art. 3: Monday to Friday, holidays excepted)."""
        return bool(self._periods(day)) and self.holiday(day) is None

    def working_days_from(self, day: date) -> Iterator[date]:
        """This day, if the office works on it, and the working days after it."""
        idle = 0
        while idle <= LONGEST_CLOSURE:
            if self.is_working_day(day):
                idle = 0
                yield day
            else:
                idle += 1
            day += DAY
        raise ValueError(f"no working day for {LONGEST_CLOSURE} days before {day}")

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        return self.working_day_after(day, 1)

    def working_day_after(self, day: date, count: int) -> date:
        """The working day that comes as the count-th after this one."""
        days = self.working_days_from(day + DAY)
        for _ in range(count - 1):
            next(days)
        return next(days)

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """When the office is open on this day; nothing on a day off (Perpres 21/2023 art. 4)."""
        return self.intervals(day, self._periods(day)) if self.is_working_day(day) else ()

    def intervals(self, day: date, periods: Iterable[Period]) -> tuple[Interval, ...]:
        """Periods of the wall clock as moments of one day."""
        return tuple(Interval(self.at(day, period.start), self.at(day, period.end)) for period in periods)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at the counter now."""
        return any(hours.covers(now) for hours in self.hours_on(self.today(now)))

    def next_opening(self, now: datetime) -> datetime:
        """The first moment, from now on, at which somebody is at the counter."""
        return next(
            max(hours.start, now.astimezone(UTC))
            for day in self.working_days_from(self.today(now))
            for hours in self.hours_on(day)
            if hours.end > now
        )

    def open_time(self, start: datetime, until: datetime) -> timedelta:
        """How long the office has been open between two moments."""
        total, day, last = timedelta(), self.today(start), self.today(until)
        while day <= last:
            total += sum((hours.shared_with(start, until) for hours in self.hours_on(day)), timedelta())
            day += DAY
        return total

    def is_civil(self, now: datetime) -> bool:
        """Whether a message that nobody waits for may be sent now."""
        return self.civil.start <= self.local(now).time() < self.civil.end

    def next_civil(self, now: datetime) -> datetime:
        """The first moment, from now on, at which such a message may be sent."""
        if self.is_civil(now):
            return now.astimezone(UTC)
        morning = self.at(self.today(now), self.civil.start)
        return morning if morning > now else self.at(self.today(now) + DAY, self.civil.start)

    def years_without_data(self, years: Iterable[int]) -> tuple[int, ...]:
        """The years whose shared leave days (cuti bersama) are not known yet: due times would come out too early."""
        return tuple(year for year in years if not self._knows_shared_leave(year))

    def years_without_ramadan(self, years: Iterable[int]) -> tuple[int, ...]:
        """The years for which the office has not written down when Ramadan is."""
        known = {day.year for ramadan in self.ramadans for day in (ramadan.first, ramadan.last)}
        return tuple(year for year in years if year not in known)

    def _knows_shared_leave(self, year: int) -> bool:
        names = [*self.public_holidays(year).values(), *(name for day, name in self.added.items() if day.year == year)]
        return any(name.casefold().startswith("cuti bersama") for name in names)

    def _periods(self, day: date) -> tuple[Period, ...]:
        fasting = any(ramadan.first <= day <= ramadan.last for ramadan in self.ramadans)
        return (self.ramadan_week if fasting else self.week)[day.weekday()]
