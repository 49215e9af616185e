"""The methods by which the bot changes, deletes and pins messages, and answers taps."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from simulator.messages import Look, Message
from simulator.telegram.calls import Call
from simulator.telegram.keyboards import read_keyboard
from simulator.telegram.messenger import Telegram
from simulator.telegram.refusals import bad_request
from simulator.telegram.sending import media_look, words

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETABLE_FOR = 48 * 3600


def edit_message_text(telegram: Telegram, call: Call) -> Any:
    message = _own_message(telegram, call)
    text, entities = words(telegram, call.parameters, "text", call)
    if not text:
        raise bad_request("message text is empty")
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(telegram, call, message, dataclasses.replace(message.look, text=text, entities=entities))


def edit_message_caption(telegram: Telegram, call: Call) -> Any:
    message = _own_message(telegram, call)
    text, entities = words(telegram, call.parameters, "caption", call)
    if message.kind == "text":
        raise bad_request("there is no caption in the message to edit")
    return _change(telegram, call, message, dataclasses.replace(message.look, text=text, entities=entities))


def edit_message_media(telegram: Telegram, call: Call) -> Any:
    message = _own_message(telegram, call)
    item = call.json("media")
    if not isinstance(item, dict):
        raise bad_request("media is required")
    return _change(telegram, call, message, media_look(telegram, call, item))


def edit_message_reply_markup(telegram: Telegram, call: Call) -> Any:
    message = _own_message(telegram, call)
    return _change(telegram, call, message, message.look)


def delete_message(telegram: Telegram, call: Call) -> bool:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    message = chat.by_id.get(call.required_number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(telegram, message)
    telegram.world.remove(message)
    return True


def delete_messages(telegram: Telegram, call: Call) -> bool:
    chat = telegram.chat_of(call)
    telegram.check_membership(chat)
    numbers = call.json("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified")
    found = [chat.by_id[int(number)] for number in numbers if int(number) in chat.by_id]
    for message in found:
        _check_deletable(telegram, message)
    for message in found:
        telegram.world.remove(message)
    return True


def answer_callback_query(telegram: Telegram, call: Call) -> bool:
    tap = telegram.taps.get(call.text("callback_query_id") or "")
    text = call.text("text") or ""
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if tap is None or tap.answered or time.monotonic() - tap.made > telegram.tap_lifetime:
        raise bad_request(TOO_OLD)
    telegram.answer_tap(tap, text, call.flag("show_alert"))
    return True


def pin_chat_message(telegram: Telegram, call: Call) -> bool:
    chat = telegram.writable_chat(call)
    message = chat.by_id.get(call.required_number("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if not chat.is_private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    if chat.pinned is not message:
        chat.pinned = message
        telegram.world.changes.tell("chat", chat)
    return True


def unpin_chat_message(telegram: Telegram, call: Call) -> bool:
    chat = telegram.writable_chat(call)
    number = call.number("message_id")
    if number is not None and (chat.pinned is None or chat.pinned.id != number):
        raise bad_request("message to unpin not found")
    chat.pinned = None
    telegram.world.changes.tell("chat", chat)
    return True


def _own_message(telegram: Telegram, call: Call) -> Message:
    chat = telegram.writable_chat(call)
    message = chat.by_id.get(call.required_number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _change(telegram: Telegram, call: Call, message: Message, look: Look) -> Any:
    # Without a keyboard in the call the old buttons go: that is Telegram's rule too.
    look = dataclasses.replace(look, buttons=read_keyboard(call.json("reply_markup")).buttons)
    if _same(look, message.look):
        raise bad_request(NOT_MODIFIED)
    telegram.world.rewrite(message, look)
    return telegram.shape(message)


def _same(new: Look, old: Look) -> bool:
    return (new.text, new.entities, new.file, [[b.raw for b in row] for row in new.buttons]) == (
        old.text,
        old.entities,
        old.file,
        [[b.raw for b in row] for row in old.buttons],
    )


def _check_deletable(telegram: Telegram, message: Message) -> None:
    chat = message.chat
    if not chat.is_private and not message.from_bot and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if telegram.world.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
