"""Messages go to Telegram as Telegram wants them, and its refusals come back in our words."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.telegram import HURRY, Refusal, Telegram
from domain.files import LIMIT_BYTES
from domain.messages import (
    BOLD,
    PLAIN,
    Address,
    Attachment,
    Button,
    ChatMoved,
    Gone,
    Impossible,
    NotSent,
    Outgoing,
    Toast,
    TooBig,
    TryLater,
    Unreachable,
)
from simulator import Chat, Person, Simulator
from simulator.server import LocalServer, listen
from tests import papers
from tests.conftest import until

PDF = Attachment("REG-2026-0007 KTP Direktur.pdf", "application/pdf", b"%PDF-1.7 ...")
AMBIL = ((Button("Ambil", "s.take.1"), Button("Buka SPSE", url="https://spse.example.go.id/")),)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator().serving(port=0) as simulator:
        yield simulator


@pytest.fixture
async def telegram(sim: Simulator) -> AsyncIterator[Telegram]:
    async with Telegram.opened(sim.token, sim.url) as telegram:
        yield telegram


@pytest.fixture
def siti(sim: Simulator) -> Person:
    return sim.person("Bu Siti", started=True)


@pytest.fixture
def group(sim: Simulator) -> Chat:
    return sim.group("Petugas LPSE", [sim.person("Pak Hendra", started=True)], supergroup=True)


def to(chat: Person | Chat, text: str = "", **more: Any) -> Outgoing:
    return Outgoing(Address("telegram", str(chat.id)), text, **more)


# Sending


async def test_a_message_shows_its_emphasis_and_its_buttons(telegram: Telegram, siti: Person) -> None:
    sent = await telegram.send(to(siti, f"PT <Maju> & {BOLD}Bersama{PLAIN}", rows=AMBIL))
    message = siti.private.newest
    assert message.html == "PT &lt;Maju&gt; &amp; <b>Bersama</b>"
    assert message.labels == ["Ambil", "Buka SPSE"]
    assert sent.messages == (str(message.id),)


async def test_a_long_message_is_cut_and_has_its_buttons_at_the_end(telegram: Telegram, siti: Person) -> None:
    sent = await telegram.send(to(siti, "\n\n".join([BOLD + "kata " * 500 + PLAIN] * 3), rows=AMBIL))
    shown = siti.private.messages
    assert [str(message.id) for message in shown] == list(sent.messages)
    assert [bool(message.labels) for message in shown] == [False, False, True]


async def test_a_document_carries_its_text_and_is_protected(telegram: Telegram, siti: Person) -> None:
    await telegram.send(to(siti, "KTP", files=(PDF,), rows=AMBIL, protected=True))
    [message] = siti.private.messages
    assert message.file is not None
    assert (message.file.name, message.file.content, message.text) == (PDF.name, PDF.content, "KTP")
    assert (message.protected, message.labels) == (True, ["Ambil", "Buka SPSE"])


async def test_a_document_of_several_megabytes_arrives_whole(telegram: Telegram, siti: Person) -> None:
    large = Attachment("akta.pdf", "application/pdf", b"%PDF-1.7 " + bytes(3 << 20))
    await telegram.send(to(siti, "Akta", files=(large,)))
    [message] = siti.private.messages
    assert message.file is not None
    assert message.file.content == large.content


async def test_a_picture_is_looked_at_in_the_chat(telegram: Telegram, siti: Person) -> None:
    chart = Attachment("laporan.png", "image/png", papers.a_png(), picture=True)
    await telegram.send(to(siti, "November", files=(chart,)))
    [message] = siti.private.messages
    assert (message.look.kind, message.text) == ("photo", "November")


async def test_a_text_too_long_for_a_caption_follows_its_document(telegram: Telegram, siti: Person) -> None:
    sent = await telegram.send(to(siti, "kata " * 300, files=(PDF,), rows=AMBIL))
    document, text = siti.private.messages
    assert (document.text, document.labels, text.labels) == ("", [], ["Ambil", "Buka SPSE"])
    assert sent.messages == (str(document.id), str(text.id))


@pytest.mark.parametrize(("count", "albums"), [(2, [2]), (10, [10]), (11, [10, 1]), (23, [10, 10, 3])])
async def test_several_files_go_as_albums_and_the_text_follows(
    telegram: Telegram, siti: Person, count: int, albums: list[int]
) -> None:
    sent = await telegram.send(to(siti, "Akta", files=(PDF,) * count, rows=AMBIL, protected=True))
    *files, text = siti.private.messages
    assert len(sent.messages) == count + 1
    assert all(message.protected and message.file for message in files)
    assert text.labels == ["Ambil", "Buka SPSE"]
    seen: dict[str, int] = {}
    for message in files:
        seen[message.album or str(message.id)] = seen.get(message.album or str(message.id), 0) + 1
    assert list(seen.values()) == albums


async def test_files_without_a_text_are_all_that_goes(telegram: Telegram, siti: Person) -> None:
    await telegram.send(to(siti, files=(PDF, PDF)))
    assert len(siti.private.messages) == 2


# Changing what is there


async def test_a_message_is_changed_in_place(telegram: Telegram, group: Chat) -> None:
    [number] = (await telegram.send(to(group, "REG-2026-0001 baru", rows=AMBIL))).messages
    await telegram.edit(to(group, f"REG-2026-0001 {BOLD}diambil{PLAIN}", edit=number))
    [message] = [one for one in group.messages if one.from_bot]
    assert (message.html, message.labels) == ("REG-2026-0001 <b>diambil</b>", [])


async def test_under_a_file_the_caption_is_changed(telegram: Telegram, siti: Person) -> None:
    [number] = (await telegram.send(to(siti, "KTP Direktur", files=(PDF,), rows=AMBIL, protected=True))).messages
    await telegram.edit(to(siti, f"{BOLD}KTP Direktur{PLAIN}: sesuai", edit=number))
    message = siti.private.newest
    assert (message.html, message.labels) == ("<b>KTP Direktur</b>: sesuai", [])
    assert message.file is not None
    await telegram.edit(to(siti, "panjang " * 300, edit=number))
    assert len(siti.private.newest.text) <= 1024


async def test_what_is_too_old_to_be_taken_back_loses_its_buttons(
    telegram: Telegram, siti: Person, sim: Simulator
) -> None:
    [number] = (await telegram.send(to(siti, "Lembar panggilan", rows=AMBIL))).messages
    siti.private.newest.date -= 3 * 24 * 3600
    for _ in range(2):
        await telegram.delete(str(siti.id), number)
    assert (siti.private.newest.text, siti.private.newest.labels) == ("Lembar panggilan", [])


async def test_only_the_buttons_of_a_message_are_changed(telegram: Telegram, siti: Person) -> None:
    [number] = (await telegram.send(to(siti, "Pilih", rows=AMBIL))).messages
    await telegram.edit(to(siti, edit=number, only_buttons=True))
    assert (siti.private.newest.text, siti.private.newest.labels) == ("Pilih", [])
    await telegram.edit(to(siti, edit=number, only_buttons=True, rows=AMBIL))
    assert siti.private.newest.labels == ["Ambil", "Buka SPSE"]


async def test_a_message_that_says_so_already_is_fine(telegram: Telegram, siti: Person) -> None:
    [number] = (await telegram.send(to(siti, "Pilih", rows=AMBIL))).messages
    await telegram.edit(to(siti, "Pilih", rows=AMBIL, edit=number))
    await telegram.edit(to(siti, rows=AMBIL, edit=number, only_buttons=True))


async def test_a_message_is_taken_back(telegram: Telegram, siti: Person) -> None:
    [number] = (await telegram.send(to(siti, "KTP"))).messages
    await telegram.delete(str(siti.id), number)
    assert siti.private.messages == []


async def test_a_message_that_is_not_there_is_gone(telegram: Telegram, siti: Person) -> None:
    [number] = (await telegram.send(to(siti, "KTP"))).messages
    await telegram.delete(str(siti.id), number)
    with pytest.raises(Gone):
        await telegram.delete(str(siti.id), number)
    with pytest.raises(Gone):
        await telegram.edit(to(siti, "KTP", edit=number))
    with pytest.raises(Gone):
        await telegram.edit(to(siti, edit=number, only_buttons=True))


# Refusals


async def test_a_person_who_blocked_the_bot_cannot_be_reached(telegram: Telegram, siti: Person) -> None:
    siti.block()
    with pytest.raises(Unreachable):
        await telegram.send(to(siti, "halo"))


async def test_nobody_of_that_number_cannot_be_reached(telegram: Telegram) -> None:
    with pytest.raises(Unreachable):
        await telegram.send(Outgoing(Address("telegram", "424242"), "halo"))


async def test_a_person_who_never_wrote_cannot_be_reached(telegram: Telegram, sim: Simulator) -> None:
    with pytest.raises(Unreachable):
        await telegram.send(to(sim.person("Bu Ani"), "halo"))


async def test_a_group_that_moved_tells_its_new_address(telegram: Telegram, sim: Simulator) -> None:
    plain = sim.group("Lama", [sim.person("Pak Hendra", started=True)], supergroup=False)
    old = str(plain.id)
    new = plain.migrate()
    with pytest.raises(ChatMoved) as moved:
        await telegram.send(Outgoing(Address("telegram", old), "halo"))
    assert moved.value.chat == str(new)


async def test_too_many_requests_tell_how_long_to_wait(telegram: Telegram, sim: Simulator, siti: Person) -> None:
    sim.faults.too_many(retry_after=7)
    with pytest.raises(TryLater) as later:
        await telegram.send(to(siti, "halo"))
    assert (later.value.seconds, later.value.whole_channel) == (7, False)


async def test_a_server_in_trouble_is_the_trouble_of_the_whole_channel(
    telegram: Telegram, sim: Simulator, siti: Person
) -> None:
    sim.faults.server_error(status=502)
    with pytest.raises(TryLater) as later:
        await telegram.send(to(siti, "halo"))
    assert later.value.whole_channel
    sim.faults.drop()
    with pytest.raises(TryLater) as later:
        await telegram.send(to(siti, "halo"))
    assert later.value.whole_channel


async def test_a_message_that_telegram_will_never_take_is_impossible(telegram: Telegram, siti: Person) -> None:
    with pytest.raises(Impossible):
        await telegram.send(to(siti, "halo", rows=((Button("x", "d" * 65),),)))
    with pytest.raises(Impossible):
        await telegram.send(to(siti, " "))


async def test_a_token_that_telegram_does_not_know_loses_nothing_and_shows_nowhere(
    sim: Simulator, siti: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Telegram.opened("1:wrong-token-of-ours", sim.url) as stranger:
        with pytest.raises(Refusal) as refusal:
            await stranger.me()
        with pytest.raises(TryLater) as later:
            await stranger.send(to(siti, "halo"))
    assert later.value.whole_channel
    assert "wrong-token-of-ours" not in f"{refusal.value} {later.value}"


async def test_an_address_where_nobody_listens_is_patience_without_the_token(siti: Person) -> None:
    async with Telegram.opened("1:token-of-ours", "http://127.0.0.1:9") as nowhere:
        with pytest.raises(TryLater) as later:
            await nowhere.send(to(siti, "halo"))
        with pytest.raises(TryLater):
            await nowhere.me()
    assert "token-of-ours" not in str(later.value)
    assert later.value.__cause__ is None


# Taps and files


async def test_a_tap_is_answered_with_a_notice_or_an_alert(telegram: Telegram, siti: Person) -> None:
    await telegram.send(to(siti, "Pilih", rows=AMBIL))
    tap = siti.private.tap("Ambil")
    await telegram.answer(tap.id, Toast("Sudah diambil Bu Rini", alert=True))
    assert tap.answered
    assert tap.toast is not None
    assert (tap.toast.text, tap.toast.show_alert) == ("Sudah diambil Bu Rini", True)
    silent = siti.private.tap("Ambil")
    await telegram.answer(silent.id, Toast())
    assert silent.answered


async def test_a_tap_that_waited_too_long_is_an_error_that_can_be_passed_over(
    telegram: Telegram, sim: Simulator, siti: Person
) -> None:
    await telegram.send(to(siti, "Pilih", rows=AMBIL))
    tap = siti.private.tap("Ambil")
    sim.telegram.expire_taps()
    with pytest.raises(NotSent):
        await telegram.answer(tap.id, Toast("terlambat"))


async def test_a_notice_longer_than_telegram_shows_is_cut(telegram: Telegram, siti: Person) -> None:
    await telegram.send(to(siti, "Pilih", rows=AMBIL))
    tap = siti.private.tap("Ambil")
    await telegram.answer(tap.id, Toast("x" * 300))
    assert tap.toast is not None
    assert len(tap.toast.text) == 200


def sent_file(phone_message: Any) -> str:
    return str(phone_message.file.id)


async def test_a_file_is_fetched(telegram: Telegram, siti: Person) -> None:
    message = siti.private.send_document("akta.pdf", b"%PDF-1.7 isi")
    assert await telegram.fetch(sent_file(message)) == b"%PDF-1.7 isi"


async def test_a_file_that_nobody_knows_is_gone(telegram: Telegram) -> None:
    with pytest.raises(Gone):
        await telegram.fetch("no such file")


async def test_a_file_that_is_too_big_is_impossible_and_not_downloaded(
    telegram: Telegram, sim: Simulator, siti: Person
) -> None:
    message = siti.private.send_document("besar.pdf", b"%PDF" + bytes(LIMIT_BYTES))
    with pytest.raises(TooBig):
        await telegram.fetch(sent_file(message))


async def test_a_download_that_breaks_off_is_tried_later(telegram: Telegram, sim: Simulator, siti: Person) -> None:
    message = siti.private.send_document("akta.pdf", b"%PDF-1.7 isi")
    sim.faults.drop(2, method="file")  # once it is asked for anew at once
    with pytest.raises(TryLater):
        await telegram.fetch(sent_file(message))


# For the operator


async def test_the_bot_tells_who_it_is_and_what_it_is_in_the_group(telegram: Telegram, group: Chat) -> None:
    number, username = await telegram.me()
    assert (number, username) == ("7654321", "contoh_bot")
    assert await telegram.standing(str(group.id)) == "administrator"
    group.set_bot("member")
    assert await telegram.standing(str(group.id)) == "member"


async def test_a_webhook_is_set_seen_and_removed(telegram: Telegram) -> None:
    await telegram.use_webhook("http://127.0.0.1:9/telegram", "secret")
    assert (await telegram.webhook())[0] == "http://127.0.0.1:9/telegram"
    await telegram.use_polling()
    assert (await telegram.webhook())[0] == ""


async def test_commands_are_set_for_everybody_and_for_one_chat(telegram: Telegram, siti: Person, group: Chat) -> None:
    await telegram.set_commands([("menu", "Daftar layanan")])
    await telegram.set_commands([("antrian", "Antrean")], chat=str(group.id))
    assert siti.private.commands
    assert "menu" in str(siti.private.commands)
    assert "antrian" not in str(siti.private.commands)


# Polling


class Desk:
    """Receives updates, and notes them."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []
        self.broken = 0

    async def receive(self, raw: Mapping[str, Any]) -> None:
        await asyncio.sleep(0.01 if str(raw).count("lambat") else 0)
        if self.broken:
            self.broken -= 1
            raise RuntimeError("the database is not there")
        self.seen.append(raw)

    @property
    def texts(self) -> list[str]:
        return [raw["message"]["text"] for raw in self.seen]


@pytest.fixture
async def desk(telegram: Telegram, sim: Simulator) -> AsyncIterator[Desk]:
    desk = Desk()
    polling = asyncio.ensure_future(telegram.poll(desk.receive))
    yield desk
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_updates_come_as_telegram_wrote_them_and_one_person_in_order(
    desk: Desk, sim: Simulator, siti: Person
) -> None:
    budi = sim.person("Pak Budi", started=True)
    sim.updates.hold()
    siti.private.say("lambat 1")
    siti.private.say("lambat 2")
    budi.private.say("cepat")
    sim.updates.release()
    await sim.idle()
    assert desk.texts == ["cepat", "lambat 1", "lambat 2"]
    assert isinstance(desk.seen[0]["update_id"], int)


async def test_an_update_that_the_library_cannot_read_holds_up_nothing(
    desk: Desk, sim: Simulator, siti: Person
) -> None:
    sim.updates.add_raw({"message": {"message_id": "boo", "text": "?"}})
    siti.private.say("halo")
    await sim.idle()
    assert sorted(desk.texts) == ["?", "halo"]


async def test_what_could_not_be_kept_is_not_confirmed_and_comes_again(
    desk: Desk, sim: Simulator, siti: Person
) -> None:
    desk.broken = 1
    siti.private.say("halo")
    await until(lambda: desk.texts == ["halo"], 10)
    await sim.idle()


async def test_numbers_that_begin_anew_after_a_quiet_week_are_confirmed_too(
    desk: Desk, sim: Simulator, siti: Person
) -> None:
    siti.private.say("halo")
    await sim.idle()
    sim.updates.ids = itertools.count(1000)
    siti.private.say("ada orang?")
    await sim.idle()
    assert desk.texts == ["halo", "ada orang?"]


@asynccontextmanager
async def impatient() -> AsyncIterator[tuple[str, list[float]]]:
    """A server that answers at once that there is nothing, however long it may wait; and when it was asked."""
    asked: list[float] = []

    async def answer(_request: Request) -> Response:
        asked.append(asyncio.get_running_loop().time())
        return JSONResponse({"ok": True, "result": []})

    socket = listen("127.0.0.1", 0)
    server = LocalServer(Starlette(routes=[Route("/bot{token}/{method}", answer, methods=["POST"])]), socket)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run_until_stopped())
        yield f"http://127.0.0.1:{socket.getsockname()[1]}", asked
        server.stop()


async def test_a_server_that_does_not_wait_is_not_asked_all_the_time() -> None:
    async with impatient() as (address, asked), Telegram.opened("1:token", address) as telegram:
        polling = asyncio.ensure_future(telegram.poll(Desk().receive))
        await until(lambda: len(asked) >= 6)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    # Between the first look, which does not wait, and the second there is no pause.
    assert all(later - earlier >= HURRY for earlier, later in itertools.pairwise(asked[1:]))


async def test_polling_survives_troubles_of_telegram(desk: Desk, sim: Simulator, siti: Person) -> None:
    await until(lambda: any(call.method.lower() == "getupdates" for call in sim.calls))
    sim.faults.too_many(method="getUpdates", retry_after=1)
    sim.faults.server_error(method="getUpdates", status=502)
    sim.faults.drop(method="getUpdates")
    siti.private.say("halo")
    await until(lambda: desk.texts == ["halo"], 20)


async def test_another_process_with_the_same_token_is_explained_once(
    desk: Desk, telegram: Telegram, sim: Simulator, siti: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await until(lambda: any(call.method.lower() == "getupdates" for call in sim.calls))
    async with Telegram.opened(sim.token, sim.url) as other:
        await other.use_webhook("http://127.0.0.1:9/telegram", "secret")
        siti.private.say("halo")
        await until(lambda: desk.texts == ["halo"], 20)
    explained = [record for record in caplog.records if "somebody else" in record.getMessage()]
    assert len(explained) <= 1
    assert sim.token not in caplog.text
