"""Reads what a page says, in a worker process of its own, one page at a time; for advice and never for a decision."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any, Final, Self

from domain.refusal import Refused
from storage.preflight.examiner import Limits, Workers
from storage.preflight.telling import Line, Page, Reading, tell

log = logging.getLogger("loket.preflight")

PATIENCE: Final = Limits(seconds=60.0, cpu_seconds=45, memory_mb=2560, idle_seconds=120.0, questions=200)
"""Reading takes some 500 MB, and three times that in addresses; after two quiet minutes they are given back."""

MOST_LETTERS: Final = 20_000
"""A page of small print has a third of it."""


def can_read_pictures() -> bool:
    """Whether the extra `loket[ocr]` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class Reader:
    """Reads pages; without the extra `loket[ocr]` only those of a PDF that carries its words."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    @classmethod
    @asynccontextmanager
    async def opened(cls, limits: Limits = PATIENCE) -> AsyncIterator[Self]:
        """No process is started before the first page comes."""
        async with Workers.opened("reading", 1, limits) as opened:
            yield cls(opened)

    @property
    def pids(self) -> tuple[int, ...]:
        return self._workers.pids

    async def read(self, content: bytes, kind: str, page: int = 0) -> Reading | None:
        """None where nobody can read it: not installed, or too heavy. Unavailable when there is no worker to be had."""
        try:
            answer, _ = await self._workers.ask({"do": "read", "kind": kind, "page": page}, [content])
        except Refused as error:
            log.warning("a page could not be read: %s", error)
            return None
        told = answer["page"]
        return tell(Page(_first_lines(told["lines"]), read=told["read"])) if told else None


def _first_lines(told: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """As much as a page can hold: a PDF may have megabytes of words, and to make sense of them is done by the bot."""
    lines, letters = [], 0
    for one in told:
        letters += len(one["text"])
        if letters > MOST_LETTERS:
            break
        lines.append(Line(**one))
    return tuple(lines)
