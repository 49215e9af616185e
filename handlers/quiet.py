"""People who want to hear nothing but answers (STOP), and those who want to hear from us again (MULAI)."""

from datetime import datetime

from conversations.flow import say
from conversations.understanding import simplified
from domain.cases import OPEN
from domain.messages import Inbound
from handlers import delivery
from handlers.cards import show_card
from handlers.counter import show_menu
from handlers.visit import Heard, Visit


def hear(visit: Visit, inbound: Inbound) -> Heard | None:
    """Whether the person said one of the two words; they work wherever the person is."""
    word = visit.office.wording.word(simplified(inbound.text)) if inbound.kind == "text" else None
    if word == "stop":
        return stop(visit)
    if word == "resume" and visit.caller.stopped:
        return resume(visit)
    return None


def stop(visit: Visit) -> Heard:
    """From now on only what the person asks for is answered; what is owed besides is held."""
    visit.uow.people.stop(visit.address, visit.now)
    _show_cards(visit, visit.now)
    visit.reply((say("quiet.stopped"),), [visit.word("status"), visit.word("officer")])
    return Heard()


def resume(visit: Visit) -> Heard:
    """The person wants to hear from us again: first what was held."""
    visit.uow.people.stop(visit.address, None)
    person_id = visit.caller.person_id
    released = delivery.let_go(visit.address, person_id, visit.uow, visit.office, visit.now, stopped=False)
    _show_cards(visit, visit.now)
    if released:
        visit.reply((say("quiet.resumed"),), [visit.word("status"), visit.word("officer")])
        return Heard()
    return show_menu(visit, say("quiet.resumed"))


def _show_cards(visit: Visit, now: datetime) -> None:
    for case in visit.uow.cases.of_person(visit.caller.person_id, OPEN):
        show_card(visit.uow, visit.office, case.id, now)
