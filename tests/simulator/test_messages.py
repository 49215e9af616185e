"""The bot sends, edits and deletes; the phone shows it, and Telegram's refusals come back."""

import asyncio
import io

import pytest
from PIL import Image
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from simulator import Chat, Person, Simulator


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label.lower()) for label in labels]])


def drawn(width: int, height: int, format: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, format)
    return written.getvalue()


async def test_a_message_is_shown_with_its_marks_and_buttons(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_message(
        bu_siti.id,
        "<b>Selamat pagi</b>, pilih: ",
        parse_mode="HTML",
        reply_markup=keys("Daftar", "Tanya"),
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )

    shown = bu_siti.private.newest
    assert (shown.html, shown.labels, shown.protected) == ("<b>Selamat pagi</b>, pilih:", ["Daftar", "Tanya"], True)
    assert (sent.message_id, sent.text, sent.has_protected_content) == (shown.id, "Selamat pagi, pilih:", True)
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)
    assert bu_siti.private.screen() == "< Selamat pagi, pilih: [Daftar] [Tanya]"


async def test_a_message_may_answer_another(bot: Bot, bu_siti: Person) -> None:
    question = bu_siti.private.say("Sampai jam berapa buka?")

    sent = await bot.send_message(bu_siti.id, "Jam 16.", reply_parameters=ReplyParameters(question.id))

    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "Sampai jam berapa buka?"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(bu_siti.id, "Jam 16.", reply_parameters=ReplyParameters(9_999_999))


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("   ", None, "Message text is empty"),
        ("<b></b>", "HTML", "Message text is empty"),
        ("x" * 4097, None, "Message is too long"),
        ("<b>x", "HTML", "Can't parse entities"),
    ],
)
async def test_a_text_that_telegram_refuses(
    bot: Bot, bu_siti: Person, text: str, mode: str | None, reason: str
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_message(bu_siti.id, text, parse_mode=mode)

    assert bu_siti.private.messages == []


async def test_marks_do_not_count_towards_the_length(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_message(bu_siti.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")

    assert len(sent.text or "") == 4096


async def test_button_data_of_65_bytes_is_refused(bot: Bot, bu_siti: Person) -> None:
    await bot.send_message(
        bu_siti.id,
        "x",
        reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("x", callback_data="é" * 32)),
    )
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(
            bu_siti.id,
            "x",
            reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("x", callback_data="é" * 32 + "x")),
        )


async def test_more_than_a_hundred_buttons_are_refused(bot: Bot, bu_siti: Person) -> None:
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(bu_siti.id, "x", reply_markup=keys(*(str(number) for number in range(101))))


async def test_a_reply_keyboard_appears_and_goes(bot: Bot, bu_siti: Person) -> None:
    await bot.send_message(bu_siti.id, "Kirim nomor", reply_markup=ReplyKeyboardMarkup([["Menu", "Batal"]]))
    assert bu_siti.private.keyboard == ["Menu", "Batal"]

    await bot.send_message(bu_siti.id, "Jawab ini", reply_markup=ForceReply())
    await bot.send_message(bu_siti.id, "Terima kasih", reply_markup=ReplyKeyboardRemove())
    assert bu_siti.private.keyboard == []


async def test_a_card_is_edited_in_place_and_its_old_look_kept(bot: Bot, petugas: Chat) -> None:
    card = await bot.send_message(petugas.id, "REG-2026-0007 baru", reply_markup=keys("Ambil"))

    await card.edit_text("REG-2026-0007 diperiksa", reply_markup=keys("Lepas"))

    shown = petugas.newest
    assert (shown.text, shown.labels, shown.edited, shown.version) == ("REG-2026-0007 diperiksa", ["Lepas"], True, 2)
    assert [look.text for look in shown.earlier] == ["REG-2026-0007 baru"]
    await card.edit_text("REG-2026-0007 selesai")
    assert shown.labels == []


async def test_edits_that_telegram_refuses(bot: Bot, bu_siti: Person) -> None:
    said = bu_siti.private.say("halo")
    card = await bot.send_message(bu_siti.id, "tetap", reply_markup=keys("Ya"))

    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await card.edit_text("tetap", reply_markup=keys("Ya"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await card.edit_reply_markup(keys("Ya"))
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("baru", bu_siti.id, 9_999_999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("baru", bu_siti.id, said.id)
    with pytest.raises(BadRequest, match="There is no caption"):
        await card.edit_caption("baru")


async def test_buttons_alone_can_be_changed(bot: Bot, bu_siti: Person) -> None:
    card = await bot.send_message(bu_siti.id, "tetap", reply_markup=keys("Ya"))

    await card.edit_reply_markup(keys("Tidak"))

    assert (bu_siti.private.newest.text, bu_siti.private.newest.labels) == ("tetap", ["Tidak"])


async def test_deleted_messages_vanish(bot: Bot, bu_siti: Person) -> None:
    messages = [await bot.send_message(bu_siti.id, text) for text in ("satu", "dua", "tiga")]

    await messages[0].delete()
    await bot.delete_messages(bu_siti.id, [messages[1].message_id, 9_999_999])

    assert bu_siti.private.screen() == "< tiga"
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await messages[0].delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await messages[0].edit_text("lagi")


async def test_a_message_older_than_two_days_cannot_be_deleted(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_message(bu_siti.id, "lama")
    simulator.clock_offset = 49 * 3600

    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await sent.delete()


async def test_a_document_is_sent_and_sent_again_by_its_id(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_document(
        bu_siti.id, b"%PDF-1.7 surat", filename="surat.pdf", caption="<b>Surat</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    again = await bot.send_document(bu_siti.id, sent.document.file_id, protect_content=True)

    file = bu_siti.private.newest.file
    assert file is not None
    assert (file.name, file.mime, file.content) == ("surat.pdf", "application/pdf", b"%PDF-1.7 surat")
    assert again.document is not None
    assert again.document.file_unique_id == sent.document.file_unique_id
    assert sent.caption_html == "<b>Surat</b>"
    with pytest.raises(BadRequest, match="Wrong remote file identifier"):
        await bot.send_document(bu_siti.id, "tidak-ada")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(bu_siti.id, b"x", caption="x" * 1025)


async def test_a_photo_has_several_sizes(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_photo(bu_siti.id, drawn(2000, 1000))

    assert [(size.width, size.height) for size in sent.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_photo(bu_siti.id, b"")


async def test_a_caption_and_a_medium_can_be_changed(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_document(bu_siti.id, b"satu", filename="satu.txt", caption="versi satu")

    await sent.edit_caption("versi dua")
    await sent.edit_media(InputMediaPhoto(drawn(100, 100), caption="foto"))

    shown = bu_siti.private.newest
    assert (shown.kind, shown.text, [look.text for look in shown.earlier]) == (
        "photo",
        "foto",
        ["versi satu", "versi dua"],
    )


async def test_an_album_arrives_as_messages_of_one_group(bot: Bot, bu_siti: Person) -> None:
    sent = await bot.send_media_group(
        bu_siti.id, [InputMediaPhoto(drawn(50, 50), caption="KTP"), InputMediaPhoto(drawn(60, 60))]
    )

    assert len({message.media_group_id for message in sent}) == 1
    assert [message.text for message in bu_siti.private.messages] == ["KTP", ""]
    with pytest.raises(BadRequest, match="2-10 items"):
        await bot.send_media_group(bu_siti.id, [InputMediaDocument(b"x", filename="x.txt")])


async def test_someone_who_never_started_the_bot_cannot_be_written_to(simulator: Simulator, bot: Bot) -> None:
    stranger = simulator.person("Pak Asing")

    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.id, "halo")
    stranger.private.start()
    await bot.send_message(stranger.id, "halo")


async def test_someone_who_blocked_the_bot_cannot_be_written_to(bot: Bot, bu_siti: Person) -> None:
    bu_siti.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(bu_siti.id, "halo")
    with pytest.raises(PermissionError):
        bu_siti.private.say("halo?")

    bu_siti.unblock()
    await bot.send_message(bu_siti.id, "halo lagi")


async def test_a_group_that_threw_the_bot_out_cannot_be_written_to(bot: Bot, petugas: Chat) -> None:
    petugas.kick_bot()

    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(petugas.id, "halo")


async def test_a_chat_that_does_not_exist(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-1001, "halo")


async def test_copying_and_forwarding(bot: Bot, bu_siti: Person, petugas: Chat) -> None:
    said = bu_siti.private.send_document("akta.pdf", b"%PDF", caption="akta")

    await bot.copy_message(petugas.id, bu_siti.id, said.id)
    await bot.forward_message(petugas.id, bu_siti.id, said.id)

    assert petugas.screen() == "< (document: akta.pdf) akta\n< (document: akta.pdf) akta"
    secret = await bot.send_message(bu_siti.id, "rahasia", protect_content=True)
    with pytest.raises(BadRequest):
        await bot.forward_message(petugas.id, bu_siti.id, secret.message_id)


async def test_a_message_can_be_pinned_and_unpinned(bot: Bot, petugas: Chat) -> None:
    card = await bot.send_message(petugas.id, "antrian")

    await card.pin(disable_notification=True)
    assert petugas.pinned is petugas.newest
    assert (await bot.get_chat(petugas.id)).pinned_message is not None
    await card.unpin()
    assert petugas.pinned is None


async def test_waiting_ends_when_the_bot_writes(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(simulator.wait_for(lambda: bu_siti.private.showing("pagi")))
        await bot.send_message(bu_siti.id, "Selamat pagi")

    assert waiting.result().text == "Selamat pagi"
    with pytest.raises(TimeoutError, match=r"within 0\.05 s"):
        await simulator.wait_for(lambda: bu_siti.private.showing("malam"), timeout=0.05)
