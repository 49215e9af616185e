"""One thing that a person did: who they are decides whose matter it is."""

from dataclasses import replace
from datetime import datetime

from conversations.flow import say
from conversations.understanding import simplified
from domain.messages import Address, Inbound, Toast
from domain.secrets import without_secrets
from handlers import arrival, delivery, linking, provider, quiet, staff
from handlers.arrival import FIRST_LANGUAGE
from handlers.office import Office
from handlers.reply import owe, word_button
from handlers.visit import ANONYMOUS, Heard, Visit
from storage.unit_of_work import UnitOfWork

AT_HOME = frozenset({"", FIRST_LANGUAGE, "ms", "jv", "su"})
"""What a phone may speak whose owner is not asked whether they would rather read English; "" where it does not say."""

__all__ = ["Heard", "hear", "set_aside"]


def hear(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> Heard:
    """Do everything that follows from one event, in one transaction; a repeat changes nothing."""
    if not uow.inbox.note(inbound.channel, inbound.key, now):
        return Heard(duplicate=True)
    if inbound.kind == "noise":
        return Heard()
    inbound = _without_secrets(inbound)
    if inbound.kind == "moved":
        return _follow(inbound, uow, office)
    if not inbound.private:
        return _hear_group(inbound, uow, office, now)
    came = arrival.meet(inbound, uow, office, now)
    caller, inbound = came.caller, came.inbound
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
        first=came.first,
        foreign=inbound.language not in AT_HOME,
    )
    heard = _hear_provider(visit, inbound, came)
    if inbound.file is not None and not heard.files and visit.can.keeps_files:
        delivery.forget_file(inbound.channel, inbound.file.ref, uow, now)
    return heard


def _without_secrets(inbound: Inbound) -> Inbound:
    """What was written as the office may know it: a password or a one-time code is nobody's but its owner's."""
    text = without_secrets(inbound.text)
    file = inbound.file
    if file is not None and (name := without_secrets(file.name)) != file.name:
        file = replace(file, name=name)
    quoted = without_secrets(inbound.quoted)
    if (text, file, quoted) == (inbound.text, inbound.file, inbound.quoted):
        return inbound
    # What somebody only quotes they have been warned of before.
    secret = text != inbound.text or file != inbound.file
    return replace(inbound, text=text, file=file, quoted=quoted, secret=secret)


def _hear_provider(visit: Visit, inbound: Inbound, came: arrival.Arrival) -> Heard:
    """What is not a matter of staff, wherever the person stands in a conversation."""
    if inbound.secret:
        visit.reply((say("secret.staff" if visit.caller.staff else "secret.provider"),))
    if visit.can.numbers:
        inbound = arrival.by_number(inbound, visit.uow)
    heard = quiet.hear(visit, inbound) or linking.hear(visit, inbound)
    if heard is not None:
        return heard
    if came.released and _asks_to_read(visit, inbound):
        # They were asked to write so that they can read what waited: now it comes, and nothing else.
        return Heard()
    return provider.hear(visit, inbound)


def _follow(inbound: Inbound, uow: UnitOfWork, office: Office) -> Heard:
    """The staff group got a new address; what becomes of other groups is nothing to us."""
    if inbound.address != office.group(uow):
        return Heard()
    delivery.follow(inbound.address, Address(inbound.channel, inbound.text), uow)
    return Heard()


def _hear_group(inbound: Inbound, uow: UnitOfWork, office: Office, now: datetime) -> Heard:
    if inbound.address != office.group(uow):
        return Heard(Toast() if inbound.click else None)
    member = None if inbound.anonymous else uow.staff.find(inbound.sender)
    return Heard(staff.hear_group(inbound, member, uow, office, now))


def _asks_to_read(visit: Visit, inbound: Inbound) -> bool:
    if inbound.kind == "tap":
        return inbound.data == "w.read"
    return visit.office.wording.word(simplified(inbound.text)) == "read"


def _is_anonymous(address: Address, uow: UnitOfWork) -> bool:
    """Whether the person is answering something that nobody may find beside their name."""
    door = uow.people.door(address)
    form = uow.forms.open_before(door.person_id) if door is not None else None
    return form is not None and form.flow == ANONYMOUS


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
    if address is not None and _is_anonymous(address, uow):
        raw = ""
    if not uow.inbox.set_aside(channel, key, raw, why, now) or address is None:
        return
    if address == office.group(uow):
        owe(uow, office, address, FIRST_LANGUAGE, (say("sorry.staff"),), now=now)
        return
    language = uow.people.language_at(address) or FIRST_LANGUAGE
    buttons = [word_button(office, language, word) for word in ("menu", "officer")]
    owe(uow, office, address, language, (say("sorry.provider"),), buttons, now=now)
