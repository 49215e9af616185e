"""What must not be read by everybody, hidden in what people write."""

import re

from domain.cases import Case
from domain.secrets import HIDDEN

EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.\w+")
NUMBER = re.compile(
    r"(?P<harmless>\b[a-z]{2,8}[ -]20\d\d[ -]\d{1,6}(?![ .-]?\d)"
    r"|(?<!\d)(?:20\d\d-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]20\d\d)(?![./-]?\d))"
    r"|(?<!\d)\+?\d(?:[ .()/-]{0,2}\d){7,}",
    re.IGNORECASE,
)
"""So many digits are a phone, a NIK or an NPWP, unless they are a case number or a day."""
NUMBER_OF_CASE = re.compile(r"[a-z]{2,8}-\d{4}-\d{1,6}", re.IGNORECASE)


def masked(text: str, case: Case | None = None) -> str:
    """The text as the group may read it: the group keeps what it has read."""
    hidden = EMAIL.sub(HIDDEN, text)
    user_id = str(case.particulars.get("user_id") or "") if case is not None else ""
    if user_id:
        hidden = re.sub(rf"(?<!\w){re.escape(user_id)}(?!\w)", HIDDEN, hidden, flags=re.IGNORECASE)
    return NUMBER.sub(_mask, hidden)


def unnamed(text: str) -> str:
    """The text as it may be read by whoever must not know who wrote it."""
    return NUMBER_OF_CASE.sub(HIDDEN, masked(text))


def _mask(found: re.Match[str]) -> str:
    if found["harmless"]:
        return found[0]
    digits = re.sub(r"\D", "", found[0])
    first, last = (4, 4) if len(digits) >= 15 else (0, 3)
    return f"{digits[:first]}{'*' * (len(digits) - first - last)}{digits[-last:]}"
