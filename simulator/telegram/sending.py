"""The methods by which the bot sends messages, files and albums."""

from __future__ import annotations

import dataclasses
import mimetypes
import secrets
from typing import Any

from simulator.chats import Chat
from simulator.markup import BadMarkup, Entity, entities_from_json, noticed, read_html, trimmed
from simulator.messages import File, Look, Message
from simulator.telegram.calls import Call
from simulator.telegram.keyboards import Keyboard, read_keyboard
from simulator.telegram.messenger import Telegram
from simulator.telegram.refusals import bad_request

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_FILE = 50 << 20
LARGEST_PHOTO = 10 << 20


def send_message(telegram: Telegram, call: Call) -> Any:
    chat = telegram.writable_chat(call)
    text, entities = words(telegram, call.parameters, "text", call)
    if not text:
        raise bad_request("message text is empty")
    return telegram.shape(post(telegram, call, chat, Look(text=text, entities=entities)))


def send_document(telegram: Telegram, call: Call) -> Any:
    chat = telegram.writable_chat(call)
    look = media_look(telegram, call, {**call.parameters, "type": "document", "media": call.parameters.get("document")})
    return telegram.shape(post(telegram, call, chat, look))


def send_photo(telegram: Telegram, call: Call) -> Any:
    chat = telegram.writable_chat(call)
    look = media_look(telegram, call, {**call.parameters, "type": "photo", "media": call.parameters.get("photo")})
    return telegram.shape(post(telegram, call, chat, look))


def send_media_group(telegram: Telegram, call: Call) -> Any:
    chat = telegram.writable_chat(call)
    items = call.json("media")
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad_request("there must be 2-10 items in a media group")
    kinds = {item.get("type") for item in items}
    if len(kinds) > 1 and "document" in kinds:
        raise bad_request("document can't be mixed with other media types")
    album = str(13_000_000_000_000_000 + secrets.randbelow(10**15))
    looks = [media_look(telegram, call, item) for item in items]
    return [telegram.shape(post(telegram, call, chat, look, album=album)) for look in looks]


def send_chat_action(telegram: Telegram, call: Call) -> bool:
    telegram.world.changes.tell("typing", telegram.writable_chat(call))
    return True


def copy_message(telegram: Telegram, call: Call) -> Any:
    message = _passed_on(telegram, call)
    return {"message_id": message.id}


def forward_message(telegram: Telegram, call: Call) -> Any:
    return telegram.shape(_passed_on(telegram, call))


def post(telegram: Telegram, call: Call, chat: Chat, look: Look, *, album: str | None = None) -> Message:
    """Put the bot's message into the chat, with its buttons."""
    keyboard = read_keyboard(call.json("reply_markup"))
    look = dataclasses.replace(look, buttons=keyboard.buttons)
    extra: dict[str, Any] = {}
    options = call.json("link_preview_options")
    if options:
        extra["link_preview_options"] = options
    message = telegram.world.write(
        chat,
        None,
        look,
        album=album,
        reply_to=_replied_to(call, chat),
        protected=call.flag("protect_content"),
        extra=extra,
    )
    _show_keyboard(telegram, chat, keyboard)
    return message


def words(telegram: Telegram, values: dict[str, Any], name: str, call: Call) -> tuple[str, tuple[Entity, ...]]:
    """A text or caption with its marks, read as its parse_mode says and checked for length."""
    source = str(values.get(name) or "")
    mode = str(values.get("parse_mode") or "")
    marks_name = "entities" if name == "text" else "caption_entities"
    marks = values.get(marks_name)
    entities: tuple[Entity, ...] = ()
    text = source
    if mode.lower() == "html":
        try:
            text, entities = read_html(source)
        except BadMarkup as error:
            raise bad_request(f"can't parse entities: {error}") from None
    elif mode:
        telegram.violations.append(f"{call.method}: the simulator reads only HTML, not parse_mode {mode!r}")
    elif marks:
        entities = entities_from_json(Call(call.method, {marks_name: marks}).json(marks_name))
    text, entities = trimmed(text, entities)
    if len(text) > (LONGEST_TEXT if name == "text" else LONGEST_CAPTION):
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text, noticed(text, entities)


def media_look(telegram: Telegram, call: Call, item: dict[str, Any]) -> Look:
    """A photo or document with its caption: newly sent along, or one that Telegram already has."""
    caption, entities = words(telegram, item, "caption", call)
    kind = item.get("type")
    if kind not in ("photo", "document"):
        telegram.violations.append(f"{call.method}: the simulator knows photos and documents, not {kind!r}")
        raise bad_request(f"unsupported media type {kind!r}")
    known, upload = _named_file(telegram, call, item.get("media"), kind)
    if known:
        is_photo = known.path.startswith("photos/")
        if is_photo != (kind == "photo"):
            raise bad_request(f"can't use file of type {'Photo' if is_photo else 'Document'} as {kind.capitalize()}")
        sizes = telegram.world.files.sizes_of(known) if is_photo else ()
        return Look(kind=kind, file=sizes[-1] if sizes else known, sizes=sizes, text=caption, entities=entities)
    assert upload is not None
    name, content = upload
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_FILE):
        raise bad_request("file is too big")
    if kind == "photo":
        return telegram.world.photo(content, caption, entities=entities)
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return telegram.world.document(name, mime, content, caption, entities=entities)


def _named_file(telegram: Telegram, call: Call, media: Any, kind: str) -> tuple[File | None, tuple[str, bytes] | None]:
    upload = call.uploads.get(kind)
    if isinstance(media, str) and media.startswith("attach://"):
        upload = call.uploads.get(media.removeprefix("attach://"))
        if upload is None:
            raise bad_request("file attached by attach:// was not sent along")
    elif isinstance(media, str) and media:
        known = telegram.world.files.with_id(media)
        if known is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it")
        return known, None
    if upload is None:
        raise bad_request(f"there is no {kind} in the request")
    return None, (upload.name, upload.content)


def _replied_to(call: Call, chat: Chat) -> Message | None:
    parameters = call.json("reply_parameters") or {}
    number = parameters.get("message_id") or call.number("reply_to_message_id")
    if number is None:
        return None
    message = chat.by_id.get(int(number))
    lenient = parameters.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message


def _show_keyboard(telegram: Telegram, chat: Chat, keyboard: Keyboard) -> None:
    if keyboard.reply is not None or keyboard.removes:
        chat.keyboard = keyboard.reply
        telegram.world.changes.tell("chat", chat)


def _passed_on(telegram: Telegram, call: Call) -> Message:
    chat = telegram.writable_chat(call)
    source = telegram.chat_of(Call(call.method, {"chat_id": call.parameters.get("from_chat_id")}))
    message = source.by_id.get(call.required_number("message_id"))
    if message is None or message.kind == "service":
        raise bad_request(f"message to {'copy' if call.method.lower() == 'copymessage' else 'forward'} not found")
    if message.protected:
        raise bad_request("message can't be forwarded")
    look = dataclasses.replace(message.look, buttons=())
    if call.has("caption"):
        text, entities = words(telegram, call.parameters, "caption", call)
        look = dataclasses.replace(look, text=text, entities=entities)
    return post(telegram, call, chat, look)
