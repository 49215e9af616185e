"""The well-trodden parts of a conversation, so that a test can begin where it becomes interesting."""

from tests.chat import Read

CV_ANSWERS = """
    > /start
    > [1. Registrasi & Verifikasi]
    > [Lanjut]
    > [Sudah]
    > [Saya memahami dan setuju]
    > [CV]
    > CV Maju Bersama
    > 01.312.166.0-091.000
    > maju_bersama
    > siti@majubersama.co.id
    > Siti Aminah
    > 0812-3456-7890
    > [Direktur]
"""

CV_DOCUMENTS = """
    > (pdf formulir-keikutsertaan.pdf)
    > (pdf formulir-pendaftaran.pdf)
    > (pdf penunjukan-admin.pdf)
    > (foto)
    > (pdf npwp-perusahaan.pdf)
    > (pdf npwp-direktur.pdf)
    > [NIB]
    > (pdf nib.pdf)
    > (pdf akta.pdf)
    > [Tidak punya]
"""

PT_ANSWERS = """
    > /start
    > 1
    > [Lanjut]
    > [Sudah]
    > [Saya memahami dan setuju]
    > [PT]
    > PT Karya Abadi
    > 0013121660091000
    > karya.abadi
    > admin@karyaabadi.id
    > Budi Santoso
    > 081298765432
    > [Kuasa]
"""

PT_DOCUMENTS = """
    > (pdf formulir-keikutsertaan.pdf)
    > (pdf formulir-pendaftaran.pdf)
    > (pdf penunjukan-admin.pdf)
    > (pdf kuasa.pdf)
    > (foto)
    > (foto)
    > (foto)
    > [SIUP]
    > (pdf siup.pdf)
    > (pdf akta.pdf)
    > (pdf perubahan.pdf)
    > (pdf sk.pdf)
"""


async def fill_in(chat: Read) -> None:
    """Answer every question of a CV whose director files; the first document is asked for next."""
    await chat(CV_ANSWERS)


async def submit(chat: Read) -> None:
    """Hand in a complete registration of a CV."""
    await chat(CV_ANSWERS)
    await chat(CV_DOCUMENTS)
    await chat(
        """
        > [Kirim permohonan]
        < Permohonan Bapak/Ibu tercatat dengan nomor REG-2026-
        < …
        """
    )


async def accept_everything(rini_in_group: Read, rini: Read) -> None:
    """TUS takes the case and finds all eight documents in order; the provider is asked to choose a slot."""
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 8)
    await rini("> [Kirim hasil]")


async def book_first_slot(siti: Read) -> None:
    """The first free slot of the first day: 13.30 on the day on which every test begins."""
    await siti(
        """
        > 1
        > 1
        < Jadwal REG-2026-0001: Selasa, 24 November 2026 pukul 13.30 WIB
        """
    )


async def pass_the_call(rini: Read) -> None:
    """All originals match, the director is there."""
    await rini(
        """
        > [▫️ KTP Direktur]
        > [▫️ NPWP Perusahaan]
        > [▫️ NPWP Direktur]
        > [▫️ NIB]
        > [▫️ Akta Pendirian]
        > [▫️ Hadir: Direktur]
        > [Lulus]
        """
    )
