"""A question to the office: ready answers first, then a conversation with staff that goes both ways."""

from datetime import UTC, datetime, timedelta

from domain.faq import parse_answer
from tests import papers
from tests.chat import Read
from tests.conftest import Counter, only
from tests.scenes import fill_in

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


async def test_a_ready_answer_is_emphasised_as_the_messenger_does_it(siti: Read) -> None:
    await siti("> /start\n> 4\n> [Setuju]\n> lupa user id\n> 1\n< silakan ketik menu lalu pilih Informasi User ID SPSE")
    assert "*" not in siti.phone.screen()


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
        < sudah kami teruskan kepada petugas
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


@only("telegram")
async def test_nobody_is_called_like_somebody_elses_case(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await ask(siti)
    other = counter.reader(counter.person("KON-2026-0001 Budi").private)
    await other("> /start\n> 4\n> [Setuju]\n> Apakah mesin jahit butuh sertifikat halal?\n< nomor KON-2026-0002")
    await rini_in_group("< KON-2026-0001 · Bu Siti\n< KON-2026-0002 · ••• Budi [Ambil]\n> [Ambil]")
    await rini("> [Jawab]\n< Jawaban untuk ••• Budi, KON-2026-0002")
    siti.look_away()
    rini.phone.reply(rini.phone.showing("Jawaban untuk"), "Tidak butuh.")
    await other("< Jawaban petugas, KON-2026-0002: … Tidak butuh.")
    assert siti.news == []


async def take(siti: Read, rini: Read, rini_in_group: Read) -> None:
    """Bu Siti asks, Bu Rini takes the question."""
    await ask(siti)
    await rini_in_group("> [Ambil]")
    await rini("< Penyedia: Apakah sertifikat halal")


@only("telegram")
async def test_whoever_left_the_office_reads_no_further_question(
    siti: Read, rini: Read, rini_in_group: Read, hendra: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> [Jawab]\n> Tidak, keduanya terpisah.\n< sudah dikirim\n> [Terjawab]")
    await siti("< Jawaban petugas\n< KON-2026-0001 sudah selesai … [Tanya lagi]\n< menilai layanan kami")
    await hendra("> /peran 900001 hapus\n< bukan petugas lagi")
    rini.look_away()
    rini_in_group.look_away()
    await siti("> [Tanya lagi]\n> NPWP kami dipinjam orang, apa yang harus saya lakukan?\n< sudah kami teruskan")
    assert rini.news == []
    await rini_in_group("< KON-2026-0001 … Belum ada pemegang [Ambil]")


async def test_files_go_both_ways_and_never_through_the_group(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    in_group = len(rini_in_group.phone.messages)
    await siti("> (foto)\n< sudah kami teruskan kepada petugas")
    await rini("< KON-2026-0001 · Bu Siti: berkas dari penyedia [Jawab] [Terjawab]")
    await siti("> (pdf galat.pdf)\n< sudah kami teruskan kepada petugas")
    await rini(
        """
        < KON-2026-0001 · Bu Siti: berkas dari penyedia
        > [Jawab]
        < Jawaban untuk Bu Siti
        > (pdf panduan.pdf)
        < Jawaban KON-2026-0001 sudah dikirim
        """
    )
    sent = siti.news
    assert any(message.look.file for message in sent), sent
    assert "Berkas dari petugas, KON-2026-0001" in siti.phone.screen()
    assert len(rini_in_group.phone.messages) == in_group
    state = await counter.loket.database.run(lambda uow: uow.cases.get(1).state)
    assert state == "answered"


async def test_a_file_that_is_too_big_for_the_providers_messenger_is_not_said_to_be_sent(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, channel: str
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> [Jawab]\n< Jawaban untuk Bu Siti")
    siti.look_away()
    rini.phone.send_document("layar.jpg", papers.a_photo_full_of_noise(3000), "image/jpeg")
    if channel == "whatsapp":
        await rini(
            "< belum dikirim ke penyedia KON-2026-0001: WhatsApp hanya … sampai 16 MB dan foto sampai 5 MB [Jawab]"
        )
        assert siti.news == []
        await rini("> [Jawab]\n< Jawaban untuk Bu Siti\n> (pdf kecil.pdf)\n< Jawaban KON-2026-0001 sudah dikirim")
    else:
        await rini("< Jawaban KON-2026-0001 sudah dikirim")
    assert "Berkas dari petugas, KON-2026-0001" in siti.phone.screen()


async def test_a_question_may_be_talked_over_in_a_call(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> [Tawarkan video call]\n! Tawaran video call KON-2026-0001 sudah dikirim")
    await siti(
        """
        < Petugas menawarkan video call untuk KON-2026-0001 [Pilih jadwal]
        > [Pilih jadwal]
        < Silakan pilih hari
        > 1
        > 1
        < Video call KON-2026-0001: Selasa, 24 November 2026 pukul 13.30 … tidak ada berkas
          [Ubah jadwal] [Batalkan jadwal]
        > Apakah boleh mengajak rekan?
        < sudah kami teruskan
        """
    )
    await rini("< video call Selasa, 24 November pukul 13.30\n< Apakah boleh mengajak rekan?")
    await counter.move_to(datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
    await siti("< Video call konsultasi KON-2026-0001 dimulai sekarang [Masuk panggilan video]")
    await rini(
        """
        < KON-2026-0001 · Bu Siti: video call 13.30 dimulai [Masuk panggilan video] [Terjawab]
        > [Terjawab]
        ! KON-2026-0001 selesai: terjawab
        """
    )
    await siti("< Konsultasi KON-2026-0001 sudah selesai [Tanya lagi]\n< menilai layanan kami")


async def test_a_conversation_is_opened_again_by_writing(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> [Terjawab]\n! KON-2026-0001 belum dijawab")
    await rini("> /balas KON-2026-1 Tidak, keduanya terpisah.\n< Jawaban KON-2026-0001 sudah dikirim")
    await rini("> [Terjawab]")
    await siti(
        """
        < Jawaban petugas
        < Konsultasi KON-2026-0001 sudah selesai
        < menilai layanan kami
        > status
        < KON-2026-0001 … Selesai [Tanya lagi]
        > [Tanya lagi]
        < tulis saja di sini
        > Satu lagi: berapa biayanya?
        < sudah kami teruskan
        """
    )
    await rini("< Satu lagi: berapa biayanya? [Jawab] [Terjawab]")


async def test_two_conversations_at_once_are_not_mixed_up(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await take(siti, rini, rini_in_group)
    await siti(
        """
        > menu
        > 4
        > Berapa ukuran kapal nelayan terbesar?
        < tercatat dengan nomor KON-2026-0002
        """
    )
    await rini("> /balas KON-2026-0001 Tidak, keduanya terpisah.")
    await siti(
        """
        < Jawaban petugas, KON-2026-0001: … Bila belum, tekan Tanya lagi KON-2026-0001, lalu tulis
          [Terjawab] [Minta video call] [Tanya lagi KON-2026-0001]
        > Kapal saya kayu
        < KON-2026-0002: sudah kami teruskan
        > status
        < KON-2026-0002 … KON-2026-0001 …
          [Tanya lagi KON-2026-0002] [Tanya lagi KON-2026-0001] [Terjawab KON-2026-0001]
        > terjawab
        < permohonan yang mana? [Terjawab KON-2026-0002] [Terjawab KON-2026-0001]
        > [Terjawab KON-2026-0001]
        < konsultasi KON-2026-0001 kami tutup
        < menilai layanan kami
        > terjawab
        < konsultasi KON-2026-0002 kami tutup
        < menilai layanan kami
        """
    )


async def test_an_answer_in_the_middle_of_something_else_says_how_to_write_on(
    siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await fill_in(siti)
    siti.look_away()
    await rini("> /balas KON-2026-0001 Tidak, keduanya terpisah.")
    await siti(
        "< keduanya terpisah. … Bila belum, tekan Tanya lagi KON-2026-0001, lalu tulis [Tanya lagi KON-2026-0001]"
    )


async def test_a_good_answer_becomes_a_draft_without_names(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await siti("> Oke siap, makasih ya")
    rini.look_away()
    await rini("> [Jawab]\n> Tidak, Bu Siti, keduanya terpisah.")
    rini.look_away()
    rini.phone.reply(rini.phone.showing("Bu Siti, keduanya terpisah"), "/faq")
    await counter.settle()
    await rini("< Draf FAQ dari KON-2026-0001")
    await rini("> /faq KON-2026-0001\n< Draf FAQ dari KON-2026-0001")
    await rini("> /faq\n< Cara: /faq KON-2026-0001")
    await rini_in_group("> /faq KON-2026-0001\n< Draf FAQ ada di percakapan pribadi Anda")
    shown = rini.phone.showing("Draf FAQ dari")
    assert shown.look.file is not None
    text = shown.look.file.content.decode()
    assert shown.look.file.name.endswith(".md")
    assert parse_answer(shown.look.file.name.removesuffix(".md"), text, {}, []).title.id == QUESTION
    assert "Siti" not in text


async def test_only_the_holder_answers_and_old_buttons_change_nothing(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, dedi: Read, dedi_in_group: Read
) -> None:
    await ask(siti)
    await dedi_in_group("> [Ambil]\n! Tindakan ini hanya untuk TUS")
    await rini_in_group("> [Ambil]")
    await dedi("> /balas KON-2026-0001 Halo\n< Tindakan ini hanya untuk TUS")
    await rini("> /balas KON-2026-0001 Tidak.")
    await siti("< Jawaban petugas\n> [Terjawab]")
    rini.look_away()
    await rini("> [Jawab]\n! KON-2026-0001 sekarang: Selesai")
    rini.phone.reply(rini.phone.showing("Apakah sertifikat halal"), "Masih terbuka?")
    await counter.settle()
    await rini("< KON-2026-0001 sekarang: Selesai")
    await siti("> status\n< KON-2026-0001 … Selesai")


async def test_a_silent_provider_is_nudged_and_the_question_sleeps(
    counter: Counter, channel: str, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> /balas KON-2026-0001 Tidak, keduanya terpisah.")
    await siti("< Jawaban petugas")
    for day in range(1, 25):
        await counter.move_to(datetime(2026, 11, 24, 2, 0, tzinfo=UTC) + timedelta(days=day))
        if channel == "whatsapp":
            await siti("> baca")
    screen = siti.phone.screen()
    assert "Pertanyaan KON-2026-0001 sudah dijawab petugas" in screen
    assert "Permohonan KON-2026-0001 kami hentikan sementara" in screen
    rini_in_group.look_away()
    await siti(
        """
        > lanjut
        < tulis saja di sini
        > Terima kasih. Bagaimana dengan KBLI lain?
        < sudah kami teruskan
        """
    )
    await rini_in_group("< KON-2026-0001 … Menunggu jawaban petugas … Belum ada pemegang [Ambil]")


async def test_what_is_closed_stays_closed(counter: Counter, siti: Read, rini: Read, rini_in_group: Read) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> /balas KON-2026-0001 Tidak, keduanya terpisah.")
    await siti(
        """
        < Jawaban petugas
        > status
        < Sudah dijawab [Tanya lagi] [Terjawab]
        > terjawab
        < kami tutup
        < menilai layanan kami
        > status
        > [Tanya lagi]
        < tulis saja di sini
        """
    )
    for day in range(1, 8):
        await counter.move_to(datetime(2026, 11, 24, 2, 0, tzinfo=UTC) + timedelta(days=day))
    siti.look_away()
    await siti("> Masih ada satu pertanyaan\n< Konsultasi KON-2026-0001 sudah ditutup")
    await siti("> (foto)\n< belum ada permohonan")


async def test_a_question_is_asked_in_english(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await siti(
        """
        > english
        > menu
        > 4
        < Before you ask: we keep your question [I agree]
        > [I agree]
        > how much does it cost?
        < Perhaps one of these answers it [Is there a fee?] [Ask our staff]
        > [Is there a fee?]
        < Is there a fee? … free of charge … Does this answer your question? [Yes, it does]
        > [Ask our staff]
        < Your question is recorded as KON-2026-0001 … just write it here
        """
    )
    await rini_in_group("> [Ambil]")
    await rini("> [Jawab]\n> It is free.")
    await siti("< Answer from our staff, KON-2026-0001: … It is free. … [Answered]\n> [Answered]\n< Thank you\n< rate")


async def test_numbers_are_masked_in_the_group_alone(siti: Read, rini: Read, rini_in_group: Read) -> None:
    await siti(
        """
        > /start
        > 4
        > [Setuju]
        > NIK saya 3271015201900001, kenapa KBLI mesin jahit ditolak OSS?
        """
    )
    await rini_in_group("< “NIK saya 3271********0001, kenapa KBLI … [Ambil]\n> [Ambil]")
    await rini("< NIK saya 3271015201900001")
    assert "3271015201900001" not in rini_in_group.phone.screen()


async def test_whoever_left_the_conversation_is_shown_the_way_back(siti: Read) -> None:
    await ask(siti)
    await siti(
        """
        > menu
        < Silakan pilih layanan
        > Saya lupa menyebut kodenya
        < Bila itu untuk konsultasi KON-2026-0001, tekan Tanya lagi [Tanya lagi] [Menu]
        > (foto)
        < Bila itu untuk konsultasi KON-2026-0001
        > [Tanya lagi]
        < tulis saja di sini
        > Kodenya 14111
        < sudah kami teruskan
        """
    )


async def test_a_question_that_nobody_takes_is_reminded_of(counter: Counter, siti: Read, rini_in_group: Read) -> None:
    await ask(siti)
    rini_in_group.look_away()
    await counter.move_to(datetime(2026, 11, 24, 4, 15, tzinfo=UTC))
    await rini_in_group("< KON-2026-0001 Bu Siti: belum diambil\n< KON-2026-0001 … Menunggu jawaban petugas [Ambil]")
    await rini_in_group("> /antrian\n< KON-2026-0001 Bu Siti: Menunggu jawaban petugas")
    await rini_in_group("> /rekap\n< Menunggu jawaban: 1 (terlama KON-2026-0001, 2 jam 15 menit)")


async def test_a_booked_call_can_be_moved_and_given_back(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> /balas KON-2026-0001 Boleh kita bicarakan.")
    await siti(
        """
        < Jawaban petugas [Terjawab] [Minta video call]
        > [Minta video call]
        > 1
        > 1
        < Video call KON-2026-0001: Selasa, 24 November 2026 pukul 13.30
        > [Ubah jadwal]
        < Jadwal sekarang: Selasa, 24 November 2026 pukul 13.30
        > [Rab, 25 Nov]
        > 09.00
        < Video call KON-2026-0001: Rabu, 25 November 2026 pukul 09.00
        > [Batalkan jadwal]
        < Jadwal Rabu, 25 November pukul 09.00 sudah dibatalkan
        > Lewat tulisan saja
        < sudah kami teruskan
        """
    )
    await counter.move_to(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    assert "dimulai sekarang" not in siti.phone.screen()


async def test_an_admin_may_answer_for_the_holder(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, hendra: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await rini("> (pdf panduan.pdf)\n< belum dikirim kepada siapa pun")
    await rini("> /kasus KON-2026-0001\n< KON-2026-0001 … Pertanyaan: Apakah sertifikat halal … penyedia: bertanya")
    hendra.phone.say("KON-2026-0001")
    await counter.settle()
    await hendra("> /balas KON-2026-0001 Saya bantu jawab.\n< Jawaban KON-2026-0001 sudah dikirim")
    await siti("< Jawaban petugas, KON-2026-0001: … Saya bantu jawab.")


@only("telegram")
async def test_talk_in_the_group_and_double_taps_change_nothing(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    siti.look_away()
    rini_in_group.phone.reply(rini_in_group.phone.showing("KON-2026-0001"), "Menurut saya tidak.")
    await counter.settle()
    assert siti.news == []
    await rini("> /balas KON-2026-0001 Tidak.")
    await siti("< Jawaban petugas")
    siti.phone.tap("Terjawab")
    siti.phone.tap("Terjawab", on=siti.phone.showing("Jawaban petugas"))
    await counter.settle()
    assert siti.phone.screen().count("kami tutup") == 1
    assert siti.phone.screen().count("menilai layanan kami") == 1
    story = await counter.loket.database.run(lambda uow: [one.what for one in uow.cases.story(1)])
    assert story.count("settled") == 1


@only("telegram")
async def test_a_file_that_cannot_be_opened_is_told_to_its_sender_alone(
    siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await take(siti, rini, rini_in_group)
    await siti("> (terkunci galat.pdf)\n< PDF itu terkunci")
    assert rini.news == []
