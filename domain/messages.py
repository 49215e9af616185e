"""What travels between a person's phone and the office: one message in, one message out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

BOLD, PLAIN = "\ue000", "\ue001"
"""Marks around emphasised words; each channel turns them into its own notation."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a channel and, there, an opaque chat."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that a person sent; `ref` fetches it, everything else is what the sender claims."""

    ref: str
    unique: str = ""
    name: str = ""
    size: int | None = None
    photo: bool = False
    album: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that a person did in a chat.

    `key` is the channel's own number of the event and stays the same when it is delivered twice; `message` is the
    message it happened on (for a tap, the one that holds the button).
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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way to a person."""

    name: str
    mime: str
    content: bytes


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
    facts: Mapping[str, str] = field(default_factory=dict)


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
    """A message did not go out."""


class TryLater(NotSent):
    """The channel asks for patience, or did not answer."""

    def __init__(self, seconds: float, why: str, *, whole_channel: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.whole_channel = whole_channel


class Unreachable(NotSent):
    """The person blocked us, left, or never wrote to us."""


class ChatMoved(NotSent):
    """The group got a new address."""

    def __init__(self, chat: str) -> None:
        super().__init__(f"moved to {chat}")
        self.chat = chat


class Impossible(NotSent):
    """The channel will never take this message as it is."""


class Gone(NotSent):
    """The message to change is no longer there."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as the channel handed it over."""

    content: bytes
    at: datetime
