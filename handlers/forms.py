"""Opens forms before people, and answers the questions that a form asks of the office."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from conversations import engine
from conversations.asking import consultation, talk, training
from conversations.flow import Answers, Flow, Say, say
from conversations.services import BY_SERVICE, data_change, registration, user_id
from conversations.smaller import booking, correction, letter_to_staff, reason, withdrawal
from conversations.survey import survey
from domain import slots
from domain.cases import TALKING, Case, Document, State
from domain.catalogue import Bearer, Catalogue, Need, Service, ServiceStatus, needed_documents
from domain.faq import Answer
from domain.messages import Button
from handlers.office import Office
from handlers.reply import buttons_of, case_button, owe
from handlers.visit import Heard, Visit
from storage.forms import Form
from storage.unit_of_work import UnitOfWork

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        registration,
        data_change,
        user_id,
        consultation,
        talk,
        training,
        correction,
        booking,
        letter_to_staff,
        withdrawal,
        reason,
        survey,
    )
}
ASKED_IN: Mapping[str, tuple[State, ...]] = {
    **dict.fromkeys((registration.name, data_change.name, user_id.name), (State.DRAFT,)),
    correction.name: (State.RETURNED,),
    booking.name: (State.COMPLETE, State.BOOKED, *TALKING),
}
"""Where the case of a form stands while the form is of use: staff, or time, may have been faster."""


def is_served(service: Service) -> bool:
    """Whether it can be asked for here, as the office's catalogue has it now."""
    return service.status is ServiceStatus.ACTIVE and service.flow in BY_SERVICE


class FormDesk:
    """The office's side of one form; it looks things up and changes nothing."""

    def __init__(self, uow: UnitOfWork, office: Office, form: Form, now: datetime) -> None:
        self._uow = uow
        self._office = office
        self._form = form
        self._now = now
        self._needed_by: dict[tuple[str, Bearer], tuple[Need, ...]] = {}

    @property
    def catalogue(self) -> Catalogue:
        return self._office.catalogue

    @cached_property
    def case(self) -> Case | None:
        return None if self._form.case_id is None else self._uow.cases.find(self._form.case_id)

    @cached_property
    def service(self) -> Service | None:
        return self._office.catalogue.service(self.case.service) if self.case else None

    @cached_property
    def _documents(self) -> list[Document]:
        return [] if self._form.case_id is None else self._uow.documents.of_case(self._form.case_id)

    def documents(self) -> Sequence[Document]:
        return self._documents

    def needs(self, answers: Answers) -> Sequence[Need]:
        if self.service is None or self.case is None:
            return ()
        told: Mapping[str, Any] = {**self.case.particulars, **answers}
        if "form" not in told or "bearer" not in told:  # not asked yet, or asked again
            return ()
        needs = self._needed(told["form"], told["bearer"])
        only = answers.get("needs")
        return needs if only is None else tuple(need for need in needs if need.id in only)

    def has_letter(self, need: Need) -> bool:
        return need.template is not None and need.template.id in self._office.letters

    def _needed(self, form: str, bearer: Bearer) -> tuple[Need, ...]:
        assert self.service is not None
        if (form, bearer) not in self._needed_by:  # one turn asks several times
            self._needed_by[form, bearer] = needed_documents(self.service, form, bearer)
        return self._needed_by[form, bearer]

    @cached_property
    def _free_slots(self) -> Mapping[date, Sequence[slots.Slot]]:
        calendar = self._office.today(self._uow).calendar
        offered = slots.slots(calendar, self._now)
        if not offered:
            return {}
        taken = self._uow.appointments.taken(offered[0].starts_at, offered[-1].starts_at)
        return slots.by_day(slots.free(offered, taken), calendar)

    def free_slots(self) -> Mapping[date, Sequence[slots.Slot]]:
        return self._free_slots

    @cached_property
    def _ready(self) -> dict[str, list[str]]:
        """The ready answers that were found for a question: the engine asks several times a turn."""
        return {}

    def ready_answers(self, question: str) -> Sequence[Answer]:
        if question not in self._ready:
            self._ready[question] = self._uow.faq.find(question, _explained(self._office.catalogue))
        return [answer for slug in self._ready[question] if (answer := self.ready_answer(slug)) is not None]

    def ready_answer(self, slug: str) -> Answer | None:
        return self._office.faq.get(slug)

    def facts(self) -> Mapping[str, object]:
        settings = self._office.settings
        known: dict[str, object] = {
            "office": settings.name,
            "contact": settings.contact,
            "privacy": settings.privacy_text,
            "retention": settings.retention_text,
        }
        if self.case is not None:
            known |= {"number": self.case.number, "company": self.case.company}
        return known


def _explained(catalogue: Catalogue) -> list[str]:
    """The services that an answer may be about: those that are served here, or told why they are not."""
    here = (ServiceStatus.ACTIVE, ServiceStatus.NOT_OFFERED)
    return [service.id for service in catalogue.services if service.status in here]


def question(
    uow: UnitOfWork, office: Office, form: Form, language: str, now: datetime
) -> tuple[tuple[Say, ...], list[Button]]:
    """The question of a form that stands open, and its buttons."""
    prompt = engine.ask(FLOWS[form.flow], form.answers, FormDesk(uow, office, form, now))
    if prompt is None:
        return (), []
    return (prompt.line,), buttons_of(office, language, prompt, form.id)


def ask(visit: Visit, form: Form, *first: Say, case_id: int | None = None) -> Heard:
    """Ask what stands open in a form, behind whatever is to be said before."""
    sentences, buttons = question(visit.uow, visit.office, form, visit.language, visit.now)
    visit.reply((*first, *sentences), buttons, case_id)
    return Heard()


def open_form(visit: Visit, case: Case, flow: str, *first: Say, answers: Mapping[str, object] | None = None) -> Heard:
    """Lay a form about a case before the person, and ask its first question."""
    form = visit.uow.forms.begin(visit.caller.person_id, flow, case.id, visit.now, answers)
    return ask(visit, form, *first, case_id=case.id)


def take_up(visit: Visit, form: Form) -> Heard:
    """Lay a form from the drawer open again, and ask what stands open in it."""
    visit.uow.forms.take_out(visit.caller.person_id, form.id, visit.now)
    return ask(visit, form, say("welcome_back"), case_id=form.case_id)


def _is_asked_still(uow: UnitOfWork, form: Form) -> bool:
    states = ASKED_IN.get(form.flow)
    return states is None or form.case_id is None or uow.cases.get(form.case_id).state in states


def return_to(visit: Visit, form: Form, *first: Say) -> None:
    """A form is done with: take up again the one that it interrupted, unless its case has moved on meanwhile."""
    visit.uow.forms.throw_away(form.id)
    before = visit.uow.forms.find(form.answers.get("afterwards", 0))
    if before is None or not _is_asked_still(visit.uow, before):
        visit.reply(first, [visit.word("menu"), visit.word("status")])
        return
    visit.uow.forms.take_out(visit.caller.person_id, before.id, visit.now)
    ask(visit, before, *first)


def case_of(visit: Visit, form: Form) -> Case:
    """The case that a form is about."""
    assert form.case_id is not None
    return visit.uow.cases.get(form.case_id)


def moved_on(visit: Visit, form: Form) -> None:
    """The case of a form went on meanwhile, by another hand: there is nothing to fill in any more."""
    visit.uow.forms.throw_away(form.id)
    visit.reply((say("stale.case"),), [visit.word("status"), visit.word("officer")])


def invite(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    flow: str,
    *sentences: Say,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Tell the provider of a case something and lay the form before them that lets them act on it.

    Somebody who is in the middle of another form keeps it; a button opens the new one when they are ready.
    """
    language = uow.people.language(case.person_id)
    address = uow.people.addresses(case.person_id, now)[0]
    lying = uow.forms.open_before(case.person_id)
    form = uow.forms.begin(case.person_id, flow, case.id, now, answers)
    if lying is None or lying.case_id == case.id:
        asked, buttons = question(uow, office, form, language, now)
        owe(uow, office, address, language, (*sentences, *asked), buttons, now=now, case_id=case.id, unasked=True)
    else:
        uow.forms.take_out(case.person_id, lying.id, now)
        button = case_button(office, language, flow, case.id, number=case.number)
        owe(uow, office, address, language, sentences, [button], now=now, case_id=case.id, unasked=True)
