"""What staff write where it reaches nobody, or too many: free words in their own chat, and answers in the group."""

from datetime import datetime, timedelta
from typing import Final

from conversations.flow import Say, say
from domain.cases import TALKING, Case, StaffMember
from domain.identifiers import CASE_NUMBER
from domain.messages import Button, Inbound
from domain.refusal import Refused
from handlers import answering, consultation, letters, spse
from handlers.act import ID, Act
from handlers.cards import staff_button
from handlers.office import STAFF_LANGUAGE, Office
from handlers.reply import owe, tell_member
from handlers.visit import Heard, Visit
from storage.owed import Owed
from storage.unit_of_work import UnitOfWork

FLOW: Final = "astray"
"""Where the words wait until it is said for whom they are; nobody fills it in."""
A_DAY: Final = timedelta(days=1)
MOST_CHOICES: Final = 4
SHORTEST_USER_ID: Final = 6
"""A plain word in the group that is shorter is talk."""


# ---------------------------------------------------------------- in the group


def in_group(act: Act, inbound: Inbound) -> None:
    """Ordinary talk is nobody's business; what only a provider may read leaves, and what does not reach one is told."""
    caller = act.uow.people.meet(inbound.channel, inbound.sender)
    if caller is None or not caller.reachable:
        return
    form = caller.form
    if form is not None and form.answers.get("for") == spse.PRODUCT and _may_be_user_id(inbound.text):
        spse.take_out_of_group(act)
        _tell(act, say("staff.taken_out_of_group"), say("staff.write_here"))
        return
    if inbound.quotes_us and (case := _talked_of(act, inbound.quoted)) is not None:
        action = "answer" if case.state in TALKING else "reply"
        _tell(act, say("staff.not_passed_on", number=case.number), buttons=[staff_button(act.office, action, case.id)])
    elif inbound.quotes_us and letters.is_letter(act.office, inbound.quoted):
        _tell(act, say("staff.not_passed_on_nobody"))


def _may_be_user_id(text: str) -> bool:
    try:
        word = spse.user_id_in(text)
    except Refused:
        return False
    return len(word) >= SHORTEST_USER_ID or not word.isalpha()


def _talked_of(act: Act, quoted: str) -> Case | None:
    """The case whose provider waits for words: what is quoted is a question, or a letter."""
    number = CASE_NUMBER.search(quoted)
    case = act.uow.cases.by_number(number[0]) if number else None
    if case is None:
        return None
    return case if consultation.is_open(act.office, case) or letters.is_letter(act.office, quoted) else None


def _tell(act: Act, *sentences: Say, buttons: list[Button] | None = None) -> None:
    tell_member(act.uow, act.office, act.member.user_id, *sentences, now=act.now, buttons=buttons or [])


# ---------------------------------------------------------------- in their own chat


def in_private(visit: Visit, member: StaffMember, inbound: Inbound) -> Heard:
    """Nobody asked for it: say that it went nowhere, and offer the providers whom it may be for."""
    sentences = [say("staff.astray.command" if inbound.what == "command" else "staff.astray.nobody")]
    buttons: list[Button] = []
    # A single word is no message to a provider, and perhaps a user ID, which is kept nowhere.
    held = _choices(visit, member) if inbound.kind == "text" and not _may_be_user_id(inbound.text) else []
    if held:
        words = {"by": member.user_id, "words": inbound.text}
        form = visit.uow.forms.begin(visit.caller.person_id, FLOW, None, visit.now, words)
        visit.uow.forms.put_away(visit.caller.person_id)
        for case in held:
            buttons.append(Button(_label(visit.office, case), f"s.astray.{case.id}.{form.id}"))
        sentences = [say("staff.astray.whom")]
    buttons.append(Button(visit.office.staff_say(say("staff.button.provider_menu")), "w.menu"))
    owe(visit.uow, visit.office, visit.address, STAFF_LANGUAGE, sentences, buttons, now=visit.now)
    return Heard()


def _choices(visit: Visit, member: StaffMember) -> list[Case]:
    """Whom the member deals with just now, whoever moved last in front."""
    held = visit.uow.cases.held_by(member.user_id)
    return sorted(held, key=_moved_at, reverse=True)[:MOST_CHOICES]


def _moved_at(case: Case) -> datetime:
    return case.state_since


def pass_on(act: Act, case: Case, more: str) -> Say | None:
    """The words that waited go to the provider of this case. Refused: gone_astray, and all that writing to one asks."""
    form = act.uow.forms.find(int(more)) if ID.fullmatch(more) else None
    if form is None or form.flow != FLOW or form.answers["by"] != act.member.user_id:
        raise Refused("gone_astray")
    act.uow.forms.throw_away(form.id)
    done = answering.reply(act, case, form.answers["words"])
    label = act.office.staff_say(say("chosen", label=_label(act.office, case)))
    chosen = Button(label, f"s.astray.{case.id}.{more}")
    act.uow.outbox.owe(Owed(address=act.chat, kind="mark", target=act.tapped, rows=((chosen,),)), act.now)
    return done


def _label(office: Office, case: Case) -> str:
    return office.staff_say(say("staff.astray.to", number=case.number, company=case.company))


def forget(uow: UnitOfWork, now: datetime) -> None:
    """What waited for a day was meant for nobody."""
    uow.forms.throw_away_older(FLOW, now - A_DAY)
