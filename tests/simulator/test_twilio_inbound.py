"""What people do on WhatsApp reaches the bot as Twilio would post it."""

import asyncio
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response
from twilio.request_validator import RequestValidator

from simulator import Simulator, WhatsAppPerson
from simulator.twilio.signing import Patience, patience, signature
from tests.simulator.office import Office
from tests.simulator.test_messages import drawn
from tests.simulator.test_twilio_sending import LIST, QUESTION


async def test_a_text_comes_with_every_field(office: Office, joko: WhatsAppPerson) -> None:
    said = joko.phone.say("Selamat pagi")
    form = await office.heard()

    sid = form["MessageSid"]
    assert form == {
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "MessageSid": sid,
        "AccountSid": office.simulator.twilio.account_sid,
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "NumMedia": "0",
        "ProfileName": "Pak Joko",
        "WaId": "6281234567890",
        "From": "whatsapp:+6281234567890",
        "To": office.simulator.twilio.sender,
        "ExternalUserId": "whatsapp:ID.4566546130240823",
        "MessageType": "text",
        "Body": "Selamat pagi",
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Pak Joko","WaId":"6281234567890"}}}',
    }
    assert sid.startswith("SM")
    assert (joko.wrote_at, joko.started) == (said.date, True)


async def test_someone_without_a_number_is_known_by_id_alone(office: Office, joko: WhatsAppPerson) -> None:
    sri = office.simulator.person("Bu Sri", channel="whatsapp", external_id="ID.77")
    sri.phone.say("halo")
    form = await office.heard()
    assert (form["From"], form["To"], form["ExternalUserId"]) == ("whatsapp:ID.77",) * 3
    assert "WaId" not in form

    joko.hides_number = True
    joko.phone.say("halo")
    assert (await office.heard())["From"] == "whatsapp:ID.4566546130240823"


async def test_a_tap_carries_the_payload(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    sid = await office.template("twilio/quick-reply", QUESTION, variables={"1": "Anda"})
    question = await office.sent(joko.address, ContentSid=sid)
    tap = joko.phone.tap("Kuasa")
    form = await office.heard()

    assert tap.answered
    assert [form[name] for name in ("MessageType", "Body", "ButtonText", "ButtonPayload")] == [
        "interactive",
        "Kuasa",
        "Kuasa",
        "k",
    ]
    assert (form["OriginalRepliedMessageSid"], form["OriginalRepliedMessageSender"]) == (
        question["sid"],
        office.simulator.twilio.sender,
    )
    context = json.loads(form["ChannelMetadata"])["data"]["context"]
    assert (context["ButtonText"], context["Forwarded"]) == ("Kuasa", "false")

    template = await office.template("twilio/quick-reply", QUESTION, variables={"1": "Anda"}, name="siapa")
    await office.sent(joko.address, ContentSid=template)
    joko.phone.forge_tap("hapus:semua", joko.phone.newest)
    form = await office.heard()
    assert (form["MessageType"], form["ButtonPayload"]) == ("button", "hapus:semua")


async def test_a_choice_from_a_list(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    await office.sent(joko.address, ContentSid=await office.template("twilio/list-picker", LIST))
    joko.phone.tap("Registrasi")
    form = await office.heard()

    assert [form[name] for name in ("ListId", "ListTitle", "ListDescription", "Body")] == [
        "1",
        "Registrasi",
        "Akun baru",
        "Registrasi",
    ]
    assert "ButtonPayload" not in form


async def test_where_there_are_no_buttons_the_number_is_typed(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    await office.sent(joko.address, Body="Syarat:\n1. KTP\n2. Akta\n\nAnda?\n*1.* Direktur\n2. Kuasa")
    await office.sent(joko.address, Body="Ketik nomornya.")
    assert joko.phone.messages[1].offers("Direktur")
    assert joko.phone.messages[1].offers("2. Kuasa")
    assert joko.phone.messages[1].labels == []
    joko.phone.tap("Kuasa")
    assert (await office.heard())["Body"] == "2"
    with pytest.raises(LookupError, match="Pak Joko sees no button 'Direktur'"):
        joko.phone.tap("Direktur")


async def test_files_come_one_by_one(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.send_album([drawn(50, 50), drawn(60, 60), ("c.pdf", b"%PDF", "application/pdf")], caption="dokumen")
    await office.heard()

    assert [(form["MessageType"], form["NumMedia"], form["Body"]) for form in office.forms] == [
        ("image", "1", "dokumen"),
        ("image", "1", ""),
        ("document", "1", "c.pdf"),
    ]
    assert len({form["MessageSid"] for form in office.forms}) == 3
    assert all(form["MessageSid"].startswith("MM") for form in office.forms)
    assert office.forms[2]["MediaContentType0"] == "application/pdf"


async def test_odd_things(office: Office, joko: WhatsAppPerson) -> None:
    phone = joko.phone
    phone.send_sticker()
    phone.send_voice()
    phone.send_location()
    phone.send_contact()
    quoted = phone.say("teruskan", forwarded=True)
    phone.reply(quoted, "balas")
    phone.edit(quoted, "diubah")
    await office.heard()

    sticker, voice, place, card, forwarded, reply = office.forms
    assert (sticker["MessageType"], sticker["MediaContentType0"]) == ("sticker", "image/webp")
    assert (voice["MessageType"], voice["MediaContentType0"]) == ("audio", "audio/ogg")
    assert (place["MessageType"], place["Latitude"], place["Longitude"]) == ("location", "-6.595", "106.7942")
    assert (card["MessageType"], card["MediaContentType0"]) == ("contacts", "text/vcard")
    assert (forwarded["Forwarded"], "Forwarded" in office.forms[0]) == ("true", False)
    assert reply["OriginalRepliedMessageSid"] == forwarded["MessageSid"]
    assert (phone.toasts, phone.commands, phone.keyboard) == ([], [], [])


async def download(office: Office, url: str) -> tuple[httpx.Response, httpx.Response]:
    """The link and the file, with the password shown only where it belongs."""
    link = await office.http.get(url)
    async with httpx.AsyncClient() as stranger:
        return link, await stranger.get(link.headers["location"])


async def test_media_are_behind_a_password_and_a_link(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.send_document("akta.pdf", b"%PDF-1.7", caption="akta")
    url = (await office.heard())["MediaUrl0"]
    link, file = await download(office, url)
    assert (link.status_code, file.content, file.headers["content-type"]) == (307, b"%PDF-1.7", "application/pdf")
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(url)).status_code == 401
    office.simulator.twilio.streams_media = True
    assert "content-length" not in (await download(office, url))[1].headers

    leaked = await office.http.get(url, follow_redirects=True)
    assert leaked.status_code == 200
    assert office.simulator.violations.pop().startswith("cdn: the password")

    office.simulator.clock_offset = 4 * 3600
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(link.headers["location"])).status_code == 403
    description = url.removeprefix(office.simulator.url)
    assert (await office.http.get(description + ".json")).json()["content_type"] == "application/pdf"
    assert (await office.http.delete(description + ".json")).status_code == 204
    assert (await office.http.get(url)).status_code == 404


async def test_lost_messages_are_found_in_the_list(office: Office, joko: WhatsAppPerson, simulator: Simulator) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    simulator.clock_offset = noon.timestamp() - time.time()
    twilio = simulator.twilio
    twilio.lose_webhooks = True
    for number in range(5):
        joko.phone.say(str(number))
    twilio.lose_webhooks = False
    joko.phone.say("sampai")
    await office.heard()
    assert [form["Body"] for form in office.forms] == ["sampai"]

    today = noon.date()
    query: dict[str, Any] = {"To": twilio.sender, "DateSent>": today.isoformat(), "PageSize": 4}
    page = (await office.http.get(f"{office.account}/Messages.json", params=query)).json()
    rest = (await office.http.get(page["next_page_uri"])).json()
    assert [each["body"] for each in page["messages"] + rest["messages"]] == ["sampai", "4", "3", "2", "1", "0"]
    assert (page["messages"][0]["status"], page["messages"][0]["direction"]) == ("received", "inbound")
    assert rest["next_page_uri"] is None

    for changed, count in (
        ({"DateSent": today.isoformat()}, 6),
        ({"DateSent<": (noon - timedelta(hours=1)).isoformat()}, 0),
        ({"DateSent>": "Wed, 19 Jun 2019 22:04:00 -0000"}, 6),
        ({"From": "whatsapp:+620"}, 0),
    ):
        found = (await office.http.get(f"{office.account}/Messages.json", params=changed)).json()
        assert len(found["messages"]) == count
    assert (await office.http.get(f"{office.account}/Messages.json?DateSent=kemarin")).status_code == 400
    uri = page["messages"][0]["uri"]
    assert (await office.http.post(uri, data={"Body": ""})).json()["body"] == ""
    assert (await office.http.delete(uri)).status_code == 204
    answer = await office.http.get(uri)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


async def test_webhooks_are_held_and_repeated(office: Office, joko: WhatsAppPerson, simulator: Simulator) -> None:
    webhooks = simulator.twilio.webhooks
    with pytest.raises(LookupError, match="no such post"):
        webhooks.repeat()
    webhooks.hold()
    joko.phone.say("a")
    await asyncio.sleep(0.05)
    assert (office.forms, simulator.pending_updates) == ([], 1)
    webhooks.release()
    await simulator.idle()
    webhooks.repeat()
    await simulator.idle()

    assert office.forms[0] == office.forms[1]
    assert office.tokens[0] == office.tokens[1]


async def test_a_failed_webhook_is_not_tried_again_unless_it_is_wished(
    office: Office, joko: WhatsAppPerson, simulator: Simulator
) -> None:
    office.answers = [Response(status_code=500)]
    joko.phone.say("a")
    await simulator.idle()
    assert simulator.twilio.alerts == [f"11200 {office.url}/whatsapp: HTTP 500"]
    assert [post.form["Body"] for post in simulator.twilio.webhooks.given_up] == ["a"]

    simulator.twilio.webhook_url = f"{office.url}/whatsapp?kunci=1#rc=3&rp=ct,5xx"
    office.answers = [Response(status_code=500), Response(status_code=503)]
    joko.phone.say("b")
    await simulator.idle()
    assert [form["Body"] for form in office.forms] == ["a", "b", "b", "b"]
    assert len(set(office.tokens[1:])) == 1


async def test_a_bot_that_cannot_be_reached_gets_one_more_try(
    office: Office, joko: WhatsAppPerson, simulator: Simulator
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        simulator.twilio.webhook_url = f"http://127.0.0.1:{port}/whatsapp"
        joko.phone.say("a")
        await simulator.idle()

    assert [alert[:5] for alert in simulator.twilio.alerts] == ["11205", "11205"]
    assert simulator.twilio.webhooks.given_up[0].attempts == 2


async def test_a_proxy_stands_in_front(office: Office, joko: WhatsAppPerson, simulator: Simulator) -> None:
    office.public = "https://loket.example"
    simulator.twilio.webhook_url = "https://loket.example/whatsapp?a=%2F&b="
    simulator.twilio.put_behind_proxy("https://loket.example/", at=office.url)
    joko.phone.say("halo")
    await office.heard()
    office.serve("a.pdf", "application/pdf", b"%PDF")
    sent = await office.sent(joko.address, MediaUrl="https://loket.example/files/a.pdf")

    assert (len(office.forms), len(office.statuses), sent["status"]) == (1, 3, "read")


@pytest.mark.parametrize(
    ("answer", "violation"),
    [
        (Response(status_code=204), None),
        (Response("", media_type="text/plain"), None),
        (Response("<Response></Response>", media_type="application/xml"), None),
        (PlainTextResponse("OK"), "webhook: the answer must be text/xml, not 'text/plain'"),
        (Response("<Response>", media_type="text/xml"), "webhook: the answer is not XML"),
        (
            Response("<Response><Message>x</Message></Response>", media_type="text/xml"),
            "webhook: the simulator plays no TwiML",
        ),
    ],
)
async def test_the_answer_must_be_nothing(
    office: Office, joko: WhatsAppPerson, simulator: Simulator, answer: Response, violation: str | None
) -> None:
    office.answers = [answer]
    joko.phone.say("a")
    await simulator.idle()

    assert len(simulator.violations) == (violation is not None)
    if violation:
        assert simulator.violations.pop().startswith(violation)


def test_the_signature_is_twilios_own() -> None:
    form = {"Body": " dua  spasi ", "From": "whatsapp:+62", "Kosong": "", "a": "é"}
    url = "https://loket.example/whatsapp?x=%2F&y="

    assert signature("rahasia", url + "#rc=3", form) == RequestValidator("rahasia").compute_signature(url, form)


def test_wishes_behind_the_address() -> None:
    assert patience("http://x/") == Patience()
    wished = patience("http://x/#rc=9&rp=4xx,all&ct=500&rt=1500")
    assert (wished.retries, wished.connect, wished.read) == (5, 0.5, 1.5)
    assert wished.tries_again_after("rt")
    assert not Patience().tries_again_after("5xx")
    assert patience("http://x/#rc=banyak") == Patience()
