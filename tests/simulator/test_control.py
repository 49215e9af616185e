"""Everything that people do can also be asked for over HTTP."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from simulator import Chat, Person, Simulator
from simulator.scene import EXAMPLE, Scene, scene_from_json
from simulator.server import LocalServer, listen
from tests.simulator.test_messages import drawn

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url) as client:
        yield client


async def test_the_state_tells_who_is_there(
    http: httpx.AsyncClient, simulator: Simulator, bu_siti: Person, petugas: Chat
) -> None:
    state = (await http.get("/simulator/state")).json()

    assert [person["name"] for person in state["people"]][:1] == ["Bu Siti"]
    assert [chat["title"] for chat in state["chats"]] == ["Petugas LPSE"]
    assert [phone["name"] for phone in state["phones"]] == ["provider", "group", "staff"]
    assert state["phones"][0]["people"] == [bu_siti.id]
    assert (state["violations"], state["has_clock"]) == ([], False)


async def test_a_conversation(http: httpx.AsyncClient, simulator: Simulator, bot: Bot) -> None:
    siti = (await http.post("/simulator/people", json={"name": "Bu Siti", "note": "PT Maju Bersama"})).json()
    here = f"/simulator/chats/{siti['id']}"
    await http.post(f"{here}/start", json={"person": siti["id"], "payload": "situs"})
    await bot.send_message(
        siti["id"],
        "<b>Pilih</b>",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("Ya", callback_data="y")),
    )
    tap = (await http.post(f"{here}/tap", json={"person": "Bu Siti", "button": "Ya"})).json()
    await bot.answer_callback_query(tap["id"], "Baik")
    said = (await http.post(f"{here}/say", json={"text": "halo"})).json()
    await http.post(f"{here}/edit", json={"message": said["key"], "text": "halo lagi"})
    await http.post(f"{here}/say", json={"text": "jawab", "reply_to": said["key"]})
    for odd in ("sticker", "voice", "location", "contact"):
        assert (await http.post(f"{here}/{odd}", json={})).status_code == 200

    messages = (await http.get(f"{here}/messages")).json()["messages"]
    assert [message["text"] for message in messages[:4]] == ["/start situs", "Pilih", "halo lagi", "jawab"]
    assert messages[1]["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert messages[1]["buttons"] == [[{"label": "Ya", "data": "y", "url": None}]]
    assert messages[3]["reply_to"]["text"] == "halo lagi"
    assert simulator.person("Bu Siti").toasts[0].text == "Baik"


async def test_files_are_sent_as_photos_documents_or_an_album(http: httpx.AsyncClient, bu_siti: Person) -> None:
    here = f"/simulator/chats/{bu_siti.id}"
    picture = ("ktp.png", drawn(40, 40, "PNG"), "image/png")
    paper = ("akta.pdf", b"%PDF-1.7", "application/pdf")
    await http.post(
        f"{here}/files", data={"person": str(bu_siti.id), "as": "photo", "caption": "KTP"}, files=[("file", picture)]
    )
    await http.post(f"{here}/files", data={"person": str(bu_siti.id), "as": "document"}, files=[("file", picture)])
    await http.post(
        f"{here}/files", data={"person": str(bu_siti.id), "as": "photo"}, files=[("file", picture), ("file", paper)]
    )

    assert [(message.kind, message.text) for message in bu_siti.private.messages] == [
        ("photo", "KTP"),
        ("document", ""),
        ("photo", ""),
        ("document", ""),
    ]
    assert bu_siti.private.messages[2].album == bu_siti.private.messages[3].album is not None


async def test_samples_are_real_files(http: httpx.AsyncClient, bu_siti: Person) -> None:
    for kind in ("photo", "document", "album"):
        assert (await http.post(f"/simulator/chats/{bu_siti.id}/sample", json={"kind": kind})).status_code == 200

    photo, paper, *album = bu_siti.private.messages
    assert photo.file is not None
    assert paper.file is not None
    assert photo.file.content.startswith(b"\xff\xd8")
    assert paper.file.content.startswith(b"%PDF-")
    assert len(album) == 3
    assert len({message.file.content for message in album if message.file}) == 3


async def test_a_file_can_be_downloaded_but_never_runs_in_the_page(http: httpx.AsyncClient, bu_siti: Person) -> None:
    page = bu_siti.private.send_document("jahat.html", b"<script>alert(1)</script>", "text/html").file
    paper = bu_siti.private.send_document("akta tanah.pdf", b"%PDF").file
    assert page is not None
    assert paper is not None

    answer = await http.get(f"/simulator/files/{page.unique_id}/jahat.html")
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == (
        "application/octet-stream",
        "attachment",
    )
    answer = await http.get(f"/simulator/files/{paper.unique_id}/akta%20tanah.pdf")
    assert (answer.headers["content-type"], answer.content) == ("application/pdf", b"%PDF")
    assert (await http.get("/simulator/files/tidak/ada")).status_code == 404


async def test_many_messages_come_in_pages(http: httpx.AsyncClient, bu_siti: Person) -> None:
    for number in range(250):
        bu_siti.private.say(str(number))

    newest = (await http.get(f"/simulator/chats/{bu_siti.id}/messages?limit=100")).json()
    older = (
        await http.get(f"/simulator/chats/{bu_siti.id}/messages?limit=200&before={newest['messages'][0]['key']}")
    ).json()
    assert (newest["messages"][-1]["text"], newest["more"]) == ("249", True)
    assert (older["messages"][-1]["text"], len(older["messages"]), older["more"]) == ("149", 150, False)


async def test_groups_are_made_filled_and_migrated(
    http: httpx.AsyncClient, simulator: Simulator, bu_siti: Person, bu_rini: Person
) -> None:
    group = (await http.post("/simulator/groups", json={"title": "Petugas", "members": ["Bu Rini"]})).json()
    await http.post(f"/simulator/chats/{group['id']}/members", json={"person": bu_siti.id, "status": "member"})
    await http.post("/simulator/chats/Petugas/members", json={"person": bu_siti.id, "status": "administrator"})
    moved = (await http.post("/simulator/chats/Petugas/migrate", json={})).json()
    await http.post("/simulator/chats/Petugas/bot", json={"status": "member"})

    assert moved["kind"] == "supergroup"
    chat = simulator.world.chat(group["id"])
    assert (chat.id, chat.bot_status, chat.members[bu_siti.id].status) == (moved["id"], "member", "administrator")


async def test_blocking(http: httpx.AsyncClient, bu_siti: Person) -> None:
    assert (await http.post("/simulator/people/Bu%20Siti/block", json={})).json()["blocked"]
    answer = await http.post(f"/simulator/chats/{bu_siti.id}/say", json={"text": "halo"})
    assert (answer.status_code, answer.json()) == (403, {"error": "Bu Siti has blocked the bot"})
    assert not (await http.post("/simulator/people/Bu%20Siti/unblock", json={})).json()["blocked"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/simulator/chats/9/say", {"text": "x"}, 404),
        ("/simulator/chats/Bu%20Siti/say", {}, 400),
        ("/simulator/chats/Bu%20Siti/say", {"text": "  "}, 400),
        ("/simulator/chats/Bu%20Siti/tap", {"button": "tidak ada"}, 404),
        ("/simulator/chats/Bu%20Siti/say", {"person": "Bu Rini", "text": "x"}, 403),
        ("/simulator/people", {"name": ""}, 400),
        ("/simulator/faults", {"kind": "gempa"}, 400),
        ("/simulator/faults", {"banjir": 1}, 400),
        ("/simulator/updates/repeat", {}, 404),
    ],
)
async def test_mistakes_are_told(
    http: httpx.AsyncClient, bu_siti: Person, bu_rini: Person, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await http.post(path, json=body)

    assert (answer.status_code, list(answer.json())) == (status, ["error"])


async def test_another_site_cannot_drive_the_simulator(http: httpx.AsyncClient, bu_siti: Person) -> None:
    answer = await http.post(
        f"/simulator/chats/{bu_siti.id}/say", json={"text": "x"}, headers={"Origin": "https://jahat.example"}
    )

    assert answer.status_code == 403


async def test_troubles_over_http(http: httpx.AsyncClient, simulator: Simulator, bu_siti: Person) -> None:
    coming = (
        await http.post("/simulator/faults", json={"kind": "too_many", "times": 2, "method": "sendMessage"})
    ).json()
    assert coming["coming"][0]["times"] == 2
    assert (await http.delete("/simulator/faults")).json() == {"offline": False, "coming": []}
    assert (await http.post("/simulator/faults/offline")).json()["offline"]
    assert not (await http.post("/simulator/faults/online")).json()["offline"]
    assert (await http.post("/simulator/pace", json={"strict": True})).json() == {"strict": True, "refused": 0}
    await http.post("/simulator/updates/hold")
    await http.post("/simulator/updates/raw", json={"update": {"update_id": 7}})
    assert (await http.post("/simulator/updates/repeat")).json() == {"update_id": 7}
    assert (await http.get("/simulator/idle?timeout=0.05")).status_code == 504
    await http.post("/simulator/updates/release")
    await http.get(f"/bot{simulator.token}/getUpdates?offset=8")
    assert (await http.get("/simulator/idle")).json() == {"pending_updates": 0}
    calls = (await http.get("/simulator/calls?method=getUpdates")).json()
    assert calls == [{"method": "getUpdates", "parameters": {"offset": "8"}, "files": []}]


async def test_changes_are_pushed(http: httpx.AsyncClient, bu_siti: Person) -> None:
    async with http.stream("GET", "/simulator/events") as events:
        lines = events.aiter_lines()
        while "hello" not in await anext(lines):
            pass
        bu_siti.private.say("halo")
        async for line in lines:
            if line.startswith('data: {"kind"'):
                break

    change = json.loads(line.removeprefix("data: "))
    assert (change["kind"], change["thing"]["text"]) == ("message", "halo")


@asynccontextmanager
async def demo_clock() -> AsyncIterator[str]:
    """A program that keeps the clock of a demo."""
    now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    async def clock(request: Request) -> Response:
        nonlocal now
        if request.method == "POST":
            now += {"hour": timedelta(hours=1), "working_day": timedelta(days=1)}[(await request.json())["advance"]]
        return JSONResponse({"now": now.isoformat()})

    socket = listen("127.0.0.1", 0)
    server = LocalServer(Starlette(routes=[Route("/clock", clock, methods=["GET", "POST"])]), socket)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run_until_stopped())
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/clock"
        server.stop()


async def test_the_clock_of_the_demo_moves_the_dates_of_messages() -> None:
    async with demo_clock() as address, Simulator(clock_url=address).serving() as simulator:
        siti = simulator.person("Bu Siti")
        async with httpx.AsyncClient(base_url=simulator.url) as http:
            assert (await http.get("/simulator/clock")).json() == {"now": "2026-11-24T01:00:00+00:00"}
            await http.post("/simulator/clock", json={"advance": "working_day"})
        said = siti.private.say("halo")

    assert datetime.fromtimestamp(said.date + 1, UTC).date().isoformat() == "2026-11-25"


async def test_a_clock_that_is_missing_or_silent(http: httpx.AsyncClient, simulator: Simulator) -> None:
    assert (await http.get("/simulator/clock")).status_code == 404
    simulator.clock_url = "http://127.0.0.1:9/clock"
    assert (await http.get("/simulator/clock")).status_code == 502


def test_a_scene_is_read_from_json() -> None:
    shape = {
        "bot_name": "Loket",
        "actors": [{"name": "Bu Siti"}, {"name": "Bu Rini", "note": "TUS", "started": True}],
        "group": {"title": "Petugas", "id": -1001234567890, "seats": [{"name": "Bu Rini", "role": "creator"}]},
        "providers": ["Bu Siti"],
        "staff": ["Bu Rini"],
    }
    simulator = Simulator(scene=scene_from_json(shape))

    assert simulator.world.chat(-1001234567890).members[simulator.person("Bu Rini").id].status == "creator"
    assert (simulator.telegram.bot.name, simulator.person("Bu Rini").started) == ("Loket", True)
    assert scene_from_json({}) == Scene()
    assert EXAMPLE.group is not None


async def test_it_runs_from_the_command_line_and_stops_when_told() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    address = line.split(" at ")[1].split()[0]
    async with httpx.AsyncClient() as http:
        page = await http.get(address)
    process.send_signal(signal.SIGTERM)

    assert "<!doctype html>" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_a_failure_inside_comes_out_as_it_is() -> None:
    with pytest.raises(AssertionError, match="as it is"):
        async with Simulator().serving():
            raise AssertionError("as it is")
