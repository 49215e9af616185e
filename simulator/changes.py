"""Tells whoever waits that something has changed on a phone or in a queue."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer")

PATIENCE = 30.0
"""Seconds that something is waited for where nobody says how long: the machine may be busy with something else."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: its kind ("message", "chat", "people", "toast", "clock") and the thing itself."""

    kind: str
    thing: Any = None


class Changes:
    """The news of one simulator: some wait for the next piece, some listen to all of it."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._listeners: set[asyncio.Queue[Change | None]] = set()

    def tell(self, kind: str, thing: Any = None) -> None:
        self.count += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()
        if kind != "queue":
            for listener in self._listeners:
                listener.put_nowait(Change(kind, thing))

    async def next(self) -> None:
        """Wait for one change, whatever it is."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    async def pause(self, seconds: float) -> None:
        """Do nothing for a while, but not beyond the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.closed:
                    await self.next()

    async def wait_for(self, predicate: Callable[[], Answer], timeout: float) -> Answer:
        """Wait until the predicate is true and return what it found; a LookupError counts as "not yet"."""
        missing: LookupError | None = None
        try:
            async with asyncio.timeout(timeout):
                while True:
                    try:
                        found = predicate()
                    except LookupError as error:
                        missing = error
                    else:
                        missing = None
                        if found:
                            return found
                    await self.next()
        except TimeoutError:
            raise TimeoutError(f"it did not happen within {timeout:g} s") from missing

    def listen(self) -> asyncio.Queue[Change | None]:
        """A queue that receives every change; None says that the simulator is closing."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        if self.closed:
            queue.put_nowait(None)
        self._listeners.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[Change | None]) -> None:
        self._listeners.discard(queue)

    def close(self) -> None:
        """End every wait, so that the server can stop."""
        self.closed = True
        for listener in self._listeners:
            listener.put_nowait(None)
        self.tell("queue")
