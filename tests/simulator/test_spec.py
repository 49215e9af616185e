"""Each call is measured by the published description of the Bot API."""

import json
from pathlib import Path

import httpx
import pytest
from telegram import Bot

from simulator import Person, Simulator
from simulator.spec import Spec, load_spec
from simulator.telegram.calls import Call, Upload

spec = load_spec()
needs_description = pytest.mark.skipif(
    spec is None, reason="THE DESCRIPTION OF THE BOT API IS MISSING: calls go unchecked"
)


@needs_description
@pytest.mark.parametrize(
    ("call", "violations"),
    [
        (Call("sendMessage", {"chat_id": "5", "text": "halo", "protect_content": "true"}), []),
        (Call("sendMessage", {"chat_id": "5"}), ["sendMessage: the required parameter 'text' is missing"]),
        (
            Call("sendMessage", {"chat_id": "5", "text": "x", "colour": "red"}),
            ["sendMessage: there is no parameter 'colour'"],
        ),
        (Call("sendMesage", {}), ["sendMesage: there is no such method"]),
        (
            Call("sendMessage", {"chat_id": "5", "text": "x", "protect_content": "maybe"}),
            ["sendMessage: 'protect_content' must be Boolean, not 'maybe'"],
        ),
        (
            Call("getUpdates", {"timeout": "1.5"}),
            ["getUpdates: 'timeout' must be Integer, not '1.5'"],
        ),
        (
            Call(
                "sendMessage", {"chat_id": "5", "text": "x", "reply_markup": '{"inline_keyboard": [[{"label": "Ya"}]]}'}
            ),
            [
                "sendMessage: InlineKeyboardButton in 'reply_markup.inline_keyboard[0][0]' has no 'label'",
                "sendMessage: InlineKeyboardButton in 'reply_markup.inline_keyboard[0][0]' needs 'text'",
            ],
        ),
        (
            Call("setMyCommands", {"commands": "[]", "scope": '{"type": "chat", "chat_id": 5}'}),
            [],
        ),
        (
            Call(
                "sendDocument",
                {"chat_id": 5, "document": "attach://a"},
                {"a": Upload("a.pdf", "application/pdf", b"x")},
            ),
            [],
        ),
        (Call("sendDocument", {"chat_id": 5}, {"document": Upload("a.pdf", "application/pdf", b"x")}), []),
        (
            Call("sendDocument", {"chat_id": 5, "document": "id"}, {"lost": Upload("a.pdf", "application/pdf", b"x")}),
            ["sendDocument: there is no parameter 'lost'"],
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(call: Call, violations: list[str]) -> None:
    assert spec is not None
    assert spec.violations(call) == violations


@needs_description
async def test_a_violation_is_recorded_and_the_call_still_answered() -> None:
    async with Simulator().serving() as simulator:
        simulator.person("Bu Siti", id=5, started=True)
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"{simulator.url}/bot{simulator.token}/sendMessage",
                json={"chat_id": 5, "text": "halo", "warna": "merah"},
            )

    assert answer.json()["ok"]
    assert simulator.violations == ["sendMessage: there is no parameter 'warna'"]


@needs_description
async def test_a_method_that_the_simulator_does_not_play_is_reported() -> None:
    async with Simulator().serving() as simulator, httpx.AsyncClient() as client:
        answer = await client.get(f"{simulator.url}/bot{simulator.token}/getUserProfilePhotos?user_id=5")

    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found: method not found")
    assert simulator.violations == ["getUserProfilePhotos: the simulator does not play this method"]


async def test_without_a_description_nothing_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("simulator.spec.DEFAULT_PLACE", tmp_path / "none.json")
    monkeypatch.delenv("SIMULATOR_BOT_API_SPEC", raising=False)

    assert not Simulator().spec_checked


def test_a_description_that_was_named_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIMULATOR_BOT_API_SPEC", str(tmp_path / "none.json"))

    with pytest.raises(FileNotFoundError):
        load_spec()


def test_a_description_can_be_named(tmp_path: Path) -> None:
    place = tmp_path / "small.json"
    place.write_text(json.dumps({"version": "Bot API 1.0", "methods": {"getMe": {"fields": []}}, "types": {}}))

    small = load_spec(place)
    assert isinstance(small, Spec)
    assert small.violations(Call("getMe", {})) == []


async def test_the_four_ways_to_write_a_call(simulator: Simulator, bu_siti: Person) -> None:
    address = f"{simulator.url}/bot{simulator.token}/sendMessage"
    values = {"chat_id": str(bu_siti.id), "text": "halo & baik"}
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(address, params=values),
            await client.post(address, data=values),
            await client.post(address, json=values),
            await client.post(address, files={name: (None, value) for name, value in values.items()}),
            await client.post(address.replace("sendMessage", "SENDMESSAGE"), params=values),
        ]

    assert all(answer.json()["ok"] for answer in answers)
    assert {message.text for message in bu_siti.private.messages} == {"halo & baik"}


async def test_the_bot_itself_makes_no_mistake(bot: Bot, simulator: Simulator) -> None:
    await bot.get_me()

    assert simulator.violations == []
