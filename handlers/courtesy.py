"""Politeness is answered, and taken for nothing else."""

from conversations.flow import say
from domain.cases import State
from handlers import consultation
from handlers.forms import ask
from handlers.reply import case_button
from handlers.visit import Heard, Visit


def welcome(visit: Visit) -> Heard:
    """Somebody said thank you; what stands open is asked once more, and an answered question may be over now."""
    form = visit.caller.form
    if form is None:
        visit.reply((say("thanks.welcome"),), [visit.word("status"), visit.word("officer")])
        return Heard()
    case = visit.uow.cases.find(form.case_id) if form.flow == consultation.TALK and form.case_id is not None else None
    if case is not None and case.state is State.ANSWERED:
        settled = case_button(visit.office, visit.language, "settled", case.id, number=case.number)
        visit.reply((say("thanks.settled"),), [settled], case.id)
        return Heard()
    return ask(visit, form, say("thanks.welcome"))
