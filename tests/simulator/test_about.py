"""The bot asks who and where, and sets its command menus."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    ChatMemberAdministrator,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, InvalidToken

from simulator import Chat, Person, Simulator


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()

    assert (me.id, me.is_bot, me.can_join_groups) == (7654321, True, True)


async def test_a_wrong_token_is_refused(simulator: Simulator) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:salah", base_url=f"{simulator.url}/bot"):
            pass


async def test_chats_and_members(
    bot: Bot, simulator: Simulator, bu_siti: Person, bu_rini: Person, petugas: Chat
) -> None:
    private, group = await bot.get_chat(bu_siti.id), await bot.get_chat(petugas.id)

    assert (private.type, private.first_name) == (ChatType.PRIVATE, "Bu Siti")
    assert (group.type, group.title) == (ChatType.GROUP, "Petugas LPSE")
    assert (await bot.get_chat_member(petugas.id, bu_rini.id)).status == ChatMemberStatus.MEMBER
    assert (await bot.get_chat_member(petugas.id, bu_siti.id)).status == ChatMemberStatus.LEFT
    assert await bot.get_chat_member_count(petugas.id) == 4
    owner, itself = await bot.get_chat_administrators(petugas.id)
    assert (owner.user.first_name, owner.status) == ("Pak Hendra", ChatMemberStatus.OWNER)
    assert isinstance(itself, ChatMemberAdministrator)
    assert itself.can_delete_messages
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(petugas.id, 1)


async def test_a_promoted_member_is_an_administrator(bot: Bot, bu_rini: Person, petugas: Chat) -> None:
    petugas.promote(bu_rini, anonymous=True)

    member = await bot.get_chat_member(petugas.id, bu_rini.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.is_anonymous


async def test_the_bot_leaves_a_group(bot: Bot, petugas: Chat) -> None:
    await bot.leave_chat(petugas.id)

    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.get_chat(petugas.id)


async def test_each_person_sees_the_narrowest_command_menu(
    bot: Bot, bu_siti: Person, bu_rini: Person, petugas: Chat
) -> None:
    await bot.set_my_commands([BotCommand("menu", "Menu")], BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("antrian", "Antrian")], BotCommandScopeChat(petugas.id))
    await bot.set_my_commands([BotCommand("peran", "Peran")], BotCommandScopeChatMember(petugas.id, bu_rini.id))

    assert [each["command"] for each in bu_siti.private.commands] == ["menu"]
    assert [each["command"] for each in bu_rini.at(petugas).commands] == ["peran"]
    await bot.delete_my_commands(BotCommandScopeChatMember(petugas.id, bu_rini.id))
    assert [each["command"] for each in bu_rini.at(petugas).commands] == ["antrian"]
    assert await bot.get_my_commands(BotCommandScopeChat(petugas.id)) == (BotCommand("antrian", "Antrian"),)
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Antrian", "huruf besar")])


async def test_harmless_settings_are_accepted(bot: Bot, simulator: Simulator, bu_siti: Person) -> None:
    assert await bot.set_my_description("Loket pengadaan")
    assert await bot.set_my_short_description("Loket")
    assert await bot.set_my_name("Loket LPSE")
    assert await bot.send_chat_action(bu_siti.id, ChatAction.TYPING)

    assert simulator.telegram.bot.name == "Loket LPSE"
