"""WhatsApp asked for over HTTP and from the command line, and one transcript on both channels."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from simulator import Person, Scene, Simulator, TwilioSettings, WhatsAppPerson
from simulator.scene import Actor, scene_from_json
from simulator.transcript import Mismatch, Reader
from simulator.twilio.spec import load_spec
from tests.simulator.office import Office
from tests.simulator.test_control import ROOT
from tests.simulator.test_messages import drawn


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url) as client:
        yield client


async def test_a_conversation_over_http(http: httpx.AsyncClient, office: Office, simulator: Simulator) -> None:
    wish = {"name": "Pak Joko", "channel": "whatsapp", "phone": "+6281234567890"}
    joko = (await http.post("/simulator/people", json=wish)).json()
    assert (joko["address"], joko["window_ends"], joko["receipts"]) == ("whatsapp:+6281234567890", None, "read")
    here = f"/simulator/chats/{joko['id']}"
    await http.post(f"{here}/start", json={"person": joko["id"]})
    await office.sent(joko["address"], Body="Siapa?\n1. Direktur\n2. Kuasa")
    await http.post(f"{here}/tap", json={"person": joko["id"], "button": "Kuasa"})
    await http.post(f"{here}/sample", json={"person": joko["id"], "kind": "album"})
    await office.heard()

    assert [form["Body"] for form in office.forms] == ["Halo", "2", "", "", ""]
    shown = (await http.get(f"{here}/messages")).json()["messages"]
    assert [(message["text"], message["receipt"]) for message in shown[:2]] == [
        ("Halo", ""),
        ("Siapa?\n1. Direktur\n2. Kuasa", "read"),
    ]
    state = (await http.get("/simulator/state")).json()
    assert [phone["name"] for phone in state["phones"]] == ["provider", "whatsapp", "group", "staff"]
    person = simulator.person("Pak Joko", channel="whatsapp")
    assert state["people"][0]["window_ends"] == person.window_ends() is not None


async def test_settings_and_troubles_over_http(
    http: httpx.AsyncClient, office: Office, simulator: Simulator, joko: WhatsAppPerson
) -> None:
    here = "/simulator/twilio"
    state = (await http.post(here, json={"lose_webhooks": True, "approval_verdict": "pending"})).json()
    described = load_spec() is not None  # the descriptions may be missing where only this repository is
    assert (state["lose_webhooks"], state["from"], state["spec_checked"]) == (True, simulator.twilio.sender, described)
    joko.phone.say("hilang")
    await http.post(here, json={"lose_webhooks": False})
    assert (await http.post(f"{here}/webhooks/hold")).json()["held"]
    joko.phone.say("ditahan")
    assert (await http.get(here)).json()["webhooks"]["pending"] == 1
    await http.post(f"{here}/webhooks/release")
    await simulator.idle()
    sid = (await http.post(f"{here}/webhooks/repeat", json={})).json()["sid"]
    await simulator.idle()
    assert [form["MessageSid"] for form in office.forms] == [sid, sid]
    assert (await http.post(f"{here}/callbacks", json={"scrambled": True, "times": 2})).json()["times"] == 2
    await http.post(f"{here}/failures", json={"code": 63024, "to": "Pak Joko"})
    assert (await office.sent(joko.address, Body="a"))["error_code"] == 63024
    await http.post(f"{here}/faults", json={"kind": "too_many", "method": "messages.create"})
    assert (await office.send(joko.address, Body="b")).status_code == 429
    assert (await http.post(f"{here}/faults/offline")).json()["offline"]
    assert not (await http.post(f"{here}/faults/online")).json()["offline"]
    assert (await http.delete(f"{here}/faults")).json() == {"offline": False, "coming": []}
    await http.post(f"{here}/proxies", json={"public": "https://loket.example", "at": office.url})
    sid = await office.template("twilio/text", {"body": "x"}, name="x")
    assert (await http.post(f"{here}/content/{sid}", json={"status": "rejected"})).json()["status"] == "rejected"
    told = (await http.post(f"{here}/people/Pak%20Joko", json={"receipts": "sent", "hides_number": True})).json()
    assert (told["receipts"], told["address"]) == ("sent", "whatsapp:ID.4566546130240823")
    assert (await http.post(f"{here}/people/{joko.id}", json={"receipts": "read"})).json()["receipts"] == "read"
    assert [each["body"] for each in (await http.get(f"{here}/messages")).json()] == ["hilang", "ditahan", "a"]
    assert len((await http.get(f"{here}/calls?method=messages.create")).json()) == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {"warna": "merah"}, 400),
        ("/faults", {"kind": "gempa"}, 400),
        ("/failures", {"code": 63024, "to": "Tidak Ada"}, 404),
        ("/people/Tidak%20Ada", {}, 404),
        ("/people/Pak%20Joko", {"receipts": "terbang"}, 400),
        ("/surat/hold", {}, 404),
        ("/content/HX0", {"status": "approved"}, 404),
    ],
)
async def test_mistakes_are_told(
    http: httpx.AsyncClient, joko: WhatsAppPerson, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await http.post(f"/simulator/twilio{path}", json=body)

    assert (answer.status_code, list(answer.json())) == (status, ["error"])


async def test_the_same_name_on_both_messengers(simulator: Simulator, bu_siti: Person) -> None:
    other = simulator.person("Bu Siti", channel="whatsapp", started=True)

    assert simulator.person("Bu Siti") is bu_siti
    assert simulator.person("Bu Siti", channel="whatsapp") is other
    assert (other.number or "").startswith("+62812")
    assert other.window_ends() is not None
    with pytest.raises(ValueError, match="no messenger 'surat'"):
        simulator.person("Bu Siti", channel="surat")
    with pytest.raises(ValueError, match="not a chat on Telegram"):
        other.private.chat.kick_bot()


async def test_a_person_on_whatsapp_is_nobody_to_telegram(simulator: Simulator, joko: WhatsAppPerson) -> None:
    async with httpx.AsyncClient(base_url=simulator.url) as http:
        answer = await http.post(f"/bot{simulator.token}/sendMessage", json={"chat_id": joko.id, "text": "x"})

    assert answer.json()["description"] == "Bad Request: chat not found"


def test_a_scene_with_whatsapp() -> None:
    actor = {"name": "Pak Joko", "channel": "whatsapp", "phone": "+62811", "started": True}
    scene = scene_from_json({"actors": [actor], "providers": ["Pak Joko"]})
    assert scene == Scene(actors=(Actor(**actor),), providers=("Pak Joko",))  # type: ignore[arg-type]

    joko = Simulator(scene=scene).person("Pak Joko", channel="whatsapp")
    assert (joko.address, joko.wrote_at is not None) == ("whatsapp:+62811", True)


async def test_one_transcript_on_both_messengers(office: Office, joko: WhatsAppPerson) -> None:
    """The bot answers with numbered lines: the reader taps a label, and the number is typed."""
    answers = iter(["*Apa bentuk usaha?*\n1. PT\n2. CV", "Berkas 1 dari 8", "Diterima"])

    async def settle() -> None:
        await office.simulator.idle()
        await office.sent(joko.address, Body=next(answers))

    reader = Reader(joko.phone, settle, {"foto": lambda number: drawn(30, 30)})
    await reader(
        """
        > daftar
        < Apa bentuk usaha? [PT] [CV]
        > [CV]
        < Berkas 1 dari 8
        > (foto)
        < Diterima
        """
    )
    assert [form["Body"] for form in office.forms] == ["daftar", "2", ""]
    answers = iter(["Apa bentuk usaha?\n1. PT"])
    with pytest.raises(Mismatch, match=r"no button \[CV\]"):
        await reader("> x\n< Apa bentuk usaha? [CV]")


async def test_it_runs_from_the_command_line_with_the_settings_of_twilio() -> None:
    account = "AC" + "f" * 32
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", "--twilio-account-sid", account),
        *(
            "--twilio-auth-token",
            "rahasia",
            "--twilio-from",
            "whatsapp:+62251",
            "--twilio-webhook",
            "http://x/whatsapp",
        ),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ},
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    address = line.split(" at ")[1].split()[0].rstrip("/")
    async with httpx.AsyncClient(base_url=address, auth=(account, "rahasia")) as http:
        state = (await http.get("/simulator/twilio")).json()
        listed = await http.get(f"/2010-04-01/Accounts/{account}/Messages.json")
    process.send_signal(signal.SIGTERM)

    assert (state["webhook_url"], state["from"], listed.status_code) == ("http://x/whatsapp", "whatsapp:+62251", 200)
    assert await asyncio.wait_for(process.wait(), 60) == 0


def test_settings_can_be_given() -> None:
    twilio = Simulator(twilio=TwilioSettings(sender="whatsapp:+62251", auth_token="rahasia")).twilio

    assert (twilio.sender, twilio.auth_token, twilio.webhook_url) == ("whatsapp:+62251", "rahasia", None)
