"""What Twilio posts is taken when it is signed, kept before it is acknowledged, and answered with nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from bot.clock import Clock
from bot.pace import UNLIMITED
from domain.messages import Address
from handlers import delivery
from simulator import Simulator
from simulator.twilio.signing import signature
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork
from tests.bot.conftest import MORNING, Office, at_work, settings_of

PUBLIC = "https://loket.example.go.id/muka"
JOKO = "+6281298765432"


@pytest.fixture
async def office(sim: Simulator, tmp_path: Path) -> AsyncIterator[Office]:
    sim.clock_offset = Clock(MORNING).now().timestamp() - sim.world.now()
    given = {
        "twilio_account_sid": sim.twilio.account_sid,
        "twilio_auth_token": sim.twilio.auth_token,
        "twilio_from": sim.twilio.sender,
        "twilio_api_url": sim.url,
        "twilio_content_url": sim.url,
        "public_url": PUBLIC,
    }
    async with at_work(sim, settings_of(sim, tmp_path, **given), tmp_path, UNLIMITED) as office:
        yield office


class Twilio:
    """Posts what it likes, by way of a proxy that takes the first part of the path away."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._token = office.sim.twilio.auth_token

    async def post(
        self, path: str, form: dict[str, str], *, signed: str | None = None, token: str = ""
    ) -> httpx.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        mark = signature(token or self._token, PUBLIC + path, form) if signed is None else signed
        if mark:
            headers["X-Twilio-Signature"] = mark
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(self._office.loket.url + path, content=urlencode(form), headers=headers)


@pytest.fixture
def twilio(office: Office) -> Twilio:
    return Twilio(office)


def message(sid: str = "SM1", text: str = "halo", **more: str) -> dict[str, str]:
    form = {"MessageSid": sid, "From": f"whatsapp:{JOKO}", "To": "whatsapp:+62251", "Body": text, "NumMedia": "0"}
    return {**form, "ProfileName": "Pak Joko", "Empty": "", **more}


async def test_a_message_is_kept_and_answered_with_empty_twiml(office: Office, twilio: Twilio) -> None:
    answer = await twilio.post("/whatsapp", message())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert office.rows("select channel, key from inbox") == [("whatsapp", "SM1")]
    await office.settle()
    [(text, chat)] = office.rows("select text, chat from outbox where kind = 'send'")
    assert chat == JOKO
    assert "layanan" in text


async def test_the_query_and_blanks_and_spaces_are_signed_as_they_are(twilio: Twilio) -> None:
    form = message(text="  dua  spasi ", Label="")
    assert (await twilio.post("/whatsapp?from=a%2Fb&empty=", form)).status_code == 200


async def test_a_field_that_comes_twice_is_signed_twice(office: Office) -> None:
    twice = ImmutableMultiDict([*message().items(), ("Body", "lagi")])
    mark = RequestValidator(office.sim.twilio.auth_token).compute_signature(f"{PUBLIC}/whatsapp", twice)
    body = urlencode(twice.multi_items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": mark}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{office.loket.url}/whatsapp", content=body, headers=headers)
        forged = await client.post(f"{office.loket.url}/whatsapp", content=f"{body}&Body=forged", headers=headers)
    assert (answer.status_code, forged.status_code) == (200, 403)


async def test_every_letter_is_signed_as_it_is(office: Office, twilio: Twilio) -> None:
    assert (
        await twilio.post("/whatsapp", message(text="Açéh ☺ \U0001f600 & = + %20", ProfileName="ข"))
    ).status_code == 200
    await office.settle()
    assert office.rows("select name from person where name = 'ข'") == [("ข",)]


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/status"])
async def test_a_stranger_who_sends_many_fields_holds_nobody_up(twilio: Twilio, path: str) -> None:
    many = {f"{number:x}": "" for number in range(8000)}
    # To look at the signature would take long, and say 403.
    assert (await twilio.post(path, many, signed="x")).status_code == 413


@pytest.mark.parametrize("path", ["/whatsapp", "/whatsapp/status"])
async def test_what_is_not_signed_by_twilio_is_refused(office: Office, twilio: Twilio, path: str) -> None:
    good = signature(office.sim.twilio.auth_token, PUBLIC + path, message())
    for signed in ("", "x", good[:-2], good.swapcase(), "é"):
        if signed.isascii():
            assert (await twilio.post(path, message(), signed=signed)).status_code == 403
    assert (await twilio.post(path, message(), token="another")).status_code == 403
    assert (await twilio.post(path, message(text="forged"), signed=good)).status_code == 403
    assert office.rows("select * from inbox") == []


async def test_a_repeat_changes_nothing(office: Office, twilio: Twilio) -> None:
    for _ in range(3):
        assert (await twilio.post("/whatsapp", message())).status_code == 200
    await office.settle()
    assert len(office.rows("select id from outbox")) == 1


async def test_what_cannot_be_read_is_kept_aside(office: Office, twilio: Twilio) -> None:
    assert (await twilio.post("/whatsapp", message(From="whatsapp:"))).status_code == 200
    [(key, aside)] = office.rows("select key, aside from inbox")
    assert key == "SM1"
    assert "ValueError" in aside


async def test_other_ways_to_ask_are_refused(office: Office, twilio: Twilio) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{office.loket.url}/whatsapp")).status_code == 405
        huge = await client.post(f"{office.loket.url}/whatsapp", content=b"x" * (2 << 20))
        assert huge.status_code == 413
        assert (await client.get(f"{office.loket.url}/files/1.1.9999999999.x.y")).status_code == 404


# Who it is


async def people(office: Office) -> list[tuple[Any, ...]]:
    return office.rows("select external_id, chat, phone, person_id from identity where channel = 'whatsapp' order by 1")


async def test_a_number_and_an_id_that_come_together_are_one_person(office: Office, twilio: Twilio) -> None:
    await twilio.post("/whatsapp", message("SM1"))
    await twilio.post("/whatsapp", message("SM2", ExternalUserId="whatsapp:ID.4566"))
    hidden = {"From": "whatsapp:ID.4566", "To": "whatsapp:ID.4566", "ExternalUserId": "whatsapp:ID.4566"}
    await twilio.post("/whatsapp", message("SM3", **hidden))
    [(first, chat, phone, person), (second, *same)] = await people(office)
    assert (first, chat, phone) == (JOKO, JOKO, JOKO)
    assert (second, *same) == ("ID.4566", JOKO, JOKO, person)
    await office.settle()
    assert {chat for (chat,) in office.rows("select chat from outbox")} == {JOKO}


async def test_an_id_that_shows_its_number_later_is_the_same_person(office: Office, twilio: Twilio) -> None:
    hidden = {"From": "whatsapp:ID.4566", "To": "whatsapp:ID.4566", "ExternalUserId": "whatsapp:ID.4566"}
    await twilio.post("/whatsapp", message("SM1", **hidden))
    assert [row[:3] for row in await people(office)] == [("ID.4566", "ID.4566", "")]
    await twilio.post("/whatsapp", message("SM2", ExternalUserId="whatsapp:ID.4566"))
    rows = await people(office)
    assert len({row[3] for row in rows}) == 1
    assert {row[1] for row in rows} == {JOKO}


async def test_two_people_who_turn_out_to_be_one_become_one(office: Office, twilio: Twilio) -> None:
    hidden = {"From": "whatsapp:ID.4566", "To": "whatsapp:ID.4566", "ExternalUserId": "whatsapp:ID.4566"}
    await twilio.post("/whatsapp", message("SM1", **hidden))
    await twilio.post("/whatsapp", message("SM2"))
    await twilio.post("/whatsapp", message("SM3", ExternalUserId="whatsapp:ID.4566"))
    assert len({row[3] for row in await people(office)}) == 1
    assert office.rows("select count(*) from person where name = 'Pak Joko'") == [(1,)]


async def test_what_waits_for_an_id_goes_to_its_number(office: Office, twilio: Twilio) -> None:
    hidden = {"From": "whatsapp:ID.4566", "To": "whatsapp:ID.4566", "ExternalUserId": "whatsapp:ID.4566"}
    await twilio.post("/whatsapp", message("SM1", text="STOP", **hidden))
    office.loket.senders["whatsapp"].stop()
    waiting = Owed(address=Address("whatsapp", "ID.4566"), text="kabar")
    await office.loket.database.run(lambda uow: uow.outbox.owe(waiting, MORNING))
    [(number,)] = office.rows("select id from outbox where text = 'kabar'")
    await office.loket.database.run(lambda uow: uow.outbox.hold(number, "window"))
    await twilio.post("/whatsapp", message("SM2", text="status", ExternalUserId="whatsapp:ID.4566"))
    assert office.rows("select chat, state from outbox where text = 'kabar'") == [(JOKO, "owed")]
    # Whoever asked for quiet under one name has it under both.
    assert all(stopped for (stopped,) in office.rows("select stopped_at from identity where channel = 'whatsapp'"))


# News of what was sent


def news(status: str, sid: str, code: str = "") -> dict[str, str]:
    return {"MessageSid": sid, "MessageStatus": status, **({"ErrorCode": code} if code else {})}


async def test_news_go_forward_only(office: Office, twilio: Twilio) -> None:
    for status in ("read", "sent", "delivered", "read"):
        assert (await twilio.post("/whatsapp/status", news(status, "SM9"))).status_code == 204
    assert office.rows("select rank, fate from receipt") == [(5, None)]
    await twilio.post("/whatsapp/status", news("failed", "SM9", "63016"))
    assert office.rows("select rank, fate from receipt") == [(5, None)]


async def test_news_that_come_before_the_answer_count_all_the_same(office: Office, twilio: Twilio) -> None:
    await twilio.post("/whatsapp/status", news("failed", "SM9", "63021"))

    def answered(uow: UnitOfWork) -> None:
        [owed] = uow.outbox.claim("whatsapp", MORNING)
        delivery.sent(owed, ["SM9"], office.loket.office.can("whatsapp"), uow, office.loket.office, MORNING)

    office.loket.senders["whatsapp"].stop()
    message = Owed(address=Address("whatsapp", JOKO), text="halo")
    await office.loket.database.run(lambda uow: uow.outbox.owe(message, MORNING))
    await office.loket.database.run(answered)
    assert office.rows("select state, error from outbox") == [("failed", "63021")]


async def test_a_message_that_is_forgotten_on_its_way_waits_for_no_news(office: Office) -> None:
    owed_before = Owed(address=Address("whatsapp", JOKO), text="halo")

    def forgotten_meanwhile(uow: UnitOfWork) -> None:
        [owed] = uow.outbox.claim("whatsapp", MORNING)
        uow.outbox.owe_latest("survey", owed_before, MORNING)
        delivery.sent(owed, ["SM9"], office.loket.office.can("whatsapp"), uow, office.loket.office, MORNING)

    office.loket.senders["whatsapp"].stop()
    await office.loket.database.run(lambda uow: uow.outbox.owe_latest("survey", owed_before, MORNING))
    await office.loket.database.run(forgotten_meanwhile)
    assert office.rows("select * from receipt") == []


async def test_nonsense_about_messages_is_taken_and_forgotten(office: Office, twilio: Twilio) -> None:
    assert (await twilio.post("/whatsapp/status", {"MessageStatus": "read"})).status_code == 204
    assert office.rows("select * from receipt") == []


# The operator's view


async def test_a_password_that_twilio_refuses_shows_everywhere(office: Office, twilio: Twilio) -> None:
    office.sim.twilio.auth_token = "another"
    await twilio.post("/whatsapp", message())
    office.sim.twilio.auth_token = "another"
    async with httpx.AsyncClient(trust_env=False) as client:
        await office.sim.wait_for(lambda: office.said_to(office.group))
        ready = await client.get(f"{office.loket.url}/readyz")
        numbers = (await client.get(f"{office.loket.url}/metrics")).text
    assert ready.status_code == 503
    assert "20003" in ready.json()["whatsapp"]
    assert ready.json()["telegram"] == "ok"
    assert 'loket_refused_total{channel="whatsapp",code="20003"}' in numbers
    assert ["WhatsApp menolak pesan Loket (kode 20003)" in said for said in office.said_to(office.group)] == [True]
    assert [state for (state,) in office.rows("select state from outbox where channel = 'whatsapp'")] == ["owed"]
