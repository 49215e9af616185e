"""Where a provider's cases stand, who has to act now, and by when."""

from datetime import datetime

from conversations.flow import Say, say
from conversations.services import BY_SERVICE
from domain.cases import OPEN, TALKING, Case, State
from domain.identifiers import CaseNumber
from domain.messages import Button
from domain.survey import WAITING
from handlers.consultation import TALK, is_consultation, is_open
from handlers.forms import question
from handlers.office import Office, when_open
from handlers.reply import case_button, of_case_button
from handlers.visit import Heard, Visit
from storage.unit_of_work import UnitOfWork

RECENT = 5


def show(visit: Visit) -> Heard:
    """Every case that is not over, newest first, or the last one that is; the open question stays open."""
    person = visit.caller.person_id
    over = (State.RESOLVED, State.CLOSED, State.REJECTED, State.CANCELLED)
    cases = _under_way(visit) or visit.uow.cases.of_person(person, over)[:1]
    if not cases:
        visit.reply((say("status.none"),), [visit.word("menu"), visit.word("officer")])
        return Heard()
    return _answer(visit, cases[:RECENT])


def show_after(visit: Visit, *first: Say) -> Heard | None:
    """Where the person's cases stand, after something that fits none of them; None where there is no case."""
    cases = _under_way(visit)[:RECENT]
    if not cases:
        return None
    lines = [*first, *(_line(visit, case) for case in cases)]
    visit.reply(lines, [*_all_buttons(visit, cases), visit.word("menu"), visit.word("officer")])
    return Heard()


def awaits_papers(visit: Visit) -> bool:
    """Whether the person has something open for which documents are to be sent."""
    return any(case.state in (State.DRAFT, State.DORMANT, State.RETURNED) for case in _under_way(visit))


def _under_way(visit: Visit) -> list[Case]:
    return visit.uow.cases.of_person(visit.caller.person_id, (*OPEN, State.DRAFT, State.DORMANT))


def show_number(visit: Visit, number: CaseNumber) -> Heard:
    """One case by its number, if it is the person's own."""
    case = visit.uow.cases.by_number(str(number))
    if case is None or case.person_id != visit.caller.person_id:
        visit.reply((say("status.unknown", number=str(number)),), [visit.word("status"), visit.word("officer")])
        return Heard()
    return _answer(visit, [case])


def _answer(visit: Visit, cases: list[Case]) -> Heard:
    lines = [_line(visit, case) for case in cases]
    form = visit.caller.form
    if form is not None:
        sentences, buttons = question(visit.uow, visit.office, form, visit.language, visit.now)
        if form.flow == TALK:
            # Nothing is asked there that a button could answer.
            buttons += _all_buttons(visit, cases)
        visit.reply((*lines, *sentences), buttons)
        return Heard()
    visit.reply(lines, [*_all_buttons(visit, cases), visit.word("menu"), visit.word("officer")])
    return Heard()


def _line(visit: Visit, case: Case) -> Say:
    title = visit.office.catalogue.service(case.service).title
    if case.state is State.DRAFT:
        return say("status.draft", title=title, since=case.created_at)
    return say(
        "status.case",
        number=case.number,
        title=title,
        state=say(f"state.{case.state}"),
        since=case.state_since,
        next=next_step(visit.uow, visit.office, case, visit.now),
    )


def next_step(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Say:
    """What happens next, by whom and until when."""
    match case.state:
        case State.SUBMITTED:
            position, opens = uow.cases.queue_position(case), when_open(office, uow, now)
            key = "status.next.submitted" if opens == now else "status.next.submitted_closed"
            return say(key, position=position, open=opens)
        case State.ASKED:
            opens = when_open(office, uow, now)
            return say("status.next.asked" if opens == now else "status.next.asked_closed", open=opens)
        case State.BOOKED:
            appointment = uow.appointments.of_case(case.id)
            if appointment is not None:
                return say("status.next.booked", starts=appointment.starts_at)
        case State.VERIFIED if case.due_at is not None:
            late = "late" if now > case.due_at else "verified"
            return say(f"status.next.{late}", due=case.due_at)
        case State.RETURNED:
            count = sum(one.state == "returned" for one in uow.documents.of_case(case.id))
            return say("status.next.returned", count=count)
    return say(f"status.next.{case.state}")


def _all_buttons(visit: Visit, cases: list[Case]) -> list[Button]:
    return [button for case in cases for button in _buttons(visit, case, several=len(cases) > 1)]


def _buttons(visit: Visit, case: Case, *, several: bool) -> list[Button]:
    actions: tuple[str, ...] = {
        State.DRAFT: ("continue",),
        State.DORMANT: ("continue",),
        State.RETURNED: ("correction",),
        State.COMPLETE: ("booking",),
        State.BOOKED: ("reschedule", "cancel_call"),
        State.VERIFIED: ("minutes",),
    }.get(case.state, ())
    if is_open(visit.office, case):
        actions = ("talk",) if case.state is State.ASKED else ("talk", "settled")
    elif case.state in OPEN and case.state not in TALKING and not several:
        actions += ("receipt",)
    if case.state in (State.RESOLVED, State.CLOSED) and case.survey in WAITING:
        actions = ("survey_start",)
    if case.state is State.RESOLVED and is_consultation(visit.office, case):
        actions = ("talk", *actions)
    if several and case.number:
        return [of_case_button(visit.office, visit.language, action, case) for action in actions]
    return [case_button(visit.office, visit.language, action, case.id, number=case.number) for action in actions]


def flow_of(office: Office, case: Case) -> str | None:
    """The conversation in which the provider of a case acts next, if it is their turn."""
    if case.state is State.DRAFT:
        begun = BY_SERVICE.get(office.catalogue.service(case.service).flow)
        return begun.name if begun else None
    if is_open(office, case):
        return TALK
    return {State.RETURNED: "correction", State.COMPLETE: "booking"}.get(case.state)
