"""Wakes a worker: when something happened, or when it is time."""

import asyncio


class Alarm:
    """Rings are remembered until the worker has seen them; several are one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Until it rings, but not longer than so many seconds."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
