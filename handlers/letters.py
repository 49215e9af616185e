"""What providers and staff write to each other, passed on from one chat to the other."""

from datetime import datetime

from conversations.flow import Say, say
from conversations.smaller import letter
from domain.cases import Case
from domain.messages import Button
from domain.refusal import Refused
from handlers.act import ID, Act
from handlers.cards import staff_button
from handlers.masking import masked
from handlers.office import Office
from handlers.reasons import ask_reason, asked
from handlers.reply import layout, owe, tell_group, word_button
from handlers.visit import actor
from storage.forms import Form
from storage.unit_of_work import UnitOfWork


def deliver(uow: UnitOfWork, office: Office, case: Case | None, person_id: int, text: str, now: datetime) -> None:
    """Show the staff group what a provider wrote, until it is answered; the whole text stands in the history."""
    if case is not None and case.number:
        uow.cases.tell(case.id, now, actor(person_id), "letter", text)
        about = say("staff.letter.about", number=case.number, company=case.company)
    else:
        about = say("staff.letter.about_nothing")
    button = staff_button(office, "reply", case.id if case else 0, person_id)
    letter_text = say("staff.letter.text", title=say("staff.letter.title"), about=about, text=masked(text, case))
    before = _letters_of(case, person_id)
    uow.posts.show(
        f"{before}{uow.posts.count(before)}", office.group(uow), office.staff_say(letter_text), layout([button]), now
    )


def _letters_of(case: Case | None, person_id: int) -> str:
    """How the posts with what this provider wrote about this case begin."""
    return f"letter:{person_id}:{case.id if case else 0}:"


def is_letter(office: Office, text: str) -> bool:
    """Whether this is how the group was shown what a provider wrote."""
    return text.startswith(office.staff_say(say("staff.letter.title")))


def _mark_answered(act: Act, case: Case | None, person_id: int) -> bool:
    """Whoever reads the group sees on the letters themselves that they are answered, and by whom."""
    waiting = act.uow.posts.with_buttons(_letters_of(case, person_id))
    answered = act.office.staff_say(say("staff.letter.by", name=act.member.name))
    for name, text in waiting:
        act.uow.posts.show(name, act.office.group(act.uow), f"{text}\n\n{answered}", (), act.now)
    return bool(waiting)


def answer(act: Act, case: Case | None, more: str) -> Say | None:
    """A member of staff wants to answer a letter: what they write next goes to the provider."""
    person_id = case.person_id if case else int(more) if ID.fullmatch(more) else 0
    if not person_id or not act.uow.people.addresses(person_id, act.now):
        raise Refused("no_such_case")
    if case is None:
        ask_reason(act, None, "reply", say("staff.reason.reply_nobody"), person=person_id)
        return asked(act)
    before = [say("staff.reason.reply", number=case.number or "-", company=case.company)]
    last = next((one for one in reversed(act.uow.cases.story(case.id)) if one.what == "letter"), None)
    if last is not None:
        before.append(say("staff.letter.whole", text=last.why))
    ask_reason(act, case, "reply", *before, person=person_id)
    return asked(act)


def reply(act: Act, case: Case, text: str) -> Say | None:
    """By command: the text goes to the provider of the case; without one it is asked for in private."""
    return _send(act, case, case.person_id, letter(text)) if text else answer(act, case, "")


def reply_because(act: Act, case: Case | None, form: Form, text: str) -> Say | None:
    """The answer to a letter was written."""
    return _send(act, case, int(form.answers["person"]), text)


def _send(act: Act, case: Case | None, person_id: int, text: str) -> Say | None:
    uow, office = act.uow, act.office
    language = uow.people.language(person_id)
    if case is not None and case.number:
        act.note(case, "reply", text)
        sentence = say("provider.letter", number=case.number, text=text)
        notice = say("staff.letter.answered", number=case.number, name=act.member.name)
    else:
        sentence = say("provider.letter_plain", text=text)
        notice = say("staff.letter.answered_nobody", name=act.member.name)
    buttons: list[Button] = [word_button(office, language, "officer")]
    address = uow.people.addresses(person_id, act.now)[0]
    owe(uow, office, address, language, (sentence,), buttons, now=act.now, case_id=case.id if case else None)
    if not _mark_answered(act, case, person_id) and act.private:
        tell_group(uow, office, notice, now=act.now)
    door = uow.people.door(address)
    outcome = say("staff.letter.sent" if door is None or door.is_open(act.now) else "staff.letter.held")
    if not act.private or act.tapped:
        return outcome
    again = Button(office.staff_say(say("staff.button.write_again")), f"s.reply.{case.id if case else 0}.{person_id}")
    act.answer(outcome, buttons=[again])
    return None
