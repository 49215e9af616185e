"""One thing that a person did: who they are decides whose matter it is."""

from datetime import datetime

from conversations.flow import say
from domain.messages import Address, Inbound, Toast
from handlers import delivery, provider, staff
from handlers.office import Office, moved
from handlers.reply import owe, word_button
from handlers.visit import Heard, Visit
from storage.people import Caller
from storage.unit_of_work import UnitOfWork

FIRST_LANGUAGE = "id"
__all__ = ["Heard", "hear", "set_aside"]


def hear(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> Heard:
    """Do everything that follows from one event, in one transaction; a repeat changes nothing."""
    if not uow.inbox.note(inbound.channel, inbound.key, now):
        return Heard(duplicate=True)
    if inbound.kind == "noise":
        return Heard()
    if inbound.kind == "moved":
        return _follow(inbound, uow)
    if not inbound.private:
        return _hear_group(inbound, uow, office, now)
    known = uow.people.meet(inbound.channel, inbound.sender)
    caller = known or _welcome(inbound, uow, now)
    if inbound.kind in ("blocked", "unblocked"):
        delivery.mark_reachable(inbound.address, inbound.kind == "unblocked", caller.person_id, uow, office, now)
        return Heard()
    if not caller.reachable:
        delivery.mark_reachable(inbound.address, True, caller.person_id, uow, office, now)
    if caller.staff is not None:
        answer = staff.hear_private(inbound, caller.staff, uow, office, now)
        if not isinstance(answer, staff.NotStaff):
            return Heard(answer)
    visit = Visit(
        uow=uow,
        office=office,
        caller=caller,
        address=inbound.address,
        now=now,
        tapped=inbound.message,
        first=known is None,
    )
    return provider.hear(visit, inbound)


def _follow(inbound: Inbound, uow: UnitOfWork) -> Heard:
    """A group got a new address."""
    uow.remember(moved(inbound.chat), inbound.text)
    uow.outbox.move_chat(inbound.address, Address(inbound.channel, inbound.text))
    return Heard()


def _hear_group(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> Heard:
    if inbound.address != office.group(uow):
        return Heard(Toast() if inbound.click else None)
    member = None if inbound.anonymous else uow.staff.find(inbound.sender)
    return Heard(staff.hear_group(inbound, member, uow, office, now))


def _welcome(inbound: Inbound, uow: UnitOfWork, now: datetime) -> Caller:
    """Note down somebody who writes for the first time."""
    uow.people.welcome(
        inbound.channel,
        inbound.sender,
        chat=inbound.chat,
        name=inbound.name,
        username=inbound.username,
        language=FIRST_LANGUAGE,
        now=now,
    )
    caller = uow.people.meet(inbound.channel, inbound.sender)
    assert caller is not None
    return caller


def set_aside(
    raw: str,
    channel: str,
    key: str,
    address: Address | None,
    why: str,
    uow: UnitOfWork,
    office: Office,
    now: datetime,
) -> None:
    """Keep what could not be handled, with the reason, and say sorry once; nobody else waits for it."""
    if not uow.inbox.set_aside(channel, key, raw, why, now) or address is None:
        return
    if address == office.group(uow):
        owe(uow, office, address, FIRST_LANGUAGE, (say("sorry.staff"),), now=now)
        return
    buttons = [word_button(office, FIRST_LANGUAGE, word) for word in ("menu", "officer")]
    owe(uow, office, address, FIRST_LANGUAGE, (say("sorry.provider"),), buttons, now=now)
