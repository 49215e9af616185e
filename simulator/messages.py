"""What a phone shows: messages, buttons, files and the short notices that answer a tap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.markup import Entity, write_html

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.people import Person


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends data, or opens an address, or does what its raw shape says."""

    label: str
    data: str | None = None
    url: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as the messenger keeps it."""

    id: str
    unique_id: str
    name: str
    mime: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    path: str = ""

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a message looked at one time."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    file: File | None = None
    sizes: tuple[File, ...] = ()
    kind: str = "text"
    numbered: tuple[Button, ...] = ()


@dataclass(eq=False, kw_only=True)
class Message:
    """One message in a chat, as it looks now, with how it looked before."""

    key: int
    id: int
    chat: Chat
    chat_id: int
    date: int
    sender: Person | None
    look: Look
    sender_chat: bool = False
    album: str | None = None
    reply_to: Message | None = None
    protected: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    earlier: list[Look] = field(default_factory=list)
    edit_date: int | None = None
    deleted: bool = False
    version: int = 1
    receipt: str = ""
    failure: int = 0

    @property
    def is_seen(self) -> bool:
        """Whether a person sees it; a message that failed on its way never reached her phone."""
        return not self.deleted and not self.failure

    @property
    def text(self) -> str:
        """The text, or the caption of a file."""
        return self.look.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.look.entities

    @property
    def html(self) -> str:
        return write_html(self.look.text, self.look.entities)

    @property
    def kind(self) -> str:
        return self.look.kind

    @property
    def file(self) -> File | None:
        return self.look.file

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        return self.look.buttons

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons, row by row."""
        return [button.label for row in self.look.buttons for button in row]

    def offers(self, label: str) -> bool:
        """Whether there is such a button, or a line that stands for one: with a number, or with a link."""
        has_line = self.numbered(label) is not None or f"\n{label}: http" in f"\n{self.text}"
        return label in self.labels or has_line

    @property
    def from_bot(self) -> bool:
        return self.sender is None and self.kind != "service"

    @property
    def edited(self) -> bool:
        return self.edit_date is not None

    def button(self, wanted: str) -> Button | None:
        """The button with this label, or with this data."""
        return find_button(self.look.buttons, wanted)

    def numbered(self, wanted: str) -> Button | None:
        """The numbered line with this label, where a messenger has no buttons; the last of several."""
        for line in reversed(self.look.numbered):
            if wanted in (line.label, f"{line.data}. {line.label}"):
                return line
        return None

    def past_button(self, wanted: str) -> Button | None:
        """A button that the message has now or had before an edit."""
        for look in (self.look, *reversed(self.earlier)):
            button = find_button(look.buttons, wanted)
            if button:
                return button
        return None

    def __str__(self) -> str:
        """One message as a line of a transcript."""
        who = "<" if self.from_bot else "*" if self.sender is None else f"{self.sender.name} >"
        parts = [who]
        if self.file:
            parts.append(f"({self.kind}: {self.file.name})")
        elif self.kind not in ("text", "service"):
            parts.append(f"({self.kind})")
        if self.text:
            parts.append(self.text)
        parts.extend(f"[{label}]" for label in self.labels)
        if self.failure:
            parts.append(f"(not delivered: {self.failure})")
        return " ".join(parts)

    def __repr__(self) -> str:
        return f"<Message {self.id} in {self.chat.title!r}: {self}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """The short notice that a person sees after a tap; an alert has to be closed."""

    text: str
    show_alert: bool
    chat: Chat


@dataclass(eq=False, kw_only=True)
class Tap:
    """A person's tap on a button, until the bot has answered it."""

    id: str
    person: Person
    message: Message
    data: str
    made: float
    answered: bool = False
    toast: Toast | None = None


def find_button(rows: tuple[tuple[Button, ...], ...], wanted: str) -> Button | None:
    every = [button for row in rows for button in row]
    for button in every:
        if button.label == wanted:
            return button
    for button in every:
        if button.data == wanted:
            return button
    return None
