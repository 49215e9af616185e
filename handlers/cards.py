"""The card of a case in the staff group: how things stand, and only the buttons that are legal now."""

from datetime import datetime, timedelta

from conversations.flow import Say, say
from domain.cases import Case, State
from domain.messages import Button
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import layout
from storage.unit_of_work import UnitOfWork

ACTIONS: dict[State, tuple[str, ...]] = {
    State.SUBMITTED: ("check",),
    State.RETURNED: (),
    State.COMPLETE: (),
    State.BOOKED: ("sheet", "papers"),
    State.VERIFIED: ("papers", "resolve", "send_back"),
}
"""What can be done from the card of a case that somebody holds; nothing where the provider has to act."""


def staff_button(office: Office, action: str, case_id: int, *more: object) -> Button:
    """A button for staff: `s.action.case[.more]`."""
    label = office.wording.say(STAFF_LANGUAGE, say(f"staff.button.{action}"))
    return Button(label, ".".join(("s", action, str(case_id), *map(str, more))))


def show_card(uow: UnitOfWork, office: Office, case_id: int, now: datetime) -> None:
    """Bring the card of a case up to date."""
    case = uow.cases.get(case_id)
    if not case.number:
        return
    uow.posts.show(
        f"card:{case.id}",
        office.group(uow),
        office.staff_say(card(uow, office, case, now)),
        layout(_buttons(office, case)),
        now,
    )


def _buttons(office: Office, case: Case) -> list[Button]:
    if case.state not in ACTIONS:
        return []
    if case.holder_id is None:
        return [staff_button(office, "take", case.id)] if ACTIONS[case.state] else []
    return [staff_button(office, action, case.id) for action in (*ACTIONS[case.state], "release")]


def card(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Say:
    """What the card of a case says: no personal data, for the group keeps what it has read."""
    service = office.catalogue.service(case.service)
    return say(
        "staff.card",
        number=case.number,
        service=service.title,
        company=case.company,
        state=say(f"state.{case.state}"),
        since=case.state_since,
        lines=(_holder(uow, case), *_clock(case, now), *_notes(uow, case)),
    )


def _holder(uow: UnitOfWork, case: Case) -> Say:
    if case.holder_id is None:
        return say("staff.card_nobody")
    member = uow.staff.find(case.holder_id)
    return say("staff.card_holder", name=member.name if member else case.holder_id)


def _clock(case: Case, now: datetime) -> tuple[Say, ...]:
    if case.state is not State.VERIFIED or case.due_at is None:
        return ()
    if now > case.due_at:
        return (say("staff.card_late", due=case.due_at, late=now - case.due_at),)
    return (say("staff.card_due", due=case.due_at, left=case.due_at - now),)


def _notes(uow: UnitOfWork, case: Case) -> tuple[Say, ...]:
    notes: list[Say] = []
    appointment = uow.appointments.of_case(case.id)
    if appointment is not None:
        notes.append(say("staff.card_call", starts=appointment.starts_at))
    if case.no_shows:
        notes.append(say("staff.card_missed", count=case.no_shows))
    if uow.people.is_unreachable(case.person_id):
        notes.append(say("staff.card_unreachable"))
    return tuple(notes)


CLOCK_STEP = timedelta(minutes=30)
"""How often the countdown on the cards of running clocks is renewed; the group allows 20 messages a minute."""
