"""Messengers deliver at least once: a whole registration in which everything comes twice ends like any other."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.clock import Clock
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work, town
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, pass_the_call

CALL = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Wednesday, 09.00 WIB."""

DRAWN = re.compile(r"loket-[\w-]+|\d\d\.\d\d")
"""What differs between two runs: the room of a call, and by how many seconds something was later."""

LEFT_BEHIND = {
    "case": "number, state, company, particulars, holder_id, reschedules, no_shows",
    "history": "actor, what, why",
    "document": "case_id, need, kind, version, state, open, reason, note, original",
    "page": "document_id, state, mime",
    "appointment": "case_id, starts_at, seat, state, attended_by",
    "form": "flow, case_id, answers, active",
    "person": "name, language, notice_version",
    "staff": "user_id, name, roles",
    "outbox": "channel, kind, case_id, document_id, file_name, state",
    "post": "name, message <> '', text",
}
"""What a registration leaves in every table, without moments, and without numbers that depend on which of two chats got
its message first."""


class Ending(NamedTuple):
    """How it all ended: what every chat shows, and what the books say."""

    chats: dict[str, list[tuple[str, list[str]]]]
    books: dict[str, list[Any]]


async def _register(counter: Counter, channel: str) -> None:
    """From the first word to the activated account, with every kind of step on the way."""
    await appoint_staff(counter)
    siti = counter.reader(counter.person("Bu Siti", channel=channel).private)
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    rini = counter.reader(counter.person("Bu Rini").private)
    rini_in_group = counter.reader(counter.person("Bu Rini").at(group))
    dedi_in_group = counter.reader(counter.person("Pak Dedi").at(group))
    await siti(CV_ANSWERS)
    await siti(CV_DOCUMENTS)
    await siti("> [Ubah]\n> [Email terdaftar]\n> baru@majubersama.co.id\n> [Kirim permohonan]")
    await siti("> petugas\n> Apakah KTP lama boleh?")
    await rini_in_group("> [Balas]")
    await rini("> Boleh, selama masih berlaku.")
    await rini_in_group("> /ambil 1\n> /lepas 1\n> [Ambil]\n> /catatan 1 Alamat sudah dicek.\n> [Periksa berkas]")
    await _check(rini)
    await siti("> (foto x2)\n> [Selesai]\n> [Kirim perbaikan]")
    await rini("> [Periksa berkas]\n> [Sesuai]\n> [Kirim hasil]")
    await siti("> 1\n> 1\n> ubah jadwal\n> [Rab, 25 Nov]\n> 09.00\n< pukul 09.00 WIB")
    await counter.move_to(CALL)
    await pass_the_call(rini)
    await dedi_in_group("> [Ambil]\n> [Selesai di SPSE]")
    await siti("> status\n< REG-2026-0001 … Selesai")


async def _check(rini: Read) -> None:
    """Seven documents are in order, one is not, for a reason that is written."""
    await rini("> [Sesuai]\n" * 7)
    await rini(
        "> [Perlu perbaikan] di Formulir Keikutsertaan\n> [Lainnya]\n> Halaman kedua tidak ada.\n> [Kirim hasil]"
    )


async def _played(folder: Path, channel: str, *, times: int) -> Ending:
    async with town() as simulator, at_work(simulator, folder, Clock(MORNING)) as counter:
        simulator.updates.times = simulator.twilio.webhooks.times = simulator.twilio.callbacks.times = times
        await _register(counter, channel)
        chats = {
            f"{chat.title} {chat.channel}": [
                (DRAWN.sub("…", message.text), message.labels) for message in chat.messages
            ]
            for chat in simulator.world.chats.values()
        }
        return Ending(chats, {table: await _rows(counter, table) for table in LEFT_BEHIND})


async def _rows(counter: Counter, table: str) -> list[Any]:
    query = f'select {LEFT_BEHIND[table]} from "{table}" order by 1, 2, 3'
    found = await counter.loket.database.run(lambda uow: list(uow._connection.exec_driver_sql(query)))
    return [DRAWN.sub("…", str(row)) for row in found]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_registration_in_which_everything_comes_twice_ends_like_any_other(
    tmp_path_factory: pytest.TempPathFactory, channel: str
) -> None:
    once = await _played(tmp_path_factory.mktemp("once"), channel, times=1)
    twice = await _played(tmp_path_factory.mktemp("twice"), channel, times=2)
    assert once.books["case"] != []
    assert once.chats == twice.chats
    assert once.books == twice.books
