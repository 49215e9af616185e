"""What a person did on WhatsApp, in our words: from the form that Twilio posts, or the list that it keeps."""

import mimetypes
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from channels.whatsapp_errors import fate_of
from domain.messages import RANKS, Address, Inbound, IncomingFile, Receipt

CHANNEL: Final = "whatsapp"
PREFIX: Final = "whatsapp:"
FOUND_AT: Final = "LoketDateSent"
"""A field of our own: when a message was written that was found only later."""

_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_FILE_NAME: Final = re.compile(r"[^\n/\\]{1,120}\.[A-Za-z0-9]{2,5}")
_OTHER: Final = {
    "audio": "voice",
    "voice": "voice",
    "video": "video",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
    "contact": "contact",
    "order": "other",
    "unsupported": "other",
    "unknown": "other",
}
"""Things that a person sends and an office cannot use, by Twilio's name."""
_SILENT: Final = ("reaction", "system", "ephemeral")
_BY_CONTENT: Final = {"audio": "audio", "video": "video", "text": "contacts"}

_ENDED: Final = {"failed": "failed", "undelivered": "failed", "canceled": "failed"}


def read(form: Mapping[str, Any]) -> Inbound:
    """One message; any exception means that it cannot be understood."""
    sender, also = _sender(form)
    facts: dict[str, Any] = {
        "sender": sender,
        "chat": sender,
        "also": also,
        "phone": sender if _PHONE.fullmatch(sender) else "",
        "name": form.get("ProfileName") or sender,
        "message": form.get("OriginalRepliedMessageSid", ""),
        "text": form.get("Body", ""),
        "at": datetime.fromisoformat(form[FOUND_AT]) if form.get(FOUND_AT) else None,
    }
    key = str(form["MessageSid"])
    data = form.get("ButtonPayload") or form.get("ListId") or ""
    if data:
        return Inbound(CHANNEL, key, kind="tap", data=data, **facts)
    kind = _kind(form)
    if kind in _SILENT:
        return Inbound(CHANNEL, key, kind="noise", **facts)
    if kind in _OTHER:
        # Its file is of no use, but lies at Twilio until it is taken away there.
        return Inbound(CHANNEL, key, kind="other", what=_OTHER[kind], file=_file(form, kind), **facts)
    file = _file(form, kind)
    if file is not None:
        return Inbound(CHANNEL, key, kind="file", file=file, **facts)
    text = facts["text"] or form.get("ButtonText") or form.get("ListTitle") or ""
    if not text:
        return Inbound(CHANNEL, key, kind="other", what="other", **facts)
    return Inbound(CHANNEL, key, kind="text", **{**facts, "text": text})


def glance(form: Mapping[str, Any]) -> tuple[str, str, Address | None]:
    """The key, the sender and the chat of a message that perhaps nobody can read; `""` and None where it has none."""
    whence = str(form.get("From", ""))
    sender = whence.removeprefix(PREFIX) if whence.startswith(PREFIX) else ""
    return str(form.get("MessageSid", "")), sender, Address(CHANNEL, sender) if sender else None


def _sender(form: Mapping[str, Any]) -> tuple[str, str]:
    """Who wrote, and the other id that the same person has: a number may hide behind an id, or stand beside one."""
    whence = str(form["From"])
    sender = whence.removeprefix(PREFIX)
    if not sender or len(sender) > 140:
        raise ValueError("a message without a sender")
    if not whence.startswith(PREFIX):
        # Anybody can send an SMS in the name of any number.
        raise ValueError("a message that was not written on WhatsApp")
    other = str(form.get("ExternalUserId", "")).removeprefix(PREFIX)[:140]
    return sender, other if other != sender else ""


def _kind(form: Mapping[str, Any]) -> str:
    """What kind of message it is; worked out where Twilio does not say so."""
    kind = str(form.get("MessageType", "")).lower()
    if kind:
        return kind
    if form.get("Latitude"):
        return "location"
    media = str(form.get("MediaContentType0", "")).partition("/")[0]
    return _BY_CONTENT.get(media, "image" if media == "image" else "document" if media else "text")


def _file(form: Mapping[str, Any], kind: str) -> IncomingFile | None:
    """WhatsApp has one file a message; a picture that was sent as a document is not made smaller on the way."""
    ref = form.get("MediaUrl0", "")
    if not ref:
        return None
    mime = str(form.get("MediaContentType0", "")).partition(";")[0].strip().lower()
    photo = kind == "image"
    return IncomingFile(ref=ref, name=_name(form, mime, photo), photo=photo, loose=photo)


def _name(form: Mapping[str, Any], mime: str, photo: bool) -> str:
    """A document without a caption has its name as text, from some phones; else the kind of file makes a name."""
    body = str(form.get("Body", "")).strip()
    if _FILE_NAME.fullmatch(body) and not photo:
        return body
    return "" if photo else f"dokumen{mimetypes.guess_extension(mime) or ''}"


def read_status(form: Mapping[str, Any]) -> Receipt | None:
    """News of a message that we sent; None when it says nothing that we could use."""
    message = str(form.get("MessageSid") or form.get("SmsSid") or "")
    status = str(form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    rank = _ENDED.get(status, status)
    if not message or len(message) > 40 or rank not in RANKS:
        return None
    code = str(form.get("ErrorCode") or "")[:12]
    return Receipt(CHANNEL, message, RANKS.index(rank), fate_of(code) if rank == "failed" else None, code)


def missed(record: Any, media: list[tuple[str, str]]) -> dict[str, str]:
    """A message as Twilio lists it, as if it had just been posted."""
    form = {
        "MessageSid": record.sid,
        "From": record.from_,
        "To": record.to,
        "Body": record.body or "",
        "NumMedia": str(len(media)),
        FOUND_AT: record.date_sent.isoformat() if record.date_sent else "",
    }
    for number, (url, mime) in enumerate(media):
        form[f"MediaUrl{number}"] = url
        form[f"MediaContentType{number}"] = mime
    return form
