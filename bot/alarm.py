"""Wakes a worker: when something happened, or when it is time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

LONGEST_PAUSE: Final = 60.0
"""Seconds between two looks while looking itself fails."""

Look = Callable[[asyncio.TaskGroup], Awaitable[float]]
"""Begins what may begin now, in the background, and tells after how many seconds to look again."""


class Alarm:
    """Rings are remembered until the worker has seen them; several are one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._stopping = False

    def ring(self) -> None:
        self._rung.set()

    def stop(self) -> None:
        """Look no more; what has begun is finished."""
        self._stopping = True
        self.ring()

    async def look_until_stopped(self, look: Look, log: logging.Logger, trouble: str) -> None:
        """Look, and begin what there is to do; again when it rings or when it is time."""
        failures = 0
        async with asyncio.TaskGroup() as doing:
            while not self._stopping:
                try:
                    pause = await look(doing)
                    failures = 0
                except Exception:
                    failures += 1
                    log.exception(trouble)
                    pause = min(LONGEST_PAUSE, 2.0**failures)
                await self.wait(pause)

    async def wait(self, seconds: float) -> None:
        """Until it rings, but not longer than so many seconds."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
