"""Sample letters: at the document that is asked for, or for whoever only wants to see what they look like."""

import re
import shutil
from pathlib import Path

from bot.clock import Clock
from simulator import Simulator
from simulator.transcript import beats
from storage.printing.letters import DOTTED_LINE
from tests.chat import Read
from tests.conftest import MORNING, at_work, only
from tests.offices import ROOT
from tests.reading import files_of, letter_of
from tests.scenes import PT_ANSWERS, fill_in, submit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOTS = re.escape(DOTTED_LINE)

CHANGE_ANSWERS = """
    > /start
    > 2
    > [Lanjut]
    > [Sudah]
    > [Saya memahami dan setuju]
    > [▫️ Alamat email]
    > [▫️ NPWP perusahaan]
    > [Lanjut]
    > [CV]
    > CV Maju Bersama
    > 01.312.166.0-091.000
    > 02.345.678.9-404.000
    > maju_bersama
    > lama@majubersama.co.id
    > baru@majubersama.co.id
    > Siti Aminah
    > 0812-3456-7890
    > [Direktur]
"""


async def test_a_letter_comes_filled_where_it_is_asked_for(siti: Read) -> None:
    await fill_in(siti)
    await siti("> (pdf formulir-keikutsertaan.pdf)")
    await siti(
        """
        > (pdf formulir-pendaftaran.pdf)
        < Berkas 3 dari 8: Surat Penunjukan Admin … [Minta contoh surat] [Daftar berkas]
        > [Minta contoh surat]
        """
    )
    letter = files_of(siti)[-1]
    assert (letter.name, letter.mime) == ("Surat Penunjukan Admin.docx", DOCX)
    text = letter_of(letter.content)
    for known in ("CV Maju Bersama", "01.312.166.0-091.000", "Siti Aminah", "maju_bersama", "LPSE Kota Bogor"):
        assert known in text
    assert DOTTED_LINE in text
    assert "{" not in text
    await siti("> (pdf penunjukan-admin.pdf)\n< Surat Penunjukan Admin sudah kami terima. 3 dari 8")


async def test_the_document_is_asked_for_again_below_the_letter(siti: Read, channel: str) -> None:
    await fill_in(siti)
    await siti("> (pdf formulir-keikutsertaan.pdf)\n> (pdf formulir-pendaftaran.pdf)")
    file = "< …" if channel == "whatsapp" else ""
    await siti(
        f"""
        > contoh surat
        {file}
        < Contoh Surat Penunjukan Admin, berisi data … harus berkop surat perusahaan, ditandatangani Direktur
        < Berkas 3 dari 8: Surat Penunjukan Admin [Minta contoh surat]
        """
    )


async def test_a_proxy_gets_a_power_of_attorney_with_the_stamp_duty_of_the_catalogue(siti: Read) -> None:
    await siti(PT_ANSWERS)
    await siti("> (pdf formulir-keikutsertaan.pdf)\n> (pdf formulir-pendaftaran.pdf)\n> (pdf penunjukan-admin.pdf)")
    await siti("> /contoh")
    letter = files_of(siti)[-1]
    assert letter.name == "Surat Kuasa.docx"
    text = letter_of(letter.content)
    for known in ("PT Karya Abadi", "Budi Santoso", "Rp10.000"):
        assert known in text


async def test_a_change_of_data_is_written_from_old_to_new(siti: Read) -> None:
    await siti(CHANGE_ANSWERS)
    await siti("> [Minta contoh surat]")
    letter = files_of(siti)[-1]
    assert letter.name == "Surat Permohonan Perubahan Data Perusahaan.docx"
    text = letter_of(letter.content)
    for known in (
        "lama@majubersama.co.id\nbaru@majubersama.co.id",
        "01.312.166.0-091.000\n02.345.678.9-404.000",
        "maju_bersama",
        "Rp10.000",
    ):
        assert known in text


async def test_a_letter_stays_indonesian_for_whoever_reads_english(siti: Read, channel: str) -> None:
    await siti(CHANGE_ANSWERS)
    await siti("> [Minta contoh surat]")
    indonesian = files_of(siti)[-1]
    file = "< …" if channel == "whatsapp" else ""
    await siti(
        f"""
        > english
        < All right, we go on in English … Document 1 of 6: Letter requesting the change [Send me a sample]
        > [Send me a sample]
        {file}
        < Sample Letter requesting a change of company data, filled with what you wrote here … Letters are in Indonesian
          what you send has to be on company letterhead, signed by the Director, with the company stamp
        < Document 1 of 6: Letter requesting the change
        """
    )
    again = files_of(siti)[-1]
    assert again is not indonesian
    assert again.name == indonesian.name
    text = letter_of(again.content)
    assert text == letter_of(indonesian.content)
    assert "Alamat email\nlama@majubersama.co.id\nbaru@majubersama.co.id" in text


async def test_before_anything_is_asked_for_a_sample_is_empty(siti: Read) -> None:
    await siti(
        """
        > contoh surat
        < Contoh surat mana [Surat Penunjukan Admin] [Surat Kuasa] [Surat Permohonan Perubahan Data Perusahaan] [Menu]
        > [Surat Kuasa]
        """
    )
    letter = files_of(siti)[-1]
    assert letter.name == "Surat Kuasa.docx"
    text = letter_of(letter.content)
    assert len(re.findall(DOTS, text)) >= 5
    assert "Rp10.000" in text


async def test_a_letter_for_a_case_that_was_sent_is_filled_from_it(siti: Read) -> None:
    await submit(siti)
    await siti("> contoh surat")
    await siti("> [Surat Penunjukan Admin]")
    assert files_of(siti)[-1].name == "Surat Penunjukan Admin REG-2026-0001.docx"
    assert "CV Maju Bersama" in letter_of(files_of(siti)[-1].content)


async def test_what_another_asks_for_holds_nothing_of_hers(siti: Read, budi: Read) -> None:
    await submit(siti)
    await budi("> contoh surat\n> [Surat Penunjukan Admin]")
    assert "Maju Bersama" not in letter_of(files_of(budi)[-1].content)


async def test_a_question_that_stood_open_is_asked_again(siti: Read) -> None:
    await siti("> /start\n> [1. Registrasi & Verifikasi]\n> [Lanjut]\n> [Sudah]\n> [Saya memahami dan setuju]\n> [CV]")
    await siti("> contoh surat\n< Contoh surat mana [Surat Kuasa] [Lanjutkan permohonan]")
    messages = await siti.play(next(beats("> [Surat Kuasa]")))
    assert "nama perusahaan" in messages[-1].text.casefold()


@only("telegram")
async def test_a_button_for_a_letter_that_is_no_more_does_nothing(siti: Read) -> None:
    await siti("> contoh surat")
    siti.phone.forge_tap("l.surat-cinta", siti.phone.newest)
    await siti("! Tombol itu sudah tidak berlaku")
    assert files_of(siti) == []


async def test_an_office_without_letters_offers_none(simulator: Simulator, tmp_path: Path) -> None:
    office = tmp_path / "office"
    shutil.copytree(ROOT / "office", office, ignore=shutil.ignore_patterns("letters"))
    async with at_work(simulator, tmp_path, Clock(MORNING), office=office) as counter:
        siti = counter.reader(counter.person("Bu Siti").private)
        await siti("> contoh surat\n< Belum ada contoh surat di sini [Menu] [Tanya petugas]")
        await fill_in(siti)
        await siti("> (pdf formulir-keikutsertaan.pdf)\n> (pdf formulir-pendaftaran.pdf)")
        asked = siti.phone.newest
        assert "Surat Penunjukan Admin" in asked.text
        assert "Minta contoh surat" not in asked.labels
