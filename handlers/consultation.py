"""A question to the office: it becomes a case, and what is written about it goes from one side to the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from conversations.asking import talk
from conversations.flow import Say, say
from conversations.smaller import booking
from conversations.understanding import simplified
from domain.cases import TALKING, Appointment, Case, Event, State, may
from domain.catalogue import CONSULTATION
from domain.identifiers import LIKE_A_CASE_NUMBER
from domain.messages import Address, Button
from domain.secrets import HIDDEN
from domain.slots import can_change
from handlers import survey
from handlers.cards import repost_card, show_card, staff_button
from handlers.forms import FLOWS, ask, open_form, question
from handlers.masking import unnamed
from handlers.office import Office, when_open
from handlers.reply import case_button, language_of, layout, of_case_button, owe, tell_member
from handlers.visit import Heard, Visit, actor, next_number
from storage.forms import Form
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

TALK: Final = talk.name
ASKED, ANSWERED = "asked", "answered"
"""What the history calls the words of either side."""
LONGEST_NAME: Final = 60


def is_consultation(office: Office, case: Case) -> bool:
    return office.catalogue.service(case.service).flow == CONSULTATION


def is_open(office: Office, case: Case) -> bool:
    """Whether the two sides write to each other now."""
    return case.state in TALKING and is_consultation(office, case)


# ---------------------------------------------------------------- the case


def ask_staff(visit: Visit, form: Form) -> None:
    """No ready answer helped, or there was none: the question is a case, and staff answer it."""
    words = form.answers["question"]
    case = _file(visit, form, _called(visit), {"question": words}, words)
    if case is None:
        return
    first = () if "answer" in form.answers else (say("consultation.no_match"),)
    talking = visit.uow.forms.begin(visit.caller.person_id, TALK, case.id, visit.now)
    asked, _ = question(visit.uow, visit.office, talking, visit.language, visit.now)
    visit.reply((*first, *_filed(visit, case, "consultation"), *asked), [visit.word("status")], case.id)


def ask_training(visit: Visit, form: Form) -> None:
    """A wish for training is a case, and staff say whether it can be done."""
    told = {name: form.answers[name] for name in FLOWS[form.flow].told}
    case = _file(visit, form, told["company"], told, told["topic"])
    if case is not None:
        visit.reply(_filed(visit, case, "training"), [visit.word("status"), visit.word("officer")], case.id)


def _file(visit: Visit, form: Form, company: str, particulars: dict[str, str], words: str) -> Case | None:
    assert form.case_id is not None
    case = visit.uow.cases.get(form.case_id)
    service = visit.office.catalogue.service(case.service)
    number = next_number(visit, service)
    visit.uow.forms.throw_away(form.id)
    visit.uow.cases.describe(case.id, company, particulars)
    if not visit.uow.cases.move(case, Event.ASK, visit.now, number=number, submitted_at=visit.now):
        visit.reply((say("stale.case"),), [visit.word("status"), visit.word("officer")])
        return None
    visit.uow.cases.tell(case.id, visit.now, actor(visit.caller.person_id), ASKED, words)
    show_card(visit.uow, visit.office, case.id, visit.now)
    return visit.uow.cases.get(case.id)


def _filed(visit: Visit, case: Case, words: str) -> tuple[Say, ...]:
    opens = when_open(visit.office, visit.uow, visit.now)
    key = "sent" if opens == visit.now else "sent_closed"
    return (say(f"{words}.{key}", number=case.number, open=opens),)


def _called(visit: Visit) -> str:
    """Who asks, as the group may read it: the company of an earlier case, or else the name without numbers.

    Nobody is called like a case: whoever answers by a reply is understood by the number that stands above.
    """
    for case in visit.uow.cases.of_person(visit.caller.person_id, tuple(State)):
        if case.company:
            return LIKE_A_CASE_NUMBER.sub(HIDDEN, case.company)
    return unnamed(" ".join(visit.caller.name.split()))[:LONGEST_NAME] or "-"


# ---------------------------------------------------------------- what the provider writes


def say_further(visit: Visit, form: Form) -> None:
    """What is written in an open conversation goes to whoever holds the case."""
    assert form.case_id is not None
    case = visit.uow.cases.get(form.case_id)
    label = visit.office.say(visit.language, say("button.settled"))
    if is_open(visit.office, case) and simplified(form.answers["text"]) == simplified(label):
        # Typed, where the button is out of sight.
        visit.uow.forms.save(form, {}, visit.now)
        _settle_one(visit, case)
        return
    if not note_words(visit.uow, visit.office, case, ASKED, form.answers["text"], visit.now):
        visit.uow.forms.throw_away(form.id)
        visit.reply((say("talk.over", number=case.number),), [visit.word("menu"), visit.word("status")])
        return
    visit.uow.forms.save(form, {}, visit.now)
    pass_to_staff(visit.uow, visit.office, case, form.answers["text"], visit.now)
    confirm(visit.uow, visit.office, visit.address, visit.language, case, visit.now)


def confirm(uow: UnitOfWork, office: Office, address: Address, language: str, case: Case, now: datetime) -> None:
    """Say that it was passed on; of several lines one after the other, once."""
    opens = when_open(office, uow, now)
    key = "talk.passed_on" if opens == now else "talk.passed_on_closed"
    sentence = say(key, number=case.number, open=opens)
    wait = office.can(address.channel).gather
    owe(uow, office, address, language, (sentence,), now=now, case_id=case.id, latest=f"talk:{case.id}", delay=wait)


def note_words(uow: UnitOfWork, office: Office, case: Case, what: str, words: str, now: datetime) -> bool:
    """Write the provider's words down and give the office the ball; False when the conversation is over for good."""
    if not is_consultation(office, case):
        return False
    if case.state is State.DORMANT and uow.cases.wake(case, now):
        uow.cases.tell(case.id, now, actor(case.person_id), "woken")
        case = uow.cases.get(case.id)
    if case.state is not State.ASKED and not uow.cases.move(case, Event.ASK, now, resolved_at=None):
        return False
    _free_from_stranger(uow, case)
    uow.cases.tell(case.id, now, actor(case.person_id), what, words)
    return True


def _free_from_stranger(uow: UnitOfWork, case: Case) -> None:
    """Whoever held the conversation when it was answered may have left the office since."""
    if case.holder_id is not None:
        member = uow.staff.find(case.holder_id)
        if member is None or not may(member.roles, Event.ANSWER):
            uow.cases.release(case.id, case.holder_id)


def pass_to_staff(uow: UnitOfWork, office: Office, case: Case, words: str, now: datetime) -> None:
    """The holder reads it in their own chat; without one the card comes to the end of the group."""
    case = uow.cases.get(case.id)
    if case.holder_id is None:
        repost_card(uow, office, case.id, now)
        return
    sentence = say("staff.talk.asked", number=case.number, company=case.company, text=words)
    tell_member(uow, office, case.holder_id, sentence, now=now, buttons=staff_buttons(office, case))
    show_card(uow, office, case.id, now)


def staff_buttons(office: Office, case: Case) -> list[Button]:
    actions = ("answer", "offer_call", "settle") if may_call(office, case) else ("answer", "settle")
    return [staff_button(office, action, case.id) for action in actions]


# ---------------------------------------------------------------- a video call about it


def may_call(office: Office, case: Case) -> bool:
    """Whether the question can also be talked over: where the catalogue allows it and the call is a link."""
    allowed = office.catalogue.service(case.service).video_call and office.settings.call_by == "tautan"
    return allowed and is_open(office, case)


def ask_call(visit: Visit, case: Case) -> Heard:
    """Choose a slot for the call, or another one in good time; nothing has to be prepared for it."""
    if not may_call(visit.office, case):
        return visit.toast("stale.button", alert=True)
    appointment = visit.uow.appointments.of_case(case.id)
    if appointment is None:
        return open_form(visit, case, booking.name)
    if _is_too_late(visit, appointment):
        visit.reply((say("booking.too_late", starts=appointment.starts_at),))
        return Heard()
    return open_form(visit, case, booking.name, say("booking.moving", starts=appointment.starts_at))


def _is_too_late(visit: Visit, appointment: Appointment) -> bool:
    return not can_change(appointment.starts_at, visit.office.today(visit.uow).calendar, visit.now)


def cancel_call(visit: Visit, case: Case) -> Heard:
    """The call is not wanted any more; the conversation goes on."""
    appointment = visit.uow.appointments.of_case(case.id)
    if appointment is None or not is_open(visit.office, case):
        return visit.toast("stale.button", alert=True)
    if _is_too_late(visit, appointment):
        visit.reply((say("booking.too_late", starts=appointment.starts_at),))
        return Heard()
    visit.uow.appointments.end(case.id, "cancelled")
    visit.uow.cases.tell(case.id, visit.now, actor(case.person_id), "call_cancelled")
    show_card(visit.uow, visit.office, case.id, visit.now)
    visit.reply((say("booking.cancelled", starts=appointment.starts_at),), case_id=case.id)
    return Heard()


def call_booked(visit: Visit, case: Case, starts_at: datetime) -> None:
    """The slot is taken: say when, and let the conversation go on."""
    show_card(visit.uow, visit.office, case.id, visit.now)
    _lay(visit.uow, case, visit.now)
    buttons = [case_button(visit.office, visit.language, action, case.id) for action in ("call_move", "call_cancel")]
    visit.reply((say("talk.call_booked", number=case.number, starts=starts_at),), buttons, case.id)
    if case.holder_id is not None:
        notice = say("staff.talk.call_booked", number=case.number, company=case.company, starts=starts_at)
        tell_member(visit.uow, visit.office, case.holder_id, notice, now=visit.now)


# ---------------------------------------------------------------- how it ends, and goes on


def settled(visit: Visit, case: Case) -> Heard:
    """The provider says that the question is answered."""
    if not is_open(visit.office, case) or not settle(visit.uow, visit.office, case, actor(case.person_id), visit.now):
        return visit.toast("stale.button", alert=True)
    buttons = [ask_again_button(visit.office, visit.language, case), visit.word("menu")]
    visit.reply((say("talk.settled", number=case.number),), buttons, case.id)
    if case.holder_id is not None:
        notice = say("staff.talk.settled_by_provider", number=case.number, company=case.company)
        tell_member(visit.uow, visit.office, case.holder_id, notice, now=visit.now)
    survey.invite(visit.uow, visit.office, visit.uow.cases.get(case.id), visit.now)
    return Heard()


def _settle_one(visit: Visit, lying: Case) -> None:
    """Whoever has several open conversations says which of them is meant."""
    talking = visit.uow.cases.of_person(visit.caller.person_id, tuple(TALKING))
    talks = [case for case in talking if is_consultation(visit.office, case)]
    if len(talks) == 1:
        settled(visit, lying)
        return
    visit.which("settled", talks)


def settle(uow: UnitOfWork, office: Office, case: Case, who: str, now: datetime) -> bool:
    """End the conversation; what is written later opens it again for some days."""
    if not uow.cases.move(case, Event.SETTLE, now, resolved_at=now):
        return False
    uow.cases.tell(case.id, now, who, "settled")
    appointment = uow.appointments.of_case(case.id)
    if appointment is not None:
        uow.appointments.end(case.id, "cancelled" if now < appointment.starts_at else "held")
    lying = uow.forms.open_before(case.person_id)
    if lying is not None and lying.case_id == case.id:
        uow.forms.put_away(case.person_id)
    show_card(uow, office, case.id, now)
    return True


def ask_again_button(office: Office, language: str, case: Case) -> Button:
    return case_button(office, language, "talk", case.id, number=case.number)


def open_talk(visit: Visit, case: Case) -> Heard:
    """Let the provider write on: in a conversation that is open, or was ended not long ago."""
    if not is_consultation(visit.office, case) or case.state not in (*TALKING, State.RESOLVED):
        return visit.toast("stale.button", alert=True)
    form = visit.uow.forms.for_case(case.id, TALK)
    if form is None:
        return open_form(visit, case, TALK)
    visit.uow.forms.take_out(visit.caller.person_id, form.id, visit.now)
    return ask(visit, form, case_id=case.id)


def point_to(visit: Visit) -> Heard | None:
    """Somebody writes, or sends a file, with no form before them: perhaps it is for a conversation that they left."""
    for case in visit.uow.cases.of_person(visit.caller.person_id, tuple(TALKING)):
        if is_consultation(visit.office, case):
            buttons = [ask_again_button(visit.office, visit.language, case), visit.word("menu")]
            visit.reply((say("talk.waiting", number=case.number),), buttons, case.id)
            return Heard()
    return None


# ---------------------------------------------------------------- what staff write


def pass_to_provider(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    sentence: Say,
    now: datetime,
    actions: Sequence[str] = (),
    document: Owed | None = None,
) -> None:
    """An answer goes to the provider, who can write on at once, unless they are in the middle of something else."""
    language = language_of(uow, case)
    address = uow.people.addresses(case.person_id, now)[0]
    lying = uow.forms.open_before(case.person_id)
    actions = actions or (("settled", "call") if may_call(office, case) else ("settled",))
    buttons = [case_button(office, language, action, case.id, number=case.number) for action in actions]
    further = say("provider.write_on")
    if lying is not None and lying.case_id != case.id:
        # What is written here is for something else now.
        again = of_case_button(office, language, "talk", case)
        buttons.append(again)
        further = say("provider.write_on_aside", button=again.label)
    elif lying is None or lying.flow != TALK:
        _lay(uow, case, now)
    if document is not None:
        text = office.say(language, sentence, further, channel=address.channel)
        uow.outbox.owe(
            Owed(
                address=address,
                text=text,
                rows=layout(buttons),
                document_id=document.document_id,
                file_name=document.file_name,
                case_id=case.id,
            ),
            now,
        )
        return
    owe(uow, office, address, language, (sentence, further), buttons, now=now, case_id=case.id)


def _lay(uow: UnitOfWork, case: Case, now: datetime) -> None:
    form = uow.forms.for_case(case.id, TALK)
    if form is None:
        uow.forms.begin(case.person_id, TALK, case.id, now)
    else:
        uow.forms.take_out(case.person_id, form.id, now)
