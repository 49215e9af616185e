"""What is different on WhatsApp: the window of 24 hours, the knock, STOP, small photos, two accounts of one person."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catching_up import CatchingUp
from bot.clock import Clock
from channels.twilio_http import TwilioHttp
from channels.whatsapp_templates import create, wanted
from handlers.templates import texts
from simulator import Simulator, WhatsAppPerson
from tests.chat import FILES, Read
from tests.conftest import MORNING, PUBLIC_URL, Counter, appoint_staff, at_work, until
from tests.offices import ROOT, bogor
from tests.scenes import CV_ANSWERS, accept_everything, fill_in, submit

TOMORROW = {"hours": 25}


async def templates_in(simulator: Simulator, folder: Path) -> Path:
    """The templates, as `loket whatsapp templates` makes them."""
    from twilio.rest import Client

    path = folder / "templates.toml"
    async with TwilioHttp.opened(simulator.url, simulator.url) as http:
        client = Client(simulator.twilio.account_sid, simulator.twilio.auth_token, http_client=http)
        made = await create(client, "knock", wanted(texts(bogor()))["knock"])
    path.write_text(f'knock = "{made.sid}"\n')
    return path


@pytest.fixture(params=["with a knock"])
def knocks(request: pytest.FixtureRequest) -> bool:
    """Whether there is a template to write to people after 24 hours."""
    with_one: bool = request.param == "with a knock"
    return with_one


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path, knocks: bool) -> AsyncIterator[Counter]:
    others: dict[str, Any] = {"twilio_templates": await templates_in(simulator, tmp_path)} if knocks else {}
    async with at_work(simulator, tmp_path, Clock(MORNING), **others) as counter:
        await appoint_staff(counter)
        yield counter


@pytest.fixture
def joko(simulator: Simulator) -> WhatsAppPerson:
    return simulator.person("Pak Joko", channel="whatsapp", phone="+6281298765432")


@pytest.fixture
def siti(counter: Counter, joko: WhatsAppPerson) -> Read:
    """Whoever is at the counter here is so on WhatsApp."""
    return counter.reader(joko.phone)


def said_since(reader: Read) -> list[str]:
    return [message.text for message in reader.news]


async def states(counter: Counter) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await _rows(counter, "select kind, state from outbox where channel='whatsapp'")]


async def _rows(counter: Counter, query: str) -> list[Any]:
    return await counter.loket.database.run(lambda uow: list(uow._connection.exec_driver_sql(query)))


# The window


async def test_after_a_day_a_knock_and_then_what_was_owed_in_its_order(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    siti.look_away()
    await accept_everything(rini_in_group, rini)
    [knock] = siti.news
    assert knock.text.startswith("Ada kabar dari LPSE Kota Bogor")
    assert knock.labels == ["Baca kabar"]
    assert "1 pesan menunggu penyedia menulis" in rini_in_group.phone.showing("REG-2026-0001 ·").text
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert len(siti.news) == 1
    await siti(
        """
        > [Baca kabar]
        < Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari
        < Balasan petugas tentang REG-2026-0001: … Mohon membawa KTP asli.
        """
    )
    assert "menunggu penyedia menulis" not in rini_in_group.phone.showing("REG-2026-0001 ·").text


async def test_whoever_answers_a_knock_in_other_words_is_answered_too(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.\n< Balasan disimpan. … begitu penyedia menulis lagi")
    await siti("> status\n< Balasan petugas\n< REG-2026-0001 · Registrasi")
    await rini_in_group("> /balas 1 Dan NPWP.\n< Balasan sudah dikirim")


@pytest.mark.parametrize("knocks", ["without"], indirect=True)
async def test_without_a_template_it_is_held_and_staff_hear_of_it_once(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    siti.look_away()
    rini_in_group.look_away()
    await rini_in_group("> /balas 1 Satu.")
    await rini_in_group("> /balas 1 Dua.")
    assert siti.news == []
    told = [message.text for message in rini_in_group.phone.messages if "kabar untuknya ditahan" in message.text]
    assert len(told) == 1
    assert "2 pesan menunggu" in rini_in_group.phone.showing("REG-2026-0001 ·").text
    await siti("> baca\n< Satu.\n< Dua.")


@pytest.mark.parametrize("knocks", ["without"], indirect=True)
async def test_nobody_is_called_into_a_call_that_is_over(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await accept_everything(rini_in_group, rini)
    await siti("> 2\n> 8\n< Jadwal REG-2026-0001: Rabu, 25 November 2026 pukul 14.30 WIB")
    await counter.wait(hours=28, minutes=50)
    await counter.wait(minutes=41)
    await counter.wait(minutes=20)
    siti.look_away()
    await rini("> /absen 1")
    await siti("> halo\n< Kami menunggu Bapak/Ibu pada panggilan video REG-2026-0001\n< Selamat datang kembali")


async def test_a_window_that_closes_while_a_message_is_on_its_way_is_the_same(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read, joko: WhatsAppPerson
) -> None:
    await submit(siti)
    simulator.twilio.failures.add(63016, status="failed")
    siti.look_away()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert [text[:14] for text in said_since(siti)] == ["Ada kabar dari"]
    await siti("> baca\n< Balasan petugas tentang REG-2026-0001: … Mohon membawa KTP asli.")
    assert {state for _, state in await states(counter)} == {"sent"}


async def test_a_knock_that_whatsapp_refuses_is_told_to_staff(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    next(iter(simulator.twilio.contents.values())).status = "paused"
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert "kabar untuknya ditahan" in rini_in_group.phone.showing("Pertimbangkan menelepon").text


async def test_a_knock_that_comes_too_fast_is_tried_again(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    simulator.twilio.failures.add(63018)
    siti.look_away()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert siti.news == []
    await counter.wait(minutes=2)
    assert [text[:14] for text in said_since(siti)] == ["Ada kabar dari"]


async def test_whoever_writes_before_the_knock_is_not_knocked_for(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    simulator.twilio.failures.add(63018)
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.\n< Balasan disimpan. … begitu penyedia menulis lagi")
    await siti("> status\n< Balasan petugas\n< REG-2026-0001 · Registrasi")
    await rini_in_group("> /balas 1 Dan NPWP.\n< Balasan sudah dikirim")
    siti.look_away()
    await counter.wait(minutes=2)
    assert siti.news == []


async def test_a_knock_that_twilio_does_not_know_is_told_to_staff(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await counter.wait(**TOMORROW)
    simulator.twilio.contents.clear()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert "kabar untuknya ditahan" in rini_in_group.phone.showing("Pertimbangkan menelepon").text
    await siti("> baca\n< Balasan petugas tentang REG-2026-0001")


async def test_a_window_that_was_shut_to_a_message_and_is_open_again_shuts_nobody_out(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read, joko: WhatsAppPerson
) -> None:
    await submit(siti)
    joko.receipts = "sent"
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    [sid] = [row[0] for row in await _rows(counter, "select message from receipt order by rowid desc limit 1")]
    counter.advance(timedelta(minutes=1))
    await siti("> status\n< REG-2026-0001 · Registrasi")
    siti.look_away()
    news = {"MessageSid": sid, "MessageStatus": "failed", "ErrorCode": "63016"}
    simulator.twilio.callbacks.add(f"{PUBLIC_URL}/whatsapp/status", news, sid)
    await counter.settle()
    assert [text[:15] for text in said_since(siti)] == ["Balasan petugas"]


@pytest.mark.parametrize("hours", [23.99, 24])
async def test_the_window_is_open_for_a_day_and_not_longer(
    counter: Counter, siti: Read, rini_in_group: Read, hours: float
) -> None:
    await submit(siti)
    await siti("> status")
    counter.advance(timedelta(hours=hours))
    siti.look_away()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert [text[:10] for text in said_since(siti)] == ["Balasan pe" if hours < 24 else "Ada kabar "]


# What did not arrive


async def test_what_did_not_arrive_shows_on_the_card_and_is_sent_again(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    simulator.twilio.failures.add(63021)
    siti.look_away()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert siti.news == []
    card = rini_in_group.phone.showing("REG-2026-0001 ·")
    assert "1 pesan tidak sampai" in card.text
    assert "Kirim ulang" in card.labels
    await rini_in_group("> [Kirim ulang]\n! 1 pesan REG-2026-0001 dikirim ulang")
    assert said_since(siti)[0].startswith("Balasan petugas")
    assert "tidak sampai" not in rini_in_group.phone.showing("REG-2026-0001 ·").text


async def test_a_rate_limit_is_waited_for(
    counter: Counter, simulator: Simulator, siti: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    simulator.twilio.failures.add(63018)
    siti.look_away()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert siti.news == []
    await counter.wait(minutes=2)
    assert said_since(siti)[0].startswith("Balasan petugas")


async def test_somebody_who_blocked_us_shows_on_the_card(
    counter: Counter, siti: Read, joko: WhatsAppPerson, rini_in_group: Read
) -> None:
    await submit(siti)
    joko.block()
    await rini_in_group("> /balas 1 Mohon membawa KTP asli.")
    assert "tidak dapat dihubungi" in rini_in_group.phone.showing("REG-2026-0001 ·").text
    joko.unblock()
    await siti("> status\n< REG-2026-0001")
    assert "tidak dapat dihubungi" not in rini_in_group.phone.showing("REG-2026-0001 ·").text


# STOP


@pytest.mark.parametrize("word", ["STOP", "Berhenti"])
async def test_after_stop_only_questions_are_answered(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read, word: str
) -> None:
    await submit(siti)
    await siti(f"> {word}\n< kami tidak mengirim kabar lagi … Ketik mulai")
    siti.look_away()
    await accept_everything(rini_in_group, rini)
    assert siti.news == []
    assert "minta tidak dikabari" in rini_in_group.phone.showing("REG-2026-0001 ·").text
    await siti("> status\n< REG-2026-0001 … Berkas lengkap")
    await siti("> MULAI\n< Semua berkas REG-2026-0001 sudah sesuai\n< kami kirimi kabar lagi")
    assert "minta tidak dikabari" not in rini_in_group.phone.showing("REG-2026-0001 ·").text


async def test_stop_works_in_the_middle_of_a_form_which_stays(siti: Read) -> None:
    await siti(CV_ANSWERS.split("> CV Maju Bersama")[0])
    await siti("> berhenti\n< kami tidak mengirim kabar lagi")
    await siti("> mulai\n< kami kirimi kabar lagi. … Silakan pilih layanan [Lanjutkan permohonan]")


# Photos


async def test_photos_that_are_sent_together_are_one_document(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    for number in range(4):
        siti.phone.send_photo(FILES["foto"](number))
    await siti("< Formulir Keikutsertaan: 4 halaman diterima")


async def test_both_sides_of_a_card_are_one_document_and_the_next_photo_is_the_next(
    counter: Counter, siti: Read
) -> None:
    await fill_in(siti)
    await siti("> (pdf 1.pdf)\n> (pdf 2.pdf)\n> (pdf 3.pdf)\n< Berkas 4 dari 8: KTP Direktur")
    await siti("> (foto x2)\n< KTP Direktur: 2 halaman diterima. [Selesai] [Ini berkas yang berbeda-beda]")
    await siti("> [Selesai]\n< Berkas 5 dari 8: NPWP Perusahaan")
    await siti("> (foto)\n< NPWP Perusahaan sudah kami terima … Berkas 6 dari 8: NPWP Direktur")
    await siti("> (foto)\n< NPWP Direktur sudah kami terima")


async def test_two_documents_in_one_go_can_be_parted(siti: Read) -> None:
    await fill_in(siti)
    await siti("> (pdf 1.pdf)\n> (pdf 2.pdf)\n> (pdf 3.pdf)")
    await siti(
        """
        > (foto x2)
        > [Ini berkas yang berbeda-beda]
        < untuk persyaratan yang mana? [KTP Direktur]
        """
    )


@pytest.mark.parametrize("least", [1200, 1201])
async def test_the_office_says_from_which_size_on_a_photo_can_be_read(
    simulator: Simulator, tmp_path: Path, joko: WhatsAppPerson, least: int
) -> None:
    office = tmp_path / "office"
    shutil.copytree(ROOT / "office", office)
    settings = office / "office.toml"
    settings.write_text(settings.read_text().replace("lebar_terkecil = 800 ", f"lebar_terkecil = {least} "))
    async with at_work(simulator, tmp_path, Clock(MORNING), office=office) as counter:
        joko_reads = counter.reader(joko.phone)
        await fill_in(joko_reads)
        await joko_reads("> (foto)\n< … Formulir Keikutsertaan: 1 halaman diterima [Selesai]")
        asked = "Formulir Keikutsertaan kecil (1200 x 800 titik), mungkin karena diperkecil saat dikirim."
        assert (f"{asked} Bila ada yang lebih besar, kirim sebagai dokumen." in joko.phone.screen()) == (least > 1200)


async def test_what_we_have_twilio_need_not_keep(counter: Counter, simulator: Simulator, siti: Read) -> None:
    await fill_in(siti)
    simulator.twilio.faults.server_error(times=1, method="media.delete")
    await siti("> (pdf formulir.pdf)\n< Berkas 2 dari 8")
    await siti("> (word surat.docx)\n< Berkas itu dokumen Word")
    await siti("> menu\n> (pdf akta.pdf)\n< Berkas itu belum kami simpan")
    await counter.wait(minutes=1)
    sent = [media for record in simulator.twilio.records.values() for media in record.media]
    assert sent == []
    siti.phone.send_voice()
    await siti("< …")
    assert len(simulator.twilio.deleted_media) == 4


# Catching up


async def test_what_was_never_delivered_is_found_and_answered_once(
    counter: Counter, simulator: Simulator, siti: Read
) -> None:
    await siti("> halo")
    simulator.twilio.lose_webhooks = True
    siti.look_away()
    await siti("> 1")
    siti.phone.say("lanjut")
    await counter.settle()
    assert siti.news == []
    simulator.twilio.lose_webhooks = False
    found = await catch_up(counter)
    await counter.settle()
    assert found == 2
    assert [text.splitlines()[0] for text in said_since(siti)] == [
        "Registrasi Offline dan Verifikasi Berkas",
        "Sebelum mulai, pastikan:",
    ]
    assert await catch_up(counter) == 0


async def test_what_was_lost_while_we_were_away_is_found_at_the_start(
    simulator: Simulator, tmp_path: Path, joko: WhatsAppPerson
) -> None:
    async with at_work(simulator, tmp_path, Clock(MORNING)) as before:
        await before.reader(joko.phone)("> halo\n< Silakan pilih layanan")
    simulator.twilio.lose_webhooks = True
    joko.phone.say("1")
    joko.phone.send_document("akta.pdf", FILES["pdf"](0))
    simulator.twilio.lose_webhooks = False
    async with at_work(simulator, tmp_path, Clock(MORNING)) as after:
        reader = after.reader(joko.phone)
        await simulator.wait_for(lambda: len(joko.phone.messages) >= 6)
        await after.settle()
        assert "Berkas itu belum kami simpan" in reader.phone.newest.text


async def test_whoever_writes_first_after_an_outage_does_not_hide_what_was_lost_in_it(
    simulator: Simulator, tmp_path: Path, joko: WhatsAppPerson
) -> None:
    async with at_work(simulator, tmp_path, Clock(MORNING)) as before:
        reader = before.reader(joko.phone)
        await reader("> halo\n< Silakan pilih layanan")
        simulator.twilio.lose_webhooks = True
        joko.phone.say("bantuan")
        simulator.twilio.lose_webhooks = False
        before.advance(timedelta(hours=2))
        await reader("> status\n< belum punya permohonan")
    async with at_work(simulator, tmp_path, Clock(MORNING + timedelta(hours=2, minutes=1))) as after:
        await simulator.wait_for(lambda: len(joko.phone.messages) == 6)
        await after.settle()
        assert await catch_up(after) == 0


async def test_what_is_posted_again_after_a_restart_is_known(
    simulator: Simulator, tmp_path: Path, joko: WhatsAppPerson
) -> None:
    async with at_work(simulator, tmp_path, Clock(MORNING)) as before:
        await before.reader(joko.phone)("> halo\n< Silakan pilih layanan")
    async with at_work(simulator, tmp_path, Clock(MORNING)) as after:
        simulator.twilio.webhooks.repeat()
        await after.settle()
        assert len(joko.phone.messages) == 2


async def catch_up(counter: Counter) -> int:
    from bot.metrics import Metrics
    from bot.reception import Reception

    loket = counter.loket
    assert loket._whatsapp is not None
    async with asyncio.TaskGroup() as aside:
        reception = Reception(
            loket.database,
            lambda: loket.office,
            loket.clock,
            Metrics(),
            messages_owed=loket.ring,
            files_owed=loket.ring,
            aside=aside,
        )
        return await CatchingUp(loket._whatsapp, reception, loket.database, loket.clock.now).once()


# One person, two accounts


@pytest.fixture
def on_telegram(counter: Counter) -> Read:
    return counter.reader(counter.person("Pak Joko", channel="telegram").private)


async def code_of(reader: Read) -> str:
    await reader("> /tautkan")
    return reader.phone.newest.text.split("Kode: ")[1].splitlines()[0]


async def test_a_case_is_continued_and_told_of_on_either(
    counter: Counter, siti: Read, on_telegram: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    code = await code_of(siti)
    await on_telegram(f"> /tautkan {code}\n< diminta oleh akun WhatsApp bernama Pak Joko [Bukan, batalkan]")
    await on_telegram("> [Ya, itu akun saya]\n< Sudah tertaut … Ketik lepaskan")
    await siti("< Percakapan Bapak/Ibu di Telegram kini tertaut")
    await on_telegram("> status\n< REG-2026-0001 · Registrasi")
    await counter.wait(minutes=2)
    await on_telegram("> status")
    siti.look_away()
    on_telegram.look_away()
    await accept_everything(rini_in_group, rini)
    await on_telegram("< Semua berkas REG-2026-0001 sudah sesuai … Silakan pilih hari")
    assert siti.news == []
    await siti("> status\n< Silakan pilih hari")
    await siti("> 1\n< Pukul berapa?")
    await siti("> 1\n< Jadwal REG-2026-0001")
    siti.look_away()
    await on_telegram("> lepaskan\n< Sudah dilepaskan")
    await siti("< Percakapan Bapak/Ibu di Telegram sudah dilepaskan")
    await on_telegram("> status\n< belum punya permohonan")
    await siti("> status\n< REG-2026-0001 … Terjadwal")


async def test_where_the_window_is_closed_the_other_account_hears_of_it(
    counter: Counter, siti: Read, on_telegram: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await on_telegram(f"> {await code_of(siti)}\n> [Ya, itu akun saya]\n< Sudah tertaut")
    await siti("> status")
    await counter.wait(**TOMORROW)
    siti.look_away()
    on_telegram.look_away()
    await accept_everything(rini_in_group, rini)
    await on_telegram("< Semua berkas REG-2026-0001 sudah sesuai")
    assert siti.news == []


async def test_an_open_form_on_the_other_side_waits_in_the_drawer(siti: Read, on_telegram: Read) -> None:
    await fill_in(siti)
    await on_telegram("> /start\n> 1\n< Yang perlu disiapkan [Lanjut]")
    await siti(f"> tautkan {await code_of(on_telegram)}\n> [Ya, itu akun saya]\n< Sudah tertaut")
    await siti("> status\n< belum dikirim")


@pytest.mark.parametrize("wrong", ["AAAA-BBBB", "x", "0000-0000"])
async def test_a_wrong_code_five_times_and_no_more(siti: Read, on_telegram: Read, wrong: str) -> None:
    await siti("> halo")
    code = await code_of(on_telegram)
    for _ in range(5):
        await siti(f"> tautkan {wrong}\n< Kode itu tidak cocok")
    await siti(f"> tautkan {code}\n< Terlalu banyak kode yang salah")
    await siti(f"> {code}\n< Terlalu banyak kode yang salah")


async def test_a_code_works_once_and_for_ten_minutes(counter: Counter, siti: Read, on_telegram: Read) -> None:
    await siti("> halo")
    code = await code_of(on_telegram)
    await on_telegram(f"> tautkan {code}\n< aplikasi percakapan yang lain")
    await counter.wait(minutes=11)
    await siti(f"> tautkan {code}\n< tidak cocok atau sudah tidak berlaku")
    code = await code_of(on_telegram)
    await siti(f"> tautkan {code.lower()}\n> 1\n< Sudah tertaut")
    budi = counter.reader(counter.person("Pak Budi", channel="whatsapp").private)
    await budi(f"> tautkan {code}\n< tidak cocok atau sudah tidak berlaku")
    await budi("> lepaskan\n< tidak tertaut")


async def test_whoever_was_talked_into_typing_a_code_can_refuse(
    counter: Counter, siti: Read, on_telegram: Read, rini: Read
) -> None:
    await submit(siti)
    code = await code_of(on_telegram)
    await siti(f"> tautkan {code}\n< akun Telegram bernama Pak Joko … dapat membaca dan mengurus permohonan")
    await on_telegram("> status\n< belum punya permohonan")
    await siti("> [Bukan, batalkan]\n< Tidak ada yang ditautkan … petugas tidak pernah memintanya")
    await on_telegram("< Kode Bapak/Ibu diketik di WhatsApp lalu ditolak")
    await siti(f"> tautkan {code}\n< tidak cocok")


async def test_whoever_was_robbed_takes_back_their_own_from_either_side(siti: Read, on_telegram: Read) -> None:
    await submit(siti)
    await siti(f"> {await code_of(on_telegram)}\n> 1\n< Sudah tertaut")
    await on_telegram("< di WhatsApp kini tertaut … ketik lepaskan")
    await siti("> lepaskan\n< yang dimulai di percakapan ini tetap di sini")
    await on_telegram("< di WhatsApp sudah dilepaskan\n> status\n< belum punya permohonan")
    await siti("> status\n< REG-2026-0001 · Registrasi")


async def test_a_question_about_a_code_is_good_as_long_as_the_code(
    counter: Counter, siti: Read, on_telegram: Read
) -> None:
    await siti(f"> {await code_of(on_telegram)}")
    await counter.wait(minutes=11)
    await siti("> [Ya, itu akun saya]\n< tidak cocok atau sudah tidak berlaku")
    await on_telegram("> status\n< belum punya permohonan")


async def test_codes_that_are_tried_without_the_word_are_counted_too(siti: Read, on_telegram: Read) -> None:
    code = await code_of(on_telegram)
    for _ in range(5):
        await siti("> AAAA-BBBB\n< Silakan pilih layanan")
    await siti(f"> {code}\n< Terlalu banyak kode yang salah")


async def test_what_waits_at_a_quiet_account_is_told_at_the_other_one(
    siti: Read, on_telegram: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    await siti("> STOP")
    siti.look_away()
    await accept_everything(rini_in_group, rini)
    assert siti.news == []
    await on_telegram(f"> {await code_of(siti)}\n> [Ya, itu akun saya]\n< Sudah tertaut\n< Semua berkas REG")


# A Twilio in trouble


async def test_a_twilio_in_trouble_loses_nothing_and_delays_telegram_not_at_all(
    counter: Counter, simulator: Simulator, siti: Read, budi: Read
) -> None:
    await siti("> halo")
    simulator.twilio.faults.hang(seconds=5, method="messages.create")
    simulator.twilio.faults.too_many(times=1, method="messages.create")
    simulator.twilio.faults.server_error(times=1, method="messages.create")
    siti.look_away()
    siti.phone.say("1")
    await until(lambda: simulator.twilio.faults.met)
    budi.phone.say("/start")
    await simulator.wait_for(lambda: budi.phone.showing("Silakan pilih layanan"))
    assert said_since(siti) == []
    await counter.settle()
    assert [text.splitlines()[0] for text in said_since(siti)] == ["Registrasi Offline dan Verifikasi Berkas"]


async def test_documents_are_handed_over_by_a_link(counter: Counter, simulator: Simulator, siti: Read) -> None:
    from domain.messages import Address
    from storage.owed import Owed

    await fill_in(siti)
    await siti("> (pdf formulir.pdf)")
    to = Address("whatsapp", "+6281298765432")
    message = Owed(address=to, text="Tanda terima", document_id=1, file_name="REG-2026-0001 Formulir")
    await counter.loket.database.run(lambda uow: uow.outbox.owe(message, counter.clock.now()))
    siti.look_away()
    counter.loket.ring()
    await counter.settle()
    file, text = siti.news
    assert file.file is not None
    assert (file.file.name, file.file.mime) == ("REG-2026-0001 Formulir.pdf", "application/pdf")
    assert file.file.content.startswith(b"%PDF-")
    assert text.text == "Tanda terima"
