"""The times at which a provider can book the video call."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, takewhile

from domain.calendar import Calendar, Interval


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time for a video call, in UTC, and how many calls fit in it."""

    starts_at: datetime
    ends_at: datetime
    capacity: int


def slots(calendar: Calendar, now: datetime) -> tuple[Slot, ...]:
    """Every slot that the rules allow to be booked now, the earliest first (SOP-LPSE.KTBGR-020, step 5)."""
    return tuple(
        slot
        for day in _days(calendar, calendar.today(now))
        for slot in _slots_on(calendar, day)
        if slot.starts_at >= now + calendar.calls.notice
    )


def free(offered: Iterable[Slot], taken: Mapping[datetime, int]) -> tuple[Slot, ...]:
    """Those with room left, given how many calls are booked at each start."""
    return tuple(slot for slot in offered if taken.get(slot.starts_at, 0) < slot.capacity)


def by_day(offered: Iterable[Slot], calendar: Calendar) -> dict[date, tuple[Slot, ...]]:
    """The same slots, day by day at the office."""
    return {
        day: tuple(together)
        for day, together in groupby(sorted(offered), key=lambda slot: calendar.today(slot.starts_at))
    }


def slot_at(calendar: Calendar, starts_at: datetime, now: datetime) -> Slot | None:
    """The slot that starts then, if it can still be booked."""
    return next((slot for slot in slots(calendar, now) if slot.starts_at == starts_at), None)


def last_change(starts_at: datetime, calendar: Calendar) -> datetime:
    """Until when a call that is booked for then can be moved or cancelled."""
    return starts_at - calendar.calls.change_notice


def can_change(starts_at: datetime, calendar: Calendar, now: datetime) -> bool:
    """Whether a call that is booked for then can still be moved or cancelled."""
    return now <= last_change(starts_at, calendar)


def _days(calendar: Calendar, today: date) -> Iterator[date]:
    last = calendar.working_day_after(today, calendar.calls.horizon)
    return takewhile(lambda day: day <= last, calendar.working_days_from(today))


def _slots_on(calendar: Calendar, day: date) -> Iterator[Slot]:
    rules = calendar.calls
    hours = calendar.hours_on(day)
    for period in calendar.intervals(day, rules.week[day.weekday()]):
        start = period.start
        while start + rules.length <= period.end:
            # In Ramadan the counter opens later and closes earlier than the calls of other months.
            if any(open_hours.holds(Interval(start, start + rules.length)) for open_hours in hours):
                yield Slot(start, start + rules.length, rules.capacity)
            start += rules.length
