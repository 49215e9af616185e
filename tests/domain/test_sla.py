"""The clock of the standard: 24 hours, of which only those on working days count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import DAY, Calendar
from domain.sla import due, moment
from tests.domain.offices import bogor_calendar, wib

VECTORS = [
    ("2026-07-15 10:00", "2026-07-16 10:00"),  # a plain Wednesday
    ("2026-07-17 10:00", "2026-07-20 10:00"),  # a weekend between
    ("2026-07-17 16:20", "2026-07-20 16:20"),  # late on Friday
    ("2026-07-18 09:00", "2026-07-21 00:00"),  # starts on a day off
    ("2026-07-15 20:30", "2026-07-16 20:30"),  # after hours
    ("2026-03-17 14:00", "2026-03-25 14:00"),  # Nyepi, Lebaran and shared leave
    ("2026-03-16 14:00", "2026-03-17 14:00"),  # Ramadan
    ("2026-05-13 11:00", "2026-05-18 11:00"),  # Ascension and shared leave
    ("2026-05-26 09:30", "2026-05-29 09:30"),  # Iduladha and shared leave
    ("2026-06-12 15:00", "2026-06-15 15:00"),  # Tuesday's holiday is not touched
    ("2026-08-14 13:30", "2026-08-18 13:30"),  # Independence Day on Monday
    ("2026-12-23 09:00", "2026-12-28 09:00"),  # shared leave and Christmas
    ("2025-08-15 10:00", "2025-08-19 10:00"),  # 18 August 2025, decreed late
    ("2027-02-04 10:00", "2027-02-08 10:00"),  # Imlek's shared leave; Ramadan starts
    ("2027-03-05 15:00", "2027-03-16 15:00"),  # Nyepi and Lebaran 2027
    ("2027-05-14 08:00", "2027-05-21 08:00"),  # Iduladha and Waisak, one after the other
]

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
HOURS = st.integers(min_value=1, max_value=120)


def elapsed(start: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """How much of the time between two moments counts, told day by day."""
    total, day, last = timedelta(), calendar.today(start), calendar.today(until)
    while day <= last:
        if calendar.is_working_day(day):
            total += calendar.whole_day(day).shared_with(start, until)
        day += DAY
    return total


@pytest.mark.parametrize(("start", "finish"), VECTORS)
def test_one_day_of_24_hours_is_counted_on_working_days(start: str, finish: str) -> None:
    assert due(wib(start), 24, bogor_calendar()) == wib(finish)
    assert elapsed(wib(start), wib(finish), bogor_calendar()) == timedelta(hours=24)


def test_marks_lie_where_their_part_of_the_hours_has_passed() -> None:
    start = wib("2026-07-17 20:00")
    assert moment(start, 24, bogor_calendar(), 0.5) == wib("2026-07-20 08:00")
    assert moment(start, 24, bogor_calendar(), 0.8) == wib("2026-07-20 15:12")


def test_the_last_hour_may_end_at_midnight_before_a_day_off() -> None:
    assert due(wib("2026-07-17 00:00"), 24, bogor_calendar()) == wib("2026-07-18 00:00")


def test_no_hours_at_all_are_over_at_the_next_working_moment() -> None:
    assert due(wib("2026-07-17 10:00"), 0, bogor_calendar()) == wib("2026-07-17 10:00")
    assert due(wib("2026-07-18 10:00"), 0, bogor_calendar()) == wib("2026-07-20 00:00")


def test_a_day_that_staff_close_is_not_counted() -> None:
    flood = bogor_calendar().closing({date(2026, 7, 16): "Banjir"})
    assert due(wib("2026-07-15 10:00"), 24, flood) == wib("2026-07-17 10:00")


@given(MOMENTS, HOURS)
def test_until_it_is_due_exactly_the_promised_hours_pass(start: datetime, hours: int) -> None:
    assert elapsed(start, due(start, hours, bogor_calendar()), bogor_calendar()) == timedelta(hours=hours)


@given(MOMENTS, HOURS)
def test_it_is_due_on_a_working_day_or_at_the_midnight_that_ends_one(start: datetime, hours: int) -> None:
    calendar = bogor_calendar()
    finish = due(start, hours, calendar)
    assert finish >= start + timedelta(hours=hours)
    assert calendar.is_working_day(calendar.today(finish - timedelta(microseconds=1)))


@given(MOMENTS, MOMENTS, HOURS)
def test_who_starts_earlier_is_never_due_later(one: datetime, other: datetime, hours: int) -> None:
    earlier, later = sorted((one, other))
    assert due(earlier, hours, bogor_calendar()) <= due(later, hours, bogor_calendar())


@given(MOMENTS, st.lists(st.floats(0, 1), min_size=2, max_size=5))
def test_marks_come_in_their_order_between_start_and_due(start: datetime, fractions: list[float]) -> None:
    marks = [moment(start, 24, bogor_calendar(), fraction) for fraction in sorted(fractions)]
    assert marks == sorted(marks)
    assert start <= marks[0]
    assert marks[-1] <= due(start, 24, bogor_calendar())
