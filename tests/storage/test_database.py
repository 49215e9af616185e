"""Each work is done whole or not at all, whoever shares its commit, and is not called done before it is durable."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from domain.messages import Address
from storage.database import Database, make_engine, open_database
from storage.owed import Owed
from storage.tables import metadata
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SITI = Address("telegram", "5001")


class Oops(Exception):
    """Something that a handler did not expect."""


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


def settings_in(url: str) -> dict[str, str]:
    """What another connection sees: only what was committed."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return {row[0]: row[1] for row in connection.exec_driver_sql("select name, value from setting")}
    finally:
        engine.dispose()


async def test_what_was_done_is_durable_when_it_is_told(database: Database, url: str) -> None:
    await database.run(lambda uow: uow.remember("greeting", "selamat pagi"))
    assert settings_in(url) == {"greeting": "selamat pagi"}


async def test_the_answer_of_a_work_comes_back(database: Database) -> None:
    await database.run(lambda uow: uow.remember("greeting", "selamat pagi"))
    assert await database.run(lambda uow: uow.setting("greeting")) == "selamat pagi"


async def test_a_work_that_fails_changes_nothing_and_tells_its_own_error(database: Database, url: str) -> None:
    def half_done(uow: UnitOfWork) -> None:
        uow.remember("half", "done")
        raise Oops

    with pytest.raises(Oops):
        await database.run(half_done)
    assert settings_in(url) == {}


async def test_a_failing_work_harms_none_of_those_that_share_its_commit(database: Database, url: str) -> None:
    held = threading.Event()

    def hold(uow: UnitOfWork) -> None:
        held.wait(5)

    def work(number: int, uow: UnitOfWork) -> int:
        uow.remember(f"n{number}", str(number))
        if number % 3 == 0:
            raise Oops(number)
        return number

    holding = asyncio.ensure_future(database.run(hold))
    await asyncio.sleep(0.05)
    waiting = [asyncio.ensure_future(database.run(partial(work, n))) for n in range(20)]
    await asyncio.sleep(0)
    held.set()
    await holding
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Oops)] == [0, 3, 6, 9, 12, 15, 18]
    assert settings_in(url) == {f"n{n}": str(n) for n in range(20) if n % 3}


async def test_a_statement_that_the_database_refuses_harms_no_other_work(database: Database, url: str) -> None:
    def twice(uow: UnitOfWork) -> None:
        uow.people.welcome("telegram", "1", chat="1", name="Bu Siti", username="", language="id", now=NOW)
        uow.people.welcome("telegram", "1", chat="1", name="Bu Siti", username="", language="id", now=NOW)

    outcomes = await asyncio.gather(
        database.run(lambda uow: uow.remember("before", "1")),
        database.run(twice),
        database.run(lambda uow: uow.remember("after", "2")),
        return_exceptions=True,
    )
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, False]
    assert settings_in(url) == {"before": "1", "after": "2"}
    assert await database.run(lambda uow: uow.people.meet("telegram", "1")) is None


async def test_works_of_one_lane_are_done_in_order(database: Database) -> None:
    done: list[int] = []

    def note(number: int, _uow: UnitOfWork) -> None:
        done.append(number)

    await asyncio.gather(*(database.run(partial(note, n), "telegram:5001") for n in range(100)))
    assert done == list(range(100))


async def test_reading_and_then_writing_loses_no_update(database: Database) -> None:
    def count(uow: UnitOfWork) -> None:
        uow.remember("count", str(int(uow.setting("count") or 0) + 1))

    await asyncio.gather(*(database.run(count, "one lane") for _ in range(200)))
    assert await database.run(lambda uow: uow.setting("count")) == "200"


async def test_a_work_that_nobody_waits_for_any_more_does_not_disturb_the_next(database: Database) -> None:
    held = threading.Event()
    holding = asyncio.ensure_future(database.run(lambda uow: held.wait(5), "lane"))
    given_up = asyncio.ensure_future(database.run(lambda uow: uow.remember("given", "up"), "lane"))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.sleep(0)
    held.set()
    await holding
    await database.run(lambda uow: uow.remember("next", "1"), "lane")
    assert await database.run(lambda uow: uow.setting("next")) == "1"


async def test_moments_come_back_aware_and_in_utc(database: Database) -> None:
    await database.run(lambda uow: uow.outbox.owe(Owed(address=SITI, text="halo"), NOW))
    due = await database.run(lambda uow: uow.outbox.next_due("telegram"))
    assert due == NOW
    assert due is not None
    assert due.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="naive"):
        await database.run(lambda uow: uow.outbox.owe(Owed(address=SITI, text="halo"), naive))


async def test_what_waits_is_done_before_the_database_closes(url: str) -> None:
    def remember(number: int, uow: UnitOfWork) -> None:
        uow.remember(f"n{number}", "")

    database = open_database(url)
    waiting = [asyncio.ensure_future(database.run(partial(remember, n))) for n in range(10)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*waiting)
    assert len(settings_in(url)) == 10


async def test_an_event_is_noted_once(database: Database) -> None:
    assert await database.run(lambda uow: uow.inbox.note("telegram", "77", NOW))
    assert not await database.run(lambda uow: uow.inbox.note("telegram", "77", NOW))
    assert not await database.run(lambda uow: uow.inbox.set_aside("telegram", "77", "{}", "why", NOW))
    assert await database.run(lambda uow: uow.inbox.set_aside("telegram", "78", "{}", "why", NOW))
    assert await database.run(lambda uow: uow.inbox.count_aside()) == 1


async def test_nobody_else_on_the_machine_reads_the_database(tmp_path: Path) -> None:
    place = tmp_path / "var" / "loket.db"
    opened = open_database(f"sqlite:///{place}")
    try:
        await opened.run(lambda uow: uow._connection.exec_driver_sql("create table one (two)"))
        beside = list(place.parent.iterdir())
        assert len(beside) == 3
        assert {path.stat().st_mode & 0o077 for path in (place.parent, *beside)} == {0}
    finally:
        opened.close()


async def test_what_is_forgotten_lies_in_no_corner_of_the_file(tmp_path: Path) -> None:
    place = tmp_path / "loket.db"
    engine = make_engine(f"sqlite:///{place}")
    metadata.create_all(engine)
    engine.dispose()
    opened = open_database(f"sqlite:///{place}")
    try:
        told = "Perilaku petugas: kurang baik"
        await opened.run(lambda uow: uow.posts.show("sheet:1", SITI, told, (), NOW))
        await opened.run(lambda uow: uow.posts.leave("sheet:1"))
    finally:
        opened.close()
    assert b"kurang baik" not in place.read_bytes()
