"""Troubles on demand: refusals, broken answers, silence, cut lines and strict speed limits."""

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from simulator import Chat, Person, Simulator


async def test_too_many_requests(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.faults.too_many(times=1, retry_after=7, method="sendMessage")

    await bot.get_me()
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(bu_siti.id, "halo")
    assert refused.value.retry_after == timedelta(seconds=7)
    await bot.send_message(bu_siti.id, "halo")
    assert simulator.faults.met == 1


async def test_a_fault_may_be_for_one_chat(simulator: Simulator, bot: Bot, bu_siti: Person, bu_rini: Person) -> None:
    simulator.faults.server_error(status=502, chat=bu_siti.id)

    await bot.send_message(bu_rini.id, "halo")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(bu_siti.id, "halo")


async def test_a_silent_server(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.faults.hang(seconds=0.4)
    with pytest.raises(TimedOut):
        await bot.send_message(bu_siti.id, "halo", read_timeout=0.1)

    simulator.faults.hang(seconds=0.1)
    began = time.monotonic()
    await bot.send_message(bu_siti.id, "halo")
    assert time.monotonic() - began >= 0.1


async def test_a_cut_line_before_the_message_was_taken(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.faults.drop()

    with pytest.raises(NetworkError):
        await bot.send_message(bu_siti.id, "hilang")
    assert bu_siti.private.messages == []


async def test_a_cut_line_after_the_message_was_taken(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.faults.drop(after=True)

    with pytest.raises(NetworkError):
        await bot.send_message(bu_siti.id, "sampai")
    assert bu_siti.private.newest.text == "sampai"


async def test_downloads_can_fail_too(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.send_document("akta.pdf", b"%PDF")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    simulator.faults.server_error(method="file")

    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"%PDF"


async def test_telegram_is_out_of_reach_and_comes_back(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    simulator.faults.offline()
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(bu_siti.id, "halo")

    simulator.faults.online()
    await bot.send_message(bu_siti.id, "halo")


async def test_strict_speed_in_a_private_chat(simulator: Simulator, bot: Bot, bu_siti: Person, bu_rini: Person) -> None:
    simulator.pace.strict = True
    await bot.send_message(bu_siti.id, "satu")
    await bot.send_message(bu_rini.id, "orang lain")

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(bu_siti.id, "dua")
    assert refused.value.retry_after == timedelta(seconds=1)
    assert simulator.pace.refused == 1


async def test_strict_speed_in_a_group_counts_edits(simulator: Simulator, bot: Bot, petugas: Chat) -> None:
    simulator.pace.strict = True
    card = await bot.send_message(petugas.id, "0")
    for number in range(1, 20):
        await card.edit_text(str(number))

    with pytest.raises(RetryAfter) as refused:
        await card.edit_text("20")
    assert timedelta(seconds=50) < refused.value.retry_after <= timedelta(seconds=60)  # type: ignore[operator]


async def test_strict_speed_overall(simulator: Simulator) -> None:
    simulator.pace.strict = True
    people = [simulator.person(f"Penyedia {number}", started=True) for number in range(31)]
    address = f"{simulator.url}/bot{simulator.token}/sendMessage"
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(
            *(client.post(address, json={"chat_id": person.id, "text": "pengumuman"}) for person in people)
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 30 + [429]
