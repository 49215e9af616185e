"""Everything that arrives is kept before it is acknowledged, once, and what is strange blocks nobody."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from simulator import Simulator
from storage.database import make_engine
from tests.bot.conftest import SECRET, Office
from tests.conftest import until

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SITI = {"id": 5001, "is_bot": False, "first_name": "Siti"}
CHAT = {"id": 5001, "type": "private", "first_name": "Siti"}


def said(text: str, number: int = 1, **more: Any) -> dict[str, Any]:
    message = {"message_id": 1, "date": 1795485600, "chat": CHAT, "from": SITI, "text": text, **more}
    return {"update_id": number, "message": message}


@pytest.fixture
def options() -> dict[str, Any]:
    return {
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "public_url": "http://127.0.0.1:9",  # nobody: these tests deliver by themselves
    }


@pytest.fixture
async def web(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=office.loket.url) as client:
        yield client


async def deliver(web: httpx.AsyncClient, what: Any, secret: str = SECRET) -> httpx.Response:
    content = what if isinstance(what, bytes) else json.dumps(what).encode()
    return await web.post("/telegram", content=content, headers={HEADER: secret})


async def test_a_delivery_is_acted_upon_and_answered(office: Office, web: httpx.AsyncClient) -> None:
    answer = await deliver(web, said("/start"))
    assert answer.status_code == 200
    assert office.rows("select channel, key, aside from inbox") == [("telegram", "1", None)]
    await office.settle()
    assert len(office.said_to(office.siti)) == 1


async def test_the_same_delivery_again_changes_nothing(office: Office, web: httpx.AsyncClient) -> None:
    for answer in await asyncio.gather(*(deliver(web, said("/start")) for _ in range(5))):
        assert answer.status_code == 200
    await office.settle()
    assert len(office.said_to(office.siti)) == 1


async def test_a_delivery_without_the_secret_is_turned_away(office: Office, web: httpx.AsyncClient) -> None:
    assert (await web.post("/telegram", json=said("/start"))).status_code == 401
    assert (await deliver(web, said("/start"), "another")).status_code == 403
    assert (await deliver(web, said("/start"), SECRET[:-1])).status_code == 403
    assert office.rows("select * from inbox") == []


async def test_a_body_larger_than_telegram_sends_is_turned_away(office: Office, web: httpx.AsyncClient) -> None:
    assert (await deliver(web, b"x" * ((1 << 20) + 1))).status_code == 413
    assert office.rows("select * from inbox") == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\x00", b"[" * 100_000, b"null", b""])
async def test_what_is_not_even_an_update_is_kept_aside_and_does_not_come_again(
    office: Office, web: httpx.AsyncClient, body: bytes
) -> None:
    assert (await deliver(web, body)).status_code == 200
    [(key, aside)] = office.rows("select key, aside from inbox")
    assert key.startswith("raw:")
    assert "Error" in aside
    assert (await deliver(web, body)).status_code == 200
    assert len(office.rows("select * from inbox")) == 1


async def test_an_update_that_cannot_be_read_is_kept_and_its_sender_gets_an_apology(
    office: Office, web: httpx.AsyncClient
) -> None:
    raw = {"update_id": 7, "message": {"message_id": 1, "chat": CHAT, "from": SITI}}
    assert (await deliver(web, raw)).status_code == 200
    assert (await deliver(web, raw)).status_code == 200
    [(key, text, aside)] = office.rows("select key, raw, aside from inbox")
    assert (key, json.loads(text)) == ("7", raw)
    assert "Traceback" in aside
    await office.settle()
    assert len(office.said_to(office.siti)) == 1


async def test_an_update_that_cannot_be_handled_is_kept_and_the_next_is_served(
    office: Office, web: httpx.AsyncClient
) -> None:
    half_a_character = said("halo", 8)
    half_a_character["message"]["from"] = {**SITI, "username": "siti\ud83d"}
    assert (await deliver(web, half_a_character)).status_code == 200
    [(key, aside)] = office.rows("select key, aside from inbox")
    assert key == "8"
    assert "UnicodeEncodeError" in aside
    assert (await deliver(web, said("/start", 9))).status_code == 200
    await office.settle()
    assert len(office.said_to(office.siti)) == 2
    assert 'loket_events_total{channel="telegram",outcome="aside"} 1.0' in (await web.get("/metrics")).text


@pytest.mark.parametrize("what", ["not JSON", "not an update", "not to be handled"])
async def test_what_is_kept_aside_holds_no_password(office: Office, web: httpx.AsyncClient, what: str) -> None:
    body: Any = said("password saya: Rahasia77", 8)
    if what == "not JSON":
        body = json.dumps(body).encode() + b"}"
    elif what == "not an update":
        del body["message"]["date"]
    else:
        body["message"]["from"] = {**SITI, "username": "siti\ud83d"}
    assert (await deliver(web, body)).status_code == 200
    [(raw, aside)] = office.rows("select raw, aside from inbox")
    assert "password saya: " in raw
    assert "Rahasia77" not in raw + aside


async def test_a_tap_is_answered_even_when_it_cannot_be_handled(office: Office, web: httpx.AsyncClient) -> None:
    await office.owe(office.siti, "Pilih", rows=())
    office.sim.updates.hold()
    await deliver(web, said("/start"))
    await office.loket.settled()
    tap = office.siti.private.tap("Status")
    raw = {
        "update_id": 12,
        "callback_query": {
            "id": tap.id,
            "from": {**SITI, "username": "\ud83d"},
            "chat_instance": "1",
            "data": "w.\ud83d",
            "message": {"message_id": tap.message.id, "date": 1795485600, "chat": CHAT},
        },
    }
    assert (await deliver(web, raw)).status_code == 200
    await until(lambda: tap.answered)


async def test_without_the_database_nothing_is_said_to_be_delivered(office: Office, web: httpx.AsyncClient) -> None:
    engine = make_engine(office.loket.settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table inbox rename to elsewhere")
    answer = await deliver(web, said("/start"))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert (await deliver(web, b"{")).status_code == 503
    numbers = (await web.get("/metrics")).text
    assert 'loket_events_total{channel="telegram",outcome="not kept"} 2.0' in numbers
    assert "loket_events_aside NaN" in numbers
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table elsewhere rename to inbox")
    engine.dispose()
    assert (await deliver(web, said("/start"))).status_code == 200
    await office.settle()
    assert len(office.said_to(office.siti)) == 1


async def test_many_people_at_once_are_all_heard(office: Office, web: httpx.AsyncClient) -> None:
    def from_person(number: int) -> dict[str, Any]:
        chat = {"id": 9000 + number, "type": "private", "first_name": f"P{number}"}
        return said("/start", 100 + number, chat=chat, **{"from": {**SITI, "id": 9000 + number}})

    answers = await asyncio.gather(*(deliver(web, from_person(number)) for number in range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert office.rows("select count(*) from person") == [(60,)]


async def test_what_there_is_to_ask_over_http(office: Office, web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz")).text == "ok\n"
    ready = await web.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "database": "ok", "office": "ok", "telegram": "ok"},
    )
    assert (await web.get("/telegram")).status_code == 405
    assert (await web.post("/whatsapp")).status_code == 404
    numbers = (await web.get("/metrics")).text
    assert "loket_outbox_owed 0.0" in numbers
    assert "loket_events_aside 0.0" in numbers


async def test_a_database_of_another_version_is_not_ready(office: Office, web: httpx.AsyncClient) -> None:
    engine = make_engine(office.loket.settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("delete from alembic_version")
    engine.dispose()
    ready = await web.get("/readyz")
    assert ready.status_code == 503
    assert "loket migrate" in ready.json()["database"]


async def test_telegram_delivers_by_itself_and_again_when_it_has_to(sim: Simulator, office: Office) -> None:
    """The whole way round, with the simulated Telegram at the other end."""
    await office.loket._telegram.use_webhook(f"{office.loket.url}/telegram", SECRET)
    engine = make_engine(office.loket.settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table inbox rename to elsewhere")
    office.siti.private.start()
    await sim.wait_for(lambda: sim.updates.webhook and sim.updates.webhook.last_error)
    assert sim.pending_updates == 1
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table elsewhere rename to inbox")
    engine.dispose()
    await office.settle()
    assert len(office.said_to(office.siti)) == 1


async def test_an_event_of_a_group_that_is_not_ours_gets_no_answer(office: Office, web: httpx.AsyncClient) -> None:
    other = {"id": -5, "type": "group", "title": "Lain"}
    assert (await deliver(web, said("/antrian", chat=other))).status_code == 200
    assert office.rows("select * from outbox") == []
