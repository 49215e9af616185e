"""One thing that the office owes, and how it stands in its row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from domain.messages import Address, Button, Rows
from storage.tables import outbox

Kind = Literal["send", "preview", "mark", "delete", "knock", "forget", "menu"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing that the office owes: a message to send, `target` to mark (change its buttons) or to delete, a knock
    on the door of somebody who has to write first, a file `target` that the messenger is to forget, or pictures of the
    pages of a document, where `target` is what to say when there are none.

    `printed` names a paper that is made when the message goes out, `unasked` tells that nobody waits for it, `secret`
    that it is for this chat alone and is forgotten once it is there.
    """

    id: int = 0
    address: Address
    text: str = ""
    rows: Rows = ()
    kind: Kind = "send"
    target: str = ""
    document_id: int | None = None
    file_name: str = ""
    printed: str = ""
    protected: bool = False
    keep_for: int | None = None
    case_id: int | None = None
    urgent: bool = False
    unasked: bool = False
    secret: bool = False
    attempts: int = 0
    key: str | None = field(default=None, compare=False)


_ALIKE: Final = (
    *("text", "kind", "target", "document_id", "file_name", "printed", "protected"),
    *("keep_for", "case_id", "urgent", "unasked", "secret"),
)
"""What is called in its row as it is here."""
WRITTEN: Final = ("state", "due_at", "key", "channel", "chat", "rows", *_ALIKE)
"""The columns of a new row."""
READ: Final = (
    *(outbox.c.id, outbox.c.attempts, outbox.c.key, outbox.c.channel, outbox.c.chat, outbox.c.rows),
    *(outbox.c[name] for name in _ALIKE),
)
"""The columns of which `owed_of` makes what is owed, in their order."""


def owed_of(row: Sequence[Any]) -> Owed:
    """What a row with the columns READ tells."""
    number, attempts, key, channel, chat, rows, *alike = row
    return Owed(
        id=number,
        attempts=attempts,
        key=key,
        address=Address(channel, chat),
        rows=unpack(rows),
        **dict(zip(_ALIKE, alike, strict=True)),
    )


def row_of(message: Owed, due_at: datetime, key: str | None = None) -> dict[str, Any]:
    """The row of something that is owed from that moment on, under a key or under none."""
    return {
        "state": "owed",
        "due_at": due_at,
        "key": key,
        "channel": message.address.channel,
        "chat": message.address.chat,
        "rows": pack(message.rows) if message.rows else None,
        **{name: getattr(message, name) for name in _ALIKE},
    }


def pack(rows: Rows) -> list[list[list[str]]]:
    """Buttons as plain data."""
    return [[[button.label, button.data, button.url] for button in row] for row in rows]


def unpack(rows: Any) -> Rows:
    """Plain data as buttons."""
    return tuple(tuple(Button(*button) for button in row) for row in rows or ())
