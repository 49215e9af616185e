"""A real clamd with one signature is asked about files; what gives no verdict is never taken for clean."""

import asyncio
import contextlib
import io
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.preflight.clamd import Clamd, Unreachable
from tests import papers
from tests.clamd import EICAR, at_work


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clamd, Clamd]]:
    """The same clamd, by its socket and by its port."""
    with at_work(tmp_path_factory.mktemp("clamd")) as both:
        yield both


@asynccontextmanager
async def something_that_says(answer: bytes | None) -> AsyncIterator[Clamd]:
    """A server that is no clamd: it gives one answer whatever it is told, or none."""

    served = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.current_task())
        with contextlib.suppress(ConnectionError):
            await reader.read(10)
            if answer is None:
                await reader.read()
            else:
                writer.write(answer)
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield Clamd(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        await asyncio.gather(*(task for task in served if task))


def a_zip_of(*contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.com", content)
    return out.getvalue()


class TestScan:
    async def test_names_what_it_finds(self, scanner: tuple[Clamd, Clamd]) -> None:
        for clamd in scanner:
            assert await clamd.scan(EICAR) == "Loket.Eicar.UNOFFICIAL"

    async def test_lets_every_paper_pass(self, scanner: tuple[Clamd, Clamd]) -> None:
        for clamd in scanner:
            for content in (papers.a_photo(), papers.a_scanned_pdf(3), b"x"):
                assert await clamd.scan(content) is None

    async def test_sees_the_whole_of_a_file_of_many_pieces(self, scanner: tuple[Clamd, Clamd]) -> None:
        assert await scanner[0].scan(a_zip_of(os.urandom(500_000), EICAR)) == "Loket.Eicar.UNOFFICIAL"

    async def test_serves_many_at_once(self, scanner: tuple[Clamd, Clamd]) -> None:
        verdicts = await asyncio.gather(*(scanner[0].scan(content) for content in [EICAR, papers.a_photo()] * 10))
        assert verdicts == ["Loket.Eicar.UNOFFICIAL", None] * 10

    async def test_a_file_longer_than_it_takes_gets_no_verdict(self, scanner: tuple[Clamd, Clamd]) -> None:
        for clamd in scanner:
            with pytest.raises(Unreachable, match=r"size limit exceeded|could not look|no answer"):
                await clamd.scan(b"\0" * 8_000_000)


class TestUnreachable:
    async def test_where_nothing_listens(self, tmp_path: Path) -> None:
        for clamd in (Clamd(path=str(tmp_path / "none")), Clamd(host="127.0.0.1", port=9)):
            with pytest.raises(Unreachable, match=f"the virus scanner at {clamd} gives no answer"):
                await clamd.scan(b"x")

    async def test_where_it_takes_too_long(self) -> None:
        async with something_that_says(None) as clamd:
            with pytest.raises(Unreachable, match="TimeoutError"):
                await clamd.scan(b"x", patience=0.2)

    @pytest.mark.parametrize(
        "answer", [b"", b"stream: ERROR\0", b"UNKNOWN COMMAND\0", b"OK\0", b"HTTP/1.1 400 Bad\r\n"]
    )
    async def test_where_the_answer_is_no_verdict(self, answer: bytes) -> None:
        async with something_that_says(answer) as clamd:
            with pytest.raises(Unreachable, match="could not look into the file"):
                await clamd.scan(b"x")
            with pytest.raises(Unreachable, match="no virus scanner"):
                await clamd.ping()


class TestSetting:
    @pytest.mark.parametrize(
        ("url", "clamd"),
        [
            ("tcp://127.0.0.1:3310", Clamd(host="127.0.0.1", port=3310)),
            ("tcp://[::1]:3310/", Clamd(host="::1", port=3310)),
            ("unix:/run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
            ("unix:///run/clamav/clamd.ctl", Clamd(path="/run/clamav/clamd.ctl")),
        ],
    )
    def test_may_name_a_port_or_a_socket(self, url: str, clamd: Clamd) -> None:
        assert Clamd.parse(url) == clamd

    @pytest.mark.parametrize("url", ["", "tcp://", "tcp://host", "tcp://host:0x", "http://host:1", "unix:clamd.ctl"])
    def test_that_cannot_be_used_is_answered_with_one_that_can(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"^LOKET_CLAMD is .*; write tcp://"):
            Clamd.parse(url)
