"""Files are looked at in processes of their own: what a bad one does to its process happens to nobody else."""

import asyncio
import io
import json
import logging
import os
import re
import signal
import sys
import time
import zlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from domain.refusal import Refused
from storage.preflight import wire
from storage.preflight.examine import examine
from storage.preflight.examiner import Examiner, Limits, Unavailable
from storage.preflight.rules import Advice, Rules
from tests import papers
from tests.conftest import until

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process reliably")


async def refused(asked: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as caught:
        await asked
    return caught.value


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def ended(pid: int) -> bool:
    """Whether a worker has come to its end, be it that nobody has asked how."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


TAKEN_OVER = """
import json, os, socket, sys
from storage.preflight.confining import confine

def works(do):
    try:
        do()
    except OSError:
        return False
    return True

file, port = sys.argv[1:]
tries = {
    "a file": lambda: open(file).read(),
    "our settings": lambda: open(f"/proc/{os.getppid()}/environ").read(),
    "a new file": lambda: open(file + ".new", "w"),
    "another program": lambda: os.execv("/bin/true", ["true"]),
    "the network": lambda: socket.create_connection(("127.0.0.1", int(port)), 5),
}
free = {name: works(do) for name, do in tries.items() if name != "another program"}
locked_in = confine()
from domain import identifiers
import sqlite3, encodings.cp1252
print(json.dumps([free, locked_in, {name: works(do) for name, do in tries.items()}]))
"""
"""What somebody might try who has taken a worker over, before it was locked in and afterwards."""


NETWORK_SINCE = (6, 7)
"""Which Linux can keep a process from the network."""


def system_version() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


@linux
async def test_whoever_takes_a_worker_over_finds_nothing_and_reaches_nobody(tmp_path: Path) -> None:
    (tmp_path / "documents.key").write_text("secret")
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TAKEN_OVER, str(tmp_path / "documents.key"), str(port)),
            cwd=Path(__file__).parents[2],
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    free, locked_in, tried = json.loads(out)
    if not locked_in:
        pytest.skip("this Linux cannot lock a process in")
    assert all(free.values()), free
    if system_version() < NETWORK_SINCE:
        del tried["the network"]
    assert not any(tried.values()), tried


class TestExaminer:
    @pytest.mark.parametrize(
        "make", [papers.a_phone_photo, papers.a_png, papers.a_heic, papers.a_webp, papers.a_pdf, papers.a_scanned_pdf]
    )
    async def test_says_what_the_look_itself_says(self, make: Callable[[], bytes]) -> None:
        async with Examiner.opened() as examiner:
            assert await examiner.examine(make()) == examine(make(), Rules())

    async def test_obeys_the_rules_it_is_given(self) -> None:
        async with Examiner.opened() as examiner:
            seen = await examiner.examine(papers.a_photo(300, 200), Rules(side_at_least=200))
            small = await examiner.examine(papers.a_photo(300, 200), Rules(side_at_least=400))
        assert seen.advice == ()
        assert small.advice == (Advice("too_small", {"width": 300, "height": 200, "least": 400}),)

    async def test_refuses_with_every_fact(self) -> None:
        async with Examiner.opened() as examiner:
            wrong = await refused(examiner.examine(papers.a_docx()))
            active = await refused(examiner.examine(papers.a_pdf_that("carries a file")))
        assert (wrong.reason, wrong.facts) == ("wrong_type", {"seems": "docx"})
        assert (active.reason, active.facts) == ("pdf_active", {"found": ("attachment",)})

    async def test_binds_and_shows(self) -> None:
        async with Examiner.opened() as examiner:
            bound = await examiner.bind([papers.a_photo(), papers.a_pdf(2)])
            shown = await examiner.preview(bound, "pdf", 2)
            none = await refused(examiner.preview(bound, "pdf", 3))
        assert Image.open(io.BytesIO(shown)).size == (848, 1200)
        assert (none.reason, none.facts) == ("no_page", {"pages": 3})

    async def test_starts_nothing_before_the_first_file_and_leaves_nothing_behind(self) -> None:
        async with Examiner.opened(workers=2) as examiner:
            assert examiner.pids == ()
            await examiner.examine(papers.a_png())
            pids = examiner.pids
            assert len(pids) == 1
        assert gone(pids[0])

    async def test_looks_at_several_at_once_and_never_mixes_them_up(self) -> None:
        async with Examiner.opened(workers=2) as examiner:
            photos = [papers.a_photo(300 + number, 200) for number in range(8)]
            seen = await asyncio.gather(*(examiner.examine(photo) for photo in photos))
            assert [one.width for one in seen] == [300 + number for number in range(8)]
            assert len(examiner.pids) == 2

    async def test_whoever_stops_waiting_stops_nobody_else(self) -> None:
        async with Examiner.opened() as examiner:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(examiner.examine(papers.a_png()), 0.001)
            assert (await examiner.examine(papers.a_png())).kind == "png"

    @linux
    async def test_hides_every_setting_of_ours_from_its_workers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOKET_TELEGRAM_TOKEN", "rahasia")
        async with Examiner.opened() as examiner:
            await examiner.examine(papers.a_png())
            known = environment_of(examiner.pids[0])
        assert b"PATH=" in known
        assert b"rahasia" not in known


class TestTooHeavy:
    async def test_a_pdf_that_is_never_done_is_stopped_and_the_next_file_is_looked_at(self) -> None:
        # Room enough that it is the time that runs out, on a fast machine too.
        async with Examiner.opened(limits=Limits(seconds=3.0, memory_mb=8192)) as examiner:
            await examiner.examine(papers.a_png())
            before, began = examiner.pids, time.monotonic()
            assert (await refused(examiner.examine(papers.an_endless_pdf()))).reason == "too_heavy"
            assert time.monotonic() - began > 2.5
            assert gone(before[0])
            assert (await examiner.examine(papers.a_png())).kind == "png"
            assert examiner.pids != before

    @linux
    async def test_one_that_keeps_the_processor_busy_is_stopped_by_the_system(self) -> None:
        async with Examiner.opened(limits=Limits(seconds=60.0, cpu_seconds=1)) as examiner:
            for _ in range(2):
                assert (await refused(examiner.examine(papers.an_endless_pdf()))).reason == "too_heavy"
                assert (await examiner.examine(papers.a_png())).kind == "png"

    @linux
    async def test_a_picture_that_fills_the_memory_ends_only_its_own_look(self) -> None:
        async with Examiner.opened(limits=Limits(memory_mb=256)) as examiner:
            heavy, light = await asyncio.gather(
                refused(examiner.examine(a_colourful_bomb())), examiner.examine(papers.a_png())
            )
            assert heavy.reason == "too_heavy"
            assert light.kind == "png"
            assert (await examiner.examine(papers.a_photo())).kind == "jpeg"

    @linux
    async def test_a_pdf_that_fills_the_memory_ends_only_its_own_look(self) -> None:
        async with Examiner.opened(limits=Limits(memory_mb=256)) as examiner:
            seen = await asyncio.gather(examiner.examine(a_pdf_bomb()), return_exceptions=True)
            assert not isinstance(seen[0], Unavailable)
            assert (await examiner.examine(papers.a_photo())).kind == "jpeg"

    async def test_while_a_file_takes_long_the_others_go_on(self) -> None:
        async with Examiner.opened(workers=2, limits=Limits(seconds=6.0)) as examiner:
            # Both at work already: to start one may take as long.
            await asyncio.gather(*(examiner.examine(papers.a_phone_photo()) for _ in range(2)))
            assert len(examiner.pids) == 2
            slow = asyncio.ensure_future(examiner.examine(papers.an_endless_pdf()))
            await asyncio.sleep(0.1)
            for _ in range(5):
                await examiner.examine(papers.a_png())
            assert not slow.done()
            assert (await refused(slow)).reason == "too_heavy"


def a_colourful_bomb() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (10_000, 10_000), "red").save(out, "PNG")
    return out.getvalue()


def a_pdf_bomb() -> bytes:
    """A page whose only picture has 400 million pixels and a few hundred kilobytes."""
    packer = zlib.compressobj(1)
    row = b"\0" * 20_000
    packed = b"".join([*(packer.compress(row) for _ in range(20_000)), packer.flush()])
    with pikepdf.open(io.BytesIO(papers.a_pdf())) as pdf:
        picture = pdf.make_stream(
            packed,
            Filter=pikepdf.Name.FlateDecode,
            Subtype=pikepdf.Name.Image,
            Width=20_000,
            Height=20_000,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
        )
        pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(X=picture)
        pdf.pages[0].obj.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /X Do")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


class TestReplaced:
    async def test_a_worker_that_was_killed_between_two_files(self) -> None:
        async with Examiner.opened() as examiner:
            await examiner.examine(papers.a_png())
            (pid,) = examiner.pids
            os.kill(pid, signal.SIGKILL)
            assert (await examiner.examine(papers.a_png())).kind == "png"
            assert examiner.pids != (pid,)

    async def test_a_worker_that_was_killed_over_a_file_is_asked_again_but_once(self) -> None:
        async with Examiner.opened(limits=Limits(seconds=30.0)) as examiner:
            await examiner.examine(papers.a_png())
            slow = asyncio.ensure_future(examiner.examine(papers.an_endless_pdf()))
            killed = set[int]()
            while not slow.done():
                await asyncio.sleep(0.2)
                if not slow.done() and (now := set(examiner.pids) - killed):
                    os.kill(now.pop(), signal.SIGKILL)
                    killed |= set(examiner.pids)
            with pytest.raises((Refused, Unavailable)):
                await slow
            assert (await examiner.examine(papers.a_png())).kind == "png"

    @linux
    async def test_one_that_was_idle_or_served_for_long(self) -> None:
        async with (
            Examiner.opened(limits=Limits(idle_seconds=0.2)) as idle,
            Examiner.opened(limits=Limits(questions=1)) as tired,
        ):
            for examiner in (idle, tired):
                assert (await examiner.examine(papers.a_png())).kind == "png"
                (pid,) = examiner.pids
                await until(partial(ended, pid))
                assert (await examiner.examine(papers.a_png())).kind == "png"
                assert examiner.pids != (pid,)

    async def test_when_everything_closes_nobody_waits_for_a_slow_file(self) -> None:
        async with Examiner.opened(limits=Limits(seconds=60.0)) as examiner:
            await examiner.examine(papers.a_png())
            slow = asyncio.ensure_future(examiner.examine(papers.an_endless_pdf()))
            waiting = asyncio.ensure_future(examiner.examine(papers.a_png()))
            await asyncio.sleep(0.3)
            began = time.monotonic()
        assert time.monotonic() - began < 30
        with pytest.raises(Unavailable):
            await slow
        with pytest.raises((Unavailable, asyncio.CancelledError)):
            await waiting


class TestUnavailable:
    async def test_a_worker_that_does_not_start_says_nothing_about_the_file(self) -> None:
        async with Examiner.opened(limits=Limits(start_seconds=0.01)) as examiner:
            with pytest.raises(Unavailable, match="did not start"):
                await examiner.examine(papers.a_png())

    async def test_a_system_that_cannot_limit_memory_says_so_and_goes_on(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING, "loket.preflight"):
            async with Examiner.opened(limits=Limits(memory_mb=1 << 50)) as examiner:
                assert (await examiner.examine(papers.a_png())).kind == "png"
        assert "cannot limit a worker's memory" in caplog.text


class TestWire:
    @pytest.mark.parametrize(
        "sent",
        [
            b"\0\0",
            b"\0\0\0\x05{}",
            b"\0\0\0\x02[]",
            b"\0\0\0\x02{}",
            b"\0\0\0\x04nope",
            b'\0\0\0\x0e{"files":[-1]}',
            b'\0\0\0\x10{"files":["ab"]}',
            b'\0\0\0\x0d{"files":[9]}',
            b'\0\0\0\x18{"files":[999999999999]}',
            b"\xff\xff\xff\xff{}",
        ],
    )
    def test_what_no_worker_of_ours_would_say_is_not_believed(self, sent: bytes) -> None:
        with pytest.raises(wire.Garbled):
            wire.read(io.BytesIO(sent))

    def test_what_is_written_is_read(self) -> None:
        line = io.BytesIO()
        wire.write(line, {"do": "bind"}, [b"a", b"", b"bc"])
        wire.write(line, {"do": "nothing"})
        line.seek(0)
        assert wire.read(line) == ({"do": "bind"}, [b"a", b"", b"bc"])
        assert wire.read(line) == ({"do": "nothing"}, [])
        assert wire.read(line) is None
