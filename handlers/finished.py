"""What happens when a form is complete: the case is submitted, repaired, booked, withdrawn, or staff are written to."""

from collections.abc import Callable

from conversations.flow import Say, say
from domain.cases import Case, Event
from handlers import booking, cards, consultation, letters, receipts, staff, survey
from handlers.forms import FLOWS, FormDesk, case_of, moved_on, return_to
from handlers.office import when_open
from handlers.visit import Visit, actor, next_number
from storage.forms import Form


def submit(visit: Visit, form: Form) -> None:
    """A draft becomes a case with a number and a place in the queue (SOP-LPSE.KTBGR-020, step 3)."""
    case = case_of(visit, form)
    service = visit.office.catalogue.service(case.service)
    number = next_number(visit, service)
    particulars = {name: form.answers[name] for name in FLOWS[form.flow].told if name in form.answers}
    _put_aside(visit, form, case)
    visit.uow.cases.describe(case.id, form.answers["company"], particulars)
    if not visit.uow.cases.move(case, Event.SUBMIT, visit.now, number=number, submitted_at=visit.now):
        moved_on(visit, form)
        return
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "submitted")
    visit.uow.forms.throw_away(form.id)
    case = visit.uow.cases.get(case.id)
    cards.show_card(visit.uow, visit.office, case.id, visit.now)
    position = visit.uow.cases.queue_position(case)
    sentences = [say("submitted.done", number=case.number, position=position), _hours(visit)]
    visit.reply(sentences, [visit.word("status"), visit.word("officer")], case.id)
    # By itself: whatever becomes of the paper, the number has arrived.
    receipts.owe_receipt(visit, case)


def _put_aside(visit: Visit, form: Form, case: Case) -> None:
    """Documents that were sent under an answer which was changed since are not asked for any more."""
    asked = {need.id for need in FormDesk(visit.uow, visit.office, form, visit.now).needs(form.answers)}
    for document in visit.uow.documents.of_case(case.id):
        if document.need not in asked:
            visit.uow.documents.discard(document.id)
    visit.uow.documents.forget_superseded(case.id)


def _hours(visit: Visit) -> Say:
    opens = when_open(visit.office, visit.uow, visit.now)
    return say("submitted.open") if opens == visit.now else say("submitted.closed", open=opens)


def resubmit(visit: Visit, form: Form) -> None:
    """What was returned was sent anew; the case keeps its place in the queue and its holder."""
    case = case_of(visit, form)
    if not visit.uow.cases.move(case, Event.SUBMIT, visit.now):
        moved_on(visit, form)
        return
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "resubmitted")
    visit.uow.forms.throw_away(form.id)
    cards.show_card(visit.uow, visit.office, case.id, visit.now)
    staff.announce_correction(visit.uow, visit.office, visit.uow.cases.get(case.id), visit.now)
    position = visit.uow.cases.queue_position(visit.uow.cases.get(case.id))
    sentences = [say("submitted.again", number=case.number, position=position), _hours(visit)]
    visit.reply(sentences, [visit.word("status"), visit.word("officer")], case.id)


def deliver_letter(visit: Visit, form: Form) -> None:
    """Pass a message on to staff; the answer comes in this chat."""
    cases = form.answers.get("cases", ())
    case_id = form.answers.get("case") or (cases[0][0] if cases else None)
    case = visit.own(int(case_id)) if case_id else None
    if case is not None and consultation.is_open(visit.office, case):
        consultation.note_words(visit.uow, visit.office, case, consultation.ASKED, form.answers["text"], visit.now)
        consultation.pass_to_staff(visit.uow, visit.office, case, form.answers["text"], visit.now)
    else:
        letters.deliver(visit.uow, visit.office, case, visit.caller.person_id, form.answers["text"], visit.now)
    opens = when_open(visit.office, visit.uow, visit.now)
    return_to(visit, form, say("letter.sent" if opens == visit.now else "letter.sent_closed", open=opens))


def withdraw(visit: Visit, form: Form) -> None:
    """The provider takes a case back."""
    if form.answers["sure"] != "yes":
        return_to(visit, form, say("withdrawal.kept"))
        return
    cases = form.answers["cases"]
    case = visit.own(int(form.answers.get("case") or cases[0][0]))
    visit.uow.forms.throw_away(form.id)
    if case is None or not visit.uow.cases.move(case, Event.CANCEL, visit.now):
        moved_on(visit, form)
        return
    visit.uow.appointments.end(case.id, "cancelled")
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "cancelled")
    cards.show_card(visit.uow, visit.office, case.id, visit.now)
    key = "withdrawal.done" if case.number else "withdrawal.draft_done"
    visit.reply((say(key, number=case.number),), [visit.word("menu")], case.id)


def drop_draft(visit: Visit, form: Form) -> None:
    """Somebody does not agree that data are kept, or needs us no more: nothing of what was said and sent stays."""
    case = case_of(visit, form)
    visit.uow.cases.move(case, Event.CANCEL, visit.now)
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "dropped")
    visit.uow.documents.forget_all(case.id)
    visit.uow.outbox.forget_asked(visit.address, form.id)
    visit.uow.forms.throw_away(form.id)


def give_reason(visit: Visit, form: Form) -> None:
    """A member of staff said in their own words why."""
    visit.uow.forms.throw_away(form.id)
    assert visit.caller.staff is not None
    staff.give_reason(form, visit.caller.staff, form.answers["text"], visit.uow, visit.office, visit.now)


COMMANDS: dict[str, Callable[[Visit, Form], None]] = {
    "submit": submit,
    "ask_staff": consultation.ask_staff,
    "say_further": consultation.say_further,
    "ask_training": consultation.ask_training,
    "resubmit": resubmit,
    "book": booking.book,
    "deliver_letter": deliver_letter,
    "withdraw": withdraw,
    "give_reason": give_reason,
    "answer_survey": survey.answer,
}
"""The commands that flows end in."""
