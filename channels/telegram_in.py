"""What a person did on Telegram, in our words."""

from collections.abc import Mapping
from typing import Any, Final

from telegram import Bot, CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User

from domain.messages import Address, Inbound, IncomingFile

CHANNEL: Final = "telegram"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

GROUP_ANONYMOUS_BOT: Final = 1087968824
"""Telegram puts this name under what an anonymous administrator writes."""

_OUT_OF_REACH = (ChatMember.BANNED, ChatMember.LEFT)

_OTHER: Final = {
    "sticker": "sticker",
    "voice": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "location": "location",
    "venue": "location",
    "contact": "contact",
    "audio": "voice",
    "poll": "other",
    "dice": "other",
    "story": "other",
    "game": "other",
    "paid_media": "other",
    "live_photo": "other",
    "checklist": "other",
}
"""Things that a person sends and an office cannot use, by the name of Telegram's field."""


def read(raw: Mapping[str, Any], bot: Bot) -> Inbound:
    """One update; any exception means that it cannot be understood."""
    if not isinstance(raw["update_id"], int):
        raise ValueError("an update without a number could not be told from its repeat")
    update = Update.de_json(dict(raw), bot)
    key = str(update.update_id)
    if update.callback_query is not None:
        return _tap(key, update.callback_query)
    if update.edited_message is not None and update.edited_message.from_user is not None:
        return _written(key, update.edited_message, update.edited_message.from_user, edited=True)
    if update.message is not None and update.message.from_user is not None:
        return _written(key, update.message, update.message.from_user, edited=False)
    if update.my_chat_member is not None:
        return _membership(key, update.my_chat_member)
    return Inbound(CHANNEL, key, "", "", "noise")


def glance(raw: Mapping[str, Any]) -> tuple[str, str, Address | None]:
    """The key, the sender and the chat of an update that perhaps nobody can read; `""` and None where it has none."""
    key = raw.get("update_id")
    body: dict[str, Any] = next((raw[kind] for kind in ALLOWED_UPDATES if isinstance(raw.get(kind), dict)), {})
    message = body.get("message") if "callback_query" in raw else body
    chat = _number(message.get("chat") if isinstance(message, dict) else None)
    return (
        str(key) if isinstance(key, int) else "",
        _number(body.get("from")),
        Address(CHANNEL, chat) if chat else None,
    )


def _number(thing: object) -> str:
    number = thing.get("id") if isinstance(thing, dict) else None
    return str(number) if isinstance(number, int) else ""


def _who(user: User) -> dict[str, Any]:
    return {
        "sender": str(user.id),
        "name": user.full_name,
        "username": (user.username or "").lower(),
        "language": (user.language_code or "")[:2].lower(),
    }


def _tap(key: str, query: CallbackQuery) -> Inbound:
    # A message that is too old to be shown still tells its number and chat.
    where = query.message
    chat = where.chat if where is not None else None
    return Inbound(
        CHANNEL,
        key,
        chat=str(chat.id) if chat is not None else str(query.from_user.id),
        kind="tap",
        private=chat is None or chat.type == "private",
        data=query.data or "",
        click=query.id,
        message=str(where.message_id) if where is not None else "",
        **_who(query.from_user),
    )


def _written(key: str, message: Message, user: User, *, edited: bool) -> Inbound:
    private = message.chat.type == "private"
    anonymous = not private and (message.sender_chat is not None or user.id == GROUP_ANONYMOUS_BOT)
    facts: dict[str, Any] = {
        "chat": str(message.chat.id),
        "private": private,
        "message": str(message.message_id),
        "text": message.text or message.caption or "",
        "anonymous": anonymous,
        **_quoted(message.reply_to_message),
        **_who(user),
    }
    if message.migrate_to_chat_id is not None:
        return Inbound(CHANNEL, key, kind="moved", **{**facts, "text": str(message.migrate_to_chat_id)})
    file = _file(message)
    if edited and not message.text and file is None:
        # A place that moves, a counter of views: nobody said anything.
        return Inbound(CHANNEL, key, kind="noise", **facts)
    if edited:
        return Inbound(CHANNEL, key, kind="edit", file=file, **facts)
    if file is not None:
        return Inbound(CHANNEL, key, kind="file", file=file, **facts)
    if message.text is not None:
        return Inbound(CHANNEL, key, kind="text", **facts)
    what = next((word for field, word in _OTHER.items() if getattr(message, field, None)), "")
    if not what and private and message.api_kwargs:
        # Something that Telegram has invented since: the person sent it and waits for an answer.
        what = "other"
    return Inbound(CHANNEL, key, kind="other" if what else "noise", what=what, **facts)


def _quoted(answered: Message | None) -> dict[str, Any]:
    """In a private chat there is no other bot than ours."""
    if answered is None:
        return {}
    author = answered.from_user
    return {"quoted": answered.text or answered.caption or "", "quotes_us": author is not None and author.is_bot}


def _file(message: Message) -> IncomingFile | None:
    album = message.media_group_id or ""
    if message.animation is not None:
        return None  # Telegram sends a moving picture as a document too
    if message.document is not None:
        document = message.document
        return IncomingFile(
            ref=document.file_id,
            name=document.file_name or "",
            size=document.file_size,
            album=album,
        )
    if message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        return IncomingFile(
            ref=photo.file_id,
            size=photo.file_size,
            photo=True,
            album=album,
            # Sent one by one, nothing says which belong together.
            loose=not album,
        )
    return None


def _membership(key: str, change: ChatMemberUpdated) -> Inbound:
    kind = "noise"
    if change.chat.type == "private":
        kind = "blocked" if change.new_chat_member.status in _OUT_OF_REACH else "unblocked"
    return Inbound(
        CHANNEL,
        key,
        chat=str(change.chat.id),
        kind=kind,  # type: ignore[arg-type]
        private=change.chat.type == "private",
        **_who(change.from_user),
    )
