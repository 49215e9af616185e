"""What follows when a message did, or did not, reach a chat, and when somebody can be written to again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from conversations.flow import say
from domain.messages import RANKS, Address, Capabilities, Receipt, numbered
from handlers.cards import show_card, show_cards_of
from handlers.office import Office, moved
from handlers.reply import tell_group
from storage.owed import Owed
from storage.people import Door
from storage.unit_of_work import UnitOfWork

WINDOW, QUIET = "window", "quiet"
"""Why a message is held: the person has not written for too long, or wants to hear only answers."""
DELIVERED: Final = RANKS.index("delivered")
OPENED: Final = "opened"
"""Why a knock is not needed any more."""
DOUBTFUL: Final = ("send", "knock")
"""What a shut door, or an open one, may stand in the way of."""
CALL: Final = "call:"
"""How the keys of call reminders begin: `call:60:7` an hour before call 7, `call:now:7` at its time."""
MOST_TRIES: Final = 8
LATER: Final = timedelta(seconds=30)


# ---------------------------------------------------------------- before it goes out


def ready(owed: Sequence[Owed], can: Capabilities, uow: UnitOfWork, office: Office, now: datetime) -> list[Owed]:
    """Those of the claimed messages that may go out now; the others are held, or go to another chat of the person."""
    doubtful = [one for one in owed if one.kind in DOUBTFUL and (one.unasked or can.window is not None)]
    if not doubtful:
        return list(owed)
    doors = uow.people.doors(doubtful[0].address.channel, {one.address.chat for one in doubtful})
    held = set()
    for one in doubtful:
        door = doors.get(one.address.chat)
        if one.kind == "knock":
            if door is not None and door.is_open(now):
                # They wrote before anybody could knock.
                uow.outbox.give_up(one.id, OPENED)
                held.add(one.id)
        elif _hold(one, door, can, uow, office, now):
            held.add(one.id)
    return [one for one in owed if one.id not in held]


def _hold(owed: Owed, door: Door | None, can: Capabilities, uow: UnitOfWork, office: Office, now: datetime) -> bool:
    """Whether a message cannot go through this door now, and what happens to it instead."""
    if door is None or (door.is_open(now) and not (door.stopped and owed.unasked)):
        return False
    if not owed.secret and _elsewhere(owed, door.person_id, uow, now):
        return True
    if door.stopped and owed.unasked:
        uow.outbox.hold(owed.id, QUIET)
    else:
        _wait_for(owed, door, can, uow, office, now)
    show_cards_of(uow, office, door.person_id, now)
    return True


def _elsewhere(owed: Owed, person_id: int, uow: UnitOfWork, now: datetime) -> bool:
    """Let a message go to another chat of the same person, where it can be read now."""
    for address in uow.people.addresses(person_id, now)[:1]:
        door = uow.people.door(address)
        if address != owed.address and door is not None and door.takes_news(now):
            uow.outbox.send_elsewhere(owed.id, address)
            return True
    return False


def _wait_for(owed: Owed, door: Door, can: Capabilities, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """The person has to write first: hold the message, and knock once."""
    uow.outbox.hold(owed.id, WINDOW)
    if door.stopped or not uow.people.knock(door.address, now):
        return
    if can.knocks:
        uow.outbox.owe(Owed(address=door.address, kind="knock", case_id=owed.case_id), now)
    else:
        _tell_unknocked(owed, door, can, uow, office, now)


def _tell_unknocked(owed: Owed, door: Door, can: Capabilities, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Nobody can knock at this door: staff have to find another way, and hear of it once."""
    case = uow.cases.get(owed.case_id) if owed.case_id is not None else None
    sentence = (
        say("staff.unknocked", number=case.number, company=case.company, channel=can.title)
        if case is not None and case.number
        else say("staff.unknocked_nobody", channel=can.title)
    )
    key = f"unknocked:{door.address.channel}:{door.address.chat}:{door.heard_at or ''}"
    tell_group(uow, office, sentence, now=now, once=key)


# ---------------------------------------------------------------- after it went out


def sent(
    owed: Owed, messages: Sequence[str], can: Capabilities, uow: UnitOfWork, office: Office, now: datetime
) -> None:
    """The messenger took a message and calls it by these numbers."""
    uow.outbox.record_sent(owed, messages, now)
    if owed.secret and can.window is None:
        uow.outbox.forget_secret(owed.id)
    # A paper that asks nothing leaves the question open that was asked before it.
    if can.numbers and owed.kind == "send" and not (owed.printed and not owed.rows):
        shown = [(number, label, button.data) for number, label, button in numbered(owed.rows)]
        uow.people.remember_shown(owed.address, shown)
    if can.window is None or uow.outbox.find(owed.id) is None:
        # Nobody waits for news of a message that was taken back while it was on its way.
        return
    for message in messages:
        failed = uow.receipts.expect(owed.address.channel, message, owed.id)
        if failed is not None:
            _failed(owed.id, failed, uow, office, now)


def receive(receipt: Receipt, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """News of a message that was sent; what is old, or older than what is known, changes nothing."""
    failed = uow.receipts.note(receipt)
    if failed is not None:
        _failed(failed, receipt, uow, office, now)
    elif receipt.rank >= DELIVERED and receipt.fate is None:
        uow.outbox.forget_secret_of(receipt.channel, receipt.message)


def _failed(outbox_id: int, receipt: Receipt, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A message that the messenger had taken did not arrive."""
    owed = uow.outbox.find(outbox_id)
    if owed is None:
        return
    if owed.secret and not owed.text:
        gave_up(owed, receipt.code, uow, office, now)
    elif receipt.fate == "closed" and _has_written_since(owed, uow) and owed.attempts < MOST_TRIES:
        uow.outbox.owe_again(owed.id, now, receipt.code)
    elif receipt.fate == "closed":
        closed(owed, uow, office, now)
    elif receipt.fate in ("later", "operator") and owed.attempts < MOST_TRIES:
        uow.outbox.owe_again(owed.id, now + LATER * 2.0 ** min(owed.attempts, 6), receipt.code)
        if receipt.fate == "operator":
            needs_operator(receipt.channel, receipt.code, uow, office, now)
    elif receipt.fate == "unreachable":
        unreachable(owed, receipt.code, uow, office, now)
    else:
        gave_up(owed, receipt.code, uow, office, now)


def _has_written_since(owed: Owed, uow: UnitOfWork) -> bool:
    """Whether the person wrote after this message went out: what was shut to it is open again."""
    door, sent_at = uow.people.door(owed.address), uow.outbox.sent_at(owed.id)
    return door is not None and door.heard_at is not None and sent_at is not None and door.heard_at > sent_at


def closed(owed: Owed, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """The messenger says that the window is shut, whatever our clock says: the message waits like any other."""
    if owed.kind == "knock":
        gave_up(owed, WINDOW, uow, office, now)
        return
    uow.people.close(owed.address, now)
    door = uow.people.door(owed.address)
    can = office.can(owed.address.channel)
    if door is None or not _hold(owed, door, can, uow, office, now):
        uow.outbox.give_up(owed.id, WINDOW)


def unreachable(owed: Owed, why: str, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """The person blocked us, left, or never wrote: the message goes to their other chat, or stays visible to staff."""
    uow.outbox.give_up(owed.id, why)
    uow.people.mark_unreachable(owed.address, now)
    door = uow.people.door(owed.address)
    if door is not None:
        if owed.kind == "send" and not owed.secret:
            _elsewhere(owed, door.person_id, uow, now)
        show_cards_of(uow, office, door.person_id, now)
    if owed.secret and owed.case_id is not None:
        # The case is over, and yet its provider has not got what they asked for.
        show_card(uow, office, owed.case_id, now)


def gave_up(owed: Owed, why: str, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A message will never arrive as it is: staff see it on the card of its case, and hear of a knock in vain."""
    uow.outbox.give_up(owed.id, why)
    if owed.kind == "knock" and (door := uow.people.door(owed.address)) is not None:
        _tell_unknocked(owed, door, office.can(owed.address.channel), uow, office, now)
    elif owed.case_id is not None:
        show_card(uow, office, owed.case_id, now)


def needs_operator(channel: str, code: str, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A messenger takes nothing from us until the operator has mended something: staff hear of it once a day."""
    day = office.calendar.today(now)
    sentence = say("staff.needs_operator", channel=office.can(channel).title, code=code or "-")
    tell_group(uow, office, sentence, now=now, once=f"operator:{channel}:{code}:{day}")


# ---------------------------------------------------------------- when somebody can be written to again


def let_go(address: Address, person_id: int, uow: UnitOfWork, office: Office, now: datetime, *, stopped: bool) -> int:
    """The person wrote: what was held for them goes out, in its order; tells how much it is."""
    released = uow.outbox.let_go(address, unasked=not stopped)
    if released:
        _drop_past_calls(address, uow, now)
        show_cards_of(uow, office, person_id, now)
    return released


def _drop_past_calls(address: Address, uow: UnitOfWork, now: datetime) -> None:
    """Nobody is reminded of a call, or called into one, that is over or was given up meanwhile."""
    for key in uow.outbox.keys_owed(address, CALL):
        *_, kind, number = key.split(":")
        called = uow.appointments.find(int(number))
        live = uow.appointments.of_case(called.case_id) if called is not None else None
        if live != called or live is None or now >= (live.ends_at if kind == "now" else live.starts_at):
            uow.outbox.drop(key)


def mark_reachable(
    address: Address, reachable: bool, person_id: int, uow: UnitOfWork, office: Office, now: datetime
) -> None:
    """A person blocked us, or takes our messages again."""
    uow.people.mark_unreachable(address, None if reachable else now)
    show_cards_of(uow, office, person_id, now)


def forget_file(channel: str, ref: str, uow: UnitOfWork, now: datetime) -> None:
    """The messenger need not keep a file any longer; nobody's messages wait for that."""
    uow.outbox.owe(Owed(address=Address(channel, ""), kind="forget", target=ref), now)


def follow(old: Address, new: Address, uow: UnitOfWork) -> None:
    """A group got a new address: what is owed to the old one goes to the new one from now on."""
    uow.remember(moved(old.chat), new.chat)
    uow.outbox.move_chat(old, new)
    uow.posts.move_chat(old, new)
