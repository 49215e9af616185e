"""Writes people, chats and messages in the JSON of the Bot API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.messages import Button, File, Message

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.people import Person
    from simulator.telegram.messenger import BotAccount

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def user(person: Person) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": person.id, "is_bot": False, "first_name": person.name}
    if person.username:
        shape["username"] = person.username
    if person.language:
        shape["language_code"] = person.language
    return shape


def bot_user(bot: BotAccount) -> dict[str, Any]:
    return {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username}


def chat(of: Chat, id: int | None = None) -> dict[str, Any]:
    if of.is_private:
        person = next(iter(of.members.values())).person
        shape: dict[str, Any] = {"id": of.id, "type": "private", "first_name": person.name}
        if person.username:
            shape["username"] = person.username
        return shape
    if id is not None and id != of.id:
        return {"id": id, "type": "group", "title": of.title}
    return {"id": of.id, "type": of.kind, "title": of.title}


def file(of: File, *, path: bool = False) -> dict[str, Any]:
    shape: dict[str, Any] = {"file_id": of.id, "file_unique_id": of.unique_id, "file_size": of.size}
    if path:
        shape["file_path"] = of.path
    return shape


def message(of: Message, bot: BotAccount, *, replies: bool = True) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "message_id": of.id,
        **_senders(of, bot),
        "chat": chat(of.chat, of.chat_id),
        "date": of.date,
    }
    if of.edit_date is not None:
        shape["edit_date"] = of.edit_date
    if of.album:
        shape["media_group_id"] = of.album
    if of.protected:
        shape["has_protected_content"] = True
    if replies and of.reply_to:
        shape["reply_to_message"] = message(of.reply_to, bot, replies=False)
    shape.update(_content(of))
    shape.update(of.extra)
    if of.buttons:
        shape["reply_markup"] = {"inline_keyboard": [[button(each) for each in row] for row in of.buttons]}
    return shape


def button(of: Button) -> dict[str, Any]:
    return {**of.raw, "text": of.label}


def _senders(of: Message, bot: BotAccount) -> dict[str, Any]:
    if of.sender is None:
        return {"from": bot_user(bot)}
    if of.sender_chat:
        return {"from": ANONYMOUS, "sender_chat": chat(of.chat, of.chat_id)}
    return {"from": user(of.sender)}


def _content(of: Message) -> dict[str, Any]:
    look = of.look
    shape: dict[str, Any] = {}
    if look.kind == "text":
        shape["text"] = look.text
        if look.entities:
            shape["entities"] = [entity.as_json() for entity in look.entities]
        return shape
    if look.kind == "photo":
        shape["photo"] = [{**file(size), "width": size.width, "height": size.height} for size in look.sizes]
    elif look.kind == "document" and look.file:
        shape["document"] = {**file(look.file), "file_name": look.file.name, "mime_type": look.file.mime}
    if look.text:
        shape["caption"] = look.text
        if look.entities:
            shape["caption_entities"] = [entity.as_json() for entity in look.entities]
    return shape
