"""The video call: the call sheet, the originals one by one, who attended, and how it ended."""

from collections.abc import Sequence
from datetime import datetime

from conversations.flow import Say, say
from conversations.smaller import letter
from domain import sla
from domain.cases import STAFF_CHANNEL, Appointment, Case, Document, Event
from domain.messages import Address, Button
from domain.refusal import Refused
from handlers import folder, minutes
from handlers.act import Act, hold, move, not_now, own_chat_open, require
from handlers.cards import repost_card, sheet_post, show_card, staff_button
from handlers.completeness import invite_correction, list_of
from handlers.desk import close_forms
from handlers.forms import invite
from handlers.minutes import DIRECTOR
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reasons import ask_reason, asked
from handlers.reply import case_button, join_button, language_of, layout, tell_member, tell_provider, word_button
from storage.forms import Form
from storage.unit_of_work import UnitOfWork

SOMEBODY_ELSE = "lainnya"
FORGIVEN = 2
"""From so many missed calls on, the holder is told how often it happened."""


def open_sheet(act: Act, case: Case, _more: str = "") -> Say:
    """Lay the call sheet before the holder, at the end of their own chat."""
    require(act, case, Event.PASS)
    own_chat_open(act)
    hold(act, case)
    lay_sheet(act.uow, act.office, case, act.member.user_id, act.now)
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.sheet_sent", number=case.number)


def lay_sheet(uow: UnitOfWork, office: Office, case: Case, user_id: str, now: datetime) -> None:
    """Show the call sheet as a new message, at the end of the chat, and no longer further up."""
    uow.posts.take_back(sheet_post(case), now)
    show_sheet(uow, office, case, user_id, now)


def show_sheet(uow: UnitOfWork, office: Office, case: Case, user_id: str, now: datetime) -> None:
    """Bring the call sheet up to date; it has personal data, so it stands in the holder's own chat only."""
    appointment = uow.appointments.of_case(case.id)
    if appointment is None:
        return
    documents = folder.originals(uow, office, case)
    text = office.staff_say(
        say(
            "staff.sheet.text",
            number=case.number,
            company=case.company,
            starts=appointment.starts_at,
            director=case.particulars["director"],
            mobile=case.particulars["mobile"],
            where=say(f"staff.sheet.{office.settings.call_by}"),
            next=_next(appointment, documents),
            originals=tuple(_line(office, case, document) for document in documents),
        )
    )
    rows = layout(join_button(office, STAFF_LANGUAGE, appointment))
    rows += layout(_buttons(office, case, appointment, documents))
    uow.posts.show(sheet_post(case), Address(STAFF_CHANNEL, user_id), text, rows, now)


def _next(appointment: Appointment, documents: Sequence[Document]) -> Say:
    """Who is there, and what is still missing before the call can be passed."""
    if appointment.attended_by != DIRECTOR:
        return say(f"staff.sheet.next_{appointment.attended_by or 'unknown'}")
    missing = len(_missing(documents))
    return say("staff.sheet.next_originals" if missing else "staff.sheet.next_pass", count=missing)


def _line(office: Office, case: Case, document: Document) -> Say:
    seen = document.original or "unseen"
    return say(f"staff.sheet.{seen}", name=folder.name_of(office, case, document))


def _buttons(office: Office, case: Case, appointment: Appointment, documents: Sequence[Document]) -> list[Button]:
    buttons = [
        Button(office.staff_say(_line(office, case, document)), f"s.original.{case.id}.{document.id}")
        for document in documents
    ]
    for who in (DIRECTOR, SOMEBODY_ELSE):
        chosen = "matches" if appointment.attended_by == who else "unseen"
        label = office.staff_say(say(f"staff.sheet.{chosen}", name=say(f"staff.button.attended_{who}")))
        buttons.append(Button(label, f"s.attended_{who}.{case.id}"))
    if not _missing(documents) and appointment.attended_by == DIRECTOR:
        buttons.append(staff_button(office, "pass", case.id))
    return [*buttons, staff_button(office, "fail", case.id), staff_button(office, "miss", case.id)]


def _missing(documents: Sequence[Document]) -> list[Document]:
    return [document for document in documents if document.original != "matches"]


def _at_the_call(act: Act, case: Case) -> Appointment:
    """The booked call, when this member holds it. Refused: not_now, role, held, not_held."""
    require(act, case, Event.PASS)
    hold(act, case)
    appointment = act.uow.appointments.of_case(case.id)
    if appointment is None:
        raise not_now(case)
    return appointment


def compare(act: Act, case: Case, more: str) -> Say:
    """The original of a document was shown: it matches; pressed again, it differs."""
    _at_the_call(act, case)
    document = folder.find_document(act, case, more)
    outcome = "differs" if document.original == "matches" else "matches"
    act.uow.documents.compare_original(document.id, outcome)
    show_sheet(act.uow, act.office, case, act.member.user_id, act.now)
    return say(f"staff.sheet.{outcome}_short", name=folder.name_of(act.office, case, document))


def attended_by_director(act: Act, case: Case, _more: str = "") -> Say:
    return _attend(act, case, DIRECTOR)


def attended_by_other(act: Act, case: Case, _more: str = "") -> Say:
    """Somebody else came: the standard asks for the director (service standard, no. 4)."""
    return _attend(act, case, SOMEBODY_ELSE)


def _attend(act: Act, case: Case, who: str) -> Say:
    _at_the_call(act, case)
    act.uow.appointments.attend(case.id, who)
    show_sheet(act.uow, act.office, case, act.member.user_id, act.now)
    return say(f"staff.sheet.attended_{who}")


def pass_call(act: Act, case: Case, _more: str = "") -> Say:
    """Everything matches and the director was there: the promise of the standard begins to count."""
    appointment = _at_the_call(act, case)
    if appointment.attended_by != DIRECTOR:
        raise Refused("director_missing")
    if missing := _missing(folder.originals(act.uow, act.office, case)):
        raise Refused("originals_missing", count=len(missing))
    hours = act.office.catalogue.service(case.service).hours
    due = None if hours is None else sla.due(act.now, hours, act.calendar)
    case = move(act, case, Event.PASS, "passed", verified_at=act.now, due_at=due, holder_id=None)
    _end(act, case, appointment, "passed")
    close_forms(act.uow, case)
    _finish_sheet(act, case, "staff.sheet.passed")
    key = "provider.passed" if due else "provider.passed_untimed"
    sentence = say(key, number=case.number, at=act.now, due=due)
    language = language_of(act.uow, case)
    buttons = [word_button(act.office, language, "status"), case_button(act.office, language, "minutes", case.id)]
    tell_provider(act.uow, act.office, case, (sentence,), buttons, now=act.now)
    # The card itself, at the end of the chat, tells the verifikator what there is to do.
    repost_card(act.uow, act.office, case.id, act.now)
    return say("staff.passed", number=case.number)


def fail(act: Act, case: Case, reason: str = "") -> Say | None:
    """The call did not end well; without a reason in the command, it is asked for in private."""
    _at_the_call(act, case)
    if reason:
        return _fail(act, case, letter(reason))
    ask_reason(act, case, "fail", say("staff.reason.fail", number=case.number, company=case.company))
    return asked(act)


def ask_fail(act: Act, case: Case, _more: str = "") -> Say | None:
    return fail(act, case)


def fail_because(act: Act, case: Case, _form: Form, reason: str) -> Say:
    """Why the call did not end well was written."""
    _at_the_call(act, case)
    return _fail(act, case, reason)


def _fail(act: Act, case: Case, reason: str) -> Say:
    """Originals that differ are asked for again; where it was something else, another call is booked."""
    appointment = _at_the_call(act, case)
    differing = [one for one in folder.originals(act.uow, act.office, case) if one.original == "differs"]
    event = Event.FAIL if differing else Event.UNBOOK
    case = move(act, case, event, "failed", reason)
    _end(act, case, appointment, "failed", reason)
    for document in differing:
        act.uow.documents.judge(document.id, "returned", act.now, "lainnya", reason)
    act.uow.documents.forget_originals(case.id)
    if differing:
        returned = [document for document in act.uow.documents.of_case(case.id) if document.state == "returned"]
        facts = {"number": case.number, "reason": reason, "documents": list_of(act, case, returned)}
        invite_correction(act, case, returned, say("provider.failed_documents", **facts))
    else:
        invite(
            act.uow, act.office, case, "booking", say("provider.failed", number=case.number, reason=reason), now=act.now
        )
    _finish_sheet(act, case, "staff.sheet.failed")
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.failed", number=case.number)


def miss(act: Act, case: Case, _more: str = "") -> Say:
    """Nobody came. Refused: too_early, until the grace after the booked time has passed."""
    appointment = _at_the_call(act, case)
    from_then = appointment.starts_at + act.office.settings.no_show_grace
    if act.now < from_then:
        raise Refused("too_early", at=from_then)
    case = move(act, case, Event.MISS, "missed", no_shows=case.no_shows + 1)
    _end(act, case, appointment, "missed")
    act.uow.documents.forget_originals(case.id)
    sentence = say("provider.missed", number=case.number, starts=appointment.starts_at)
    invite(act.uow, act.office, case, "booking", sentence, now=act.now)
    if case.no_shows >= FORGIVEN:
        warning = say("staff.missed_again", number=case.number, company=case.company, count=case.no_shows)
        tell_member(act.uow, act.office, act.member.user_id, warning, now=act.now)
    _finish_sheet(act, case, "staff.sheet.missed")
    show_card(act.uow, act.office, case.id, act.now)
    return say("staff.missed", number=case.number)


def _end(act: Act, case: Case, appointment: Appointment, result: minutes.Result, reason: str = "") -> None:
    """The call is over: what was recorded is kept, before anything is looked at anew, and sent as minutes."""
    if result == "missed":
        act.uow.appointments.end(case.id, "missed", minutes=minutes.written(act, (), result))
    else:
        originals = folder.originals(act.uow, act.office, case)
        kept = minutes.written(act, originals, result, reason)
        act.uow.appointments.end(case.id, "held", appointment.attended_by, kept)
    minutes.owe_to_staff(act, case, appointment.id)


def _finish_sheet(act: Act, case: Case, key: str) -> None:
    """The sheet keeps how the call ended, without the director's number."""
    text = act.office.staff_say(say(key, number=case.number, company=case.company))
    act.uow.posts.show(sheet_post(case), act.own_chat, text, (), act.now)
