"""Templates, their approval, and the check of every call by Twilio's own descriptions."""

from typing import Any

import httpx
import pytest

from simulator import Simulator, WhatsAppPerson
from simulator.twilio.api import OPERATIONS
from simulator.twilio.calls import Call
from simulator.twilio.marks import numbered_lines, read_marks
from simulator.twilio.spec import load_spec
from tests.simulator.office import Office
from tests.simulator.test_twilio_sending import LIST, QUESTION

spec = load_spec()
needs_description = pytest.mark.skipif(spec is None, reason="TWILIO'S DESCRIPTIONS ARE MISSING: calls go unchecked")
TEMPLATES = {name: template for name, _, template, _ in OPERATIONS}
TO = "whatsapp:+6281234567890"


async def test_a_template_lives_and_dies(office: Office) -> None:
    sid = await office.template("twilio/quick-reply", QUESTION, variables={"1": "Anda"})
    here = f"/v1/Content/{sid}"
    made = (await office.http.get(here)).json()
    assert (made["sid"], made["types"], made["variables"]) == (sid, {"twilio/quick-reply": QUESTION}, {"1": "Anda"})
    assert (await office.http.get(f"{here}/ApprovalRequests")).json()["whatsapp"]["status"] == "unsubmitted"

    office.simulator.twilio.approval_verdict = "pending"
    wish = {"name": "siapa_mengajukan", "category": "UTILITY"}
    asked = await office.http.post(f"{here}/ApprovalRequests/whatsapp", json=wish)
    assert (asked.status_code, asked.json()["status"]) == (201, "received")
    assert (await office.http.get(f"{here}/ApprovalRequests")).json()["whatsapp"]["status"] == "pending"
    listed = (await office.http.get("/v1/ContentAndApprovals")).json()["contents"]
    assert listed[0]["approval_requests"]["name"] == "siapa_mengajukan"

    assert (await office.http.delete(here)).status_code == 204
    gone = await office.http.get(here)
    assert (gone.status_code, gone.json()["code"]) == (404, 20404)


async def test_templates_are_listed_in_pages(office: Office) -> None:
    made = [await office.template("twilio/text", {"body": str(number)}) for number in range(5)]
    first = (await office.http.get("/v1/Content?PageSize=3")).json()
    second = (await office.http.get("/v1/Content?PageSize=3&Page=1")).json()

    assert [each["sid"] for each in first["contents"] + second["contents"]] == made
    assert first["meta"]["next_page_url"] == "https://content.twilio.com/v1/Content?PageSize=3&Page=1"
    assert second["meta"]["next_page_url"] is None


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ({}, "types is required"),
        ({"twilio/quick-reply": {"body": "x", "actions": [{"title": "x" * 21, "id": "1"}]}}, "longer than 20"),
        ({"twilio/quick-reply": {"body": "", "actions": [{"title": "x"}]}}, "1 to 1024"),
        ({"twilio/list-picker": {**LIST, "items": [{"id": "1", "item": "x"}] * 11}}, "1 to 10 items"),
        ({"twilio/list-picker": {**LIST, "items": []}}, "1 to 10 items"),
        ({"twilio/list-picker": {**LIST, "items": [{"id": "1", "item": "x" * 25}]}}, "longer than 24"),
    ],
)
async def test_what_whatsapp_has_no_room_for(office: Office, types: dict[str, Any], words: str) -> None:
    answer = await office.http.post("/v1/Content", json={"language": "id", "types": types})

    assert answer.status_code == 400
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("kind", "part", "wish"),
    [
        ("twilio/list-picker", LIST, {"name": "a", "category": "UTILITY"}),
        ("twilio/text", {"body": "x"}, {"name": "Huruf Besar", "category": "UTILITY"}),
        ("twilio/text", {"body": "x"}, {"name": "a", "category": "APA SAJA"}),
        ("twilio/text", {"body": "x"}, {"name": "terpakai", "category": "UTILITY"}),
    ],
)
async def test_what_whatsapp_does_not_look_at(
    office: Office, kind: str, part: dict[str, Any], wish: dict[str, str]
) -> None:
    await office.template("twilio/text", {"body": "x"}, name="terpakai")
    sid = await office.template(kind, part)

    answer = await office.http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


async def test_a_paused_template_fails(office: Office, joko: WhatsAppPerson) -> None:
    sid = await office.template("twilio/text", {"body": "Kabar."}, name="kabar")
    office.simulator.twilio.contents[sid].status = "paused"

    assert (await office.sent(joko.address, ContentSid=sid))["error_code"] == 63041


async def test_a_link_and_a_picture_in_a_template(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    action = {"type": "URL", "title": "Situs", "url": "https://lpse.example/{{1}}"}
    sid = await office.template("twilio/call-to-action", {"body": "Buka", "actions": [action]}, variables={"1": "a"})
    await office.sent(joko.address, ContentSid=sid)
    assert joko.phone.newest.buttons[0][0].url == "https://lpse.example/a"
    with pytest.raises(LookupError, match="opens https://lpse"):
        joko.phone.tap("Situs")

    url = office.serve("surat.pdf", "application/pdf", b"%PDF")
    await office.sent(joko.address, ContentSid=await office.template("twilio/media", {"body": "Surat", "media": [url]}))
    assert str(joko.phone.newest) == "< (document: surat.pdf) Surat"


@needs_description
@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (Call("messages.create", {"To": TO, "Body": "x"}, "POST"), None),
        (Call("messages.create", {"To": TO, "MediaUrl": ["http://x/1"], "ValidityPeriod": "60"}, "POST"), None),
        (Call("messages.create", {"Body": "x"}, "POST"), "'To' is a required property"),
        (Call("messages.create", {"To": TO, "Warna": "merah"}, "POST"), "('Warna' was unexpected)"),
        (Call("messages.create", {"To": TO, "ContentSid": "HX1"}, "POST"), "ContentSid: 'HX1' "),
        (Call("messages.create", {"To": TO, "ScheduleType": "nanti"}, "POST"), "is not one of ['fixed']"),
        (Call("messages.create", {"To": TO, "ValidityPeriod": "lama"}, "POST"), "is not of type 'integer'"),
        (Call("messages.create", {"To": TO, "SmartEncoded": "ya"}, "POST"), "is not of type 'boolean'"),
        (Call("messages.create", {"To": TO, "StatusCallback": "/status"}, "POST"), "is not a 'uri'"),
        (Call("messages.list", {"PageSize": "5000"}), "greater than the maximum of 1000"),
        (Call("messages.list", {"DateSent>": "2026-11-24", "From": TO}), None),
        (Call("messages.fetch", {}, places={"AccountSid": "AC1", "Sid": "SM" + "0" * 32}), "AccountSid: 'AC1' "),
        (Call("media.fetch", {}, places={"AccountSid": "AC" + "0" * 32, "MessageSid": "SM" + "0" * 32}), "'Sid' is a"),
        (Call("content.create", {"language": "id", "types": {"twilio/text": {}}}, "POST"), "'body' is a required"),
        (
            Call("content.create", {"language": "id", "types": {"twilio/text": {"body": "x", "y": 1}}}, "POST"),
            "'y' was",
        ),
    ],
)
def test_each_call_is_measured(call: Call, fault: str | None) -> None:
    assert spec is not None
    if not call.places and call.method.startswith("messages"):
        call.places["AccountSid"] = "AC" + "0" * 32
    found = spec.violations(call, TEMPLATES[call.method])

    assert len(found) >= (fault is not None)
    assert all(fault is not None and each.startswith(f"{call.method}: ") for each in found)
    assert fault is None or any(fault in each for each in found)


@needs_description
async def test_the_answers_are_twilios_own(office: Office, joko: WhatsAppPerson) -> None:
    assert spec is not None
    joko.phone.send_document("akta.pdf", b"%PDF")
    url = (await office.heard())["MediaUrl0"].removeprefix(office.simulator.url)
    sid = await office.template("twilio/text", {"body": "Kabar."}, name="kabar")
    failed = await office.sent(joko.address, MediaUrl=f"{office.url}/tidak/ada")
    here = f"{office.account}/Messages"
    asked = {
        "messages.list": f"{here}.json",
        "messages.fetch": failed["uri"],
        "media.list": url.rsplit("/", 1)[0] + ".json",
        "media.show": url + ".json",
        "content.list": "/v1/Content",
        "content.fetch": f"/v1/Content/{sid}",
        "approval.fetch": f"/v1/Content/{sid}/ApprovalRequests",
        "content.approvals": "/v1/ContentAndApprovals",
    }
    for name, address in asked.items():
        answer = await office.http.get(address)
        assert (name, spec.answer_faults(TEMPLATES[name], "GET", answer.json(), 200)) == (name, [])
    sent = await office.send(joko.address, Body="x")
    assert spec.answer_faults(TEMPLATES["messages.create"], "POST", sent.json(), 201) == []


@needs_description
async def test_a_violation_is_recorded_and_the_call_still_answered(office: Office, joko: WhatsAppPerson) -> None:
    joko.phone.say("halo")
    assert (await office.send(joko.address, Body="x", Warna="merah")).status_code == 201
    sid = await office.template("twilio/text", {"body": "Kabar."})
    await office.send(joko.address, Body="x", ContentSid=sid)

    spoken = list(office.simulator.violations)
    office.simulator.violations.clear()
    assert spoken == [
        "messages.create: Additional properties are not allowed ('Warna' was unexpected)",
        "messages.create: Body has no place beside ContentSid",
    ]


async def test_bodies_that_are_no_json(office: Office, simulator: Simulator) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[]"):
        answer = await office.http.post("/v1/Content", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_named_descriptions_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError):
        load_spec(tmp_path)
    monkeypatch.setattr("simulator.twilio.spec.DEFAULT_PLACE", tmp_path)
    assert load_spec() is None


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("*tebal* dan _miring_ dan ~coret~", "tebal dan miring dan coret", ["bold", "italic", "strikethrough"]),
        ("user maju_bersama_1 dan 2*3*4", "user maju_bersama_1 dan 2*3*4", []),
        ("* bukan * dan **bukan**", "* bukan * dan **bukan**", []),
        ("*_dua_*", "dua", ["bold", "italic"]),
        ("```a *b* c```", "a *b* c", ["pre"]),
        ("*😀 baik* lalu https://lpse.example", "😀 baik lalu https://lpse.example", ["bold", "url"]),
        ("*satu\ndua*", "*satu\ndua*", []),
        ("/start", "/start", []),
    ],
)
def test_marks_are_read(source: str, text: str, kinds: list[str]) -> None:
    read, entities = read_marks(source)

    assert (read, [entity.type for entity in entities]) == (text, kinds)


def test_numbered_lines_are_found() -> None:
    found = numbered_lines("Pilih:\n1. Direktur\n 2) Kuasa \n10. Lain-lain\nNPWP 3. tidak\n4.tidak")

    assert [(line.data, line.label) for line in found] == [("1", "Direktur"), ("2", "Kuasa"), ("10", "Lain-lain")]


async def test_a_second_client_needs_no_form(office: Office, simulator: Simulator) -> None:
    async with httpx.AsyncClient(base_url=simulator.url, auth=office.http.auth) as client:
        assert (await client.get(f"{office.account}/Messages.json?Page=0&PageSize=1")).json()["messages"] == []
        answer = await client.get(f"{office.account}/Messages.json?PageSize=banyak")
    assert answer.status_code == 400
    simulator.violations.clear()
