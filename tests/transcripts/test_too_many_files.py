"""How much one person may send, and what becomes of the files that nobody needs any more."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from bot.clock import Clock
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work, only
from tests.offices import ROOT
from tests.scenes import CV_DOCUMENTS, fill_in


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Counter]:
    """An office that takes ten files a day from a person, and not more than a megabyte."""
    office = tmp_path / "office"
    copytree(ROOT / "office", office)
    settings = office / "office.toml"
    text = settings.read_text().replace("sehari_berkas = 200", "sehari_berkas = 10")
    settings.write_text(text.replace("sehari_mb = 400", "sehari_mb = 1"))
    async with at_work(simulator, tmp_path, Clock(MORNING), office=office) as counter:
        await appoint_staff(counter)
        yield counter


def in_the_vault(counter: Counter) -> int:
    return sum(path.is_file() for path in (counter.folder / "documents").rglob("*"))


async def test_a_document_that_is_replaced_again_and_again_lies_in_the_vault_once(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti("> (pdf satu.pdf)")
    for _ in range(4):
        await siti("> [Daftar berkas]\n> 1\n> (pdf lagi.pdf)\n< sudah kami terima. 1 dari 8")
    assert in_the_vault(counter) == 1


async def test_after_so_many_files_in_a_day_the_next_one_waits_until_tomorrow(
    counter: Counter, siti: Read, rini: Read
) -> None:
    await fill_in(siti)
    for _ in range(10):
        await siti("> [Daftar berkas]\n> 1\n> (pdf lagi.pdf)\n< sudah kami terima. 1 dari 8")
    for _ in range(2):
        await siti(
            """
            > (pdf pendaftaran.pdf)
            < Hari ini kami sudah menerima 10 berkas (0 MB) dari Bapak/Ibu, dan itu batas sehari. … kirim lagi besok …
              Berkas 2 dari 8: Formulir Pendaftaran
            """
        )
    await counter.wait(days=1)
    await siti("> (pdf pendaftaran.pdf)\n< Formulir Pendaftaran sudah kami terima. 2 dari 8")
    story = await counter.loket.database.run(lambda uow: uow.cases.story(1))
    assert [one.what for one in story].count("too_much_today") == 1


@only("telegram")
async def test_after_so_many_megabytes_the_file_that_is_too_much_is_not_kept(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti("> (bising satu.jpg)\n> [Selesai]")
    await siti("> (bising dua.jpg)\n< batas sehari … Berkas 2 dari 8")
    await siti("> (pdf kecil.pdf)\n< sudah kami terima. 2 dari 8")
    assert in_the_vault(counter) == 2


async def test_a_version_that_cannot_be_taken_brings_the_older_one_back(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > (pdf satu.pdf)
        > [Daftar berkas]
        > [✅ Formulir Keikutsertaan]
        > (kosong dua.pdf)
        < Berkas itu kosong
        > [Daftar berkas]
        < 1 dari 8 berkas sudah ada
        """
    )
    assert in_the_vault(counter) == 1


async def test_what_nobody_asks_for_any_more_is_let_go_when_the_case_is_handed_in(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    await siti(CV_DOCUMENTS)
    await siti("> [Kirim permohonan]\n< tercatat dengan nomor\n< …")
    assert in_the_vault(counter) == 8


@only("telegram")
async def test_what_cannot_be_taken_is_counted_as_well(siti: Read) -> None:
    await fill_in(siti)
    for _ in range(10):
        await siti("> (terkunci satu.pdf)\n< terkunci")
    await siti("> (pdf pendaftaran.pdf)\n< Hari ini kami sudah menerima 10 berkas")


@only("telegram")
async def test_who_drops_everything_does_not_begin_a_new_day(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    for _ in range(10):
        await siti("> [Daftar berkas]\n> 1\n> (pdf lagi.pdf)\n< sudah kami terima. 1 dari 8")
    while not siti.phone.newest.offers("Tidak setuju"):
        await siti("> kembali")
    await siti("> [Tidak setuju]\n< tidak ada data yang kami simpan")
    page = "select distinct state, stored, wrapped_key, claimed_name, ref, sha256, original, advice from page"
    left = await counter.loket.database.run(lambda uow: uow._connection.exec_driver_sql(page).all())
    assert left == [("gone", None, None, "", "", None, None, None)]
    assert await counter.loket.database.run(lambda uow: uow.documents.of_case(1)) == []
    await fill_in(siti)
    await siti("> (pdf pendaftaran.pdf)\n< Hari ini kami sudah menerima 10 berkas")
