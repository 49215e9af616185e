"""What a provider can do around a case: give a call back, ask by number, be too late."""

from datetime import UTC, datetime

from tests.chat import Read
from tests.conftest import Counter
from tests.scenes import accept_everything, book_first_slot, submit


async def test_a_call_can_be_given_back_and_another_one_chosen(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await siti(
        """
        > status
        < Terjadwal … Panggilan video dengan Direktur [Ubah jadwal] [Batalkan jadwal]
        > [Batalkan jadwal]
        < sudah dibatalkan … Silakan pilih hari
        > [Rab, 25 Nov]
        > 09.00
        < Jadwal REG-2026-0001: Rabu, 25 November 2026 pukul 09.00 WIB
        """
    )
    await counter.move_to(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    siti.look_away()
    await siti(
        """
        > status
        > [Batalkan jadwal]
        < sudah terlalu dekat untuk diubah
        """
    )


async def test_a_call_cannot_be_moved_for_ever(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    for hour in ("09.00", "09.30", "10.00"):
        await siti(f"> ubah jadwal\n> [Rab, 25 Nov]\n> {hour}\n< pukul {hour} WIB")
    await siti(
        """
        > ubah jadwal
        < Jadwal sudah diubah 3 kali
        """
    )


async def test_a_case_is_asked_for_by_its_number(siti: Read, budi: Read) -> None:
    await submit(siti)
    await siti("> reg-2026-1\n< REG-2026-0001 … Menunggu pemeriksaan berkas")
    await budi(
        """
        > REG-2026-0001
        < tidak ada di antara permohonan
        > status
        < belum punya permohonan
        > batal
        < Tidak ada yang perlu dibatalkan
        > ubah jadwal
        < Belum ada jadwal yang dapat diubah
        > lanjut
        < Silakan pilih layanan
        """
    )


async def test_an_interrupted_booking_waits_until_the_letter_is_written(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await siti(
        """
        > petugas
        < Silakan tulis pesan
        > petugas
        < Silakan tulis pesan
        > Apakah boleh besok?
        < sudah kami teruskan … Silakan pilih hari
        """
    )


async def test_a_correction_that_was_interrupted_is_not_asked_for_when_the_case_is_over(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7 + "> [Perlu perbaikan] di Formulir Keikutsertaan\n> [Buram]\n> [Kirim hasil]")
    await siti("> petugas\n< Silakan tulis pesan")
    await rini_in_group("> /tolak 1 NIB bukan milik perusahaan ini.")
    siti.look_away()
    await siti(
        """
        > Apakah boleh saya kirim besok?
        < Pesan Bapak/Ibu sudah kami teruskan … [Menu] [Status]
        > (pdf formulir.pdf)
        < belum ada permohonan … Silakan pilih layanan
        """
    )


async def test_an_interrupted_correction_goes_on_while_it_is_wanted(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7 + "> [Perlu perbaikan] di Formulir Keikutsertaan\n> [Buram]\n> [Kirim hasil]")
    await siti("> petugas\n> Apakah boleh foto?\n< sudah kami teruskan … Mohon kirim ulang Formulir Keikutsertaan")


async def test_a_day_that_staff_closed_is_closed_in_every_answer(counter: Counter, siti: Read, hendra: Read) -> None:
    await hendra("> /libur 2026-11-24 Pemadaman listrik\n> /libur 2026-11-25 Pemadaman listrik")
    await submit(siti)
    await siti(
        """
        > status
        < Antrean pemeriksaan ke-1 … Kamis, 26 November
        > petugas
        > Apakah sudah diterima?
        < Kamis, 26 November
        """
    )
