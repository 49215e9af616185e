"""The methods that tell and set what is known: the bot itself, chats, members, files and command menus."""

from __future__ import annotations

import re
from typing import Any

from simulator.chats import PRESENT, Member
from simulator.telegram import shapes
from simulator.telegram.calls import Call
from simulator.telegram.messenger import Telegram, membership
from simulator.telegram.refusals import bad_request

LARGEST_DOWNLOAD = 20 << 20
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def get_me(telegram: Telegram, call: Call) -> Any:
    return {
        **shapes.bot_user(telegram.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


def get_file(telegram: Telegram, call: Call) -> Any:
    file = telegram.world.files.with_id(call.text("file_id") or "")
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return shapes.file(file, path=True)


def get_chat(telegram: Telegram, call: Call) -> Any:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    shape = {
        **shapes.chat(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned:
        shape["pinned_message"] = telegram.shape(chat.pinned)
    return shape


def get_chat_member(telegram: Telegram, call: Call) -> Any:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    user_id = call.required_number("user_id")
    if user_id == telegram.bot.id:
        return telegram.bot_member(chat)
    if user_id in chat.members:
        return membership(chat.members[user_id])
    for person in telegram.world.people:
        if person.id == user_id and person.channel == telegram.channel:
            return membership(Member(person, "left"))
    raise bad_request("user not found")


def get_chat_administrators(telegram: Telegram, call: Call) -> Any:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    found = [membership(m) for m in chat.members.values() if m.status in ("creator", "administrator")]
    if chat.bot_status == "administrator":
        found.append(telegram.bot_member(chat))
    return found


def get_chat_member_count(telegram: Telegram, call: Call) -> int:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    return sum(1 for member in chat.members.values() if member.status in PRESENT) + 1


def leave_chat(telegram: Telegram, call: Call) -> bool:
    chat = telegram.chat_of(call)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    telegram.check_membership(chat)
    chat.set_bot("left")
    return True


def set_my_commands(telegram: Telegram, call: Call) -> bool:
    commands = call.json("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("can't parse the list of commands")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.commands.set(call.json("scope"), call.text("language_code"), commands)
    telegram.world.changes.tell("commands")
    return True


def get_my_commands(telegram: Telegram, call: Call) -> Any:
    return telegram.commands.get(call.json("scope"), call.text("language_code"))


def delete_my_commands(telegram: Telegram, call: Call) -> bool:
    telegram.commands.delete(call.json("scope"), call.text("language_code"))
    telegram.world.changes.tell("commands")
    return True


def set_my_name(telegram: Telegram, call: Call) -> bool:
    if call.text("name") and not call.text("language_code"):
        telegram.bot.name = str(call.text("name"))
        telegram.world.changes.tell("commands")
    return True


def accept(telegram: Telegram, call: Call) -> bool:
    """A setting that nobody sees on the simulator's phones."""
    return True


def get_my_name(telegram: Telegram, call: Call) -> Any:
    return {"name": telegram.bot.name}
