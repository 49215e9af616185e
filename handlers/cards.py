"""The card of a case in the staff group: how things stand, and only the buttons that are legal now."""

from datetime import datetime, timedelta

from conversations.flow import Say, say
from domain.cases import OPEN, TALKING, Case, Document, State
from domain.catalogue import TRAINING
from domain.messages import Button
from handlers.masking import masked
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import layout, tell_group
from storage.unit_of_work import UnitOfWork

ACTIONS: dict[State, tuple[str, ...]] = {
    State.SUBMITTED: ("check",),
    State.RETURNED: (),
    State.COMPLETE: (),
    State.BOOKED: ("sheet", "papers"),
    State.VERIFIED: ("papers", "resolve", "send_back"),
    State.ASKED: ("answer", "settle"),
    State.ANSWERED: ("answer", "settle"),
}
"""What can be done from the card of a case that somebody holds; nothing where the provider has to act."""

WISHES = ("confirm", "decline")
"""What can be done about a wish that is no question: it is granted or not."""
LONGEST_QUESTION = 160
AFTER_THE_NEWS = timedelta(seconds=1)
"""Buttons that are of no use any more go when what happened instead has been shown."""
CLOCK_STEP = timedelta(minutes=30)
"""How often the countdown on the cards of running clocks is renewed; the group allows 20 messages a minute."""


def _actions(office: Office, case: Case) -> tuple[str, ...]:
    if case.state is State.ASKED and office.catalogue.service(case.service).flow == TRAINING:
        return WISHES
    return ACTIONS[case.state]


def staff_button(office: Office, action: str, case_id: int, *more: object) -> Button:
    """A button for staff: `s.action.case[.more]`."""
    label = office.wording.say(STAFF_LANGUAGE, say(f"staff.button.{action}"))
    return Button(label, ".".join(("s", action, str(case_id), *map(str, more))))


def card_post(case_id: int) -> str:
    return f"card:{case_id}"


def verdict_post(document: Document) -> str:
    """What stands under a document in the chat of whoever checks it."""
    return f"verdict:{document.id}"


def outcome_post(case: Case) -> str:
    return f"outcome:{case.id}"


def correction_post(case: Case) -> str:
    """The news that what was returned has come again."""
    return f"corrected:{case.id}"


def sheet_post(case: Case) -> str:
    return f"sheet:{case.id}"


def choice_post(case: Case) -> str:
    """Which documents have to come again when the verifikator sends a case back."""
    return f"send_back:{case.id}"


def changes_post(case: Case) -> str:
    """Which data the verifikator changed in SPSE."""
    return f"changes:{case.id}"


def show_card(uow: UnitOfWork, office: Office, case_id: int, now: datetime) -> None:
    """Bring the card of a case up to date, and take the buttons off what staff have no use for any more."""
    case = uow.cases.get(case_id)
    if not case.number:
        return
    uow.posts.show(
        card_post(case.id),
        office.group(uow),
        office.staff_say(card(uow, office, case, now)),
        layout([*_buttons(office, case), *_resend(uow, office, case)]),
        now,
    )
    uow.posts.disarm(_past(uow, case), now + AFTER_THE_NEWS)


def show_cards_of(uow: UnitOfWork, office: Office, person_id: int, now: datetime) -> None:
    """Bring the cards of all that a person has under way up to date."""
    for case in uow.cases.of_person(person_id, OPEN):
        show_card(uow, office, case.id, now)


def _past(uow: UnitOfWork, case: Case) -> list[str]:
    """The posts in private chats that belong to a state in which the case is not, or to a holder it does not have."""
    held = case.holder_id is not None
    past = [] if held and case.state is State.BOOKED else [sheet_post(case)]
    if not (held and case.state is State.VERIFIED):
        past += (choice_post(case), changes_post(case))
    if not (held and case.state is State.SUBMITTED):
        past += (outcome_post(case), correction_post(case))
        past += (verdict_post(document) for document in uow.documents.of_case(case.id))
    return past


def call_attention(
    uow: UnitOfWork, office: Office, case: Case, sentence: Say, *, now: datetime, once: str, urgent: bool = False
) -> None:
    """Tell the group something about a case; if nobody holds it, its card with the button to take it follows."""
    if tell_group(uow, office, sentence, now=now, once=once, urgent=urgent) and case.holder_id is None:
        repost_card(uow, office, case.id, now)


def repost_card(uow: UnitOfWork, office: Office, case_id: int, now: datetime) -> None:
    """Bring the card of a case up to date and to the end of the chat, where it is seen."""
    show_card(uow, office, case_id, now)
    uow.posts.repost(card_post(case_id), now)


def _buttons(office: Office, case: Case) -> list[Button]:
    if case.state not in ACTIONS:
        return []
    if case.holder_id is None:
        return [staff_button(office, "take", case.id)] if ACTIONS[case.state] else []
    return [staff_button(office, action, case.id) for action in (*_actions(office, case), "release")]


def _resend(uow: UnitOfWork, office: Office, case: Case) -> list[Button]:
    failed = uow.outbox.troubles(case.id).get("failed", 0)
    return [staff_button(office, "resend", case.id)] if failed else []


def card(uow: UnitOfWork, office: Office, case: Case, now: datetime) -> Say:
    """What the card of a case says: no personal data, for the group keeps what it has read."""
    service = office.catalogue.service(case.service)
    return say(
        "staff.card",
        number=case.number,
        service=service.short_title,
        company=case.company,
        state=say(f"state.{case.state}"),
        since=since(office, case.state_since, now),
        lines=(*_news(case), *_holder(uow, case), *_clock(case, now), *_notes(uow, case)),
    )


def since(office: Office, moment: datetime, now: datetime) -> Say:
    """Since what time of today, or since which day."""
    today = office.calendar.today(moment) == office.calendar.today(now)
    return say("staff.since_today" if today else "staff.since", at=moment)


def _news(case: Case) -> tuple[Say, ...]:
    """What the holder has to do, where the state alone does not say it."""
    if case.state is State.VERIFIED:
        return (say("staff.card_ready"),)
    if case.state in TALKING:
        return (_question(case),)
    corrected = case.state is State.SUBMITTED and case.submitted_at is not None and case.submitted_at < case.state_since
    return (say("staff.card_corrected"),) if corrected else ()


def _question(case: Case) -> Say:
    """How what was asked begins, masked: so much tells whether one can answer it."""
    told = case.particulars.get("question") or case.particulars.get("topic") or ""
    words = masked(" ".join(str(told).split()), case)
    short = say("staff.cut", text=words[:LONGEST_QUESTION]) if len(words) > LONGEST_QUESTION else words
    return say("staff.card_question", text=short)


def _holder(uow: UnitOfWork, case: Case) -> tuple[Say, ...]:
    if case.holder_id is None:
        # Of what is over, nobody has to become the holder.
        return (say("staff.card_nobody"),) if case.state in OPEN else ()
    member = uow.staff.find(case.holder_id)
    return (say("staff.card_holder", name=member.name if member else case.holder_id),)


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
    if uow.people.is_quiet(case.person_id):
        notes.append(say("staff.card_quiet"))
    troubles = uow.outbox.troubles(case.id)
    if held := troubles.get("held", 0):
        notes.append(say("staff.card_held", count=held))
    if failed := troubles.get("failed", 0):
        notes.append(say("staff.card_failed", count=failed))
    return tuple(notes)
