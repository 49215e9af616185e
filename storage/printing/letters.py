"""Fills the sample letters of the office with what the provider has already told us, ready to be printed and signed."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import BadZipFile

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateError, Undefined
from jinja2.sandbox import SandboxedEnvironment

LETTER_FACTS: Final = frozenset(
    {
        "address",
        "admin",
        "admin_mobile",
        "changes",
        "company",
        "date",
        "director",
        "email",
        "form",
        "meterai",
        "mobile",
        "npwp",
        "office",
        "place",
        "proxy",
        "service",
        "unit",
        "user_id",
    }
)
"""What a letter may ask for. Each of the `changes` has a name, an old and a new value."""

DOTTED_LINE: Final = "." * 36

_UNPRINTABLE: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


class _Dotted(Undefined):
    """What nobody told us yet is written by hand."""

    def __str__(self) -> str:
        return DOTTED_LINE


def fill_letter(template: bytes, facts: Mapping[str, object]) -> bytes:
    """The letter as a Word file; whatever is unknown or empty becomes a dotted line.

    jinja2.TemplateError where its braces make no sense, or ask for more than facts.
    """
    letter = DocxTemplate(BytesIO(template))
    letter.render(_written(facts), _environment(), autoescape=True)
    filled = BytesIO()
    letter.save(filled)
    return filled.getvalue()


def placeholders(template: bytes) -> set[str]:
    """The facts that a letter asks for; jinja2.TemplateError where its braces make no sense."""
    return set(DocxTemplate(BytesIO(template)).get_undeclared_template_variables(_environment()))


def wrong_in_letter(template: bytes) -> list[str]:
    """What is wrong with a sample letter, in the office's language."""
    try:
        asked = placeholders(template)
    except TemplateError as error:
        return [f"kurung kurawalnya tidak benar: {error}"]
    except (BadZipFile, KeyError, ValueError, OSError):
        return ["bukan berkas Word (.docx) yang dapat dibaca"]
    known = ", ".join(sorted(LETTER_FACTS))
    return [f"{{{{ {name} }}}} tidak dapat diisi; yang ada: {known}" for name in sorted(asked - LETTER_FACTS)]


def _environment() -> SandboxedEnvironment:
    # Sandboxed: a letter is edited by the office and may come from anywhere; it fills in facts and does nothing else.
    return SandboxedEnvironment(undefined=_Dotted, autoescape=True)


def _written(facts: Mapping[str, object]) -> dict[str, object]:
    kept = {name: _printable(value) for name, value in facts.items()}
    return {name: value for name, value in kept.items() if value not in (None, "", [])}


def _printable(value: object) -> object:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value).strip()
    if isinstance(value, Mapping):
        return _written(value)
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value
