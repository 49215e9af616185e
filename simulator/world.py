"""Everything the simulator remembers: people, chats, messages and files, in memory only."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.changes import Changes
from simulator.messages import Look, Message
from simulator.pictures import photo_sizes
from simulator.stored import Files

if TYPE_CHECKING:
    from simulator.chats import Chat
    from simulator.people import Person


class World:
    """The memory of one simulator, shared by all its messengers."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.clock_offset = 0.0
        self.changes = Changes()
        self.people: list[Person] = []
        self.chats: dict[int, Chat] = {}
        self.migrated: dict[int, int] = {}
        self.files = Files()
        self.serial = itertools.count(1)
        self.message_ids = itertools.count(101)

    def now(self) -> int:
        """The time that new messages carry."""
        return int(self.clock() + self.clock_offset)

    def person(self, wanted: int | str) -> Person:
        """The person with this id or name."""
        for person in self.people:
            if wanted in (person.id, person.name):
                return person
        raise LookupError(f"there is no {wanted!r} here")

    def chat(self, wanted: int | str) -> Chat:
        """The chat with this id or title."""
        if isinstance(wanted, int):
            wanted = self.migrated.get(wanted, wanted)
        for chat in self.chats.values():
            if wanted in (chat.id, chat.title):
                return chat
        raise LookupError(f"there is no chat {wanted!r} here")

    def write(self, chat: Chat, sender: Person | None, look: Look, **particulars: Any) -> Message:
        """Put a new message into a chat."""
        message = Message(
            key=next(self.serial),
            id=next(chat.message_ids),
            chat=chat,
            chat_id=chat.id,
            date=self.now(),
            sender=sender,
            look=look,
            **particulars,
        )
        chat.history.append(message)
        chat.by_id[message.id] = message
        self.changes.tell("message", message)
        return message

    def rewrite(self, message: Message, look: Look) -> None:
        """Change how a message looks, and remember how it looked."""
        message.earlier.append(message.look)
        message.look = look
        message.edit_date = self.now()
        message.version += 1
        self.changes.tell("message", message)

    def remove(self, message: Message) -> None:
        message.deleted = True
        message.version += 1
        message.chat.by_id.pop(message.id, None)
        if message.chat.pinned is message:
            message.chat.pinned = None
        self.changes.tell("message", message)

    def photo(self, content: bytes, text: str = "", **particulars: Any) -> Look:
        """A photo as the messenger keeps it: several sizes, the last one the largest."""
        sizes = tuple(
            self.files.keep(
                "photo.jpg", "image/jpeg", size.content, folder="photos", width=size.width, height=size.height
            )
            for size in photo_sizes(content)
        )
        self.files.keep_sizes(sizes)
        return Look(kind="photo", file=sizes[-1], sizes=sizes, text=text, **particulars)

    def document(self, name: str, mime: str, content: bytes, text: str = "", **particulars: Any) -> Look:
        file = self.files.keep(name, mime, content, folder="documents")
        return Look(kind="document", file=file, text=text, **particulars)
