"""Twilio itself: one account with one WhatsApp number, the people it talks to, and the news between them."""

from __future__ import annotations

import itertools
import secrets
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from simulator.chats import Chat, Member
from simulator.faults import Faults
from simulator.twilio import inbound
from simulator.twilio.deliveries import Deliveries, Failures
from simulator.twilio.marks import addresses
from simulator.twilio.people import WhatsAppPerson
from simulator.twilio.posts import Posts
from simulator.twilio.spec import load_spec

if TYPE_CHECKING:
    from simulator.markup import Entity
    from simulator.messages import Message, Tap
    from simulator.people import Person
    from simulator.twilio.calls import Call
    from simulator.twilio.contents import Content
    from simulator.twilio.records import Media, Record
    from simulator.world import World

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "simulator-secret-that-opens-nothing"
SENDER = "whatsapp:+622518358555"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """What a bot has to know of the account, and where it wants to hear of messages."""

    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    sender: str = SENDER
    webhook_url: str | None = None
    specs: str | Path | None = None


class Twilio:
    """The account, with everything that can be set to make a bot's life hard."""

    channel = "whatsapp"

    def __init__(self, world: World, violations: list[str], settings: TwilioSettings) -> None:
        self.world = world
        self.violations = violations
        self.account_sid = settings.account_sid
        self.auth_token = settings.auth_token
        self.sender = settings.sender
        self.webhook_url = settings.webhook_url
        self.spec = load_spec(settings.specs)
        self.url = ""
        self.status_url: str | None = None
        """Where the fate of messages is told that named no address of their own."""
        self.cdn_url: str | None = None
        """Where the links to files lead; None means this server."""
        self.service_sid: str | None = None
        self.proxies: dict[str, str] = {}
        self.lose_webhooks = False
        """Twilio keeps what people write, but the bot hears nothing of it."""
        self.names_documents = True
        """A document without a caption comes with its name as text, as some apps send it."""
        self.streams_media = False
        """Files are handed out without their length."""
        self.blocked_code = 63014
        self.approval_verdict = "approved"
        """What a template is after its approval was asked for: "approved", "pending", "rejected" ..."""
        self.people: list[WhatsAppPerson] = []
        self.records: dict[str, Record] = {}
        self.contents: dict[str, Content] = {}
        self.links: dict[str, tuple[Media, int]] = {}
        self.deleted_media: list[str] = []
        self.webhooks = Posts(world.changes)
        # A bot learns the number of its message from Twilio's answer, not from the news about it.
        self.callbacks = Posts(world.changes, delay=0.02)
        self.deliveries = Deliveries(self)
        self.failures = Failures()
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=10_000)
        self.alerts: list[str] = []
        """What Twilio's debugger would show: webhooks that failed, with the number of the error."""
        self._ids = itertools.count(8_200_000_001)

    # People

    def person(self, name: str, *, phone: str | None = None, external_id: str | None = None) -> WhatsAppPerson:
        """A new person: with a number (one is made up if nothing is given), or only with an id."""
        id = next(self._ids)
        if phone is None and external_id is None:
            phone = f"+62812{id % 100_000_000:08d}"
        number = phone.removeprefix("whatsapp:") if phone else None
        external = external_id.removeprefix("whatsapp:") if external_id else f"ID.{10**15 + secrets.randbelow(10**15)}"
        person = WhatsAppPerson(self, id, name, number=number, external_id=external)
        chat = Chat(self.world, id, "private", name)
        chat.members[id] = Member(person)
        self.people.append(person)
        self.world.people.append(person)
        self.world.chats[id] = chat
        self.world.changes.tell("people", person)
        return person

    def person_at(self, address: str) -> WhatsAppPerson | None:
        """Who has this address."""
        return next((person for person in self.people if person.answers_to(address)), None)

    def record_of(self, message: Message) -> Record | None:
        return next((record for record in reversed(self.records.values()) if record.message is message), None)

    # What phones need

    def private_chat(self, person: Person) -> Chat:
        return self.world.chats[person.id]

    def commands_for(self, person: Person, chat: Chat) -> list[dict[str, str]]:
        return []

    def greeting(self, payload: str) -> str:
        return payload or "Halo"

    def marks(self, text: str) -> tuple[Entity, ...]:
        return addresses(text)

    def arrived(self, message: Message) -> None:
        inbound.wrote(self, message)

    def corrected(self, message: Message) -> None:
        """Twilio tells nobody that a person has changed a message."""

    def tapped(self, person: Person, message: Message, data: str) -> Tap:
        assert isinstance(person, WhatsAppPerson)
        return inbound.tapped(self, person, message, data)

    def block_changed(self, person: Person) -> None:
        self.world.changes.tell("people", person)

    # Posts

    def post_inbound(self, record: Record, form: dict[str, str]) -> None:
        if self.webhook_url and not self.lose_webhooks:
            self.webhooks.add(self.webhook_url, form, record.sender)

    def put_behind_proxy(self, public: str, at: str) -> None:
        """Sign for the public address, but reach it here: as a proxy in front of the bot does."""
        self.proxies[public.rstrip("/")] = at.rstrip("/")

    def reached_at(self, url: str) -> str:
        """Where an address really leads, without what follows `#`."""
        parts = urlsplit(url)
        there = self.proxies.get(f"{parts.scheme}://{parts.netloc}")
        rest = urlunsplit(("", "", parts.path, parts.query, ""))
        return (there or f"{parts.scheme}://{parts.netloc}") + rest

    @property
    def pending(self) -> int:
        """How much is still on its way: to the bot, or to people's phones."""
        return len(self.webhooks.pending) + len(self.callbacks.pending) + len(self.deliveries.waiting)
