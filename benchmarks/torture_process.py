"""The real process of Loket, which is started, killed without a warning, and started again."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.turn import free_port
from simulator import Simulator

ROOT: Final = Path(__file__).parents[1]
MORNING: Final = datetime.fromisoformat("2026-11-24T09:00:00+07:00")
"""A Tuesday, in office hours; no call of that day can be booked any more when the run is over."""
OFFICE_GROUP: Final = -1001234567890
ADMIN: Final = 900000
STOPS_WITHIN: Final = 30.0
STARTING: Final = 0.2
"""How often it dies while it makes its tables or takes up what it left; the others have been seen at work."""
START: Final = 3.0
"""Seconds that a start takes, about, on a busy machine."""
SPREAD: Final = 125.0
"""Seconds over which the deaths are spread: about as long as people need for what they came for."""
SHORT_LIFE: Final = 3.0
"""Seconds at work, on average, that it is granted even when starts take long: nobody would get anywhere."""
LOOK_EVERY: Final = 0.002
NEVER_MIND: Final = 30.0
"""Seconds after which a start that has not led to work is as good a moment as any."""


class Ended(Exception):
    """The process ended, and nobody had killed it."""


@dataclass
class Process:
    """`python -m bot run` on one folder, in one life after the other."""

    simulator: Simulator
    folder: Path
    chance: Random
    kills: int = 0
    port: int = field(default_factory=free_port)
    tormented: asyncio.Event = field(default_factory=asyncio.Event)
    _began: float = field(default_factory=time.monotonic)
    _child: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / "loket.log"

    def now(self) -> datetime:
        """The office's time; that of the process lags behind by the time that its start takes."""
        return MORNING + timedelta(seconds=time.monotonic() - self._began)

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=self._environment(), stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        return {
            **others,
            "PYTHONPATH": str(ROOT),
            "LOKET_TELEGRAM_TOKEN": self.simulator.token,
            "LOKET_TELEGRAM_API_URL": self.simulator.url,
            "LOKET_STAFF_CHAT_ID": str(OFFICE_GROUP),
            "LOKET_ADMIN_IDS": str(ADMIN),
            "LOKET_PORT": str(self.port),
            "LOKET_OFFICE": str(ROOT / "office"),
            # A clock that began anew with every life would put the past behind the future.
            "LOKET_CLOCK": self.now().isoformat(),
        }

    async def torment(self, kills: int) -> None:
        """Kill and start again, that many times; then watch over the last life."""
        for left in range(kills, 0, -1):
            await self._while_it_lives(self._fatal_moment(left))
            assert self._child is not None
            self._child.kill()
            await self._child.wait()
            self.kills += 1
            await self.start()
        self.tormented.set()
        await self._while_it_lives(asyncio.Event().wait())

    async def _while_it_lives(self, happens: Coroutine[Any, Any, object]) -> None:
        """Wait for something; Ended when the process does not live to see it."""
        assert self._child is not None
        expected = asyncio.ensure_future(happens)
        ended = asyncio.ensure_future(self._child.wait())
        try:
            await asyncio.wait({expected, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise Ended(f"the process ended by itself with code {ended.result()}; see {self.log}")
            await expected
        finally:
            expected.cancel()
            ended.cancel()

    async def _fatal_moment(self, left: int) -> None:
        """A random moment. A blind one mostly meets a process that waits, so some are chosen when it is at work."""
        if self.chance.random() < STARTING:
            await asyncio.sleep(self.chance.uniform(0, START))
            return
        idle = self.simulator.updates.poll
        await self._soon(lambda: self.simulator.updates.poll is not idle, NEVER_MIND)
        mean = (SPREAD - (time.monotonic() - self._began)) / left
        await asyncio.sleep(self.chance.uniform(0, 2 * max(SHORT_LIFE, mean - START)))
        match self.chance.choice(("blind", "hearing", "sending", "fetching")):
            case "hearing":
                await self._soon(lambda: self.simulator.pending_updates)
                await asyncio.sleep(self.chance.uniform(0, 0.02))
            case "sending":
                await self._next_message()
            case "fetching":
                await self._soon(lambda: self.simulator.calls[-1].method == "getFile")
                await asyncio.sleep(self.chance.uniform(0, 0.08))

    async def _soon(self, happens: Callable[[], object], seconds: float = 3.0) -> None:
        """Look very often, so that the moment is not over when it is noticed."""
        for _ in range(int(seconds / LOOK_EVERY)):
            if happens():
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _next_message(self) -> None:
        """The moment at which a message has reached a phone, and the bot does not know it yet."""
        news = self.simulator.world.changes.listen()
        try:
            async with asyncio.timeout(3.0):
                while True:
                    change = await news.get()
                    if change is None or (change.kind == "message" and change.thing.from_bot):
                        return
        except TimeoutError:
            return
        finally:
            self.simulator.world.changes.forget(news)

    async def stop(self) -> None:
        """Ask the process to end, as an operator does; it must finish by itself."""
        assert self._child is not None
        self._child.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                code = await self._child.wait()
        except TimeoutError:
            raise Ended(f"the process did not stop within {STOPS_WITHIN:.0f} s of SIGTERM") from None
        if code != 0:
            raise Ended(f"the process ended with code {code} when it was told to stop; see {self.log}")

    async def abandon(self) -> None:
        """Leave no process behind, whatever happened."""
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()
