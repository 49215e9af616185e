"""A service is opened, stopped or sent elsewhere by the catalogue alone; what people began is treated sensibly."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import Loket
from bot.clock import Clock
from bot.office_folder import OfficeFolderMistakes, check_office, read_office
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work, settings_for
from tests.scenes import accept_everything, fill_in, submit

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "office", tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path, folder: Path) -> AsyncIterator[Counter]:
    async with at_work(simulator, tmp_path, Clock(MORNING), office=folder) as counter:
        await appoint_staff(counter)
        yield counter


def edit(counter: Counter, folder: Path, was: str, is_now: str) -> None:
    """Change the catalogue, and start anew with it."""
    file = folder / "catalogue.toml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, is_now, 1), "utf-8")
    assert check_office(folder) == []
    now = counter.loket.office
    office = read_office(folder, now.staff_chat, now.bot_name)
    counter.loket.office = office.on(now.channels)


async def test_a_draft_of_a_service_that_was_stopped_waits(counter: Counter, folder: Path, siti: Read) -> None:
    await fill_in(siti)
    edit(counter, folder, 'status = "aktif"', 'status = "tidak_dilayani"')
    notice = "Registrasi Offline dan Verifikasi Berkas Saat ini layanan ini tidak kami layani … tetap tersimpan"
    await siti(
        f"""
        > (pdf formulir.pdf)
        < {notice} [Menu] [Tanya petugas]
        > menu
        < Silakan pilih layanan [1. Registrasi & Verifikasi]
        > 1
        < Saat ini layanan ini tidak kami layani
        > lanjut
        < {notice}
        > status
        < belum dikirim [Lanjutkan permohonan]
        > [Lanjutkan permohonan]
        < {notice}
        """
    )
    await counter.wait(days=5)
    await counter.wait(days=6)
    assert siti.news == []
    edit(counter, folder, 'status = "tidak_dilayani"', 'status = "aktif"')
    await siti("> lanjut\n< Selamat datang kembali … Berkas 1 dari 8")


async def test_what_was_handed_in_is_still_finished(
    counter: Counter, folder: Path, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    edit(counter, folder, 'status = "aktif"', 'status = "tidak_dilayani"')
    await accept_everything(rini_in_group, rini)
    await siti("< Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari")
    await siti("> 1\n> 1\n< Jadwal REG-2026-0001")


async def test_a_service_is_sent_elsewhere(counter: Counter, folder: Path, siti: Read) -> None:
    there = 'status = "dialihkan"\nrujukan = "Silakan ke Mal Pelayanan Publik."\nrujukan_en = "Please go to the mall."'
    edit(counter, folder, 'status = "aktif"', there)
    await siti(
        """
        > /start
        > 1
        < Registrasi Offline dan Verifikasi Berkas kini dilayani di tempat lain. Silakan ke Mal Pelayanan Publik. [Menu]
        > english
        > menu
        > 1
        < Offline Registration … Please go to the mall.
        > menu
        > 5
        < SPSE Training … YouTube channel
        """
    )


async def test_a_service_that_has_cases_cannot_be_taken_out(
    counter: Counter, simulator: Simulator, folder: Path, tmp_path: Path, siti: Read
) -> None:
    await submit(siti)
    shutil.rmtree(folder / "faq")
    edit(counter, folder, 'id = "registrasi"', 'id = "pendaftaran"')
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "loket.db")) as theirs, closing(sqlite3.connect(copy)) as ours:
        theirs.backup(ours)
    with pytest.raises(OfficeFolderMistakes) as stopped:
        async with Loket.opened(settings_for(simulator, tmp_path, office=folder, database_url=f"sqlite:///{copy}")):
            pass
    assert stopped.value.mistakes == [
        f'{folder}/catalogue.toml: layanan "registrasi" tidak ada lagi, padahal masih ada 1 permohonannya, '
        'misalnya REG-2026-0001; kembalikan layanan itu dan tulis status = "tidak_dilayani"'
    ]


async def test_a_legal_form_that_was_taken_out_is_still_called_by_its_name(
    counter: Counter, folder: Path, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    edit(counter, folder, '{ id = "CV", nama = "CV" }', '{ id = "Koperasi-baru", nama = "Koperasi baru" }')
    await rini_in_group("> [Ambil]")
    await rini("> /kasus REG-2026-0001\n< CV Maju Bersama")
