"""A virus scanner that is slow keeps nobody waiting who has just sent a file."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.scanner import Scanner
from storage.preflight.clamd import Clamd, Unreachable


@pytest.fixture
async def silent() -> AsyncIterator[Clamd]:
    """Takes every file and says nothing."""
    over = asyncio.Event()

    async def listen(questions: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        await over.wait()
        answers.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        yield Clamd(host=host, port=port)
        over.set()


async def test_whoever_is_in_a_hurry_does_not_wait_for_it(silent: Clamd) -> None:
    scanner = Scanner(silent, hurry=0.2)
    patient = asyncio.create_task(scanner.scan(b"berkas"))
    with pytest.raises(Unreachable):
        await scanner.scan(b"berkas", hurry=True)
    assert "gives no answer" in scanner.trouble
    assert not patient.done()
    patient.cancel()


async def test_while_it_is_silent_the_next_one_waits_even_less(silent: Clamd) -> None:
    scanner = Scanner(silent, hurry=2.0)
    with pytest.raises(Unreachable):
        await scanner.scan(b"satu", hurry=True)
    first = asyncio.create_task(Scanner(silent, hurry=2.0).scan(b"dua", hurry=True))
    with pytest.raises(Unreachable):
        await scanner.scan(b"tiga", hurry=True)
    assert not first.done()
    first.cancel()
