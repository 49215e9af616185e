"""What becomes of a message after Twilio has accepted it: it reaches a phone, is read, or fails with a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.messages import Button, File, Look
from simulator.twilio.contents import LIST, Content
from simulator.twilio.marks import numbered_lines, read_marks
from simulator.twilio.people import RECEIPTS, WhatsAppPerson
from simulator.twilio.records import VERSION, Media, Record, new_sid

if TYPE_CHECKING:
    from simulator.twilio.account import Twilio

LARGEST_IMAGE, LARGEST_MEDIA = 5 << 20, 16 << 20
IMAGES = ("image/jpeg", "image/png", "image/webp")
STATUSES_OF_TEMPLATES = {"rejected": 63040, "paused": 63041, "disabled": 63042}


@dataclass(eq=False, kw_only=True)
class Outgoing:
    """An accepted message on its way to a person; nobody may have the address."""

    record: Record
    person: WhatsAppPerson | None
    content: Content | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    extra: dict[str, Any]
    media_url: str | None = None
    file: File | None = None
    failure: int | None = None


@dataclass(slots=True, kw_only=True)
class Failure:
    """A failure on demand for the next few messages, perhaps only to one person."""

    code: int
    times: int = 1
    to: WhatsAppPerson | None = None
    status: str = "undelivered"


class Failures:
    """The failures that are still to come."""

    def __init__(self) -> None:
        self.coming: list[Failure] = []

    def add(self, code: int, times: int = 1, *, to: WhatsAppPerson | None = None, status: str = "undelivered") -> None:
        """Accept the next messages, and then let them fail with this number."""
        self.coming.append(Failure(code=code, times=times, to=to, status=status))

    def clear(self) -> None:
        self.coming.clear()

    def next_for(self, person: WhatsAppPerson | None) -> Failure | None:
        for failure in self.coming:
            if failure.to in (None, person):
                failure.times -= 1
                self.coming = [each for each in self.coming if each.times > 0]
                return failure
        return None


class Deliveries:
    """Everything that is under way to people's phones; to each person in order."""

    def __init__(self, twilio: Twilio) -> None:
        self.twilio = twilio
        self.waiting: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> None:
        """A text is on the phone at once; media have to be fetched first, and what comes after them waits."""
        queue = outgoing.record.to
        if outgoing.media_url is None and all(each.record.to != queue for each in self.waiting):
            self.land(outgoing)
        else:
            self.waiting.append(outgoing)
            self.twilio.world.changes.tell("queue")

    def land(self, outgoing: Outgoing) -> None:
        """Let the message reach the phone, or fail."""
        record, person = outgoing.record, outgoing.person
        wished = self.twilio.failures.next_for(person)
        code, status = (wished.code, wished.status) if wished else self._verdict(outgoing)
        if outgoing.file:
            record.media.append(Media(sid=new_sid("ME"), file=outgoing.file, created=record.created))
        if person is not None:
            self._show(outgoing, person, code)
        if code:
            record.error = code
            self._became(record, status)
        elif person is not None:
            self.receipts_until(person, person.receipts, record)

    def receipts_until(self, person: WhatsAppPerson, receipt: str, record: Record | None = None) -> None:
        """Move this message, or all that she got, on to "sent", "delivered" or "read"."""
        for each in [record] if record else list(self.twilio.records.values()):
            if each.direction == "inbound" or each.error or not person.answers_to(each.to):
                continue
            reached = RECEIPTS.index(each.status) if each.status in RECEIPTS else -1
            for status in RECEIPTS[reached + 1 : RECEIPTS.index(receipt) + 1]:
                self._became(each, status)

    def _verdict(self, outgoing: Outgoing) -> tuple[int, str]:
        """Whether it fails, by WhatsApp's rules, and how."""
        person, content = outgoing.person, outgoing.content
        if person is None:
            return 63003, "failed"
        ends = person.window_ends()
        is_open = ends is not None and self.twilio.world.now() < ends
        if not is_open and (content is None or content.kind == LIST or not content.is_approved):
            return (STATUSES_OF_TEMPLATES.get(content.status, 63016) if content else 63016), "failed"
        if content is not None and content.buttons_unapproved:
            return 63021, "failed"
        if outgoing.failure:
            return outgoing.failure, "failed"
        if person.blocked:
            return self.twilio.blocked_code, "undelivered"
        return 0, ""

    def _show(self, outgoing: Outgoing, person: WhatsAppPerson, failure: int) -> None:
        record = outgoing.record
        text, entities = read_marks(record.body)
        file = outgoing.file
        look = Look(
            text=text,
            entities=entities,
            buttons=outgoing.buttons,
            file=file,
            kind=_kind(file),
            numbered=numbered_lines(text),
        )
        record.message = self.twilio.world.write(
            person.private.chat, None, look, extra=outgoing.extra, failure=failure, receipt=record.status
        )

    def _became(self, record: Record, status: str) -> None:
        """Note the new status, show it, and post it to whoever asked."""
        record.status = status
        record.updated = self.twilio.world.now()
        if record.message:
            record.message.receipt = status
            record.message.version += 1
            self.twilio.world.changes.tell("message", record.message)
        url = record.callback or self.twilio.status_url
        if url:
            self.twilio.callbacks.add(url, status_form(record), record.sid)


def _kind(file: File | None) -> str:
    if file is None:
        return "text"
    return "photo" if file.mime in IMAGES else "document"


def status_form(record: Record) -> dict[str, str]:
    """The form that tells what became of a message."""
    form = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": VERSION,
        "MessageStatus": record.status,
        "SmsStatus": record.status,
        "SmsSid": record.sid,
        "MessageSid": record.sid,
        "AccountSid": record.account,
        "ChannelToAddress": record.to.removeprefix("whatsapp:"),
        "To": record.to,
        "From": record.sender,
        "StructuredMessage": "false",
    }
    if record.status in ("delivered", "read"):
        form["EventType"] = record.status.upper()
    if record.service:
        form["MessagingServiceSid"] = record.service
    if record.error:
        form |= {"ErrorCode": str(record.error), "ErrorMessage": record.error_message or ""}
    return form


def media_fault(mime: str, content: bytes) -> int | None:
    """Why WhatsApp does not take a file; None if it does."""
    if mime not in TAKEN or not _looks_like(mime, content):
        return 63021
    limit = LARGEST_IMAGE if mime in IMAGES else LARGEST_MEDIA
    return 63034 if len(content) > limit else None


TAKEN = {
    *IMAGES,
    "audio/ogg",
    "audio/amr",
    "audio/3gpp",
    "audio/aac",
    "audio/mpeg",
    "video/mp4",
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/vcard",
}
BEGINNINGS = {
    "image/jpeg": (0, b"\xff\xd8"),
    "image/png": (0, b"\x89PNG"),
    "image/webp": (8, b"WEBP"),
    "application/pdf": (0, b"%PDF"),
}


def _looks_like(mime: str, content: bytes) -> bool:
    at, beginning = BEGINNINGS.get(mime, (0, b""))
    return content[at : at + len(beginning)] == beginning
