"""The parts of Loket work together, from its start to its end."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import Loket
from bot.clock import Clock
from bot.pace import UNLIMITED
from bot.serving import PortTaken, listen
from channels.telegram import Refusal
from domain.cases import Role, StaffMember
from simulator import Simulator
from storage import migrate
from storage.database import open_database
from tests.bot.conftest import MORNING, Office, at_work, settings_of


async def test_the_admins_of_the_settings_are_appointed_and_stay_what_else_they_are(
    sim: Simulator, tmp_path: Path
) -> None:
    settings = settings_of(sim, tmp_path, admin_ids="7003,7004")
    migrate.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    member = StaffMember("7004", "Bu Rini", frozenset({Role.TUS}))
    await database.run(lambda uow: uow.staff.appoint(member, "test", MORNING))
    database.close()
    async with at_work(sim, settings, tmp_path, UNLIMITED) as office:
        staff = {one.user_id: one for one in await office.loket.database.run(lambda uow: uow.staff.everybody())}
    assert staff["7003"].roles == {Role.ADMIN}
    assert staff["7004"] == StaffMember("7004", "Bu Rini", frozenset({Role.TUS, Role.ADMIN}))


async def test_the_clock_of_a_demo_moves_by_an_hour_or_a_working_day(office: Office) -> None:
    friday = datetime(2026, 11, 27, 2, tzinfo=UTC)
    office.loket.clock.advance(friday - office.loket.clock.now())
    async with httpx.AsyncClient(base_url=office.loket.url) as web:
        before = datetime.fromisoformat((await web.get("/clock")).json()["now"])
        hour = datetime.fromisoformat((await web.post("/clock", json={"advance": "hour"})).json()["now"])
        assert timedelta(hours=1) <= hour - before < timedelta(hours=1, seconds=10)
        day = datetime.fromisoformat((await web.post("/clock", json={"advance": "working_day"})).json()["now"])
        monday = hour + timedelta(days=3)
        assert timedelta(0) <= day - monday < timedelta(seconds=10)
        for nonsense in (b"{", b"[]", b'{"advance": "year"}', b'{"advance": ["hour"]}'):
            assert (await web.post("/clock", content=nonsense)).status_code == 400


async def test_the_machines_clock_has_no_address(sim: Simulator, tmp_path: Path) -> None:
    opened = Loket.opened(settings_of(sim, tmp_path), pace=UNLIMITED, key_file=tmp_path / "documents.key")
    async with opened as loket, loket.running(), httpx.AsyncClient(base_url=loket.url) as web:
        assert (await web.get("/clock")).status_code == 404
        assert (await web.get("/readyz")).status_code == 200


async def test_a_start_without_telegram_waits_for_it_and_says_so(sim: Simulator, tmp_path: Path) -> None:
    sim.faults.offline()
    opened = Loket.opened(
        settings_of(sim, tmp_path), clock=Clock(MORNING), pace=UNLIMITED, key_file=tmp_path / "documents.key"
    )
    async with opened as loket, asyncio.TaskGroup() as tasks:
        stopped = asyncio.Event()
        tasks.create_task(loket.run(stopped))
        async with httpx.AsyncClient(base_url=loket.url) as web:
            assert (await web.get("/healthz")).status_code == 200
            ready = await web.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["telegram"].startswith("connecting")
            sim.faults.online()
            async with asyncio.timeout(60):
                # Not before the first updates were fetched: only then is it known that it can be heard.
                while (await web.get("/readyz")).status_code != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        stopped.set()


async def test_a_token_that_telegram_does_not_know_ends_the_start(sim: Simulator, tmp_path: Path) -> None:
    settings = settings_of(sim, tmp_path, telegram_token="1:another")
    opened = Loket.opened(settings, clock=Clock(MORNING), pace=UNLIMITED, key_file=tmp_path / "documents.key")
    with pytest.raises(BaseExceptionGroup) as error:
        async with opened as loket, loket.running():
            pass
    assert error.value.subgroup(Refusal)


async def test_a_restart_loses_no_message_and_sends_none_twice(sim: Simulator, tmp_path: Path) -> None:
    settings = settings_of(sim, tmp_path)
    siti = sim.person("Bu Siti")
    async with at_work(sim, settings, tmp_path, UNLIMITED) as office:
        siti.private.start()
        await office.settle()
    siti.private.say("status")  # while nobody is there
    async with at_work(sim, settings, tmp_path, UNLIMITED) as office:
        await office.settle()
        assert len(office.said_to(siti)) == 2


async def test_a_port_that_is_taken_is_told(sim: Simulator, tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            async with Loket.opened(settings_of(sim, tmp_path, port=port)):
                pass


async def test_the_schedule_goes_on_after_a_failure(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.loket.office, good = None, office.loket.office  # type: ignore[assignment]
    await office.loket.schedule._tick()
    office.loket.office = good
    assert "a look at what is due failed" in caplog.text
    assert b"loket_tick_failures_total 1.0" in office.loket.metrics.written()
    await office.loket.schedule.tick()
