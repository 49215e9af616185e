"""People who want to hear nothing but answers (STOP), and those who want to hear from us again (MULAI)."""

from conversations.flow import say
from conversations.understanding import simplified
from domain.messages import Inbound
from handlers import delivery
from handlers.cards import show_cards_of
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
    show_cards_of(visit.uow, visit.office, visit.caller.person_id, visit.now)
    visit.reply((say("quiet.stopped"),), [visit.word("status"), visit.word("officer")])
    return Heard()


def resume(visit: Visit) -> Heard:
    """The person wants to hear from us again: first what was held."""
    visit.uow.people.stop(visit.address, None)
    person_id = visit.caller.person_id
    released = delivery.let_go(visit.address, person_id, visit.uow, visit.office, visit.now, stopped=False)
    show_cards_of(visit.uow, visit.office, person_id, visit.now)
    if released:
        visit.reply((say("quiet.resumed"),), [visit.word("status"), visit.word("officer")])
        return Heard()
    return show_menu(visit, say("quiet.resumed"))
