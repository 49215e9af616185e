"""One worker process: started when it is first needed, ended when it takes too much, and then started anew."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from storage.preflight.wire import Garbled, Header, Parcel, read, write

log = logging.getLogger("loket.preflight")

_ROOT: Final = Path(__file__).parents[2]

# The worker sees no LOKET_ setting and locks itself in: a hostile file that takes it over finds no token and no key.
_KNOWN_TO_WORKER: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
# A thread more is a stack and an arena more, all of which count against the limit; and there is only one file.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

Work = Literal["pages", "reading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one question may take."""

    seconds: float = 20.0
    cpu_seconds: int = 15
    memory_mb: int = 1024
    """Of addresses, which is what the system can limit; some 100 MB of it are the libraries."""
    start_seconds: float = 60.0
    idle_seconds: float = 300.0
    """After so long without a question the worker ends, and its memory is free."""
    questions: int = 500
    """After so many it ends too, and whatever leaked in it is gone."""


class TooHeavy(Exception):
    """The question took more time or memory than it may, or broke the worker."""


class Unavailable(Exception):
    """There is no worker to ask, which says nothing about the file: try later."""


class _Broken(Exception):
    """The worker ended without an answer."""

    def __init__(self, code: int | None, *, late: bool) -> None:
        super().__init__(f"too late, ended with {code}" if late else f"ended with {code}")
        # It had left by itself, or somebody else ended it: the file need not be the cause.
        self.innocent = not late and code in {0, -signal.SIGTERM, -getattr(signal, "SIGKILL", 9)}


class WorkerProcess:
    """Asked from one thread at a time; ended from any."""

    def __init__(self, work: Work, limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    def ask(self, header: Header, files: Sequence[bytes] = ()) -> Parcel:
        """The answer; TooHeavy or Unavailable where there is none."""
        again = self._child is not None
        try:
            return self._asked(header, files)
        except _Broken as broken:
            if not (again and broken.innocent):
                raise TooHeavy(str(broken)) from broken
        try:
            return self._asked(header, files)
        except _Broken as broken:
            raise TooHeavy(str(broken)) from broken

    def close(self) -> None:
        """For good; who is waiting for an answer gets Unavailable."""
        with self._guard:
            self._closed = True
            child = self._child
            if child is not None and child.poll() is None:
                child.kill()

    def bury(self) -> None:
        """Take leave of an ended worker; to be called where it is asked, or after that thread has stopped."""
        child, self._child = self._child, None
        if child is not None:
            _end(child)

    def _asked(self, header: Header, files: Sequence[bytes]) -> Parcel:
        child = self._child or self._started()
        assert child.stdin is not None
        with _Watch(child, self._limits.seconds) as watch:
            try:
                write(child.stdin, {**header, "cpu_seconds": self._limits.cpu_seconds}, files)
                answer = _answer(child)
            except (OSError, Garbled, EOFError) as error:
                self._child = None
                code = _end(child)
                if self._closed:
                    raise Unavailable("closed") from error
                log.warning("worker %d ended with %s%s", child.pid, code, ", too late" if watch.rang else "")
                raise _Broken(code, late=watch.rang) from error
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        given = {"work": self._work, **asdict(self._limits)}
        child = self._spawned([sys.executable, "-P", "-B", "-m", "storage.preflight.worker", json.dumps(given)])
        with _Watch(child, self._limits.start_seconds):
            try:
                hello, _ = _answer(child)
            except (OSError, Garbled, EOFError) as error:
                self._child = None
                raise Unavailable(f"the worker did not start: ended with {_end(child)}") from error
        if unlimited := hello.get("unlimited"):
            log.warning(
                "this system cannot limit a worker's %s: a file that takes too much is stopped only after %.0f seconds",
                " and ".join(unlimited),
                self._limits.seconds,
            )
        if not hello.get("confined"):
            log.info("this system cannot lock a worker in: a file that takes it over may read what Loket may read")
        return child

    def _spawned(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        known = {name: os.environ[name] for name in _KNOWN_TO_WORKER if name in os.environ}
        with self._guard:
            if self._closed:
                raise Unavailable("closed")
            try:
                self._child = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={**known, **_ONE_THREAD, "PYTHONPATH": str(_ROOT)},
                    start_new_session=True,  # Ctrl-C is for the bot, which then ends its workers
                )
            except OSError as error:
                raise Unavailable(str(error)) from error
        return self._child


class _Watch:
    """Ends a worker that has not answered in time."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.rang = False
        self._child = child
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _ring(self) -> None:
        self.rang = True
        self._child.kill()


def _answer(child: subprocess.Popen[bytes]) -> Parcel:
    assert child.stdout is not None
    answer = read(child.stdout)
    if answer is None:
        raise EOFError
    return answer


def _end(child: subprocess.Popen[bytes]) -> int | None:
    """Make sure that it has ended, and say how it did."""
    try:
        # One that closed its side is on its way out; how it ends by itself tells why.
        code = child.wait(1.0)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # what was never read is still to be flushed
                continue
    return code
