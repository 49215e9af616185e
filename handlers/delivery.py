"""What follows when a message did, or did not, reach a chat."""

from datetime import datetime

from domain.cases import OPEN
from domain.messages import Address
from handlers.cards import show_card
from handlers.office import Office, moved
from storage.outbox import Owed
from storage.unit_of_work import UnitOfWork


def unreachable(owed: Owed, why: str, uow: UnitOfWork, office: Office, now: datetime) -> None:
    """The person blocked us, left, or never wrote: the message stays visible as not delivered, and staff see it."""
    uow.outbox.give_up(owed.id, why)
    uow.people.mark_unreachable(owed.address, now)
    if owed.case_id is not None:
        _show_cards(uow.cases.get(owed.case_id).person_id, uow, office, now)


def mark_reachable(
    address: Address, reachable: bool, person_id: int, uow: UnitOfWork, office: Office, now: datetime
) -> None:
    """A person blocked us, or takes our messages again."""
    uow.people.mark_unreachable(address, None if reachable else now)
    _show_cards(person_id, uow, office, now)


def follow(old: Address, new: Address, uow: UnitOfWork) -> None:
    """A group got a new address: what is owed to the old one goes to the new one from now on."""
    uow.remember(moved(old.chat), new.chat)
    uow.outbox.move_chat(old, new)


def _show_cards(person_id: int, uow: UnitOfWork, office: Office, now: datetime) -> None:
    for case in uow.cases.of_person(person_id, OPEN):
        show_card(uow, office, case.id, now)
