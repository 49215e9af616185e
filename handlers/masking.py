"""What must not be read by everybody, hidden in what people write."""

import re
from typing import Final

from domain.cases import Case, State
from domain.faq_draft import EMAIL, words_of
from domain.identifiers import LIKE_A_CASE_NUMBER
from domain.secrets import HIDDEN
from storage.unit_of_work import UnitOfWork

NUMBER = re.compile(
    r"(?P<harmless>\b[a-z]{2,8}[ -]20\d\d[ -]\d{1,6}(?![ .-]?\d)"
    r"|(?<!\d)(?:20\d\d-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]20\d\d)(?![./-]?\d))"
    r"|(?<!\d)\+?\d(?:[ .()/-]{0,2}\d){7,}",
    re.IGNORECASE,
)
"""So many digits are a phone, a NIK or an NPWP, unless they are a case number or a day."""
USER_ID: Final = re.compile(
    r"(?P<named>(?<!\w)user[ -]?(?:id|name)(?:[ \t]+(?:spse|lpse|akun|login|saya|kami|kita|perusahaan|my|our))*"
    r"(?:[ \t]*[:=][ \t]*|[ \t]+(?:(?:adalah|yaitu|ialah|is)[ \t]+)?(?=\S*(?:[\d_]|\w[.@]\w))))"
    r"(?P<value>[^\s,;?!()]{2,63}[^\s,;?!().])",
    re.IGNORECASE,
)
"""A user ID that somebody names: what follows a colon, or looks like no word."""
NAMES: Final = ("company", "company_new", "director", "user_id", "address", "address_new", "participants")
"""What of a case's particulars may stand in a text as a name."""


def masked(text: str, case: Case | None = None) -> str:
    """The text as the group may read it: the group keeps what it has read."""
    hidden = EMAIL.sub(HIDDEN, text)
    user_id = str(case.particulars.get("user_id") or "") if case is not None else ""
    if user_id:
        hidden = re.sub(rf"(?<!\w){re.escape(user_id)}(?!\w)", HIDDEN, hidden, flags=re.IGNORECASE)
    return NUMBER.sub(_mask, USER_ID.sub(_hide_user_id, hidden))


def unnamed(text: str) -> str:
    """The text as it may be read by whoever must not know who wrote it."""
    return LIKE_A_CASE_NUMBER.sub(HIDDEN, masked(text))


def names_of(uow: UnitOfWork, case: Case) -> list[str]:
    """What the office knows the provider of a case by, from all of their cases; personal names also word by word."""
    own = uow.cases.of_person(case.person_id, tuple(State))
    told = [str(one.particulars[name]) for one in own for name in NAMES if name in one.particulars]
    people = [uow.people.name(case.person_id), *(str(one.particulars.get("director", "")) for one in own)]
    return [*people, *(one.company for one in own), *told, *words_of(people)]


def _hide_user_id(found: re.Match[str]) -> str:
    return found[0] if LIKE_A_CASE_NUMBER.fullmatch(found["value"]) else f"{found['named']}{HIDDEN}"


def _mask(found: re.Match[str]) -> str:
    if found["harmless"]:
        return found[0]
    digits = re.sub(r"\D", "", found[0])
    first, last = (4, 4) if len(digits) >= 15 else (0, 3)
    return f"{digits[:first]}{'*' * (len(digits) - first - last)}{digits[-last:]}"
