"""Who may do what at the desk, and what happens when two do it at once, or too late."""

from tests.chat import FILES, Read
from tests.conftest import Counter, only
from tests.scenes import submit

pytestmark = only("telegram")


async def test_two_people_take_one_case_and_one_of_them_gets_it(
    counter: Counter, siti: Read, rini_in_group: Read, hendra: Read, hendra_in_group: Read
) -> None:
    await submit(siti)
    card = rini_in_group.phone.newest
    rini_in_group.phone.tap("Ambil", on=card)
    hendra_in_group.phone.tap("Ambil", on=card)
    await counter.settle()
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert case.holder_id == "900001"
    assert "sedang dipegang Bu Rini" in hendra_in_group.phone.toasts[-1].text


async def test_somebody_in_the_group_who_is_not_staff_changes_nothing(counter: Counter, siti: Read) -> None:
    await submit(siti)
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    tono = counter.person("Pak Tono")
    group.add(tono)
    await counter.settle()
    reader = counter.reader(tono.at(group))
    await reader(
        """
        > [Ambil]
        ! Anda belum terdaftar sebagai petugas
        > /antrian
        < Anda belum terdaftar sebagai petugas
        """
    )
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert case.holder_id is None


async def test_an_anonymous_admin_is_told_what_to_change(counter: Counter, siti: Read) -> None:
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    hidden = Read(counter.person("Pak Hendra").at(group, anonymous=True), counter.settle, FILES)
    await hidden(
        """
        > /antrian
        < Anda menulis sebagai admin anonim … Matikan “Tetap anonim”
        """
    )


async def test_a_stale_button_says_how_things_stand(counter: Counter, siti: Read, rini_in_group: Read) -> None:
    await submit(siti)
    card = rini_in_group.phone.newest
    await rini_in_group("> [Ambil]")
    await siti("> batal\n> [Ya, batalkan]")
    rini_in_group.phone.tap("Periksa berkas", on=card)
    await counter.settle()
    assert "sekarang: Dibatalkan" in rini_in_group.phone.toasts[-1].text


async def test_the_same_steps_by_command(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await rini_in_group(
        """
        > /antrian
        < Menunggu petugas … REG-2026-0001 CV Maju Bersama
        > /ambil 1
        < REG-2026-0001 sekarang Anda pegang.
        > /ambil reg-2026-1
        < REG-2026-0001 memang sudah Anda pegang.
        > /lepas 1
        < REG-2026-0001 dilepas.
        > /ambil
        < Cara: /ambil REG-2026-0007
        > /ambil 99
        < Tidak ada permohonan
        > /cari maju
        < REG-2026-0001 CV Maju Bersama
        > /periksa 1
        < 8 berkas REG-2026-0001 dikirim ke percakapan pribadi Anda.
        > /tolak 1 NIB bukan milik perusahaan ini.
        < REG-2026-0001 ditolak
        """
    )
    await siti("< Mohon maaf, permohonan REG-2026-0001 belum dapat kami setujui … NIB bukan milik … SP4N-LAPOR!")


async def test_only_the_right_role_may(siti: Read, rini_in_group: Read, dedi_in_group: Read) -> None:
    await submit(siti)
    await dedi_in_group(
        """
        > /ambil 1
        < hanya untuk TUS atau Admin
        """
    )
    await rini_in_group(
        """
        > /peran 12345 admin
        < hanya untuk Admin
        """
    )


async def test_nothing_personal_appears_in_the_group(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]\n> /kasus 1")
    shown = rini_in_group.phone.screen()
    for personal in ("01.312.166", "siti@majubersama", "+6281234567890", "maju_bersama", ".pdf", ".jpg"):
        assert personal not in shown
    await rini(
        """
        > /kasus 1
        < REG-2026-0001 … NPWP perusahaan: 01.312.166.0-091.000 … siti@majubersama.co.id … Riwayat
        """
    )


async def test_a_document_its_question_and_its_verdict_are_one_message(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    before = len(rini.phone.messages)
    ktp = rini.phone.showing("KTP Direktur")
    assert ktp.file is not None
    assert ktp.labels == ["Sesuai", "Perlu perbaikan", "Pratinjau"]
    await rini("> [Perlu perbaikan] di KTP Direktur\n> [Batal] di KTP Direktur")
    assert ktp.labels == ["Sesuai", "Perlu perbaikan", "Pratinjau"]
    await rini(
        """
        > [Sesuai] di KTP Direktur
        ! KTP Direktur: sesuai
        > [Perlu perbaikan] di NPWP Direktur
        ! NPWP Direktur: pilih alasannya
        > [Terpotong] di NPWP Direktur
        ! NPWP Direktur: perlu perbaikan
        """
    )
    assert ktp.text.startswith("✅ KTP Direktur: sesuai")
    assert "terpotong" in rini.phone.showing("NPWP Direktur").text
    assert len(rini.phone.messages) == before + 1
    assert "1 sesuai, 1 perlu perbaikan, 6 belum diperiksa" in rini.phone.newest.text


async def test_two_reasons_that_wait_are_both_heard(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    await rini(
        """
        > [Perlu perbaikan] di berkas 8 dari 8
        > [Lainnya] di berkas 8 dari 8
        > [Lainnya] di berkas 8 dari 8
        > [Perlu perbaikan] di berkas 1 dari 8
        > [Lainnya] di berkas 1 dari 8
        > Bukan formulir tahun ini
        < Formulir Keikutsertaan: perlu perbaikan
        < Masih ditunggu: … Akta Pendirian: apa yang perlu diperbaiki? … Tulis dalam satu pesan
        < 0 sesuai, 1 perlu perbaikan
        > Halaman terakhir tidak ada
        < Akta Pendirian: perlu perbaikan
        > Terima kasih
        < belum dikirim kepada siapa pun
        """
    )
    assert "Halaman terakhir tidak ada" in rini.phone.showing("berkas 8 dari 8").text


async def test_words_long_after_a_question_are_not_taken_for_its_answer(
    counter: Counter, siti: Read, rini: Read
) -> None:
    await submit(siti)
    await rini("> /tolak 1\n< mengapa permohonan ditolak?")
    await counter.wait(hours=3)
    rini.look_away()
    await rini(
        """
        > Baik, terima kasih
        < sejak Selasa, 24 November pukul 09.00 … tulis sekali lagi: … mengapa permohonan ditolak?
        > batal
        < Baik, tidak jadi
        """
    )
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    assert case.state == "submitted"


async def test_documents_come_below_what_the_provider_wrote(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]")
    rini.look_away()
    await rini_in_group("> [Periksa berkas]\n! 8 berkas")
    told, *documents = rini.news
    assert "REG-2026-0001 · CV Maju Bersama, menurut penyedia" in told.text
    assert "NPWP perusahaan: 01.312.166.0-091.000" in told.text
    assert "Nama Direktur: Siti Aminah" in told.text
    assert told.protected
    assert len(documents) == 8
    await counter.wait(hours=25)
    assert "menurut penyedia" not in rini.phone.screen()


async def test_a_stranger_is_not_told_the_same_again_and_again(
    counter: Counter, siti: Read, rini_in_group: Read
) -> None:
    group = rini_in_group.phone.chat
    tono = counter.person("Pak Tono")
    group.add(tono)
    await counter.settle()
    in_group = len(group.messages)
    for command in ("/antrian", "/kasus 1", "/rekap"):
        tono.at(group).say(command)
    await counter.settle()
    assert len(group.messages) == in_group + 3 + 1


async def test_an_admin_of_the_settings_is_called_by_their_name(hendra: Read, siti: Read) -> None:
    await hendra("> /peran\n< Pak Hendra (900003): Admin")


async def test_a_command_that_is_addressed_to_us_is_always_answered(
    counter: Counter, siti: Read, rini_in_group: Read
) -> None:
    name = counter.loket.office.bot_name
    assert name
    await rini_in_group(
        f"""
        > /slot@{name}
        < Tidak ada perintah /slot. Semua perintah: /bantuan
        > /start@{name}
        < /antrian antrean
        """
    )
    rini_in_group.phone.say("/slot")
    await counter.settle()
    assert rini_in_group.news == []


async def test_a_card_of_what_is_over_waits_for_nobody(siti: Read, rini_in_group: Read) -> None:
    await submit(siti)
    await rini_in_group("> /tolak 1 NIB bukan milik perusahaan ini.")
    assert "Ditolak" in rini_in_group.phone.screen()
    assert "Belum ada pemegang" not in rini_in_group.phone.screen()


async def test_whoever_was_asked_to_open_a_private_chat_is_not_asked_any_more_once_there(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    rini.phone.person.block()
    await rini_in_group(
        """
        > [Ambil]
        > [Periksa berkas]
        < buka dahulu percakapan pribadi [Buka percakapan pribadi]
        ! buka dahulu percakapan pribadi
        """
    )
    rini.phone.person.unblock()
    await rini("> /start")
    assert "buka dahulu" not in rini_in_group.phone.screen()


async def test_documents_are_protected_and_leave_the_chat_after_a_day(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await rini_in_group("> [Ambil]\n> [Periksa berkas]")
    sent = [message for message in rini.phone.messages if message.file]
    assert len(sent) == 8
    assert all(message.protected for message in sent)
    await counter.wait(hours=25)
    assert [message for message in rini.phone.messages if message.file] == []
