"""The clock tells UTC; one of a demo starts where it is told to, runs on and can be moved forward."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import Clock

MORNING = datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=7)))


def test_the_machines_clock_tells_the_time_and_cannot_be_moved() -> None:
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC
    assert not clock.can_be_moved
    with pytest.raises(ValueError, match="cannot be moved"):
        clock.advance(timedelta(hours=1))


def test_a_clock_of_a_demo_runs_on_from_its_start() -> None:
    seconds = [100.0]
    clock = Clock(MORNING, lambda: seconds[0])
    assert clock.now() == MORNING
    assert clock.now().tzinfo is UTC
    seconds[0] += 90
    assert clock.now() == MORNING + timedelta(seconds=90)
    clock.advance(timedelta(hours=1))
    assert clock.now() == MORNING + timedelta(hours=1, seconds=90)


def test_a_clock_never_goes_back_and_never_starts_without_a_zone() -> None:
    with pytest.raises(ValueError, match="forward only"):
        Clock(MORNING).advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="naive"):
        Clock(MORNING.replace(tzinfo=None))
