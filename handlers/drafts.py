"""A good answer becomes the draft of a ready one: a file in the private chat of whoever asked for it."""

from datetime import datetime
from typing import Final

from conversations.flow import Say, say
from domain.cases import Case
from domain.faq import question
from domain.faq_draft import draft, words_of
from domain.identifiers import CASE_NUMBER
from domain.refusal import Refused
from handlers import consultation
from handlers.act import FRONT_DESK, Act, own_chat_open, require_role
from handlers.masking import names_of
from handlers.office import STAFF_LANGUAGE, Office
from storage.owed import Owed
from storage.printing.sheet import Sheet
from storage.unit_of_work import UnitOfWork

MARKDOWN: Final = "text/markdown"


def of_quoted(uow: UnitOfWork, user_id: str, quoted: str) -> str:
    """What `/faq` is about when it replies to a message: the number of the case, and the text of the answer."""
    number = CASE_NUMBER.search(quoted)
    case_number = number[0] if number else uow.cases.number_of(user_id, consultation.ANSWERED, quoted.strip())
    return f"{case_number} {quoted}" if case_number else ""


def make_draft(act: Act, case: Case, text: str) -> Say | None:
    """Send the draft to the member's own chat. Refused: role, write_first, no_question, unanswered."""
    require_role(act, FRONT_DESK)
    own_chat_open(act)
    if not consultation.is_consultation(act.office, case):
        raise Refused("no_question", number=case.number)
    answers = _answers(act.uow, case)
    if not answers:
        raise Refused("unanswered", number=case.number)
    wanted = next((place for place, (_, one) in enumerate(answers) if text and one.strip() in text), len(answers) - 1)
    act.uow.outbox.owe(
        Owed(
            address=act.own_chat,
            text=act.office.staff_say(say("staff.faq.draft", number=case.number)),
            printed=f"faq:{case.id}.{wanted}",
        ),
        act.now,
    )
    act.note(case, "faq_drafted")
    return None if act.private else say("staff.faq.sent")


def _answers(uow: UnitOfWork, case: Case) -> list[tuple[str, str]]:
    """Every answer of staff, with what was last asked before it."""
    found: list[tuple[str, str]] = []
    asked = ""
    for one in uow.cases.story(case.id):
        if one.what == consultation.ASKED and (question(one.why, STAFF_LANGUAGE) or not asked):
            # "Baik, terima kasih" asks nothing.
            asked = one.why
        if one.what == consultation.ANSWERED:
            found.append((asked, one.why))
    return found


def sheet(uow: UnitOfWork, _office: Office, about: str, _now: datetime) -> Sheet | None:
    """The draft itself, made when it is sent."""
    case_id, _, place = about.partition(".")
    case = uow.cases.find(int(case_id))
    answers = _answers(uow, case) if case else []
    if case is None or int(place) >= len(answers):
        return None
    slug, text = draft(*answers[int(place)], _names(uow, case))
    return Sheet(f"{slug}.md", MARKDOWN, text.encode)


def _names(uow: UnitOfWork, case: Case) -> list[str]:
    """What the office knows the person by, and who answered."""
    staff = [member.name for member in uow.staff.everybody()]
    return [*names_of(uow, case), *staff, *words_of(staff)]
