"""Asks the virus scanner of this machine, ClamAV, about a file."""

import asyncio
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

PIECE: Final = 1 << 16
PATIENCE: Final = 60.0


class Unreachable(Exception):
    """The scanner gave no verdict, which is no reason to trust the file: try later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamd:
    """Where LOKET_CLAMD says that it listens: tcp://host:port or unix:/path."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """ValueError, with what to write instead."""
        scheme, _, rest = url.partition(":")
        if scheme == "unix" and rest.startswith("/"):
            return cls(path="/" + rest.lstrip("/"))
        try:
            parts = urlsplit(url)
            if parts.scheme == "tcp" and parts.hostname and parts.port and parts.path in {"", "/"}:
                return cls(host=parts.hostname, port=parts.port)
        except ValueError:
            pass
        raise ValueError(f"LOKET_CLAMD is {url!r}; write tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl")

    async def scan(self, content: bytes, patience: float = PATIENCE) -> str | None:
        """The name of what was found, or None for a clean file; Unreachable where there is no answer to rely on."""
        pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
        return _found(await self._asked([b"zINSTREAM\0", *(_measured(piece) for piece in (*pieces, b""))], patience))

    async def ping(self, patience: float = 5.0) -> None:
        """Unreachable, unless it answers; for the start and for `loket doctor`."""
        answer = await self._asked([b"zPING\0"], patience)
        if answer != "PONG":
            raise Unreachable(f"what listens at {self} is no virus scanner: {answer[:80]!r}")

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"tcp://{self.host}:{self.port}"

    async def _asked(self, question: Sequence[bytes], patience: float) -> str:
        try:
            async with asyncio.timeout(patience):
                return await self._answer(question)
        except OSError as error:  # of which being late is one
            reason = str(error) or type(error).__name__
            raise Unreachable(f"the virus scanner at {self} gives no answer: {reason}") from error

    async def _answer(self, question: Sequence[bytes]) -> str:
        if self.path:
            answers, questions = await asyncio.open_unix_connection(self.path)
        else:
            answers, questions = await asyncio.open_connection(self.host, self.port)
        try:
            # It hangs up on a file that is longer than it takes, after it has said so.
            with suppress(ConnectionError):
                for piece in question:
                    questions.write(piece)
                    await questions.drain()
            return (await answers.read(4096)).rstrip(b"\0\n").decode(errors="replace")
        finally:
            questions.transport.abort()  # without waiting for it to take what it did not want


def _measured(piece: bytes) -> bytes:
    return struct.pack(">I", len(piece)) + piece


def _found(answer: str) -> str | None:
    """`stream: OK`, `stream: Eicar FOUND`, or a complaint."""
    verdict = answer.partition(": ")[2]
    if verdict == "OK":
        return None
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise Unreachable(f"the virus scanner could not look into the file: {answer[:200] or 'it hung up'}")
