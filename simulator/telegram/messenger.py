"""Telegram itself: one bot, the people who know it, and the news between them."""

from __future__ import annotations

import itertools
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from simulator.chats import Chat, Member
from simulator.faults import Faults
from simulator.markup import Entity, noticed
from simulator.messages import Message, Tap, Toast
from simulator.people import Person
from simulator.spec import Spec
from simulator.telegram import shapes
from simulator.telegram.calls import Call
from simulator.telegram.commands import Commands
from simulator.telegram.pace import Pace
from simulator.telegram.refusals import bad_request, forbidden
from simulator.telegram.updates import Updates
from simulator.world import World


@dataclass(slots=True)
class BotAccount:
    """The bot as people see it."""

    id: int
    name: str = "Bot"
    username: str = "contoh_bot"


class Telegram:
    """The messenger with its one bot."""

    channel = "telegram"

    def __init__(self, world: World, token: str, spec: Spec | None) -> None:
        self.world = world
        self.token = token
        self.spec = spec
        self.bot = BotAccount(int(token.split(":")[0]))
        self.updates = Updates(world.changes)
        self.faults = Faults()
        self.pace = Pace()
        self.commands = Commands()
        self.taps: dict[str, Tap] = {}
        self.tap_lifetime = 60.0
        self.calls: deque[Call] = deque(maxlen=10_000)
        self.violations: list[str] = []
        self._people_ids = itertools.count(7_100_000_001)
        self._group_ids = itertools.count(4_100_000_001)
        self._tap_ids = itertools.count(4_380_000_000_000_000_001)

    # People and chats

    def person(self, name: str, *, id: int | None = None, username: str | None, language: str | None) -> Person:
        person = Person(self, id or next(self._people_ids), name, username=username, language=language)
        self.world.people.append(person)
        chat = Chat(self.world, person.id, "private", name, self)
        chat.members[person.id] = Member(person)
        self.world.chats[chat.id] = chat
        self.world.changes.tell("people", person)
        return person

    def group(self, title: str, *, id: int | None = None, supergroup: bool) -> Chat:
        kind = "supergroup" if supergroup else "group"
        if id is None:
            id = self.new_supergroup_id() if supergroup else -next(self._group_ids)
        chat = Chat(self.world, id, kind, title, self)
        self.world.chats[chat.id] = chat
        self.world.changes.tell("chat", chat)
        return chat

    def new_supergroup_id(self) -> int:
        return -1_000_000_000_000 - next(self._group_ids) % 1_000_000_000_000

    def private_chat(self, person: Person) -> Chat:
        return self.world.chats[person.id]

    def user(self, person: Person) -> dict[str, Any]:
        return shapes.user(person)

    def commands_for(self, person: Person, chat: Chat) -> list[dict[str, str]]:
        return self.commands.shown(person, chat)

    def greeting(self, payload: str) -> str:
        return f"/start {payload}".strip()

    def marks(self, text: str) -> tuple[Entity, ...]:
        return noticed(text)

    def shape(self, message: Message) -> dict[str, Any]:
        return shapes.message(message, self.bot)

    # News for the bot

    def arrived(self, message: Message) -> None:
        """Someone wrote; the bot hears of it if it may."""
        if self._hears(message):
            self.updates.add("message", self.shape(message), f"chat {message.chat.id}")

    def corrected(self, message: Message) -> None:
        if self._hears(message):
            self.updates.add("edited_message", self.shape(message), f"chat {message.chat.id}")

    def tapped(self, person: Person, message: Message, data: str) -> Tap:
        tap = Tap(id=str(next(self._tap_ids)), person=person, message=message, data=data, made=time.monotonic())
        self.taps[tap.id] = tap
        if message.deleted or message.chat.by_id.get(message.id) is not message:
            of: dict[str, Any] = {"message_id": message.id, "date": 0, "chat": shapes.chat(message.chat)}
        else:
            of = self.shape(message)
        query = {
            "id": tap.id,
            "from": shapes.user(person),
            "message": of,
            "chat_instance": str(abs(message.chat.id) * 7919),
            "data": data,
        }
        self.updates.add("callback_query", query, f"taps {person.id}")
        return tap

    def answer_tap(self, tap: Tap, text: str, show_alert: bool) -> None:
        tap.answered = True
        if text:
            tap.toast = Toast(text=text, show_alert=show_alert, chat=tap.message.chat)
            tap.person.toasts.append(tap.toast)
        self.world.changes.tell("toast", tap)

    def expire_taps(self) -> None:
        """Let every unanswered tap grow too old to be answered."""
        for tap in self.taps.values():
            tap.made = float("-inf")

    def block_changed(self, person: Person) -> None:
        before, after = ("member", "kicked") if person.blocked else ("kicked", "member")
        self.bot_changed(self.private_chat(person), person, before, after)

    def bot_changed(self, chat: Chat, by: Person, before: str, after: str) -> None:
        content = {
            "chat": shapes.chat(chat),
            "from": shapes.user(by),
            "date": self.world.now(),
            "old_chat_member": self._bot_membership(before),
            "new_chat_member": self._bot_membership(after),
        }
        self.updates.add("my_chat_member", content, f"chat {chat.id}")
        self.world.changes.tell("chat", chat)

    def member_changed(self, chat: Chat, person: Person, before: str, after: str) -> None:
        content = {
            "chat": shapes.chat(chat),
            "from": shapes.user(person),
            "date": self.world.now(),
            "old_chat_member": membership(Member(person, before)),
            "new_chat_member": membership(chat.members.get(person.id, Member(person, after))),
        }
        self.updates.add("chat_member", content, f"chat {chat.id}")
        self.world.changes.tell("chat", chat)

    # What the bot may do

    def chat_of(self, call: Call) -> Chat:
        """The chat that a call names."""
        if not call.has("chat_id"):
            raise bad_request("chat_id is empty")
        number = call.chat_id
        if number in self.world.migrated:
            new = self.world.migrated[number]
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=new)
        chat = self.world.chats.get(number) if number is not None else None
        if chat is None or chat.channel != self.channel:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, call: Call) -> Chat:
        """The chat that a call names, if the bot may write there."""
        chat = self.chat_of(call)
        if chat.is_private:
            person = next(iter(chat.members.values())).person
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        self.check_membership(chat)
        return chat

    def check_membership(self, chat: Chat) -> None:
        kind = "supergroup" if chat.kind == "supergroup" else "group"
        if not chat.is_private and chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if not chat.is_private and chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind} chat")

    def _hears(self, message: Message) -> bool:
        chat = message.chat
        if chat.is_private or chat.bot_status == "administrator" or message.kind == "service":
            return chat.bot_status not in ("kicked", "left")
        if chat.bot_status not in ("member", "restricted"):
            return False
        # A plain member hears only what is meant for it.
        is_command = any(entity.type == "bot_command" and entity.offset == 0 for entity in message.entities)
        return is_command or bool(message.reply_to and message.reply_to.from_bot)

    def _bot_membership(self, status: str) -> dict[str, Any]:
        return member_shape(shapes.bot_user(self.bot), status)

    def bot_member(self, chat: Chat) -> dict[str, Any]:
        return self._bot_membership("member" if chat.is_private else chat.bot_status)


RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)


def membership(member: Member) -> dict[str, Any]:
    """A person's place in a chat, in the JSON of the Bot API."""
    return member_shape(shapes.user(member.person), member.status, member.title, member.anonymous)


def member_shape(
    user: dict[str, Any], status: str, title: str | None = None, anonymous: bool = False
) -> dict[str, Any]:
    shape: dict[str, Any] = {"user": user, "status": status}
    if status in ("creator", "administrator"):
        shape["is_anonymous"] = anonymous
        if title:
            shape["custom_title"] = title
    if status == "administrator":
        shape["can_be_edited"] = False
        shape.update(dict.fromkeys(RIGHTS, True))
    if status == "kicked":
        shape["until_date"] = 0
    return shape
