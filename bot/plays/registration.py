"""A CV registers: from the first tap to the activated account and the answered survey."""

from typing import Final

from bot.demo import Stage
from domain.cases import State
from simulator.people import Person, Phone
from simulator.samples import Samples
from simulator.transcript import Reader

CLOCK: Final = "2026-11-24T09:00:00+07:00"

ASKS: Final = """
    > /start
    < Ini layanan resmi LPSE Kota Bogor … 1. Registrasi [1. Registrasi & Verifikasi]
    > [1. Registrasi & Verifikasi]
    < Biaya: Tidak dikenakan biaya [Lanjut]
    > [Lanjut]
    > [Sudah]
    < Pemberitahuan data pribadi [Saya memahami dan setuju]
    > [Saya memahami dan setuju]
    > [CV]
    > CV Maju Bersama
    > 01.312.166.0-091.000
    > maju_bersama
    > siti@majubersama.co.id
    > Siti Aminah
    > 0812-3456-7890
    < Siapa yang mengajukan permohonan ini? [Direktur] [Kuasa]
    > [Direktur]
    < Berkas 1 dari 8: Formulir Keikutsertaan
    > (pdf formulir-keikutsertaan.pdf)
    > (pdf formulir-pendaftaran.pdf)
    > (foto)
    > [Selesai]
    > (foto)
    < KTP Direktur sudah kami terima. 4 dari 8
    > (pdf npwp-perusahaan.pdf)
    > (pdf npwp-direktur.pdf)
    > [NIB]
    > (pdf nib.pdf)
    > (pdf akta-pendirian.pdf)
    > [Tidak punya]
    < Mohon periksa sebelum dikirim [Kirim permohonan]
    > [Kirim permohonan]
    < tercatat dengan nomor REG-2026-0001, antrean pemeriksaan ke-1
    < …
"""

FINDS_ONE_WANTING: Final = """
    > [Sesuai] di Formulir Keikutsertaan
    > [Sesuai] di Formulir Pendaftaran
    > [Perlu perbaikan] di Surat Penunjukan Admin
    > [Tanpa cap]
"""

MENDS: Final = """
    < Hanya 1 berkas yang perlu diperbaiki: … Surat Penunjukan Admin … Mohon kirim ulang Surat Penunjukan Admin
    > (pdf penunjukan-admin-bercap.pdf)
    > [Kirim perbaikan]
    < Urutan antrean tetap: ke-1
"""

BOOKS: Final = """
    < Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari
    > 1
    > 1
    < Jadwal REG-2026-0001: … Direktur wajib hadir sendiri, dengan berkas asli
"""

COMPARES: Final = """
    > [▫️ KTP Direktur]
    > [▫️ NPWP Perusahaan]
    > [▫️ NPWP Direktur]
    > [▫️ NIB]
    > [▫️ Akta Pendirian]
    > [▫️ Hadir: Direktur]
    > [Lulus]
"""

HEARS: Final = """
    < Permohonan REG-2026-0001 selesai. Akun SPSE CV Maju Bersama sudah aktif
    < Mohon kesediaan Bapak/Ibu menilai layanan kami [Isi survei] [Nanti] [Tidak, terima kasih]
"""

RATES: Final = """
    > [Isi survei]
    < tanpa nama … 1 dari 9. … [Sesuai]
    > [Sesuai]
    > [Sangat mudah]
    > [Cepat]
    < 4 dari 9. … biaya/tarif [Sangat mahal] [Gratis]
    > [Gratis]
    > [Sangat sesuai]
    > [Kompeten]
    > [Sangat sopan dan ramah]
    > [Baik]
    > [Dikelola dengan baik]
    < Terima kasih. Jawaban Bapak/Ibu kami simpan tanpa nama
"""


async def play(stage: Stage) -> None:
    """On Telegram, like the staff."""
    await perform(stage, stage.siti)


async def perform(stage: Stage, provider: Person) -> None:
    """Everybody does their part; the provider sits at whichever messenger they use."""
    samples = Samples()

    def on(phone: Phone) -> Reader:
        files = {"pdf": lambda _: samples.document().content, "foto": lambda _: samples.photo().content}
        return Reader(phone, stage.settle, files)

    siti, rini = on(provider.private), on(stage.rini.private)
    rini_in_group, dedi_in_group = on(stage.rini.at(stage.group)), on(stage.dedi.at(stage.group))
    await siti(ASKS)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini(FINDS_ONE_WANTING)
    await rini("> [Sesuai]\n" * 5 + "> [Kirim hasil]")
    await siti(MENDS)
    await rini("> [Periksa berkas]\n> [Sesuai]\n> [Kirim hasil]")
    await siti(BOOKS)
    while "Lembar panggilan REG-2026-0001" not in rini.phone.screen():
        await stage.advance("hour")
    await rini(COMPARES)
    await dedi_in_group("> [Ambil]")
    siti.look_away()
    await dedi_in_group("> [Selesai di SPSE]")
    await siti(HEARS)
    await siti(RATES)
    case = await stage.loket.database.run(lambda uow: uow.cases.by_number("REG-2026-0001"))
    assert case is not None
    assert case.state is State.RESOLVED
