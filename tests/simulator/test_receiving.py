"""Updates reach the bot by long polling or by webhook, in order and until they are taken."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from simulator import Person, Simulator
from simulator.server import LocalServer, listen


class Listener:
    """The bot's own web address, answering as a test tells it to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.times: list[float] = []
        self.answers: list[Response] = []
        self.url = ""

    async def receive(self, request: Request) -> Response:
        self.heard.append(await request.json())
        self.times.append(time.monotonic())
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        return self.answers.pop(0) if self.answers else Response(status_code=204)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Listener"]:
        socket = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}/telegram"
        server = LocalServer(Starlette(routes=[Route("/telegram", self.receive, methods=["POST"])]), socket)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run_until_stopped())
            await server.ready.wait()
            yield self
            server.stop()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.heard if "message" in update]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener().open() as opened:
        yield opened


async def test_an_update_is_given_again_until_the_offset_confirms_it(
    simulator: Simulator, bot: Bot, bu_siti: Person
) -> None:
    for text in ("satu", "dua", "tiga"):
        bu_siti.private.say(text)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    assert [update.update_id for update in first] == [update.update_id for update in again]
    assert simulator.pending_updates == 3
    (last,) = await bot.get_updates(offset=first[-1].update_id + 1)
    assert last.message is not None
    assert (last.message.text, simulator.pending_updates) == ("tiga", 1)
    assert await bot.get_updates(offset=last.update_id + 1) == ()
    await simulator.idle()


async def test_a_long_poll_ends_when_something_happens(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(bot.get_updates(timeout=30))
        await simulator.wait_for(lambda: simulator.calls[-1].method == "getUpdates")
        bu_siti.private.say("halo")

    assert len(poll.result()) == 1


async def test_only_wanted_kinds_are_given(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    bu_siti.private.say("tidak didengar")
    assert simulator.pending_updates == 0
    await bot.get_updates(allowed_updates=[])
    bu_siti.private.say("didengar")
    assert simulator.pending_updates == 1


async def test_a_second_poller_ends_the_first(simulator: Simulator, bot: Bot) -> None:
    async with httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(client.get(f"{simulator.url}/bot{simulator.token}/getUpdates?timeout=30"))
        await simulator.wait_for(lambda: simulator.calls[-1].method == "getUpdates")
        assert await bot.get_updates(timeout=0) == ()

    answer = first.result().json()
    assert (answer["error_code"], answer["description"][:51]) == (
        409,
        "Conflict: terminated by other getUpdates request; m",
    )


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot, listener: Listener) -> None:
    await bot.set_webhook(listener.url)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()

    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_updates_are_delivered_with_the_secret(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url, secret_token="rahasia-123", allowed_updates=["message"])
    bu_siti.private.say("halo")
    await simulator.idle()

    update = Update.de_json(listener.heard[0], bot)
    assert update.message is not None
    assert (update.message.text, listener.secrets) == ("halo", ["rahasia-123"])
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.allowed_updates) == (listener.url, 0, ("message",))
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook(listener.url, secret_token="tidak boleh!")


async def test_a_refused_update_comes_again_and_holds_back_only_its_own_chat(
    simulator: Simulator, bot: Bot, bu_siti: Person, bu_rini: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url)
    listener.answers = [Response(status_code=500), Response(status_code=500)]
    bu_siti.private.say("satu")
    bu_siti.private.say("dua")
    await simulator.wait_for(lambda: len(listener.heard) >= 2)
    bu_rini.private.say("lain")
    await simulator.idle()

    assert listener.texts() == ["satu", "satu", "lain", "satu", "dua"]
    assert len({update["update_id"] for update in listener.heard}) == 3
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_is_honoured(simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener) -> None:
    await bot.set_webhook(listener.url)
    listener.answers = [Response(status_code=503, headers={"Retry-After": "1"})]
    bu_siti.private.say("halo")
    await simulator.idle()

    assert listener.times[1] - listener.times[0] >= 0.99


async def test_a_tap_is_not_held_up_by_messages(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    await bot.send_message(
        bu_siti.id, "?", reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("Ya", callback_data="y"))
    )
    await bot.set_webhook(listener.url)
    listener.answers = [Response(status_code=503, headers={"Retry-After": "600"})]
    bu_siti.private.say("halo")
    await simulator.wait_for(lambda: listener.heard)
    bu_siti.private.tap("Ya")
    await simulator.wait_for(lambda: simulator.pending_updates == 1)

    assert "callback_query" in listener.heard[1]


async def test_a_call_in_the_answer_is_carried_out(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url)
    listener.answers = [JSONResponse({"method": "sendMessage", "chat_id": bu_siti.id, "text": "langsung"})]
    bu_siti.private.say("halo")

    await simulator.wait_for(lambda: bu_siti.private.showing("langsung"))


async def test_a_webhook_nobody_answers_keeps_its_updates(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/telegram")
    bu_siti.private.say("halo")
    await simulator.wait_for(lambda: simulator.updates.webhook and simulator.updates.webhook.last_error)
    assert simulator.pending_updates == 1

    await bot.set_webhook(listener.url)
    await simulator.idle()
    assert listener.texts() == ["halo"]


async def test_an_update_is_repeated_on_demand(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url)
    bu_siti.private.say("halo")
    await simulator.idle()
    simulator.updates.repeat()
    await simulator.idle()

    assert listener.heard[0] == listener.heard[1]


async def test_every_update_can_be_delivered_more_than_once(
    simulator: Simulator, bot: Bot, bu_siti: Person, listener: Listener
) -> None:
    simulator.updates.times = 2
    bu_siti.private.say("halo")
    bu_siti.private.say("ada orang?")
    first, again, *others = await bot.get_updates(timeout=0)
    assert first.update_id == again.update_id
    assert len(others) == 2

    await bot.set_webhook(listener.url)
    await simulator.idle()
    assert listener.texts() == ["halo", "halo", "ada orang?", "ada orang?"]


async def test_any_json_can_be_delivered_as_an_update(simulator: Simulator, bot: Bot, listener: Listener) -> None:
    await bot.set_webhook(listener.url)
    simulator.updates.add_raw({"update_id": 5, "message": {"bukan": "pesan"}})
    simulator.updates.add_raw({"message": None})
    await simulator.idle()

    assert listener.heard[0] == {"update_id": 5, "message": {"bukan": "pesan"}}
    assert isinstance(listener.heard[1]["update_id"], int)


async def test_updates_can_be_held_back(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.updates.hold()
    bu_siti.private.say("nanti")
    assert await bot.get_updates(timeout=0) == ()
    simulator.updates.release()
    assert len(await bot.get_updates(timeout=0)) == 1


async def test_pending_updates_are_dropped_when_asked(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.say("hilang")
    await bot.delete_webhook(drop_pending_updates=True)

    assert simulator.pending_updates == 0


async def test_the_simulator_stops_at_once_though_a_bot_is_polling(bu_siti: Person) -> None:
    async with Simulator().serving() as other:
        async with Bot(other.token, base_url=f"{other.url}/bot") as bot, asyncio.TaskGroup() as tasks:
            poll = tasks.create_task(bot.get_updates(timeout=50))
            await other.wait_for(lambda: other.calls[-1].method == "getUpdates")
            other.world.changes.close()
        began = time.monotonic()
    assert poll.result() == ()
    assert time.monotonic() - began < 25
