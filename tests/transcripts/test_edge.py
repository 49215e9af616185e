"""What goes wrong on the way: restarts, poison, old buttons, people who cannot be reached."""

from pathlib import Path

from bot.clock import Clock
from simulator import Simulator
from tests.chat import Read
from tests.conftest import MORNING, Counter, at_work, only
from tests.scenes import CV_ANSWERS, CV_DOCUMENTS, fill_in, submit


async def test_a_draft_goes_on_after_a_restart(simulator: Simulator, tmp_path: Path) -> None:
    siti = simulator.person("Bu Siti").private
    async with at_work(simulator, tmp_path, Clock(MORNING)) as before:
        await fill_in(before.reader(siti))
        await before.reader(siti)("> (pdf formulir.pdf)\n< Berkas 2 dari 8")
    siti.send_document("pendaftaran.pdf", b"%PDF-1.4 not really", "application/pdf")
    siti.say("status")
    async with at_work(simulator, tmp_path, Clock(MORNING)) as after:
        reader = after.reader(siti)
        await after.settle()
        assert [message.text.split(".")[0] for message in reader.news][-2:] != []
        await reader("> (pdf pendaftaran.pdf)\n< Formulir Pendaftaran sudah kami terima. 2 dari 8")


async def test_what_cannot_be_read_is_kept_aside_and_blocks_nobody(counter: Counter, siti: Read) -> None:
    counter.simulator.updates.add_raw({"update_id": 999_001, "message": {"message_id": "x", "chat": 7}})
    counter.simulator.updates.add_raw({"update_id": 999_002, "callback_query": {"id": 1}})
    await siti("> /start\n< Silakan pilih layanan")
    assert await counter.loket.database.run(lambda uow: uow.inbox.count_aside()) == 2


@only("telegram")
async def test_a_button_from_last_week_says_so_and_shows_where_things_stand(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    old = siti.phone.showing("Apa bentuk usaha")
    await siti("> menu")
    await counter.wait(days=7)
    siti.look_away()
    siti.phone.forge_tap("f1.form.PT", on=old)
    await counter.settle()
    assert "Tombol itu sudah tidak berlaku" in siti.phone.toasts[-1].text
    await siti("> lanjut\n< Selamat datang kembali … Berkas 1 dari 8")


@only("whatsapp")
async def test_where_there_are_no_notices_an_old_button_is_answered_in_words(counter: Counter, siti: Read) -> None:
    await fill_in(siti)
    old = siti.phone.showing("Apa bentuk usaha")
    siti.look_away()
    siti.phone.forge_tap("f1.form.PT", on=old)
    await siti("< Tombol itu sudah tidak berlaku\n< Berkas 1 dari 8")


async def test_words_that_mean_markup_stay_words(counter: Counter, siti: Read) -> None:
    await siti(CV_ANSWERS.replace("CV Maju Bersama", "CV <b>Maju</b> & *Bersama*_x_"))
    await siti(CV_DOCUMENTS)
    await siti("> [Kirim permohonan]\n< tercatat dengan nomor\n< …")
    await siti("> status\n< REG-2026-0001")
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    assert "CV <b>Maju</b> & *Bersama*_x_" in group.newest.text


@only("telegram")
async def test_a_provider_who_blocks_the_bot_shows_on_the_card(
    counter: Counter, siti: Read, rini: Read, rini_in_group: Read
) -> None:
    await submit(siti)
    counter.person("Bu Siti").block()
    await counter.settle()
    assert "tidak dapat dihubungi" in rini_in_group.phone.newest.text
    counter.person("Bu Siti").unblock()
    await counter.settle()
    assert "tidak dapat dihubungi" not in rini_in_group.phone.newest.text


@only("telegram")
async def test_the_group_that_moves_is_followed(counter: Counter, siti: Read, rini_in_group: Read) -> None:
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    assert group.kind == "supergroup"
    await submit(siti)
    assert "REG-2026-0001" in group.newest.text


@only("telegram")
async def test_a_message_that_telegram_refuses_for_a_while_comes_later(counter: Counter, siti: Read) -> None:
    counter.simulator.faults.too_many(times=2, retry_after=1, method="sendMessage")
    await siti("> /start\n< Silakan pilih layanan")


@only("telegram")
async def test_an_answer_that_got_lost_after_sending_is_sent_again(counter: Counter, siti: Read) -> None:
    counter.simulator.faults.drop(times=1, method="sendMessage", after=True)
    await siti("> /start")
    assert "Silakan pilih layanan" in siti.phone.newest.text


@only("telegram")
async def test_the_menus_of_commands_are_set_for_people_and_for_staff(
    counter: Counter, siti: Read, rini_in_group: Read
) -> None:
    await counter.simulator.wait_for(lambda: rini_in_group.phone.commands)
    assert "status" in [command["command"] for command in siti.phone.commands]
    assert "ambil" in [command["command"] for command in rini_in_group.phone.commands]
