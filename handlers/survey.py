"""The survey after a case is finished: the invitation, one reminder, the answers without a name, and who hears of them.

What somebody answered lies with their name only while they are still answering. Then it is kept by service and month
alone, and nothing is left of the form, of its messages, or of the time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from conversations.flow import Say, say
from conversations.survey import scores
from domain.cases import Case, Role, State
from domain.faq_draft import anonymous
from domain.report import Month
from domain.survey import WAITING, Flag, Invitation, Response, red_flags
from handlers.forms import open_form, return_to, take_up
from handlers.masking import names_of, unnamed
from handlers.office import Office
from handlers.reply import case_button, language_of, tell_member, tell_provider
from handlers.silence import silent_since
from handlers.visit import ANONYMOUS, Heard, Visit
from storage.forms import Form
from storage.unit_of_work import UnitOfWork

FLOW: Final = ANONYMOUS
REMIND_AFTER: Final = 2
"""So many working days after the result the provider is reminded of the survey."""
REMIND_UNTIL: Final = timedelta(days=30)
"""Later than that nobody is."""
LEFT_LYING: Final = timedelta(days=60)
"""What somebody began to answer and never finished is thrown away after so long."""
MOST_TOLD: Final = 10
UNANSWERED: Final = frozenset(Invitation) - {Invitation.ANSWERED}


# ---------------------------------------------------------------- the provider


def invite(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> None:
    """Ask for a rating, not at night (service standard, step 10)."""
    if uow.cases.mark_survey(case.id, Invitation.INVITED, (Invitation.NONE,)):
        _ask(uow, office, case, "provider.survey", ("survey_start", "survey_later", "survey_no"), now)


def _ask(uow: UnitOfWork, office: Office, case: Case, key: str, answers: Iterable[str], now: datetime) -> None:
    language = language_of(uow, case)
    buttons = [case_button(office, language, answer, case.id) for answer in answers]
    sentence = say(key, number=case.number)
    tell_provider(uow, office, case, (sentence,), buttons, now=office.calendar.next_civil(now))


def start(visit: Visit, case: Case) -> Heard:
    """Answer the survey, or go on where it was left; whatever lies open is taken up again afterwards."""
    if case.survey in (Invitation.NONE, Invitation.ANSWERED):
        return visit.toast("survey.already" if case.survey else "stale.button", alert=True)
    form = visit.uow.forms.for_case(case.id, FLOW)
    if form is not None:
        return take_up(visit, form)
    lying = visit.caller.form
    answers = {} if lying is None else {"afterwards": lying.answers.get("afterwards", lying.id)}
    return open_form(visit, case, FLOW, say("survey.start"), answers=answers)


def later(visit: Visit, case: Case) -> Heard:
    """Not now: the person comes back to it, or is reminded once."""
    if case.survey not in WAITING:
        return visit.toast("survey.already" if case.survey == Invitation.ANSWERED else "stale.button", alert=True)
    visit.uow.cases.mark_survey(case.id, Invitation.LATER, (Invitation.INVITED,))
    if _is_open(visit, case):
        visit.uow.forms.put_away(visit.caller.person_id)
    visit.reply((say("survey.later"),), [visit.word("menu"), visit.word("status")], case.id)
    return Heard()


def decline(visit: Visit, case: Case) -> Heard:
    """Whoever does not want to answer is not asked again; what was answered so far is thrown away."""
    if case.survey == Invitation.ANSWERED:
        return visit.toast("survey.already", alert=True)
    visit.uow.cases.mark_survey(case.id, Invitation.DECLINED, WAITING)
    form = visit.uow.forms.for_case(case.id, FLOW)
    if form is None:
        visit.reply((say("survey.declined"),), [visit.word("menu"), visit.word("status")], case.id)
        return Heard()
    was_open = _is_open(visit, case)
    visit.uow.outbox.forget_form(case.id, form.id)
    if was_open:
        return_to(visit, form, say("survey.dropped"))
    else:
        visit.uow.forms.throw_away(form.id)
        visit.reply((say("survey.dropped"),), [visit.word("menu"), visit.word("status")], case.id)
    return Heard()


def _is_open(visit: Visit, case: Case) -> bool:
    form = visit.caller.form
    return form is not None and form.flow == FLOW and form.case_id == case.id


def find(visit: Visit) -> Case | None:
    """The newest case of the person whose survey waits to be answered."""
    finished = visit.uow.cases.of_person(visit.caller.person_id, (State.RESOLVED, State.CLOSED))
    return next((case for case in finished if case.survey in WAITING), None)


def answer(visit: Visit, form: Form) -> None:
    """Keep the answers without a name; a case is answered once, whatever happens at once."""
    assert form.case_id is not None
    case = visit.uow.cases.get(form.case_id)
    visit.uow.outbox.forget_form(case.id, form.id)
    if not visit.uow.cases.mark_survey(case.id, Invitation.ANSWERED, UNANSWERED):
        return_to(visit, form, say("survey.already"))
        return
    month = Month.of(visit.office.calendar.today(visit.now))
    why = anonymous(unnamed(form.answers["why"]), names_of(visit.uow, case)) if form.answers.get("why") else ""
    visit.uow.surveys.keep(Response(case.service, str(month), scores(form.answers), why))
    return_to(visit, form, say("survey.thanks"))


# ---------------------------------------------------------------- the admins


def tell_flagged(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """In the morning, so that the hour does not tell who it was: a fee, and what was rated low, and why."""
    untold = uow.surveys.untold(MOST_TOLD)
    for response_id, response in untold.items():
        flags = red_flags(response.scores)
        if "biaya" in flags:
            _tell_admins(uow, office, _not_free(office, response), now, once=f"survey:fee:{response_id}")
        lines = [_line(element, response.scores[element]) for element, flag in flags.items() if flag is Flag.LOW]
        if response.why:
            lines.append(say("staff.survey.low_why", why=response.why))
        if lines:
            sentence = say("staff.survey.low", lines=tuple(lines), **_about(office, response))
            _tell_admins(uow, office, sentence, now, once=f"survey:low:{response_id}")
    if untold:
        uow.surveys.note_told(untold)


def _not_free(office: Office, response: Response) -> Say:
    """Every service is free: whoever says otherwise may have been made to pay."""
    answered = say(f"survey.biaya.{response.scores['biaya']}")
    return say("staff.survey.not_free", answer=answered, **_about(office, response))


def _line(element: str, score: int) -> Say:
    return say("staff.survey.low_line", element=say(f"element.{element}"), answer=say(f"survey.{element}.{score}"))


def _about(office: Office, response: Response) -> dict[str, object]:
    """The service and the month, and nothing else."""
    month = office.calendar.whole_day(Month.parse(response.period).first).start
    return {"service": office.called(response.service), "month": month}


def _tell_admins(uow: UnitOfWork, office: Office, sentence: Say, now: datetime, once: str) -> None:
    for admin in uow.staff.with_role(Role.ADMIN):
        key = f"{once}:{admin.user_id}"
        tell_member(uow, office, admin.user_id, sentence, now=office.calendar.next_civil(now), once=key)


# ---------------------------------------------------------------- once a day


def look_after(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """Remind once of what was not answered, tell the admins what they must hear of, and clear away what lies about."""
    tell_flagged(uow, office, now)
    month = Month.of(office.calendar.today(now))
    for each in (month.before, month):
        uow.surveys.mix(str(each))
    for form in uow.forms.throw_away_older(FLOW, now - LEFT_LYING):
        assert form.case_id is not None
        uow.outbox.forget_form(form.case_id, form.id)
    since = silent_since(office.calendar, now, REMIND_AFTER)
    for case in uow.cases.unanswered_surveys(since - REMIND_UNTIL, since):
        if _can_be_told(uow, case, now) and uow.cases.mark_survey(case.id, Invitation.REMINDED, WAITING):
            _ask(uow, office, case, "provider.survey_reminder", ("survey_start", "survey_no"), now)


def _can_be_told(uow: UnitOfWork, case: Case, now: datetime) -> bool:
    """Whether the provider takes news now; nobody is knocked out of bed for a survey, nor after STOP."""
    door = uow.people.door(uow.people.addresses(case.person_id, now)[0])
    return door is not None and door.takes_news(now)
