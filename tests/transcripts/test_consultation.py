"""A question to the office: ready answers first, then a conversation with staff that goes both ways."""

from tests.chat import Read
from tests.conftest import Counter

QUESTION = "Apakah sertifikat halal memengaruhi kode KBLI mesin jahit?"


async def ask(siti: Read) -> None:
    """A question to which there is no ready answer; the first one, so that the notice comes before it."""
    await siti(
        f"""
        > /start
        > 4
        > [Setuju]
        > {QUESTION}
        < Jawabannya belum ada di daftar kami … tercatat dengan nomor KON-2026-0001 … tulis saja di sini
        """
    )


async def test_a_ready_answer_comes_first(siti: Read, rini_in_group: Read) -> None:
    await siti(
        """
        > /start
        > 4
        < Sebelum bertanya: kami menyimpan pertanyaan Bapak/Ibu … [Setuju] [Tidak setuju]
        > [Setuju]
        < Silakan tulis pertanyaannya dengan kata-kata sendiri
        > berapa biaya pendaftarannya ya?
        < Mungkin jawabannya ada di sini [Apakah ada biaya?] [Tanya petugas]
        > [Apakah ada biaya?]
        < Apakah ada biaya? … tidak dikenakan biaya … meterai Rp10.000 … Apakah ini menjawab
          [Ya, terjawab] [Lihat jawaban lain] [Tanya petugas]
        > [Lihat jawaban lain]
        < Mungkin jawabannya ada di sini
        > [Apakah ada biaya?]
        > [Ya, terjawab]
        < Senang dapat membantu
        """
    )
    assert rini_in_group.news == []


async def test_a_question_goes_to_staff_and_the_answer_comes_back(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await ask(siti)
    await rini_in_group(
        """
        < KON-2026-0001 · Bu Siti … Konsultasi … Menunggu jawaban petugas … “Apakah sertifikat halal … [Ambil]
        """
    )
    await rini_in_group("> [Ambil]\n! sekarang Anda pegang")
    await rini(
        """
        < KON-2026-0001 · Bu Siti … Penyedia: Apakah sertifikat halal … membalas pesan ini [Jawab] [Terjawab]
        > [Jawab]
        < Jawaban untuk Bu Siti, KON-2026-0001: … Tulis dalam satu pesan
        > Tidak, keduanya terpisah.
        < Jawaban KON-2026-0001 sudah dikirim
        """
    )
    await siti(
        """
        < Jawaban petugas, KON-2026-0001: … Tidak, keduanya terpisah. … Sudah jelas? [Terjawab]
        > status
        < KON-2026-0001 … Sudah dijawab … Giliran Bapak/Ibu … tulis saja di sini
        > Berapa lama mengurus keduanya?
        < Sudah kami teruskan kepada petugas
        """
    )
    await rini("< KON-2026-0001 · Bu Siti … Berapa lama mengurus keduanya? [Jawab] [Terjawab]")
    rini.phone.reply(rini.phone.showing("Berapa lama mengurus"), "Sekitar satu bulan.")
    await counter.settle()
    await rini("< Jawaban KON-2026-0001 sudah dikirim")
    await siti(
        """
        < Jawaban petugas, KON-2026-0001: … Sekitar satu bulan.
        > [Terjawab]
        < konsultasi KON-2026-0001 kami tutup [Tanya lagi]
        < menilai layanan kami
        """
    )
    await rini("< KON-2026-0001 · Bu Siti: penyedia menyatakan sudah terjawab")
    assert "keduanya terpisah" not in rini_in_group.phone.screen()
    assert "Sekitar satu bulan" not in rini_in_group.phone.screen()
