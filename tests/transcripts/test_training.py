"""Training, at an office whose catalogue says that it is served."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import Clock
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, appoint_staff, at_work

OFFICE = Path(__file__).parents[2] / "office"


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Counter]:
    """An office that trains again: nothing but its catalogue is changed."""
    office = tmp_path / "office"
    shutil.copytree(OFFICE, office)
    catalogue = office / "catalogue.toml"
    before, training, after = catalogue.read_text("utf-8").partition('id = "pelatihan"\n')
    served = after.replace(
        'status = "tidak_dilayani"', 'status = "aktif"\nbiaya = "Gratis"\nproduk = "Pelatihan SPSE"', 1
    )
    catalogue.write_text(before + training + served, "utf-8")
    async with at_work(simulator, tmp_path, Clock(MORNING), office=office) as counter:
        await appoint_staff(counter)
        yield counter


async def wish(siti: Read) -> None:
    await siti(
        """
        > /start
        > 5
        < Kami menyimpan data permohonan ini … [Setuju] [Tidak setuju]
        > [Setuju]
        < Apa nama perusahaan atau instansi
        > PT Maju Bersama
        < Berapa orang pesertanya?
        > beberapa orang
        < Tulis jumlahnya dengan angka
        > -5 orang
        < Tulis jumlahnya dengan angka
        > 9000 orang
        < Paling banyak 500 orang
        > 1
        < Kapan pelatihan diinginkan?
        > kembali
        < Berapa orang pesertanya?
        > 3 orang: Siti, Budi, Rina
        < Kapan pelatihan diinginkan?
        > minggu kedua Desember, pagi
        < Apa yang ingin dipelajari?
        > Cara mengirim penawaran
        < Mohon periksa … PT Maju Bersama … 3 orang: Siti, Budi, Rina … minggu kedua Desember … Cara mengirim
          [Kirim permohonan] [Kembali]
        > [Kirim permohonan]
        < Permohonan pelatihan tercatat dengan nomor PLT-2026-0001
        """
    )


async def test_training_is_asked_for_and_granted_in_words(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await wish(siti)
    await rini_in_group(
        """
        < PLT-2026-0001 · PT Maju Bersama … Menunggu jawaban petugas … “Cara mengirim penawaran” [Ambil]
        > [Ambil]
        > [Setujui]
        """
    )
    assert "Budi" not in rini_in_group.phone.screen()
    await rini(
        """
        < PLT-2026-0001 … Peserta: 3 orang: Siti, Budi, Rina … Waktu yang diinginkan: minggu kedua Desember
        < kapan, di mana, dan apa yang perlu disiapkan?
        > Selasa 8 Desember pukul 09.00 di aula; bawa laptop.
        < PLT-2026-0001 disetujui
        """
    )
    await siti("< Permohonan pelatihan PLT-2026-0001 disetujui: Selasa 8 Desember … laptop.\n< menilai layanan kami")


async def test_training_is_declined_with_a_reason(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await wish(siti)
    await rini_in_group("> [Ambil]\n> [Tidak dapat]")
    await rini("> Desember sudah penuh; silakan ajukan lagi untuk Januari.\n< PLT-2026-0001 ditolak")
    await siti(
        """
        < Mohon maaf, permohonan PLT-2026-0001 belum dapat kami setujui … Desember sudah penuh
        > status
        < Tidak dilanjutkan
        """
    )


async def test_nobody_talks_on_a_wish(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await wish(siti)
    await siti("> status\n< PLT-2026-0001 … Giliran petugas menjawab [Menu]")
    await rini_in_group("> [Ambil]")
    await rini("> /balas PLT-2026-0001 Sedang kami cek.\n< Balasan sudah dikirim")
    await siti("< Balasan petugas tentang PLT-2026-0001")
    await rini("> /faq PLT-2026-0001\n< PLT-2026-0001 bukan konsultasi")
