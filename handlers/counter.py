"""The menu at the counter: services, status, a word to staff, and what can be done with one's own cases."""

from collections.abc import Callable
from datetime import datetime

from conversations.engine import CONSENT
from conversations.flow import Say, say
from conversations.services import BY_SERVICE
from domain.cases import LIFE, OPEN, Case, Event, State
from domain.catalogue import CONSULTATION, Service, ServiceStatus
from domain.messages import Button
from handlers import (
    booking,
    cards,
    consultation,
    courtesy,
    languages,
    linking,
    minutes,
    reasons,
    receipts,
    samples,
    status,
    survey,
)
from handlers.forms import ask, is_served, open_form, question, take_up
from handlers.office import Office
from handlers.reply import case_button
from handlers.visit import Heard, Visit, actor
from storage.forms import Form

APPLICATIONS = tuple(flow.name for flow in BY_SERVICE.values())


def greeting(office: Office, now: datetime) -> Say:
    """Good morning, in the words of the hour (pagi until 11, siang until 15, sore until 18)."""
    hour = office.calendar.local(now).hour
    part = "morning" if 3 <= hour < 11 else "noon" if hour < 15 else "afternoon" if hour < 18 else "night"
    return say(f"greeting.{part}", office=office.settings.name)


def menu_choices(visit: Visit) -> list[Button]:
    """The buttons of the menu, in order: a draft that waits, the services, status, staff."""
    drafts = [case for case in _drafts(visit) if is_served(visit.office.catalogue.service(case.service))]
    buttons = [
        case_button(visit.office, visit.language, "continue", case.id, number=case.number) for case in drafts[:1]
    ]
    buttons += [Button(_title(visit, service), f"m.{service.id}") for service in visit.office.catalogue.services]
    return [*buttons, visit.word("status"), visit.word("officer")]


def _title(visit: Visit, service: Service) -> str:
    return visit.office.say(visit.language, say("menu.service", number=service.number, title=service.short_title))


def show_menu(visit: Visit, *first: Say) -> Heard:
    """The greeting and the services; whatever form was open waits in the drawer."""
    visit.uow.forms.put_away(visit.caller.person_id)
    lines = tuple(
        say("menu.line", number=service.number, title=service.title) for service in visit.office.catalogue.services
    )
    opening = first or (greeting(visit.office, visit.now),)
    if visit.first and visit.foreign:
        opening = (*opening, say("language.hint"))
    visit.reply((*opening, say("menu.ask", services=lines)), menu_choices(visit))
    return Heard()


def choose_service(visit: Visit, service_id: str) -> Heard:
    """Begin what somebody asks for, or say honestly what is not done here."""
    try:
        service = visit.office.catalogue.service(service_id)
    except KeyError:
        return visit.toast("stale.button", alert=True)
    if not is_served(service):
        return _not_here(visit, service)
    waiting = [case for case in _drafts(visit) if case.service == service.id]
    form = visit.caller.form
    if form is not None and any(form.case_id == case.id for case in waiting):
        # Tapped twice, or further up in the chat: it lies open already.
        return ask(visit, form)
    if waiting:
        buttons = [
            case_button(visit.office, visit.language, action, waiting[0].id, number=waiting[0].number)
            for action in ("continue", "start_over")
        ]
        visit.reply((say("draft.waiting", title=service.title, since=waiting[0].created_at),), buttons)
        return Heard()
    return _begin(visit, service)


def _unsent(case: Case) -> bool:
    """Whether a case was never handed in, be it that its provider fell silent meanwhile."""
    return case.state is State.DRAFT or (case.state is State.DORMANT and case.slept_in is State.DRAFT)


def _drafts(visit: Visit) -> list[Case]:
    """What the person began and never handed in, newest first."""
    cases = visit.uow.cases.of_person(visit.caller.person_id, (State.DRAFT, State.DORMANT))
    return [case for case in cases if _unsent(case)]


def _begin(visit: Visit, service: Service) -> Heard:
    case = visit.uow.cases.begin(visit.caller.person_id, service.id, visit.now, visit.address)
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "begun")
    # Whoever has read how data are kept, as it stands now, need not read it again to ask a question.
    known = service.flow == CONSULTATION and visit.caller.notice_version == visit.office.catalogue.version
    answers = {CONSENT: "agree"} if known else None
    return open_form(visit, case, BY_SERVICE[service.flow].name, answers=answers)


def _not_here(visit: Visit, service: Service, *more: Say) -> Heard:
    key = {
        ServiceStatus.NOT_OFFERED: "service.not_offered",
        ServiceStatus.REDIRECTED: "service.redirected",
    }.get(service.status, "service.later")
    # Of a service that was served before, the description tells what it is, and not that it is no more.
    notice = say("service.stopped") if service.requirements or not service.description else service.description
    where = (say("service.referral", referral=service.referral),) if service.referral else ()
    sentences = (say(key, title=service.title, notice=notice), *where, *more)
    visit.reply(sentences, [visit.word("menu"), visit.word("officer")])
    return Heard()


def rest(visit: Visit, case: Case) -> Heard:
    """What somebody began to fill in waits until the office serves it again; whatever was handed in goes on."""
    visit.uow.forms.put_away(visit.caller.person_id)
    return _not_here(visit, visit.office.catalogue.service(case.service), say("service.draft_kept"))


def resting(visit: Visit, form: Form) -> Case | None:
    """The draft that a form is about, when its service is not served any more."""
    flows = [name for name, flow in BY_SERVICE.items() if flow.name == form.flow]
    offered = [service for service in visit.office.catalogue.services if service.flow in flows]
    if form.case_id is None or not flows or (offered and all(map(is_served, offered))):
        return None
    case = visit.uow.cases.get(form.case_id)
    return None if is_served(visit.office.catalogue.service(case.service)) else case


def _continue(visit: Visit, case: Case) -> Heard:
    """Go on where the person left off, after a pause of minutes or months."""
    if _unsent(case) and not is_served(visit.office.catalogue.service(case.service)):
        return rest(visit, case)
    if case.state is State.DORMANT and visit.uow.cases.wake(case, visit.now):
        visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "woken")
        case = visit.uow.cases.get(case.id)
        cards.show_card(visit.uow, visit.office, case.id, visit.now)
    flow = status.flow_of(visit.office, case)
    if flow is None:
        return status.show(visit)
    form = visit.uow.forms.for_case(case.id, flow)
    if form is None:
        return open_form(visit, case, flow)
    return take_up(visit, form)


def _start_over(visit: Visit, case: Case) -> Heard:
    service = visit.office.catalogue.service(case.service)
    if _unsent(case) and not is_served(service):
        return rest(visit, case)
    if not _unsent(case) or not visit.uow.cases.move(case, Event.CANCEL, visit.now):
        return visit.toast("stale.button", alert=True)
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "cancelled")
    return _begin(visit, service)


def _correct(visit: Visit, case: Case) -> Heard:
    return _continue(visit, case) if case.state is State.RETURNED else visit.toast("stale.button", alert=True)


def _has_receipt(visit: Visit, case: Case) -> bool:
    """Whether documents were handed in with it; with a question there are none."""
    return case.submitted_at is not None and bool(visit.office.catalogue.service(case.service).requirements)


def _receipt(visit: Visit, case: Case) -> Heard:
    """The receipt once more, as often as somebody wants it."""
    if not _has_receipt(visit, case):
        return visit.toast("stale.button", alert=True)
    receipts.owe_receipt(visit, case, say("receipt.sent", number=case.number))
    return Heard()


def _receipts(visit: Visit) -> Heard:
    """The receipt of what is under way, or of the last case that is over."""
    person = visit.caller.person_id
    cases = [case for case in visit.uow.cases.of_person(person, tuple(State)) if _has_receipt(visit, case)]
    under_way = [case for case in cases if case.state in OPEN] or cases[:1]
    if len(under_way) > 1:
        return visit.which("receipt", under_way)
    return _receipt(visit, under_way[0]) if under_way else visit.tell(say("receipt.none"))


def _minutes(visit: Visit, case: Case) -> Heard:
    """The minutes of the video call, for the one who was called."""
    if not minutes.owe_to_provider(visit, case):
        return visit.toast("stale.button", alert=True)
    return Heard()


def _last_minutes(visit: Visit) -> Heard:
    """The minutes of the person's last video call, whatever has become of the case since."""
    cases = visit.uow.cases.of_person(visit.caller.person_id, tuple(State))
    if any(minutes.owe_to_provider(visit, case) for case in cases):
        return Heard()
    return visit.tell(say("minutes.none"))


ACTIONS: dict[str, Callable[[Visit, Case], Heard]] = {
    "continue": _continue,
    "start_over": _start_over,
    "correction": _correct,
    "booking": booking.choose,
    "reschedule": booking.choose,
    "cancel_call": booking.cancel,
    "survey_start": survey.start,
    "survey_later": survey.later,
    "survey_no": survey.decline,
    "receipt": _receipt,
    "talk": consultation.open_talk,
    "settled": consultation.settled,
    "minutes": _minutes,
    "call": consultation.ask_call,
    "call_choose": consultation.ask_call,
    "call_move": consultation.ask_call,
    "call_cancel": consultation.cancel_call,
}
"""What buttons under messages about a case can do."""


def act(visit: Visit, action: str, case: Case) -> Heard:
    """Do something with one of the person's own cases."""
    known = ACTIONS.get(action)
    return known(visit, case) if known else visit.toast("stale.button", alert=True)


def _menu(visit: Visit) -> Heard:
    return show_menu(visit)


def _help(visit: Visit) -> Heard:
    """How to use the counter; the open question stays open."""
    sentences: tuple[Say, ...] = ()
    buttons = visit.ways("menu", "status", "officer")
    if visit.caller.form is not None:
        sentences, buttons = question(visit.uow, visit.office, visit.caller.form, visit.language, visit.now)
    own = say("staff.help") if visit.caller.staff is not None else say("help", contact=visit.office.settings.contact)
    visit.reply((own, *sentences), buttons)
    return Heard()


def _own_cases(visit: Visit, states: tuple[State, ...]) -> dict[str, object]:
    cases = visit.uow.cases.of_person(visit.caller.person_id, states)
    return {"cases": [[case.id, case.number] for case in cases]}


def _officer(visit: Visit) -> Heard:
    """Write to staff; the form that lies open is taken up again afterwards."""
    form = visit.caller.form
    if form is not None and form.flow == consultation.TALK:
        return ask(visit, form)
    answers = _own_cases(visit, tuple(OPEN))
    if form is not None:
        answers["afterwards"] = form.answers.get("afterwards", 0) if form.flow == "letter" else form.id
    return ask(visit, visit.uow.forms.begin(visit.caller.person_id, "letter", None, visit.now, answers))


def _cancel(visit: Visit) -> Heard:
    """Leave a short conversation at once; a case is withdrawn only after asking."""
    form = visit.caller.form
    if form is not None and form.flow == survey.FLOW and form.case_id is not None:
        return survey.decline(visit, visit.uow.cases.get(form.case_id))
    if form is not None and form.flow == "booking" and (moving := booking.keep(visit, form)):
        return moving
    if form is not None and form.flow not in (*APPLICATIONS, "correction", "booking"):
        visit.uow.forms.put_away(visit.caller.person_id)
        visit.reply((say("cancelled.conversation"),), visit.ways("menu", "status"))
        reasons.go_on(visit.uow, visit.office, visit.caller, form, visit.now)
        return Heard()
    cases = _own_cases(visit, tuple(LIFE[Event.CANCEL]))
    own = [pair for pair in cases["cases"] if form is None or pair[0] == form.case_id]  # type: ignore[attr-defined]
    if not own:
        nothing = say("cancelled.nothing")
        return show_menu(visit, nothing) if visit.caller.staff is None else visit.tell(nothing)
    answers: dict[str, object] = {"cases": own}
    if form is not None:
        answers["afterwards"] = form.id
    return ask(visit, visit.uow.forms.begin(visit.caller.person_id, "withdrawal", own[0][0], visit.now, answers))


def _go_on(visit: Visit) -> Heard:
    """LANJUT: take up again what waits for this person."""
    waiting = visit.uow.cases.of_person(
        visit.caller.person_id, (State.DRAFT, State.DORMANT, State.RETURNED, State.COMPLETE, State.ANSWERED)
    )
    if len(waiting) > 1:
        return visit.which("continue", waiting)
    if waiting:
        return _continue(visit, waiting[0])
    rated = survey.find(visit)
    return survey.start(visit, rated) if rated is not None else show_menu(visit)


def _survey(visit: Visit) -> Heard:
    rated = survey.find(visit)
    return survey.start(visit, rated) if rated is not None else visit.tell(say("survey.none"))


WORDS: dict[str, Callable[[Visit], Heard]] = {
    "menu": _menu,
    "greeting": _menu,
    "help": _help,
    "officer": _officer,
    "cancel": _cancel,
    "reschedule": booking.move,
    "go_on": _go_on,
    "survey": _survey,
    "status": status.show,
    "back": _menu,
    "resume": _menu,
    "read": status.show,
    "link": linking.offer,
    "unlink": linking.part,
    "language": languages.offer,
    "indonesian": languages.choose_indonesian,
    "english": languages.choose_english,
    "receipt": _receipts,
    "sample": samples.offer,
    "minutes": _last_minutes,
    "thanks": courtesy.welcome,
    "fine": courtesy.welcome,
}
"""What the words do that work anywhere."""
