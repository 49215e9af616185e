"""Turns a question and its good answer into the draft of a ready answer, without anything that tells who asked."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from domain.faq import STOP_WORDS
from domain.identifiers import CASE_NUMBER

GONE: Final = "(…)"
"""Stands where something personal was."""
LONGEST_TITLE, LONGEST_SLUG, MOST_KEYWORDS, SHORTEST_NAME = 90, 40, 10, 3
LEGAL_FORM: Final = re.compile(r"^(?:PT|CV|UD|Firma|Koperasi)\b\.?\s*|\s*,?\s*\b(?:Tbk)\.?$", re.IGNORECASE)
EMAIL: Final = re.compile(r"(?<![^\s@,;:<>()])[^\s@,;:<>()]++@[^\s@,;:<>()]+\.\w+")
NUMBER: Final = re.compile(r"(?<![\w-])\+?\d(?:[ .()/-]{0,2}\d){7,}(?!\w)")
"""So many digits are a phone, a NIK or an NPWP."""
MARKS: Final = re.compile(r"[*_`~]")
"""What messengers make bold, slanted or struck; a title is plain."""
WORD: Final = re.compile(r"[^\W\d_][\w-]{2,29}")


def draft(question: str, answer: str, names: Iterable[str]) -> tuple[str, str]:
    """The name of the file and its text; whoever publishes it reads it first, and adds keywords and a translation."""
    asked, answered = anonymous(question, names), anonymous(answer, names)
    title = _title(asked)
    text = f"---\ntitle: {title}\nkeywords: {', '.join(_keywords(asked))}\nservices:\n---\n{answered}\n"
    return _slug(title), text


def anonymous(text: str, names: Iterable[str]) -> str:
    """The text without names, numbers and addresses of people; braces would be taken for facts of the office."""
    for pattern in (EMAIL, CASE_NUMBER, NUMBER):
        text = pattern.sub(GONE, text)
    known = {part for name in names for part in (name.strip(), LEGAL_FORM.sub("", name.strip()))}
    for name in sorted(known, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", GONE, text, flags=re.IGNORECASE)
    plain = text.replace("{", "(").replace("}", ")").replace("\r", "")
    # A heading of ours would begin the translation.
    return re.sub(r"^#+ *", "", plain, flags=re.MULTILINE).strip() or GONE


def words_of(names: Iterable[str]) -> list[str]:
    """The words of personal names, each of which may stand for the whole: Siti for Bu Siti Aminah."""
    return [word for name in names if not LEGAL_FORM.match(name) for word in WORD.findall(name) if not is_empty(word)]


def is_empty(word: str) -> bool:
    return word.casefold() in STOP_WORDS


def _title(asked: str) -> str:
    """The first sentence of the question, on one line."""
    line = " ".join(MARKS.sub("", asked).split())
    first = re.split(r"(?<=[?.!])\s", line, maxsplit=1)[0]
    first = first[:1].upper() + first[1:]
    if len(first) <= LONGEST_TITLE:
        return first
    return first[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def _keywords(asked: str) -> list[str]:
    words = (word.casefold() for word in WORD.findall(MARKS.sub("", asked.replace(GONE, " "))))
    return list(dict.fromkeys(word for word in words if not is_empty(word)))[:MOST_KEYWORDS]


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug[:LONGEST_SLUG].strip("-") or "jawaban-baru"
