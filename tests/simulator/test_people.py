"""What people do reaches the bot as Telegram would tell it."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, MessageEntityType
from telegram.error import BadRequest, ChatMigrated

from simulator import Chat, Person, Simulator
from tests.simulator.test_messages import drawn


async def heard(bot: Bot) -> list[Update]:
    """Every update that waits, taken for good."""
    updates = await bot.get_updates(timeout=2)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return list(updates)


def message(update: Update) -> Message:
    assert update.message is not None
    return update.message


async def test_start_with_a_word_is_a_command(bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.start("dari-situs")

    (update,) = await heard(bot)
    said = message(update)
    assert said.text == "/start dari-situs"
    assert [(e.type, e.offset, e.length) for e in said.entities] == [(MessageEntityType.BOT_COMMAND, 0, 6)]
    assert said.from_user is not None
    assert (said.from_user.first_name, said.from_user.username, said.chat.type) == ("Bu Siti", "siti_maju", "private")


async def test_a_tap_carries_the_data_and_shows_the_answer(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    await bot.send_message(
        bu_siti.id,
        "Siapa?",
        reply_markup=InlineKeyboardMarkup.from_row(
            [InlineKeyboardButton("Direktur", callback_data="d"), InlineKeyboardButton("Kuasa", callback_data="k")]
        ),
    )
    tap = bu_siti.private.tap("Kuasa")

    (update,) = await heard(bot)
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.message.text) == ("k", "Siapa?")  # type: ignore[union-attr]
    await update.callback_query.answer("Dicatat", show_alert=True)

    assert tap.answered
    assert [(toast.text, toast.show_alert) for toast in bu_siti.toasts] == [("Dicatat", True)]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await update.callback_query.answer("lagi")


async def test_a_tap_can_be_answered_too_late(simulator: Simulator, bot: Bot, bu_siti: Person) -> None:
    await bot.send_message(
        bu_siti.id, "?", reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("Ya", callback_data="y"))
    )
    tap = bu_siti.private.tap("y")
    simulator.telegram.expire_taps()

    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(tap.id)
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(tap.id, "x" * 201)


async def test_a_button_that_an_edit_removed_can_still_be_tapped_on_its_message(
    bot: Bot, petugas: Chat, bu_rini: Person
) -> None:
    card = await bot.send_message(
        petugas.id,
        "baru",
        reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("Ambil", callback_data="ambil:7")),
    )
    shown = petugas.newest
    await card.edit_text("diambil")

    with pytest.raises(LookupError, match="Bu Rini sees no button 'Ambil'"):
        bu_rini.at(petugas).tap("Ambil")
    bu_rini.at(petugas).tap("Ambil", on=shown)
    bu_rini.at(petugas).forge_tap("hapus:semua", on=shown)

    updates = await heard(bot)
    assert [update.callback_query.data for update in updates if update.callback_query] == ["ambil:7", "hapus:semua"]


async def test_a_document_can_be_downloaded(bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.send_document("akta.pdf", b"%PDF-1.7 akta", caption="Akta /pendirian")

    (update,) = await heard(bot)
    sent = message(update)
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == (
        "akta.pdf",
        "application/pdf",
        13,
    )
    assert sent.caption == "Akta /pendirian"
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7 akta"


async def test_a_file_of_more_than_20_megabytes_cannot_be_fetched(bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.send_document("besar.pdf", b"x" * (20 * 1024 * 1024 + 1))

    (update,) = await heard(bot)
    with pytest.raises(BadRequest, match="File is too big"):
        await message(update).document.get_file()  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("tidak-ada")


async def test_a_photo_arrives_in_sizes_the_largest_last(bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.send_photo(drawn(900, 600, "PNG"), caption="KTP")

    (update,) = await heard(bot)
    photo = message(update).photo
    assert [size.width for size in photo] == [90, 320, 800, 900]
    content = bytes(await (await photo[-1].get_file()).download_as_bytearray())
    assert content.startswith(b"\xff\xd8")


async def test_an_album_comes_as_one_update_for_each_item(bot: Bot, bu_siti: Person) -> None:
    bu_siti.private.send_album([drawn(50, 50), drawn(60, 60), ("c.pdf", b"%PDF", "application/pdf")], caption="dokumen")

    updates = await heard(bot)
    assert len({message(update).media_group_id for update in updates}) == 1
    assert [message(update).caption for update in updates] == ["dokumen", None, None]


async def test_odd_messages_arrive_as_what_they_are(bot: Bot, bu_siti: Person) -> None:
    phone = bu_siti.private
    phone.send_sticker()
    phone.send_voice()
    phone.send_location()
    phone.send_contact()

    sticker, voice, location, contact = [message(update) for update in await heard(bot)]
    assert sticker.sticker is not None
    assert voice.voice is not None
    assert location.location is not None
    assert contact.contact is not None
    assert contact.contact.user_id == bu_siti.id


async def test_an_edited_message_and_a_reply(bot: Bot, bu_siti: Person) -> None:
    said = bu_siti.private.say("PT Maju Bersma")
    bu_siti.private.edit(said, "PT Maju Bersama")
    bu_siti.private.reply(said, "itu namanya")

    _, edited, replied = await heard(bot)
    assert edited.edited_message is not None
    assert edited.edited_message.text == "PT Maju Bersama"
    assert edited.edited_message.edit_date is not None
    assert message(replied).reply_to_message is not None
    assert [look.text for look in said.earlier] == ["PT Maju Bersma"]


async def test_the_bot_hears_when_it_is_blocked_and_unblocked(bot: Bot, bu_siti: Person) -> None:
    bu_siti.block()
    bu_siti.unblock()

    statuses = [update.my_chat_member.new_chat_member.status for update in await heard(bot) if update.my_chat_member]
    assert statuses == [ChatMemberStatus.BANNED, ChatMemberStatus.MEMBER]


async def test_an_anonymous_administrator_speaks_in_the_name_of_the_group(
    bot: Bot, simulator: Simulator, petugas: Chat
) -> None:
    pak_hendra = simulator.person("Pak Hendra")
    pak_hendra.at(petugas, anonymous=True).say("/antrian")

    (update,) = await heard(bot)
    said = message(update)
    assert said.from_user is not None
    assert said.sender_chat is not None
    assert (said.from_user.id, said.from_user.username, said.sender_chat.id) == (
        1087968824,
        "GroupAnonymousBot",
        petugas.id,
    )


async def test_an_outsider_cannot_write_in_a_group(bu_siti: Person, petugas: Chat) -> None:
    with pytest.raises(PermissionError, match="Bu Siti is not in 'Petugas LPSE'"):
        bu_siti.at(petugas).say("halo")


async def test_a_plain_member_bot_hears_only_what_is_meant_for_it(bot: Bot, petugas: Chat, bu_rini: Person) -> None:
    await bot.send_message(petugas.id, "kartu")
    card = petugas.newest
    petugas.set_bot("member")
    phone = bu_rini.at(petugas)
    phone.say("obrolan biasa")
    phone.say("/antrian")
    phone.reply(card, "catatan")

    heard_texts = [update.message.text for update in await heard(bot) if update.message]
    assert heard_texts == ["/antrian", "catatan"]


async def test_members_come_and_go(bot: Bot, petugas: Chat, bu_siti: Person) -> None:
    petugas.add(bu_siti)
    petugas.remove(bu_siti)

    came, went = [message(update) for update in await heard(bot)]
    assert [user.first_name for user in came.new_chat_members] == ["Bu Siti"]
    assert went.left_chat_member is not None
    assert (await bot.get_chat_member(petugas.id, bu_siti.id)).status == ChatMemberStatus.LEFT


async def test_a_group_becomes_a_supergroup(bot: Bot, petugas: Chat) -> None:
    old = petugas.id
    card = await bot.send_message(old, "kartu")
    new = petugas.migrate()

    leaving, arriving = [message(update) for update in await heard(bot)]
    assert (leaving.chat.id, leaving.migrate_to_chat_id) == (old, new)
    assert (arriving.chat.id, arriving.migrate_from_chat_id, arriving.chat.type) == (new, old, "supergroup")
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(old, "halo")
    assert migrated.value.new_chat_id == new
    assert str(new).startswith("-100")
    await bot.send_message(new, "halo")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("baru", new, card.message_id)
    assert petugas.screen().splitlines()[-1] == "< halo"
