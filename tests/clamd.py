"""A real clamd that knows one signature."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.preflight.clamd import Clamd, Unreachable
from tests.ports import a_free_port

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner is to find; in two parts, lest one finds it here."""


@contextmanager
def at_work(folder: Path, port: int = 0) -> Iterator[tuple[Clamd, Clamd]]:
    """The same clamd, by its socket and by its port. The test is skipped where there is none, and fails in CI."""
    program = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
    if program is None:
        missing = "no clamd on this machine: apt-get install clamav-daemon"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    (folder / "custom.ndb").write_text(f"Loket.Eicar:0:*:{EICAR.hex()}\n")
    port = port or a_free_port()
    config = folder / "clamd.conf"
    config.write_text(
        f"Foreground yes\nDatabaseDirectory {folder}\nLocalSocket {folder}/s\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
        f"StreamMaxLength 1M\nTemporaryDirectory {folder}\nMaxThreads 4\n"
    )
    command = [program, "--config-file", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
        try:
            both = Clamd.parse(f"unix:{folder}/s"), Clamd.parse(f"tcp://127.0.0.1:{port}")
            with ThreadPoolExecutor(1) as aside:  # a test may have a loop of its own
                aside.submit(asyncio.run, answering(both[1], process)).result()
            yield both
        finally:
            process.terminate()


async def answering(clamd: Clamd, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(Unreachable):
            return await clamd.ping()
        await asyncio.sleep(0.1)
    pytest.fail("clamd did not start")
