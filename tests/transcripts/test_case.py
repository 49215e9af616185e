"""A case on its way through the office: check, call, SPSE, and what the provider hears of it."""

import re
from datetime import UTC, datetime

from tests.chat import Read
from tests.conftest import Counter
from tests.scenes import (
    PT_ANSWERS,
    PT_DOCUMENTS,
    accept_everything,
    book_first_slot,
    pass_the_call,
    submit,
)

CALL = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""The first slot, 13.30 WIB."""


def links_in(chat: Read) -> set[str]:
    """The ways into a video call on the newest message, on a button or in the text."""
    newest = chat.phone.newest
    on_buttons = [button.url or "" for row in newest.buttons for button in row]
    return set(re.findall(r"https://meet\.jit\.si/loket-[\w-]+", " ".join([newest.text, *on_buttons])))


async def test_from_the_card_to_the_activated_account(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi_in_group: Read
) -> None:
    await submit(siti)
    assert "Menunggu pemeriksaan berkas" in rini_in_group.phone.newest.text
    await accept_everything(rini_in_group, rini)
    await siti("< Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari [Sel, 24 Nov]")
    await siti(
        """
        > [Rab, 25 Nov]
        < Rabu, 25 November 2026. Pukul berapa? [09.00] [14.30] [Hari lain]
        > [Hari lain]
        < Silakan pilih hari
        > 1
        < Selasa, 24 November 2026. Pukul berapa? [13.30]
        > 13.30
        < Jadwal REG-2026-0001: Selasa, 24 November 2026 pukul 13.30 WIB … berkas asli: … KTP Direktur … NIB
          ubah jadwal paling lambat Selasa, 24 November pukul 11.30
        """
    )
    await counter.move_to(CALL)
    await siti("< Panggilan video verifikasi REG-2026-0001 dimulai sekarang [Tanya petugas]")
    assert len(links_in(siti)) == 1
    await rini("< Lembar panggilan REG-2026-0001 … Direktur: Siti Aminah, +6281234567890 [Masuk panggilan video]")
    assert links_in(siti) == links_in(rini), "both sides meet in one room"
    await pass_the_call(rini)
    await siti("< Berkas REG-2026-0001 sudah diverifikasi … paling lambat Rabu, 25 November 2026 pukul 13.30 WIB")
    await dedi_in_group("< Terverifikasi sejak 13.30 Siap dikerjakan di SPSE … sisa 1 hari [Ambil]")
    assert [message.text for message in dedi_in_group.phone.messages if "CV Maju Bersama" in message.text] == [
        dedi_in_group.phone.newest.text
    ], "one card for a case, wherever it stands"
    await dedi_in_group("> [Ambil]")
    await dedi_in_group("> [Selesai di SPSE]")
    await siti(
        """
        < Permohonan REG-2026-0001 selesai. Akun SPSE CV Maju Bersama sudah aktif
        < Mohon kesediaan Bapak/Ibu menilai layanan kami … tanpa nama. [Isi survei] [Nanti] [Tidak, terima kasih]
        """
    )
    await siti(
        """
        > status
        < REG-2026-0001 … Selesai
        """
    )


async def test_a_pt_with_a_proxy_and_an_amended_deed_comes_to_its_account(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi_in_group: Read
) -> None:
    await siti(PT_ANSWERS)
    await siti(PT_DOCUMENTS)
    await siti("> [Kirim permohonan]\n< tercatat dengan nomor REG-2026-0001\n< …")
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    assert len([message for message in rini.phone.messages if message.file]) == 11
    await rini("> [Sesuai]\n" * 11 + "> [Kirim hasil]")
    await siti(
        """
        < Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari
        > 1
        > 1
        < Direktur wajib hadir sendiri, dengan berkas asli: … SIUP … Akta Perubahan Terakhir … Keputusan Menteri
        """
    )
    await counter.move_to(CALL)
    await rini(
        """
        > [▫️ KTP Direktur]
        > [▫️ NPWP Perusahaan]
        > [▫️ NPWP Direktur]
        > [▫️ SIUP]
        > [▫️ Akta Pendirian]
        > [▫️ Akta Perubahan Terakhir]
        > [▫️ Keputusan Menteri Hukum dan HAM (pengesahan)]
        > [▫️ Hadir: kuasa/lainnya]
        > [▫️ Hadir: Direktur]
        > [Lulus]
        """
    )
    await dedi_in_group("> [Ambil]\n> [Lihat berkas]\n> [Selesai di SPSE]")
    await siti("> status\n< REG-2026-0001 … Selesai")
    assert "Akun SPSE PT Karya Abadi sudah aktif" in siti.phone.screen()


async def test_only_what_was_returned_is_asked_again(
    siti: Read, rini: Read, rini_in_group: Read, counter: Counter
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]")
    await rini_in_group("> [Periksa berkas]")
    await rini("> [Sesuai]\n" * 7)
    await rini(
        """
        > [Perlu perbaikan] di Formulir Keikutsertaan
        > [Buram]
        > [Kirim hasil]
        """
    )
    await siti(
        """
        < REG-2026-0001 hampir lengkap. Hanya 1 berkas yang perlu diperbaiki … urutan antrean Bapak/Ibu tetap.
          Mohon kirim ulang … Tulisannya kurang terbaca
        """
    )
    await siti(
        """
        > status
        < Perlu perbaikan … 1 berkas perlu dikirim ulang … Mohon kirim ulang
        > (pdf lebih-jelas.pdf)
        < sudah kami terima. 1 dari 1 … Semua perbaikan sudah ada. Kirim sekarang? [Kirim perbaikan]
        > [Kirim perbaikan]
        < Perbaikan REG-2026-0001 sudah kami terima. Urutan antrean tetap: ke-1.
        """
    )
    await rini("< perbaikan sudah masuk, siap diperiksa [Periksa berkas]")
    await rini("> [Periksa berkas]")
    files = [message.file.name for message in rini.phone.messages if message.file]
    assert len(files) == 9
    assert files[-1] == files[0] == "REG-2026-0001 1 Formulir Keikutsertaan.pdf"
    papers = [message for message in rini.phone.messages if message.file]
    assert [message.labels for message in papers if message.labels] == [["Sesuai", "Perlu perbaikan", "Pratinjau"]]
    await rini("> [Sesuai]\n> [Kirim hasil]")
    assert not any(message.labels for message in papers)
    await siti("< Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari")


async def test_a_call_can_be_moved_in_good_time(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await siti(
        """
        > ubah jadwal
        < Jadwal sekarang: Selasa, 24 November 2026 pukul 13.30 WIB … tetap berlaku sampai yang baru dipilih
        > [Rab, 25 Nov]
        > [09.00]
        < Jadwal REG-2026-0001: Rabu, 25 November 2026 pukul 09.00 WIB
        """
    )
    await counter.move_to(datetime(2026, 11, 25, 0, 30, tzinfo=UTC))
    await siti(
        """
        > [Ubah jadwal]
        < sudah terlalu dekat untuk diubah
        """
    )


async def test_a_director_who_does_not_appear_is_asked_to_choose_again(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await counter.move_to(CALL)
    await rini(
        """
        > [Tidak hadir]
        ! baru dapat dicatat mulai
        """
    )
    await counter.wait(minutes=11)
    siti.look_away()
    await rini("> [Tidak hadir]")
    await siti("< belum bertemu. Tidak apa-apa: mohon pilih jadwal lain. … Silakan pilih hari [Rab, 25 Nov]")


async def test_the_verifikator_sends_back_and_the_clock_is_discarded(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await counter.move_to(CALL)
    await pass_the_call(rini)
    siti.look_away()
    await dedi_in_group("> [Ambil]")
    await dedi_in_group("> [Kembalikan]")
    picker = dedi.phone.newest
    assert "ketuk berkas yang harus dikirim ulang" in picker.text
    await dedi("> [▫️ NIB]")
    await dedi(
        """
        > NIB sudah tidak berlaku di OSS.
        """
    )
    await siti("< Permohonan REG-2026-0001 perlu diperbaiki … NIB sudah tidak berlaku di OSS. … Mohon kirim ulang NIB")
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert (case.state, case.due_at, case.verified_at) == ("returned", None, None)


async def test_a_case_can_be_cancelled_and_its_slot_is_free_again(
    counter: Counter, siti: Read, budi: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await book_first_slot(siti)
    await siti(
        """
        > batal
        < Batalkan permohonan REG-2026-0001 seluruhnya? [Ya, batalkan]
        > [Ya, batalkan]
        < Permohonan REG-2026-0001 sudah dibatalkan.
        """
    )
    taken = await counter.loket.database.run(lambda uow: uow.appointments.of_case(1))
    assert taken is None


async def test_a_word_to_staff_is_answered_in_the_chat(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    rini_in_group.look_away()
    await siti(
        """
        > petugas
        < Silakan tulis pesan untuk petugas
        > NIK direktur 3271010101800001, apakah KTP lama boleh?
        < Pesan Bapak/Ibu sudah kami teruskan kepada petugas.
        """
    )
    await rini_in_group("< Pesan dari penyedia REG-2026-0001 (CV Maju Bersama): … apakah KTP lama boleh? [Balas]")
    assert "3271010101800001" not in rini_in_group.phone.newest.text
    await rini_in_group("> [Balas]")
    await rini(
        """
        < Balasan kepada CV Maju Bersama, REG-2026-0001 … 3271010101800001
        > Boleh, selama masih berlaku.
        < Balasan sudah dikirim.
        """
    )
    await siti("< Balasan petugas tentang REG-2026-0001: … Boleh, selama masih berlaku.")
