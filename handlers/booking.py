"""The video call as its provider sees it: a slot is chosen, moved, given back, or kept after all."""

import secrets
from datetime import datetime

from conversations.flow import say
from domain.cases import Appointment, Case, Event, State
from domain.slots import Slot, can_change, last_change, slot_at
from handlers import cards, consultation, folder
from handlers.forms import case_of, moved_on, open_form
from handlers.reply import case_button
from handlers.visit import Heard, Visit, actor
from storage.forms import Form


def choose(visit: Visit, case: Case) -> Heard:
    """Choose a slot: the first one, or another one in good time."""
    if case.state is State.COMPLETE:
        return open_form(visit, case, "booking")
    appointment = _changeable(visit, case)
    if isinstance(appointment, Heard):
        return appointment
    calls = visit.office.calendar.calls
    if case.reschedules >= calls.max_changes:
        return visit.tell(say("booking.too_often", count=calls.max_changes))
    return open_form(visit, case, "booking", say("booking.moving", starts=appointment.starts_at))


def cancel(visit: Visit, case: Case) -> Heard:
    """The call is not wanted at that time: the seat is free again, and another one can be chosen."""
    appointment = _changeable(visit, case)
    if isinstance(appointment, Heard):
        return appointment
    visit.uow.cases.move(case, Event.UNBOOK, visit.now)
    visit.uow.appointments.end(case.id, "cancelled")
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), "call_cancelled")
    cards.show_card(visit.uow, visit.office, case.id, visit.now)
    return open_form(
        visit, visit.uow.cases.get(case.id), "booking", say("booking.cancelled", starts=appointment.starts_at)
    )


def _changeable(visit: Visit, case: Case) -> Appointment | Heard:
    """The booked call of a case while its time can still be changed, or what is said instead."""
    appointment = visit.uow.appointments.of_case(case.id)
    if case.state is not State.BOOKED or appointment is None:
        return visit.toast("stale.button", alert=True)
    if not can_change(appointment.starts_at, visit.office.today(visit.uow).calendar, visit.now):
        return visit.tell(say("booking.too_late", starts=appointment.starts_at))
    return appointment


def keep(visit: Visit, form: Form) -> Heard | None:
    """Somebody who only wants another time, and then does not, keeps the call; None where nothing is booked yet."""
    appointment = visit.uow.appointments.of_case(form.case_id) if form.case_id is not None else None
    if appointment is None:
        return None
    visit.uow.forms.throw_away(form.id)
    visit.reply((say("booking.kept", starts=appointment.starts_at),), [visit.word("menu"), visit.word("status")])
    return Heard()


def move(visit: Visit) -> Heard:
    """By word: the booked call, or the one of several that is meant."""
    booked = visit.uow.cases.of_person(visit.caller.person_id, (State.BOOKED, State.COMPLETE))
    if len(booked) > 1:
        return visit.which("reschedule", booked)
    return choose(visit, booked[0]) if booked else visit.tell(say("booking.none"))


# ---------------------------------------------------------------- when a slot was chosen


def book(visit: Visit, form: Form) -> None:
    """The chosen slot becomes an appointment, unless somebody was faster."""
    case = case_of(visit, form)
    calendar = visit.office.today(visit.uow).calendar
    slot = slot_at(calendar, datetime.fromisoformat(form.answers["time"]), visit.now)
    before = visit.uow.appointments.of_case(case.id)
    if before is not None and not can_change(before.starts_at, calendar, visit.now):
        visit.uow.forms.throw_away(form.id)
        visit.reply((say("booking.too_late", starts=before.starts_at),), [visit.word("officer")], case.id)
        return
    talking = consultation.may_call(visit.office, case)
    if case.state not in (State.COMPLETE, State.BOOKED) and not talking:
        moved_on(visit, form)
        return
    if slot is None or not _take_seat(visit, case, slot):
        open_form(visit, case, "booking", say("booking.taken"))
        return
    moved = before is not None
    if not talking:
        visit.uow.cases.move(case, Event.BOOK, visit.now, reschedules=case.reschedules + moved)
    visit.uow.cases.tell(
        case.id, visit.now, actor(visit.caller.person_id), "call_moved" if moved else "call_booked", str(slot.starts_at)
    )
    visit.uow.forms.throw_away(form.id)
    if talking:
        consultation.call_booked(visit, case, slot.starts_at)
        return
    cards.show_card(visit.uow, visit.office, case.id, visit.now)
    _confirm(visit, case, slot)


def _take_seat(visit: Visit, case: Case, slot: Slot) -> bool:
    """Give up the old seat for the new one, or keep the old one when the new one is gone."""
    try:
        with visit.uow.attempt():
            visit.uow.appointments.end(case.id, "moved")
            room = f"loket-{secrets.token_urlsafe(18)}"
            seat = visit.uow.appointments.book(case.id, slot.starts_at, slot.ends_at, slot.capacity, room, visit.now)
            if seat is None:
                raise SlotTaken
    except SlotTaken:
        return False
    return True


class SlotTaken(Exception):
    """Somebody else has the last seat of the slot."""


def _confirm(visit: Visit, case: Case, slot: Slot) -> None:
    calendar = visit.office.today(visit.uow).calendar
    originals = tuple(
        say("booking.original", name=folder.name_of(visit.office, case, document))
        for document in folder.originals(visit.uow, visit.office, case)
    )
    sentence = say(
        "booking.done",
        number=case.number,
        starts=slot.starts_at,
        how=say(f"booking.how.{visit.office.settings.call_by}"),
        originals=originals,
        until=last_change(slot.starts_at, calendar),
    )
    move = case_button(visit.office, visit.language, "reschedule", case.id)
    visit.reply((sentence,), [visit.word("status"), move], case.id)
