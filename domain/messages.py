"""What travels between a person's phone and the office: one message in, one message out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

BOLD, PLAIN = "\ue000", "\ue001"
"""Marks around emphasised words; each channel turns them into its own notation."""

_EMPHASIS = re.compile(r"\*([^*\n]+)\*")


def emphasised(text: str) -> str:
    """What the office wrote, with the marks in place of `*...*`."""
    return _EMPHASIS.sub(f"{BOLD}\\1{PLAIN}", text)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a channel and, there, an opaque chat."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a messenger can and cannot do; whoever sends or answers asks this, never the messenger's name."""

    title: str = ""
    """What people call the messenger."""
    window: timedelta | None = None
    """How long after a person's last message we may write freely; None: always."""
    knocks: bool = False
    """Whether a person whose window is closed can be asked to write."""
    edits: bool = True
    """Whether a message that was sent can be changed or taken back."""
    toasts: bool = True
    """Whether a tap can be answered by a notice over the screen."""
    numbers: bool = False
    """Whether buttons are lines with numbers, and a number that is typed means one of them."""
    links: bool = False
    """Whether files are handed over as links that the messenger fetches."""
    keeps_files: bool = False
    """Whether the messenger keeps what people send until it is told to forget it."""
    largest_file: int | None = None
    largest_picture: int | None = None
    """Bytes of the largest file and picture that it hands over to a person; None: any that we take."""
    menus: bool = True
    """Whether a chat has a menu of commands beside the keyboard."""
    gather: timedelta = timedelta(seconds=1.5)
    """How long to wait for the next photo before several are answered at once."""

    def hands_over(self, size: int, mime: str) -> bool:
        """Whether a file of so many bytes reaches a person."""
        limit = self.largest_picture if mime.startswith("image/") else self.largest_file
        return limit is None or size <= limit


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that a person sent; `ref` fetches it, everything else is what the sender claims.

    `loose` tells that the messenger does not say which photos were sent together.
    """

    ref: str
    name: str = ""
    size: int | None = None
    photo: bool = False
    album: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that a person did in a chat.

    `key` is the channel's own number of the event and stays the same when it is delivered twice; `message` is the
    message it happened on (for a tap, the one that holds the button). `also` is another id of the same sender, `at`
    the moment of something that was found long after it happened. `secret` tells that a password or a one-time code was
    taken out of it.
    """

    channel: str
    key: str
    sender: str
    chat: str
    kind: Literal["text", "tap", "file", "edit", "other", "blocked", "unblocked", "moved", "noise"]
    private: bool = True
    name: str = ""
    username: str = ""
    language: str = ""
    text: str = ""
    data: str = ""
    message: str = ""
    click: str = ""
    file: IncomingFile | None = None
    anonymous: bool = False
    what: str = ""
    also: str = ""
    phone: str = ""
    at: datetime | None = None
    secret: bool = False
    quoted: str = ""
    """The text of the message to which this one is a reply."""
    quotes_us: bool = False
    """Whether we wrote that message."""

    @property
    def address(self) -> Address:
        return Address(self.channel, self.chat)


@dataclass(frozen=True, slots=True)
class Button:
    """One choice under a message: what it says, and what comes back (or which page opens)."""

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]

WAY_BACK: Final = "w.back"
"""What comes back from the button that takes an answer back."""
_OWN_NUMBER = re.compile(r"(\d{1,2})\. +(?=\S)")


def numbered(rows: Rows) -> Iterator[tuple[int, str, Button]]:
    """The buttons as lines that are answered by a number: number, label and button, in the order of the numbers.

    A label that begins with a number keeps it, the others get the numbers that are left; links have none. The way back
    is 0 and stands last: "1" may be an answer that somebody wants to type.
    """
    buttons = [button for row in rows for button in row if not button.url]
    own = {int(found[1]): button for button in buttons if (found := _OWN_NUMBER.match(button.label))}
    left = (number for number in range(1, 100) if number not in own)
    lines = dict(own)
    for button in buttons:
        if button not in own.values():
            lines[0 if button.data == WAY_BACK else next(left)] = button
    for number, button in sorted(lines.items(), key=lambda line: (line[0] == 0, line[0])):
        yield number, _OWN_NUMBER.sub("", button.label, count=1) if number in own else button.label, button


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way to a person: its content, or for a messenger that fetches it, the link to it.

    `picture` tells that it is to be looked at in the chat, and not to be kept as a file.
    """

    name: str
    mime: str
    content: bytes = b""
    url: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way to a chat, or a change to one that is already there (`edit` names it)."""

    address: Address
    text: str = ""
    rows: Rows = ()
    files: tuple[Attachment, ...] = ()
    protected: bool = False
    edit: str = ""
    only_buttons: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a tap; `alert` makes the person confirm that it was read."""

    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message reached the channel, which calls it `messages` (several for an album)."""

    messages: tuple[str, ...]


class NotSent(Exception):
    """A message did not go out; of several parts some may have `arrived`."""

    arrived: tuple[str, ...] = ()


class TryLater(NotSent):
    """The channel asks for patience, or did not answer."""

    def __init__(self, seconds: float, why: str, *, whole_channel: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.whole_channel = whole_channel


class NeedsOperator(TryLater):
    """Nothing goes out until the operator has mended something: a password, a number, a setting."""

    def __init__(self, why: str, code: str = "") -> None:
        super().__init__(60, why, whole_channel=True)
        self.code = code


class Closed(NotSent):
    """The person has not written for too long: only a knock reaches them."""


class Unreachable(NotSent):
    """The person blocked us, left, or never wrote to us."""


class ChatMoved(NotSent):
    """The group got a new address."""

    def __init__(self, chat: str) -> None:
        super().__init__(f"moved to {chat}")
        self.chat = chat


class Impossible(NotSent):
    """The channel will never take this message as it is."""


class TooBig(Impossible):
    """A file that is larger than the channel, or the office, takes."""


class Gone(NotSent):
    """The message to change is no longer there."""


Fate = Literal["closed", "later", "unreachable", "operator", "failed"]
"""What to do about a message that was accepted and did not arrive."""

RANKS = ("accepted", "queued", "sending", "sent", "delivered", "read", "failed")
"""How far a message has come; it never goes back, and `failed` is the end."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """News of a message that was sent: how far it has come, and if it failed, why and what follows."""

    channel: str
    message: str
    rank: int
    fate: Fate | None = None
    code: str = ""
