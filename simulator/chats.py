"""Chats: a person's private chat with the bot, or a group with its members and their roles."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.messages import Look, Message

if TYPE_CHECKING:
    from simulator.people import Person
    from simulator.telegram.messenger import Telegram
    from simulator.world import World

PRESENT = ("creator", "administrator", "member", "restricted")


@dataclass(slots=True)
class Member:
    """A person's place in a group."""

    person: Person
    status: str = "member"
    title: str | None = None
    anonymous: bool = False


class Chat:
    """One chat and all that was ever said in it."""

    def __init__(self, world: World, id: int, kind: str, title: str, telegram: Telegram | None = None) -> None:
        self.world = world
        self._telegram = telegram
        self.id = id
        self.kind = kind
        self.title = title
        self.members: dict[int, Member] = {}
        self.bot_status = "member"
        self.history: list[Message] = []
        self.by_id: dict[int, Message] = {}
        self.pinned: Message | None = None
        self.keyboard: dict[str, Any] | None = None
        self.message_ids = itertools.count(1) if kind == "supergroup" else world.message_ids

    @property
    def channel(self) -> str:
        return "telegram" if self._telegram else "whatsapp"

    @property
    def telegram(self) -> Telegram:
        if self._telegram is None:
            raise ValueError(f"{self.title!r} is not a chat on Telegram")
        return self._telegram

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    @property
    def messages(self) -> list[Message]:
        """The messages as they look now, without the deleted ones."""
        return [message for message in self.history if message.is_seen]

    @property
    def newest(self) -> Message:
        for message in reversed(self.history):
            if message.is_seen:
                return message
        raise LookupError(f"nothing has been said in {self.title!r}")

    def showing(self, text: str) -> Message:
        """The newest message that contains this text."""
        for message in reversed(self.messages):
            if text in message.text:
                return message
        raise LookupError(f"nothing in {self.title!r} says {text!r}; it shows:\n{self.screen()}")

    def screen(self) -> str:
        """The chat as a transcript: "<" the bot, "Bu Siti >" a person, "*" a notice of the messenger."""
        return "\n".join(str(message) for message in self.messages)

    # What happens to a group

    def member(self, person: Person) -> Member | None:
        member = self.members.get(person.id)
        return member if member and member.status in PRESENT else None

    def add(self, person: Person, status: str = "member", *, title: str | None = None) -> None:
        """Let a person join, with a notice in the group."""
        before = self._status(person)
        self.members[person.id] = Member(person, status, title)
        self._notice(person, new_chat_members=[self.telegram.user(person)])
        self.telegram.member_changed(self, person, before, status)

    def remove(self, person: Person, status: str = "left") -> None:
        """Let a person leave, or be kicked out."""
        before = self._status(person)
        self.members[person.id] = Member(person, status)
        self._notice(person, left_chat_member=self.telegram.user(person))
        self.telegram.member_changed(self, person, before, status)

    def promote(self, person: Person, status: str = "administrator", *, anonymous: bool = False) -> None:
        """Give a member another role."""
        before = self._status(person)
        self.members[person.id] = Member(person, status, anonymous=anonymous)
        self.telegram.member_changed(self, person, before, status)

    def set_bot(self, status: str, by: Person | None = None) -> None:
        """Make the bot an administrator or a plain member, or throw it out (kicked, left)."""
        before, self.bot_status = self.bot_status, status
        self.telegram.bot_changed(self, by or self._anyone(), before, status)

    def kick_bot(self, by: Person | None = None) -> None:
        self.set_bot("kicked", by)

    def migrate(self) -> int:
        """Turn the group into a supergroup with a new id, as Telegram does when its settings change."""
        if self.kind != "group":
            raise ValueError(f"{self.title!r} is not a plain group")
        old, new = self.id, self.telegram.new_supergroup_id()
        world = self.world
        leaving = self._notice(self._anyone(), deliver=False, migrate_to_chat_id=new)
        self.telegram.arrived(leaving)
        world.chats[new] = world.chats.pop(old)
        world.migrated[old] = new
        self.id, self.kind = new, "supergroup"
        # A supergroup counts its messages anew, and the bot can no longer reach the old ones.
        self.message_ids, self.by_id = itertools.count(1), {}
        self._notice(self._anyone(), migrate_from_chat_id=old)
        world.changes.tell("chat", self)
        return new

    def _status(self, person: Person) -> str:
        member = self.members.get(person.id)
        return member.status if member else "left"

    def _anyone(self) -> Person:
        for member in self.members.values():
            if member.status in PRESENT:
                return member.person
        raise LookupError(f"nobody is in {self.title!r}")

    def _notice(self, by: Person, *, deliver: bool = True, **extra: Any) -> Message:
        message = self.world.write(self, by, Look(kind="service"), extra=extra)
        if deliver:
            self.telegram.arrived(message)
        return message
