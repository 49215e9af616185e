"""The database: one thing happened, one transaction, off the event loop, and nobody is told before it is durable."""

import asyncio
import os
import queue
import sqlite3
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from storage.unit_of_work import UnitOfWork

T = TypeVar("T")
Work = Callable[[UnitOfWork], T]

MOST_TURNS_IN_A_COMMIT = 64
POSTGRESQL_THREADS = 4


class Database(Protocol):
    """Runs work in a transaction of its own; the answer comes after the commit."""

    async def run(self, work: Work[T], lane: str = "") -> T:
        """Do `work` and commit. Works of the same lane are done in the order in which they came."""
        ...

    def close(self) -> None: ...


def open_database(url: str) -> Database:
    """The database at `url`: `sqlite:///path` or `postgresql://...`."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteDatabase(url)
    return PostgresqlDatabase(url)


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None where the database is a server's."""
    path = url.removeprefix("sqlite:///")
    return None if path == url else Path(path)


def make_engine(url: str) -> Engine:
    """An engine that begins transactions where we say so, for the database at `url`."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        if target.database:
            _make_room(Path(target.database))
        engine = create_engine(
            target,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            poolclass=NullPool,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    # What people said has no place in the text of an error.
    return create_engine(target, hide_parameters=True, pool_size=POSTGRESQL_THREADS, max_overflow=4, pool_pre_ping=True)


def _make_room(file: Path) -> None:
    """Nobody else on the machine may read what people told us; what SQLite lays beside the file is as private."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whatever is wrong with the file, SQLite says it better.
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a commit survives a power cut, not only a killed process.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 10000")
    # What is forgotten is overwritten, which not every SQLite does by itself: an answer to the survey, a user ID.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


@dataclass(frozen=True, slots=True)
class Turn:
    """A work that waits for its commit, and who waits for its answer."""

    work: Work[Any]
    answer: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


Outcome = tuple[Turn, Any, BaseException | None]


class SqliteDatabase:
    """One writer thread takes what is waiting, runs it work by work and commits once.

    A hop to a thread and a wait for the disk are the dear parts of a turn: here many turns share them, on the way
    there and on the way back.
    """

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._waiting: queue.SimpleQueue[Turn | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T], lane: str = "") -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.put(Turn(work, answer, loop))
        return await answer

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()
        self._engine.dispose()

    def _serve(self) -> None:
        with self._engine.connect() as connection:
            uow = UnitOfWork(connection)
            while True:
                first = self._waiting.get()
                if first is None:
                    return
                batch, closing = [first], False
                while len(batch) < MOST_TURNS_IN_A_COMMIT:
                    try:
                        following = self._waiting.get_nowait()
                    except queue.Empty:
                        break
                    if following is None:
                        closing = True
                        break
                    batch.append(following)
                _tell(self._do(connection, uow, batch))
                if closing:
                    return

    @staticmethod
    def _do(connection: Connection, uow: UnitOfWork, batch: list[Turn]) -> list[Outcome]:
        """All works in one commit. They rarely fail; when one does, all begin anew, each fenced off from the others."""
        raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        batch = [turn for turn in batch if not turn.answer.cancelled()]
        for fenced in (False, True):
            try:
                # IMMEDIATE: a transaction that reads first and writes later would overwrite what came between.
                raw.execute("BEGIN IMMEDIATE")
                outcomes = [_fenced(raw, uow, turn) if fenced else (turn, turn.work(uow), None) for turn in batch]
                raw.execute("COMMIT")
            except Exception as failure:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                outcomes = [(turn, None, failure) for turn in batch]
            else:
                break
        return outcomes


def _fenced(raw: sqlite3.Connection, uow: UnitOfWork, turn: Turn) -> Outcome:
    """One work under a savepoint of its own: its failure undoes nothing but itself."""
    raw.execute("SAVEPOINT turn")
    try:
        return turn, turn.work(uow), None
    except Exception as error:
        raw.execute("ROLLBACK TO turn")
        return turn, None, error
    finally:
        raw.execute("RELEASE turn")


def _tell(outcomes: list[Outcome]) -> None:
    """Give the answers back to those who wait, one call for all of them."""
    for loop, theirs in groupby(outcomes, key=lambda outcome: outcome[0].loop):
        # A loop that is closed has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer, list(theirs))


def _answer(outcomes: list[Outcome]) -> None:
    for turn, result, problem in outcomes:
        if turn.answer.done():
            continue
        if problem is None:
            turn.answer.set_result(result)
        else:
            turn.answer.set_exception(problem)


class PostgresqlDatabase:
    """A few threads, one transaction each; the works of one lane always meet the same thread, so they keep order."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._threads = [ThreadPoolExecutor(1, f"postgresql-{n}") for n in range(POSTGRESQL_THREADS)]
        self._next = 0

    async def run(self, work: Work[T], lane: str = "") -> T:
        if lane:
            number = zlib.crc32(lane.encode())
        else:
            self._next = number = self._next + 1
        thread = self._threads[number % POSTGRESQL_THREADS]
        return await asyncio.wrap_future(thread.submit(self._do, work))

    def close(self) -> None:
        for thread in self._threads:
            thread.shutdown()
        self._engine.dispose()

    def _do(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return work(UnitOfWork(connection))
