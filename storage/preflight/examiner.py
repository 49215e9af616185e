"""Has files looked at, bound and shown by worker processes, so that a file that breaks one breaks nothing else."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict
from queue import LifoQueue
from typing import Any, Final, Self

from domain.files import TAKEN
from domain.refusal import Refused
from storage.preflight.process import Limits, TooHeavy, Unavailable, Work, WorkerProcess
from storage.preflight.rules import Advice, Examined, Rules
from storage.preflight.wire import Header, Parcel

log = logging.getLogger("loket.preflight")

_MIME: Final = re.compile(r"(?:image|application)/[a-z]{3,4}")
_SUFFIX: Final = re.compile(r"\.[a-z]{3,4}")


class Workers:
    """A few worker processes of one kind; a question waits until one of them is free, and only then is timed."""

    def __init__(self, work: Work, count: int, limits: Limits) -> None:
        self._all = [WorkerProcess(work, limits) for _ in range(count)]
        self._free: LifoQueue[WorkerProcess] = LifoQueue()  # the last one used is warm, the others may go and sleep
        for worker in self._all:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=f"preflight-{work}")

    @classmethod
    @asynccontextmanager
    async def opened(cls, work: Work, count: int, limits: Limits) -> AsyncIterator[Self]:
        workers = cls(work, count, limits)
        try:
            yield workers
        finally:
            await asyncio.to_thread(workers._close)

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the workers that were started."""
        return tuple(worker.pid for worker in self._all if worker.pid is not None)

    async def ask(self, header: Header, files: Sequence[bytes]) -> Parcel:
        """The answer; Refused, or Unavailable when there is nobody to ask."""
        try:
            answer, answered = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, header, files)
        except TooHeavy as error:
            log.warning("a file was too much for its worker: %s", error)
            raise Refused("too_heavy") from error
        if reason := answer.get("refused"):
            facts = {key: tuple(fact) if isinstance(fact, list) else fact for key, fact in answer["facts"].items()}
            raise Refused(reason, **facts)
        if broken := answer.get("broken"):
            log.warning("a file could not be worked on: %s", broken)
            raise Refused("damaged", kind=header.get("kind", ""))
        return answer, answered

    def _ask(self, header: Header, files: Sequence[bytes]) -> Parcel:
        worker = self._free.get()
        try:
            return worker.ask(header, files)
        finally:
            self._free.put(worker)

    def _close(self) -> None:
        for worker in self._all:
            worker.close()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.bury()


class Examiner:
    """Looks at files as they arrive."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    @classmethod
    @asynccontextmanager
    async def opened(cls, *, workers: int = 1, limits: Limits | None = None) -> AsyncIterator[Self]:
        """No process is started before the first file comes."""
        async with Workers.opened("pages", workers, limits or Limits()) as opened:
            yield cls(opened)

    @property
    def pids(self) -> tuple[int, ...]:
        return self._workers.pids

    async def examine(self, content: bytes, rules: Rules | None = None) -> Examined:
        """Refused for what cannot be taken; Unavailable when nobody could look, which is no reason to take it."""
        asked = {"do": "examine", "rules": asdict(rules or Rules())}
        answer, answered = await self._workers.ask(asked, [content])
        return _examined(answer["examined"], answered[0])

    async def bind(self, pages: Sequence[bytes]) -> bytes:
        """One PDF of photos and PDFs in their order, without loss."""
        _, answered = await self._workers.ask({"do": "bind"}, pages)
        return answered[0]

    async def preview(self, content: bytes, kind: str, page: int = 0) -> bytes:
        """A JPEG of one page, 1200 pixels long; Refused("no_page") where there is none."""
        _, answered = await self._workers.ask({"do": "preview", "kind": kind, "page": page}, [content])
        return answered[0]


def _examined(told: dict[str, Any], content: bytes) -> Examined:
    """What a worker says, as far as it can be believed: a file may have taken it over."""
    advice = tuple(Advice(str(one["key"]), dict(one["facts"])) for one in told["advice"])
    if told["kind"] not in TAKEN or not _MIME.fullmatch(told["mime"]) or not _SUFFIX.fullmatch(told["suffix"]):
        raise Refused("damaged", kind="")
    return Examined(**{**told, "content": content, "advice": advice, "notes": tuple(told["notes"])})


__all__ = ["Examiner", "Limits", "Unavailable", "Workers"]
