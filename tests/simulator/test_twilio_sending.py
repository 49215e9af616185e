"""What a bot sends by Twilio reaches a phone, or fails with the right number."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from simulator import Simulator, WhatsAppPerson
from simulator.twilio.people import WINDOW
from tests.simulator.office import Office
from tests.simulator.test_messages import drawn

QUESTION = {"body": "Siapa {{1}}?", "actions": [{"title": "Direktur", "id": "d"}, {"title": "Kuasa", "id": "k"}]}
LIST = {
    "body": "Pilih layanan",
    "button": "Layanan",
    "items": [{"id": "1", "item": "Registrasi", "description": "Akun baru"}, {"id": "2", "item": "Perubahan data"}],
}


def told(office: Office) -> list[tuple[str, str]]:
    """Each status that came, with the number of the error."""
    return [(form["MessageStatus"], form.get("ErrorCode", "")) for form in office.statuses]


async def test_a_text_is_queued_delivered_and_read(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    answer = await office.send(joko.address, Body="*Selamat pagi*, Pak Joko")
    await office.simulator.idle()

    shape = answer.json()
    assert (answer.status_code, shape["status"], shape["direction"]) == (201, "queued", "outbound-api")
    assert told(office) == [("sent", ""), ("delivered", ""), ("read", "")]
    assert {form["MessageSid"] for form in office.statuses} == {shape["sid"]}
    assert (joko.phone.newest.text, joko.phone.newest.html) == (
        "Selamat pagi, Pak Joko",
        "<b>Selamat pagi</b>, Pak Joko",
    )
    assert (await office.http.get(shape["uri"])).json()["status"] == "read"


async def test_a_phone_that_is_off_or_unread_is_told_so(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    joko.receipts = "sent"
    await office.sent(joko.address, Body="a")
    joko.receipts = "delivered"
    await office.sent(joko.address, Body="b")
    assert [message.receipt for message in joko.phone.messages] == ["", "sent", "delivered"]

    joko.looks()
    await office.simulator.idle()
    assert [message.receipt for message in joko.phone.messages] == ["", "read", "read"]
    assert [status for status, _ in told(office)] == ["sent", "sent", "delivered", "delivered", "read", "read"]


async def test_the_window_closes_a_day_after_the_last_message(
    simulator: Simulator, office: Office, joko: WhatsAppPerson
) -> None:
    joko.phone.say("halo")
    simulator.clock_offset = WINDOW - 60
    assert (await office.sent(joko.address, Body="masih terbuka"))["status"] == "read"
    simulator.clock_offset = WINDOW + 60
    late = await office.sent(joko.address, Body="terlambat")
    picker = await office.template("twilio/list-picker", LIST)
    knock = await office.template("twilio/text", {"body": "Kabar untuk {{1}} ada."}, name="kabar")
    raw = await office.template("twilio/text", {"body": "Kabar."})

    assert (late["status"], late["error_code"]) == ("failed", 63016)
    assert (await office.sent(joko.address, ContentSid=picker))["error_code"] == 63016
    assert (await office.sent(joko.address, ContentSid=raw))["error_code"] == 63016
    knocked = await office.sent(joko.address, ContentSid=knock, ContentVariables=json.dumps({"1": "Bapak"}))
    assert (knocked["status"], knocked["body"]) == ("read", "Kabar untuk Bapak ada.")
    assert office.statuses[3]["ErrorMessage"].startswith("Failed to send freeform")
    assert [message.text for message in joko.phone.messages] == ["halo", "masih terbuka", "Kabar untuk Bapak ada."]
    assert "(not delivered: 63016)" in str(joko.phone.chat.history[2])

    joko.phone.say("saya di sini")
    assert (await office.sent(joko.address, Body="lagi"))["status"] == "read"


async def test_unknown_numbers_and_people_who_blocked(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    assert (await office.sent("whatsapp:+6281999999999", Body="x"))["error_code"] == 63003
    joko.block()
    blocked = await office.sent(joko.address, Body="x")
    assert (blocked["status"], blocked["error_code"]) == ("undelivered", 63014)
    with pytest.raises(PermissionError, match="Pak Joko has blocked"):
        joko.phone.say("x")
    joko.unblock()
    office.simulator.twilio.failures.add(63018, to=joko)
    assert (await office.sent(joko.address, Body="x"))["error_code"] == 63018
    assert (await office.sent(joko.address, Body="x"))["error_code"] is None


async def test_people_are_reached_by_number_or_by_id(simulator: Simulator, office: Office) -> None:
    sri = simulator.person("Bu Sri", channel="whatsapp", external_id="ID.77")
    joko = simulator.person("Pak Joko", channel="whatsapp", phone="+6281200000001", external_id="ID.78")
    assert (sri.address, joko.address) == ("whatsapp:ID.77", "whatsapp:+6281200000001")
    for person in (sri, joko):
        person.phone.start()
        await office.sent(person.business_id or "", Body="lewat id")
    joko.hides_number = True
    await office.sent("whatsapp:+6281200000001", Body="lewat nomor")

    assert sri.phone.newest.text == "lewat id"
    assert (joko.address, joko.phone.newest.text) == ("whatsapp:ID.78", "lewat nomor")


async def test_media_are_fetched_and_checked(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    cases = {
        "ktp.png": ("image/png", drawn(30, 30, "PNG"), None),
        "surat.pdf": ("application/pdf", b"%PDF-1.7", None),
        "palsu.pdf": ("application/pdf", b"bukan pdf", 63021),
        "program.exe": ("application/x-msdownload", b"MZ", 63021),
        "besar.jpg": ("image/jpeg", b"\xff\xd8" + b"x" * (5 << 20), 63034),
        "besar.pdf": ("application/pdf", b"%PDF" + b"x" * (16 << 20), 63034),
    }
    for name, (mime, content, error) in cases.items():
        sent = await office.sent(joko.address, MediaUrl=office.serve(name, mime, content), Body="berkas")
        assert (name, sent["error_code"]) == (name, error)
    lost = await office.sent(joko.address, MediaUrl=f"{office.url}/tidak/ada")
    assert lost["error_code"] == 63019

    picture, paper = joko.phone.messages[1:]
    assert (picture.kind, paper.kind, picture.text) == ("photo", "document", "berkas")
    assert paper.file is not None
    assert (paper.file.name, paper.file.content) == ("surat.pdf", b"%PDF-1.7")


async def test_to_one_person_the_order_is_kept(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    await office.send(joko.address, MediaUrl=office.serve("a.pdf", "application/pdf", b"%PDF"))
    await office.send(joko.address, Body="sesudahnya")
    await office.simulator.idle()

    assert [message.kind for message in joko.phone.messages] == ["text", "document", "text"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "+6281234567890"}, 21910),
        ({"To": "whatsapp:0812"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "whatsapp:+15005550006"}, 63007),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"MediaUrl": "ftp://x/y"}, 21620),
        ({"MediaUrl": ["http://x/1", "http://x/2"]}, 21623),
        ({"StatusCallback": "http://"}, 21609),
        ({"ContentSid": "HX" + "0" * 32}, 21655),
        ({"ContentVariables": "{}"}, 21654),
    ],
)
async def test_what_twilio_refuses_at_once(
    office: Office, joko: WhatsAppPerson, changed: dict[str, Any], code: int
) -> None:
    answer = await office.send(joko.address, **{"Body": "halo", **changed})

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    office.simulator.violations.clear()


@pytest.mark.parametrize("written", ["", "[]", "{", '{"1": ""}', '{"1": null}', '{"1": "a\\nb"}'])
async def test_bad_values_for_a_template(office: Office, joko: WhatsAppPerson, written: str) -> None:
    sid = await office.template("twilio/quick-reply", QUESTION)
    answer = await office.send(joko.address, ContentSid=sid, ContentVariables=written)

    assert (answer.status_code, answer.json()["code"]) == (400, 21656)


async def test_a_template_with_an_empty_place_fails(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    sid = await office.template("twilio/quick-reply", QUESTION)

    assert (await office.sent(joko.address, ContentSid=sid))["error_code"] == 63028


async def test_buttons_and_lists_are_shown(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    question = await office.template("twilio/quick-reply", QUESTION, variables={"1": "Anda"})
    await office.sent(joko.address, ContentSid=question)
    assert str(joko.phone.newest) == "< Siapa Anda? [Direktur] [Kuasa]"
    await office.sent(joko.address, ContentSid=await office.template("twilio/list-picker", LIST))
    assert joko.phone.newest.labels == ["Registrasi", "Perubahan data"]
    many = {"body": "Pilih", "actions": [{"title": str(number), "id": str(number)} for number in range(4)]}
    sid = await office.template("twilio/quick-reply", many)
    assert (await office.sent(joko.address, ContentSid=sid))["error_code"] == 63021


async def test_a_password_is_wanted(office: Office, simulator: Simulator) -> None:
    async with httpx.AsyncClient(base_url=simulator.url) as stranger:
        for password in (None, ("AC", "x"), (simulator.twilio.account_sid, "x")):
            answer = await stranger.get(f"{office.account}/Messages.json", auth=password or httpx.USE_CLIENT_DEFAULT)
            assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    other = "/2010-04-01/Accounts/AC" + "0" * 32 + "/Messages.json"
    assert (await office.http.get(other)).status_code == 401


async def test_troubles_on_demand(office: Office, joko: WhatsAppPerson, simulator: Simulator) -> None:
    joko.phone.say("halo")
    faults = simulator.twilio.faults
    faults.too_many(method="messages.create", chat=joko.id)
    answer = await office.send(joko.address, Body="a")
    assert (answer.status_code, answer.json()["code"]) == (429, 20429)
    faults.server_error(status=503)
    assert (await office.send(joko.address, Body="b")).status_code == 503
    faults.hang(seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        await office.http.get(f"{office.account}/Messages.json", timeout=0.1)
    faults.drop(after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await office.send(joko.address, Body="c")
    faults.offline()
    with pytest.raises(httpx.HTTPError):
        await office.send(joko.address, Body="d")
    faults.online()

    await simulator.idle()
    assert [message.text for message in joko.phone.messages] == ["halo", "c"]


async def test_callbacks_come_scrambled_and_twice(office: Office, joko: WhatsAppPerson, simulator: Simulator) -> None:
    joko.phone.say("halo")
    simulator.twilio.callbacks.scrambled, simulator.twilio.callbacks.times = True, 2
    await office.sent(joko.address, Body="a")

    assert [status for status, _ in told(office)] == ["read", "read", "delivered", "delivered", "sent", "sent"]


async def test_news_of_a_message_can_come_before_the_answer(
    office: Office, joko: WhatsAppPerson, simulator: Simulator
) -> None:
    joko.phone.say("halo")
    simulator.twilio.faults.hang(seconds=2, method="messages.create", after=True)
    sending = asyncio.create_task(office.send(joko.address, Body="a"))
    await simulator.wait_for(lambda: len(office.statuses) == 3)
    assert not sending.done()

    assert (await sending).json()["sid"] == office.statuses[0]["MessageSid"]


async def test_a_messaging_service_and_a_status_address_of_the_account(
    office: Office, joko: WhatsAppPerson, simulator: Simulator
) -> None:
    joko.phone.say("halo")
    twilio = simulator.twilio
    twilio.service_sid, twilio.status_url = "MG" + "1" * 32, f"{office.url}/whatsapp/status"
    form = {"To": joko.address, "Body": "a", "MessagingServiceSid": twilio.service_sid}
    answer = await office.http.post(f"{office.account}/Messages.json", data=form)
    await simulator.idle()
    wrong = await office.http.post(
        f"{office.account}/Messages.json", data={**form, "MessagingServiceSid": "MG" + "2" * 32}
    )

    assert (answer.json()["status"], wrong.json()["code"]) == ("accepted", 21705)
    assert office.statuses[0]["MessagingServiceSid"] == twilio.service_sid
