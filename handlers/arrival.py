"""Somebody is at the counter: who they are, under which of their names, and what waited for them to come."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from conversations.understanding import simplified
from domain.identifiers import clean
from domain.messages import Address, Inbound
from handlers import delivery
from handlers.office import Office
from storage.people import Caller
from storage.unit_of_work import UnitOfWork

FIRST_LANGUAGE = "id"
SAYS_USERNAME = frozenset({"text", "tap", "file"})
"""What only its sender can send, and just now."""
SILENT = frozenset({"blocked", "unblocked"})
"""What the messenger tells of somebody who said nothing."""
LONGEST_NAME = 130
SOON = timedelta(minutes=1)
"""Where nothing depends on it, the last sign of life is noted only so exactly."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The person, what they did as they did it in their own chat, and whether it is the first time."""

    caller: Caller
    inbound: Inbound
    first: bool
    released: int = 0
    """How many messages waited for this sign of life."""


def meet(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> Arrival:
    """Recognise a person, or note them down."""
    known = uow.people.meet(inbound.channel, inbound.sender)
    if inbound.also:
        known = _recognise(inbound, known, uow)
    caller = known or _welcome(inbound, uow, now)
    if inbound.kind in SAYS_USERNAME and inbound.private and inbound.username != (known.username if known else ""):
        uow.people.rename(inbound.channel, inbound.sender, inbound.username)
    if inbound.chat != caller.chat:
        inbound = replace(inbound, chat=caller.chat)
    released = 0
    window = office.can(inbound.channel).window
    if inbound.kind in SILENT:
        return Arrival(caller, inbound, known is None)
    if window is not None or caller.heard_at is None or now - caller.heard_at > SOON:
        at = inbound.at or now
        uow.people.heard(inbound.address, at, at + window if window is not None else None)
    if window is not None:
        released = delivery.let_go(inbound.address, caller.person_id, uow, office, now, stopped=caller.stopped)
    return Arrival(caller, inbound, known is None, released)


def _recognise(inbound: Inbound, known: Caller | None, uow: UnitOfWork) -> Caller | None:
    """One person has two ids at some messengers; whichever we know, they are the same. A number is written to first."""
    channel, sender, also = inbound.channel, inbound.sender, inbound.also
    other = uow.people.meet(channel, also)
    met = known or other
    if met is None or (known is not None and other is not None and known.chat == other.chat):
        return known
    if known is not None and other is not None and known.person_id != other.person_id:
        uow.links.join(known.person_id, other.person_id)
    seen, new = (sender, also) if known is not None else (also, sender)
    chat = inbound.phone or met.chat
    uow.people.also_known_as(channel, seen, new, chat, inbound.phone)
    for before in {one.chat for one in (known, other) if one is not None} - {chat}:
        # What waits for them there would wait for ever.
        uow.outbox.move_chat(Address(channel, before), Address(channel, chat))
    return uow.people.meet(channel, sender)


def _welcome(inbound: Inbound, uow: UnitOfWork, now: datetime) -> Caller:
    """Note down somebody whom we never saw before."""
    uow.people.welcome(
        inbound.channel,
        inbound.sender,
        chat=inbound.chat,
        name=clean(inbound.name)[:LONGEST_NAME] or inbound.sender,
        username=inbound.username,
        language=FIRST_LANGUAGE,
        now=now,
        phone=inbound.phone,
        heard_at=None if inbound.kind in SILENT else inbound.at or now,
    )
    if inbound.also:
        uow.people.also_known_as(inbound.channel, inbound.sender, inbound.also, inbound.chat, inbound.phone)
    caller = uow.people.meet(inbound.channel, inbound.sender)
    assert caller is not None
    return caller


def by_number(inbound: Inbound, uow: UnitOfWork) -> Inbound:
    """A number or a label that was typed where the buttons are lines with numbers: it is a tap."""
    if inbound.kind != "text" or not inbound.text:
        return inbound
    typed = simplified(inbound.text)
    for number, label, data in uow.people.shown(inbound.address):
        if typed in (str(number), simplified(label)):
            return replace(inbound, kind="tap", data=data)
    return inbound
