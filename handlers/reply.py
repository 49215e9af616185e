"""Turns sentences and questions into messages that are owed to a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from conversations.flow import Prompt, Say, Shown, say
from domain.cases import STAFF_CHANNEL, Appointment, Case
from domain.messages import Address, Button, Rows
from handlers.office import Office
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

WIDE, MIDDLING = 22, 11
"""Labels longer than these, in characters, stand one or two to a row on a small phone."""


def layout(buttons: Sequence[Button]) -> Rows:
    """Buttons in rows that a small phone shows whole: in order, one to three a row, by the length of their labels."""
    rows: list[tuple[Button, ...]] = []
    row: list[Button] = []
    for button in buttons:
        longest = max(len(one.label) for one in (*row, button))
        most = 1 if longest > WIDE else 2 if longest > MIDDLING else 3
        if row and len(row) >= most:
            rows.append(tuple(row))
            row = []
        row.append(button)
    if row:
        rows.append(tuple(row))
    return tuple(rows)


def buttons_of(office: Office, language: str, prompt: Prompt, form_id: int) -> list[Button]:
    """The buttons under a question: its options, and the way back."""
    shown = [_button(office, language, option, form_id) for option in prompt.options]
    if prompt.back:
        shown.append(word_button(office, language, "back"))
    return shown


def _button(office: Office, language: str, shown: Shown, form_id: int) -> Button:
    return Button(office.wording.text(language, shown.label), f"f{form_id}.{shown.step}.{shown.option}")


def word_button(office: Office, language: str, word: str) -> Button:
    """A button that stands for a word of the menu, such as status."""
    return Button(office.say(language, say(f"button.{word}")), f"w.{word}")


def join_button(office: Office, language: str, appointment: Appointment) -> list[Button]:
    """The way into a video call; none where staff telephone."""
    if office.settings.call_by != "tautan":
        return []
    return [Button(office.say(language, say("button.join")), url=office.settings.link(appointment.room))]


def case_button(office: Office, language: str, action: str, case_id: int, **facts: object) -> Button:
    """A button that does something with one of the person's cases."""
    return Button(office.say(language, say(f"button.{action}", **facts)), f"c.{action}.{case_id}")


def of_case_button(office: Office, language: str, action: str, case: Case) -> Button:
    """The same with the number of the case in its label, for somebody who has several."""
    button = case_button(office, language, action, case.id, number=case.number)
    label = say("button.of_case", label=button.label, number=case.number or say("draft.name"))
    return Button(office.say(language, label), button.data)


def owe(
    uow: UnitOfWork,
    office: Office,
    address: Address,
    language: str,
    sentences: Sequence[Say],
    buttons: Sequence[Button] = (),
    *,
    now: datetime,
    case_id: int | None = None,
    latest: str = "",
    delay: timedelta = timedelta(0),
    unasked: bool = False,
    printed: str = "",
) -> None:
    """Owe a message; under `latest` it takes the place of one that waits under the same key.

    `unasked` tells that the person did not just ask for it, `printed` names a paper that goes with it.
    """
    message = Owed(
        address=address,
        printed=printed,
        text=office.say(language, *sentences, channel=address.channel),
        rows=layout(buttons),
        case_id=case_id,
        unasked=unasked,
    )
    if latest:
        uow.outbox.owe_latest(latest, message, now + delay)
    else:
        uow.outbox.owe(message, now + delay)


def _owe(uow: UnitOfWork, message: Owed, now: datetime, once: str) -> bool:
    """Owe a message, under a key only one time; tells whether it was owed now."""
    if once:
        return uow.outbox.owe_once(once, message, now)
    uow.outbox.owe(message, now)
    return True


def tell_provider(
    uow: UnitOfWork,
    office: Office,
    case: Case,
    sentences: Sequence[Say],
    buttons: Sequence[Button] = (),
    *,
    now: datetime,
    once: str = "",
) -> bool:
    """Owe the provider of a case a message where they can be reached best; under `once` only one time."""
    language = uow.people.language(case.person_id)
    address = uow.people.addresses(case.person_id, now)[0]
    text = office.say(language, *sentences, channel=address.channel)
    message = Owed(address=address, text=text, rows=layout(buttons), case_id=case.id, unasked=True)
    return _owe(uow, message, now, once)


def tell_group(
    uow: UnitOfWork,
    office: Office,
    *sentences: Say,
    now: datetime,
    buttons: Sequence[Button] = (),
    once: str = "",
    urgent: bool = False,
) -> bool:
    """Owe the staff group a message."""
    message = Owed(address=office.group(uow), text=office.staff_say(*sentences), rows=layout(buttons), urgent=urgent)
    return _owe(uow, message, now, once)


def tell_member(
    uow: UnitOfWork,
    office: Office,
    user_id: str,
    *sentences: Say,
    now: datetime,
    buttons: Sequence[Button] = (),
    once: str = "",
) -> bool:
    """Owe a member of staff a message in their own chat with the bot."""
    address = Address(STAFF_CHANNEL, user_id)
    message = Owed(address=address, text=office.staff_say(*sentences), rows=layout(buttons))
    return _owe(uow, message, now, once)


def language_of(uow: UnitOfWork, case: Case) -> str:
    return uow.people.language(case.person_id)
