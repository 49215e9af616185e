"""Messages go to Twilio as Twilio wants them, its refusals come back in our words, and the password stays with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.twilio_http import CONNECTING, PATIENCE
from channels.whatsapp import WhatsApp
from channels.whatsapp_errors import in_our_words
from channels.whatsapp_templates import create, listed, wanted
from domain.files import LIMIT_BYTES
from domain.messages import (
    Address,
    Button,
    Gone,
    Impossible,
    NeedsOperator,
    NotSent,
    Outgoing,
    Toast,
    TooBig,
    TryLater,
)
from simulator import Simulator, WhatsAppPerson
from simulator.twilio.signing import signature

PUBLIC = "https://loket.example.go.id"
TEXTS = {"knock": "Ada kabar dari LPSE tentang permohonan Anda. Balas BACA.", "read": "Baca kabar", "choose": "Pilih"}


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator().serving(port=0) as simulator:
        yield simulator
        assert simulator.violations == []


def opened(sim: Simulator, **others: Any) -> Any:
    given = {
        "api_url": sim.url,
        "content_url": sim.url,
        "account_sid": sim.twilio.account_sid,
        "auth_token": sim.twilio.auth_token,
        "sender": sim.twilio.sender,
        "public_url": PUBLIC,
        "templates": {},
    }
    return WhatsApp.opened(**{**given, **others})


@pytest.fixture
async def whatsapp(sim: Simulator) -> AsyncIterator[WhatsApp]:
    async with opened(sim) as whatsapp:
        yield whatsapp


@pytest.fixture
def joko(sim: Simulator) -> WhatsAppPerson:
    person = sim.person("Pak Joko", channel="whatsapp", phone="+6281298765432", external_id="ID.4566")
    person.phone.say("halo")
    return person


def to(person: WhatsAppPerson, text: str = "", **more: Any) -> Outgoing:
    return Outgoing(Address("whatsapp", person.address.removeprefix("whatsapp:")), text, **more)


# Sending


async def test_a_question_can_be_answered_by_its_number(whatsapp: WhatsApp, joko: WhatsAppPerson) -> None:
    rows = ((Button("PT", "f1.form.PT"), Button("CV", "f1.form.CV")),)
    sent = await whatsapp.send(to(joko, "Apa bentuk usaha?", rows=rows))
    assert joko.phone.newest.text == "Apa bentuk usaha?\n\n1. PT\n2. CV"
    assert joko.phone.newest.offers("CV")
    assert len(sent.messages) == 1


async def test_somebody_without_a_number_is_reached(sim: Simulator, whatsapp: WhatsApp) -> None:
    sri = sim.person("Bu Sri", channel="whatsapp", external_id="ID.4566546130240823")
    sri.phone.say("halo")
    await whatsapp.send(to(sri, "Selamat pagi"))
    assert sri.phone.newest.text == "Selamat pagi"


async def test_a_long_text_comes_in_order(whatsapp: WhatsApp, joko: WhatsAppPerson) -> None:
    sent = await whatsapp.send(to(joko, "\n\n".join(f"{number} " + "kata " * 100 for number in range(9))))
    said = [message.text for message in joko.phone.messages if message.from_bot]
    assert len(sent.messages) == len(said) > 1
    joined = "\n".join(said)
    assert sorted(range(9), key=lambda number: joined.index(f"{number} kata")) == list(range(9))


async def test_real_buttons_come_back_with_their_data(sim: Simulator, joko: WhatsAppPerson) -> None:
    async with opened(sim) as plain:
        made = {name: await create(plain.client, name, types) for name, types in wanted(TEXTS).items()}
        assert {name: one.sid for name, one in (await listed(plain.client)).items()} == {
            name: one.sid for name, one in made.items()
        }
    assert len(made) == 14
    assert made["knock"].state in ("received", "approved")
    async with opened(sim, templates={name: one.sid for name, one in made.items()}) as whatsapp:
        rows = ((Button("PT", "f1.form.PT"), Button("CV", "f1.form.CV")),)
        await whatsapp.send(to(joko, "Apa bentuk usaha?", rows=rows))
        assert joko.phone.newest.labels == ["PT", "CV"]
        await whatsapp.send(to(joko, "Yang mana?", rows=tuple((Button(f"Hari {n}", f"d{n}"),) for n in range(5))))
        assert joko.phone.newest.labels == [f"Hari {n}" for n in range(5)]
        await whatsapp.knock(to(joko).address)
        assert joko.phone.newest.labels == ["Baca kabar"]


@pytest.mark.parametrize(
    ("fault", "error", "whole"),
    [("too_many", TryLater, True), ("server_error", TryLater, True), ("drop", TryLater, True)],
)
async def test_a_twilio_in_trouble_is_tried_later(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson, fault: str, error: type[TryLater], whole: bool
) -> None:
    getattr(sim.twilio.faults, fault)(times=1, method="messages.create")
    with pytest.raises(error) as caught:
        await whatsapp.send(to(joko, "halo"))
    assert caught.value.whole_channel is whole
    assert sim.twilio.auth_token not in str(caught.value)


async def test_a_twilio_that_answers_slowly_is_not_asked_twice(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    # Longer than we wait for a connection, and not so long as for an answer.
    whatsapp._http._client.timeout = httpx.Timeout(PATIENCE / 5, connect=CONNECTING / 5)
    sim.twilio.faults.hang(seconds=2.5, method="messages.create", after=True)
    await whatsapp.send(to(joko, "halo"))
    assert [message.text for message in joko.phone.messages if message.from_bot] == ["halo"]


async def test_a_twilio_that_does_not_answer_is_not_waited_for_for_ever(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    assert whatsapp._http._client.timeout.connect == CONNECTING == 10
    assert whatsapp._http._client.timeout.read == PATIENCE == 30
    whatsapp._http._client.timeout = 0.2
    sim.twilio.faults.hang(seconds=2, method="messages.create")
    with pytest.raises(TryLater):
        await whatsapp.send(to(joko, "halo"))


async def test_a_wrong_password_is_the_operators_matter(sim: Simulator, joko: WhatsAppPerson) -> None:
    async with opened(sim, auth_token="salah") as whatsapp:
        with pytest.raises(NeedsOperator) as caught:
            await whatsapp.send(to(joko, "halo"))
        assert caught.value.code == "20003"
        with pytest.raises(NeedsOperator):
            await whatsapp.check()


async def test_a_sender_that_is_not_ours_is_the_operators_matter(sim: Simulator, joko: WhatsAppPerson) -> None:
    async with opened(sim, sender="whatsapp:+14155238886") as whatsapp:
        with pytest.raises(NeedsOperator) as caught:
            await whatsapp.send(to(joko, "halo"))
    assert caught.value.code == "63007"


async def test_what_whatsapp_cannot_do_is_said(whatsapp: WhatsApp, joko: WhatsAppPerson) -> None:
    assert not whatsapp.capabilities.edits
    with pytest.raises(Impossible):
        await whatsapp.edit(to(joko, "halo", edit="SM1"))
    with pytest.raises(Impossible):
        await whatsapp.delete("+62", "SM1")
    await whatsapp.answer("", Toast("halo"))


# The signature


def test_files_and_pictures_have_limits_of_their_own(whatsapp: WhatsApp) -> None:
    can = whatsapp.capabilities
    assert can.hands_over(16 << 20, "application/pdf")
    assert not can.hands_over((16 << 20) + 1, "application/pdf")
    assert can.hands_over(5 << 20, "image/jpeg")
    assert not can.hands_over((5 << 20) + 1, "image/png")


def test_signatures(whatsapp: WhatsApp, sim: Simulator) -> None:
    form = {"Body": "  halo  ", "From": "whatsapp:+62", "Empty": ""}
    good = signature(sim.twilio.auth_token, f"{PUBLIC}/whatsapp?a=%2F&b=", form)
    assert whatsapp.is_signed("/whatsapp?a=%2F&b=", form, good)
    assert not whatsapp.is_signed("/whatsapp?a=/&b=", form, good)
    assert not whatsapp.is_signed("/whatsapp?a=%2F&b=", {**form, "Body": "halo"}, good)
    assert not whatsapp.is_signed("/whatsapp", form, good)
    assert not whatsapp.is_signed("/whatsapp?a=%2F&b=", form, "")


# Files


async def media_of(sim: Simulator, joko: WhatsAppPerson, content: bytes = b"%PDF-1.7 ...") -> str:
    joko.phone.send_document("akta.pdf", content)
    record = next(reversed(sim.twilio.records.values()))
    return sim.url + record.media_uri(record.media[0])


async def test_a_file_is_fetched_from_another_machine_without_the_password(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    sim.twilio.cdn_url = sim.url.replace("127.0.0.1", "localhost")
    sim.twilio.streams_media = True
    ref = await media_of(sim, joko)
    assert await whatsapp.fetch(ref) == b"%PDF-1.7 ..."
    await whatsapp.forget(ref)
    assert sim.twilio.deleted_media == [ref.rpartition("/")[2]]
    for look in (whatsapp.fetch, whatsapp.forget):
        with pytest.raises(Gone):
            await look(ref)


async def test_a_file_that_is_too_big_is_not_read_to_its_end(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    sim.twilio.streams_media = True
    with pytest.raises(TooBig):
        await whatsapp.fetch(await media_of(sim, joko, b"%PDF" + bytes(LIMIT_BYTES)))


@pytest.mark.parametrize(
    "ref",
    [
        "https://evil.example/2010-04-01/Accounts/{sid}/Messages/MM{x}/Media/ME{x}",
        "{api}.evil.example/2010-04-01/Accounts/{sid}/Messages/MM{x}/Media/ME{x}",
        "{api}/2010-04-01/Accounts/AC{x}/Messages/MM{x}/Media/ME{x}",
        "{api}/2010-04-01/Accounts/{sid}/Messages/MM{x}/Media/ME{x}/../../../../x",
        "{api}/2010-04-01/Accounts/{sid}/Messages/MM{x}/Media/ME{x}?x=1",
        "{api}@evil.example/2010-04-01/Accounts/{sid}/Messages/MM{x}/Media/ME{x}",
        "file:///etc/passwd",
    ],
)
async def test_the_password_is_shown_to_nobody_else(sim: Simulator, whatsapp: WhatsApp, ref: str) -> None:
    forged = ref.format(api=sim.url, sid=sim.twilio.account_sid, x="0" * 32)
    with pytest.raises(Impossible):
        await whatsapp.fetch(forged)
    assert not sim.twilio.calls


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://mms.twiliocdn.com/AC/x?Signature=y", True),
        ("https://media.us1.twiliocdn.com/x", True),
        ("http://mms.twiliocdn.com/x", False),
        ("https://twiliocdn.com.evil.example/x", False),
        ("https://evil-twiliocdn.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1/x", False),
        ("https://mms.twiliocdn.com:8443/x", False),
        ("https://mms.twiliocdn.com:99999/x", False),
        ("https://user:secret@mms.twiliocdn.com/x", False),
        ("https://evil.example\\@mms.twiliocdn.com/x", False),
        ("https://[mms.twiliocdn.com/x", False),
        ("/mms-cdn/x", False),
        ("", False),
    ],
)
async def test_the_way_to_a_file_leads_to_twilios_machines_only(sim: Simulator, url: str, allowed: bool) -> None:
    async with opened(sim, api_url="https://api.twilio.com") as whatsapp:
        assert whatsapp._is_allowed(url) is allowed


@asynccontextmanager
async def a_server(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A machine that answers whatever it likes; its address."""

    talks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.wait([talk for talk in talks if talk])


async def drips(writer: asyncio.StreamWriter) -> None:
    """A file that comes byte by byte, without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def promises_more(writer: asyncio.StreamWriter) -> None:
    """A file that ends before its time."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n%PDF")
    await writer.drain()


@pytest.mark.parametrize("answer", [drips, promises_more])
async def test_a_file_that_does_not_come_to_its_end_is_asked_for_later(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson, answer: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> None:
    whatsapp._http.file_patience = 0.3
    ref = await media_of(sim, joko)
    async with a_server(answer) as url:
        sim.twilio.cdn_url = url
        with pytest.raises(TryLater):
            await whatsapp.fetch(ref)


async def test_a_file_that_comes_without_a_way_to_it_is_taken_and_counted(joko: WhatsAppPerson, sim: Simulator) -> None:
    async def hand_over(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        await writer.drain()

    content = b"%PDF-1.7"
    async with a_server(hand_over) as url, opened(sim, api_url=url) as whatsapp:
        ref = f"{url}/2010-04-01/Accounts/{sim.twilio.account_sid}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}"
        assert await whatsapp.fetch(ref) == content
        content = bytes(LIMIT_BYTES + 1)
        with pytest.raises(TooBig):
            await whatsapp.fetch(ref)


@pytest.mark.parametrize("status", [301, 302, 408])
async def test_an_answer_of_something_in_between_is_no_refusal(status: int) -> None:
    assert isinstance(in_our_words(status, "", ""), TryLater)


def test_a_refusal_tells_the_log_nobodys_number() -> None:
    refused = in_our_words(400, "21211", "The 'To' number whatsapp:+6281298765432 is not a valid phone number.")
    assert str(refused) == "Twilio 400 21211: The 'To' number whatsapp:… is not a valid phone number."


async def test_a_redirect_that_leads_elsewhere_is_not_followed(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    sim.twilio.cdn_url = "http://evil.example"
    with pytest.raises(NotSent, match=r"leads elsewhere"):
        await whatsapp.fetch(await media_of(sim, joko))


async def test_a_cdn_that_is_down_is_asked_again(sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson) -> None:
    ref = await media_of(sim, joko)
    sim.twilio.faults.server_error(times=1, method="cdn")
    with pytest.raises(TryLater):
        await whatsapp.fetch(ref)
    sim.twilio.faults.server_error(times=1, method="media.fetch")
    with pytest.raises(TryLater):
        await whatsapp.fetch(ref)
    assert await whatsapp.fetch(ref) == b"%PDF-1.7 ..."


async def nothing_heard(_keys: Sequence[str]) -> set[str]:
    return set()


async def test_missed_messages_are_listed_in_their_order(
    sim: Simulator, whatsapp: WhatsApp, joko: WhatsAppPerson
) -> None:
    for number in range(3):
        sim.clock_offset = 10.0 * (number + 1)
        joko.phone.say(f"pesan {number}")
    await media_of(sim, joko)
    await whatsapp.send(to(joko, "jawaban"))
    since = datetime.fromtimestamp(sim.world.now() - 3600, UTC)
    forms = await whatsapp.missed(since, nothing_heard)
    assert [form["Body"] for form in forms] == ["halo", "pesan 0", "pesan 1", "pesan 2", "akta.pdf"]
    assert whatsapp.read(forms[-1]).file is not None
