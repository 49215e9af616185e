"""Looks, every so often, at what is due by now; it keeps nothing in mind, the database does."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.metrics import Metrics
from handlers.office import Office
from handlers.remind import tick
from storage.database import Database

log = logging.getLogger("loket.schedule")

EVERY: Final = 20
"""Seconds between two looks."""


class Schedule:
    """The ticking of the office."""

    def __init__(
        self,
        database: Database,
        office: Callable[[], Office],
        clock: Clock,
        metrics: Metrics,
        owed: Callable[[], None],
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._owed = owed
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        # No grace time: whatever fell due while the process was down is looked at when it is up again.
        self._scheduler.add_job(
            self._tick, "interval", seconds=EVERY, coalesce=True, misfire_grace_time=None, max_instances=1
        )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Look now; an error is the caller's to see."""
        async with self._one_at_a_time:
            began = time.perf_counter()
            await self._database.run(lambda uow: tick(uow, self._office(), self._clock.now()))
            self._metrics.tick.observe(time.perf_counter() - began)
        self._owed()

    async def _tick(self) -> None:
        try:
            await self.tick()
        except Exception:
            self._metrics.tick_failures.inc()
            log.exception("a look at what is due failed; the next one comes in %d s", EVERY)
