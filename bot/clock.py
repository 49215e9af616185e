"""The clock of the office: the machine's, or one of a demo that can be moved."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time in UTC. One that was started at a chosen moment runs on from there and can be moved forward."""

    def __init__(self, starts_at: datetime | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        if starts_at is not None and starts_at.tzinfo is None:
            raise ValueError(f"a clock cannot start at a naive moment: {starts_at!r}")
        self._starts_at = starts_at
        self._monotonic = monotonic
        self._began = monotonic()
        self._ahead = timedelta(0)

    @property
    def can_be_moved(self) -> bool:
        return self._starts_at is not None

    def now(self) -> datetime:
        if self._starts_at is None:
            return datetime.now(UTC)
        return (self._starts_at + timedelta(seconds=self._monotonic() - self._began) + self._ahead).astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move a clock of a demo forward."""
        if self._starts_at is None:
            raise ValueError("the machine's clock cannot be moved")
        if by < timedelta(0):
            raise ValueError("a clock goes forward only")
        self._ahead += by
