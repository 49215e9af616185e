"""Which times a provider is offered for the video call."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar_file import parse_calendar
from domain.holidays_id import indonesian_holidays
from domain.slots import Slot, by_day, free, last_change, slot_at, slots
from tests.domain.offices import bogor, bogor_calendar, makassar_calendar, wib

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _times(day: date, now: datetime) -> list[str]:
    offered = by_day(slots(bogor_calendar(), now), bogor_calendar())[day]
    return [f"{bogor_calendar().local(slot.starts_at):%H.%M}" for slot in offered]


@pytest.mark.parametrize(
    ("day", "times"),
    [
        (date(2026, 11, 25), ["09.00", "09.30", "10.00", "10.30", "11.00", "13.30", "14.00", "14.30"]),
        (date(2026, 11, 27), ["09.00", "09.30", "10.00", "10.30"]),
        (date(2026, 11, 24), ["14.00", "14.30"]),
    ],
)
def test_a_day_has_the_times_that_its_weekday_and_the_notice_allow(day: date, times: list[str]) -> None:
    assert _times(day, wib("2026-11-24 10:00")) == times


def test_ten_working_days_ahead_can_be_booked() -> None:
    days = list(by_day(slots(bogor_calendar(), wib("2026-12-17 08:00")), bogor_calendar()))
    assert (days[0], days[-1], len(days)) == (date(2026, 12, 17), date(2027, 1, 6), 11)


def test_no_call_is_offered_on_a_day_that_staff_close() -> None:
    closed = bogor_calendar().closing({date(2026, 11, 25): "Banjir"})
    assert date(2026, 11, 25) not in by_day(slots(closed, wib("2026-11-24 10:00")), closed)


def test_a_call_that_does_not_fit_into_its_period_is_not_offered() -> None:
    offered = slots(makassar_calendar(), datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert offered == (Slot(datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 23, 2, 45, tzinfo=UTC), 1),)


def test_in_ramadan_calls_keep_to_the_hours_of_ramadan() -> None:
    file = bogor("calendar.toml")
    file["panggilan"]["senin"] = ["07.30-09.00", "14.30-16.00"]
    calendar = parse_calendar(file, indonesian_holidays)
    monday = by_day(slots(calendar, wib("2026-03-01 10:00")), calendar)[date(2026, 3, 2)]
    assert [slot.starts_at for slot in monday] == [wib(f"2026-03-02 {time}") for time in ("08:00", "08:30", "14:30")]


def test_a_full_slot_is_not_free_and_a_half_full_one_is() -> None:
    first, second, third, *_ = offered = slots(bogor_calendar(), wib("2026-11-24 10:00"))
    taken = {first.starts_at: 2, second.starts_at: 1, third.starts_at: 3}
    assert free(offered, taken) == (second, *offered[3:])


def test_a_chosen_slot_is_found_unless_it_has_become_too_late() -> None:
    calendar, start = bogor_calendar(), wib("2026-11-25 09:00")
    assert slot_at(calendar, start, wib("2026-11-25 05:00")) == Slot(start, start + timedelta(minutes=30), 2)
    assert slot_at(calendar, start, wib("2026-11-25 05:01")) is None
    assert slot_at(calendar, wib("2026-11-25 09:10"), wib("2026-11-24 10:00")) is None


def test_a_call_can_be_moved_until_two_hours_before() -> None:
    assert last_change(wib("2026-11-25 09:00"), bogor_calendar()) == wib("2026-11-25 07:00")


@given(MOMENTS)
def test_every_slot_keeps_the_rules(now: datetime) -> None:
    calendar = bogor_calendar()
    rules, offered = calendar.calls, slots(calendar, now)
    for slot in offered:
        assert slot.starts_at >= now + rules.notice
        assert slot.ends_at - slot.starts_at == rules.length
        assert slot.capacity == rules.capacity
        assert calendar.open_time(slot.starts_at, slot.ends_at) == rules.length
        assert calendar.is_civil(slot.starts_at)
    assert all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(offered))
    assert 10 <= len(by_day(offered, calendar)) <= 11


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=5)))
def test_a_slot_only_leaves_the_offer_by_coming_too_near(now: datetime, wait: timedelta) -> None:
    calendar = bogor_calendar()
    later = slots(calendar, now + wait)
    gone = set(slots(calendar, now)) - set(later)
    assert all(slot.starts_at < now + wait + calendar.calls.notice for slot in gone)


@given(MOMENTS, st.dictionaries(st.integers(0, 80), st.integers(0, 4)))
def test_exactly_the_slots_with_room_are_free(now: datetime, counts: dict[int, int]) -> None:
    offered = slots(bogor_calendar(), now)
    taken = {offered[index].starts_at: count for index, count in counts.items() if index < len(offered)}
    assert free(offered, taken) == tuple(slot for slot in offered if taken.get(slot.starts_at, 0) < 2)
    assert free(offered, {}) == offered
