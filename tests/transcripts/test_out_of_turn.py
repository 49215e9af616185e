"""What people say and send when nothing, or something else, was asked of them."""

from tests.chat import Read
from tests.scenes import accept_everything, book_first_slot, fill_in, pass_the_call, submit


async def test_a_file_after_everything_was_sent_is_not_told_that_there_is_no_request(siti: Read) -> None:
    await submit(siti)
    await siti(
        """
        > (foto)
        < saat ini tidak ada berkas yang diminta … REG-2026-0001 … Antrean pemeriksaan ke-1 [Tanya petugas]
        """
    )


async def test_a_file_for_a_draft_that_was_left_is_led_back_to_it(siti: Read) -> None:
    await fill_in(siti)
    await siti(
        """
        > menu
        > (foto)
        < Berkas itu belum kami simpan. Lanjutkan dahulu … belum dikirim, sejak [Lanjutkan permohonan]
        """
    )


async def test_words_that_nobody_asked_for_lead_to_the_case_and_to_staff(siti: Read) -> None:
    await siti(
        "> halo\n> berapa biayanya?\n< belum kami pahami. Bila ingin bertanya, tekan Tanya petugas … Silakan pilih"
    )
    await submit(siti)
    await siti(
        "> kapan selesai?\n< belum kami pahami. Bila itu untuk petugas … Antrean pemeriksaan ke-1 [Tanya petugas]"
    )


async def test_whoever_does_not_want_another_time_after_all_keeps_the_call(
    siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await siti("> batal\n< Batalkan permohonan REG-2026-0001 seluruhnya? [Ya, batalkan] [Tidak]\n> [Tidak]")
    await book_first_slot(siti)
    await siti(
        """
        > ubah jadwal
        < Jadwal sekarang: Selasa, 24 November 2026 pukul 13.30 … bila tidak jadi, ketik batal … Silakan pilih hari
        > batal
        < Baik, jadwal tidak diubah: Selasa, 24 November 2026 pukul 13.30 WIB. [Menu] [Status]
        > status
        < Terjadwal … [Batalkan jadwal]
        """
    )


async def test_a_question_about_withdrawing_does_not_stand_open_once_the_call_was_passed(
    siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await siti("> batal\n< Batalkan permohonan REG-2026-0001 seluruhnya? [Ya, batalkan] [Tidak]")
    await rini_in_group("> [Lembar panggilan]")
    await pass_the_call(rini)
    await siti("> status\n< Terverifikasi … Giliran verifikator … [Berita acara] [Menu] [Tanya petugas]")


async def test_thanks_are_answered_and_open_no_question_again(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await siti("> ok\n< Sama-sama. [Status] [Tanya petugas]\n> Terima kasih 🙏\n< Sama-sama.")
    await siti("> menu\n> 4\n> Apakah KTP Direktur harus asli?\n> [Tanya petugas]\n< KON-2026-0001")
    await siti("> terima kasih\n< Sama-sama. … bila ada yang ingin ditambahkan")
    await rini_in_group("> [Ambil] di KON-2026-0001\n> /balas KON-2026-0001 Ya, ditunjukkan saat panggilan video.")
    await siti(
        """
        > makasih
        < Sama-sama. Bila sudah jelas, tekan Terjawab [Terjawab]
        > status
        < Sudah dijawab … REG-2026-0001
        > terjawab
        < konsultasi KON-2026-0001 kami tutup
        < Mohon kesediaan
        """
    )
