"""What is written on a document is compared with what was asked for and with the answers: advice, never a refusal."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from simulator import Simulator
from storage.preflight.reading import can_read_pictures
from tests import papers
from tests.cards import NIK, a_ktp, an_npwp
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work, only
from tests.ports import a_free_port
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, fill_in

pytestmark = pytest.mark.skipif(
    not can_read_pictures() and not os.environ.get("CI"), reason="the extra loket[ocr] is not installed"
)


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Counter]:
    async with at_work(simulator, tmp_path, Clock(MORNING), ocr="auto") as counter:
        await appoint_staff(counter)
        yield counter


def send(siti: Read, name: str, content: bytes) -> None:
    siti.phone.send_document(name, content, "image/jpeg")


async def test_an_npwp_that_was_sent_for_a_ktp_is_noticed_and_may_stay(siti: Read) -> None:
    await fill_in(siti)
    await siti("> [Daftar berkas]\n> 4")
    send(siti, "ktp.jpg", papers.as_jpeg(an_npwp()))
    await siti(
        """
        < KTP Direktur sudah kami terima. 1 dari 8 … Berkas 2 dari 8: Formulir Keikutsertaan
        < Berkas untuk KTP Direktur tampaknya NPWP. Tetap pakai? [Tetap pakai] [Ganti KTP Direktur]
        > [Tetap pakai]
        < Baik, KTP Direktur tetap dipakai. … Berkas 2 dari 8: Formulir Keikutsertaan
        """
    )


@only("whatsapp")
async def test_a_number_that_is_typed_after_the_advice_means_what_it_meant_before(siti: Read) -> None:
    await fill_in(siti)
    await siti("> [Daftar berkas]\n> 4")
    send(siti, "ktp.jpg", papers.as_jpeg(an_npwp()))
    await siti(
        """
        < Berkas 2 dari 8: Formulir Keikutsertaan … 1. Daftar berkas
        < tampaknya NPWP. Tetap pakai? … Berkas 2 dari 8: … 1. Daftar berkas … Tetap pakai … Ganti KTP Direktur
        > 1
        < Pilih berkas yang akan dikirim atau diganti
        """
    )


@only("telegram")
async def test_the_right_card_with_the_right_name_is_not_spoken_of(siti: Read, counter: Counter) -> None:
    await fill_in(siti)
    await siti("> [Daftar berkas]\n> 4")
    send(siti, "ktp.jpg", papers.as_jpeg(a_ktp("SITI AMINAH")))
    await siti("< KTP Direktur sudah kami terima. 1 dari 8 … Berkas 2 dari 8: Formulir Keikutsertaan")
    assert NIK.encode() not in (counter.folder / "loket.db").read_bytes()


@only("telegram")
async def test_staff_read_what_does_not_fit_beside_the_document_and_nowhere_else(
    siti: Read, rini: Read, rini_in_group: Read, caplog: pytest.LogCaptureFixture
) -> None:
    await siti(CV_ANSWERS)
    before, after = CV_DOCUMENTS.split("    > (foto)\n")
    await siti(before)
    send(siti, "ktp.jpg", papers.as_jpeg(a_ktp("RATNA KUSUMAWATI")))
    await siti(
        """
        < KTP Direktur sudah kami terima
        < Nama orang di KTP Direktur terbaca "RATNA KUSUMAWATI", sedangkan yang diisikan "Siti Aminah"
          [Tetap pakai] [Ganti KTP Direktur]
        """
    )
    await siti(after)
    await siti("> [Kirim permohonan]\n< REG-2026-0001\n< …")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    [ktp] = [message for message in rini.news if "KTP Direktur" in message.text]
    assert 'Nama orang terbaca "RATNA KUSUMAWATI", diisikan "Siti Aminah"' in ktp.text
    assert "RATNA" not in rini_in_group.phone.screen()
    assert NIK not in caplog.text + rini_in_group.phone.screen() + rini.phone.screen() + siti.phone.screen()


@only("whatsapp")
async def test_what_was_not_read_before_the_end_is_read_after_the_next_start(
    simulator: Simulator, tmp_path: Path, channel: str
) -> None:
    person = simulator.person("Bu Siti", channel=channel)
    async with at_work(simulator, tmp_path, Clock(MORNING), ocr="auto") as counter:
        counter.loket.second_look.stop()
        siti = counter.reader(person.private)
        await fill_in(siti)
        await siti("> [Daftar berkas]\n> 4")
        counter.loket.second_look.due = lambda uow: None  # type: ignore[method-assign]
        send(siti, "ktp.jpg", papers.as_jpeg(an_npwp()))
        await siti("< KTP Direktur sudah kami terima")
    async with at_work(simulator, tmp_path, Clock(MORNING + timedelta(hours=1)), ocr="auto") as counter:
        siti = counter.reader(person.private)
        siti.look_away()
        await siti("< Berkas untuk KTP Direktur tampaknya NPWP. Tetap pakai?")


@only("telegram")
async def test_a_virus_scanner_that_is_away_does_not_keep_anybody_from_reading(
    simulator: Simulator, tmp_path: Path, channel: str
) -> None:
    nobody = f"tcp://127.0.0.1:{a_free_port()}"
    async with at_work(simulator, tmp_path, Clock(MORNING), ocr="auto", clamd=nobody) as counter:
        siti = counter.reader(counter.person("Bu Siti", channel=channel).private)
        await fill_in(siti)
        await siti("> [Daftar berkas]\n> 4")
        send(siti, "ktp.jpg", papers.as_jpeg(an_npwp()))
        await siti("< KTP Direktur sudah kami terima\n< Berkas untuk KTP Direktur tampaknya NPWP. Tetap pakai?")
        assert await counter.loket.database.run(lambda uow: uow.remarks.count()) == (1, 0)
