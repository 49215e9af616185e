"""How an answer looks on WhatsApp: stars for emphasis, numbered lines or real buttons, pieces for length."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from channels.text import bold, length, pieces
from domain.messages import Rows, numbered

TEXT_LIMIT: Final = 1600
"""Characters that Twilio takes in one message."""
VALUE_LIMIT: Final = 255
"""Characters of a value that is filled into a template."""
LINK: Final = "{label}: {url}"

KNOCK: Final = "knock"
"""The template that asks somebody to write."""
QUICK_REPLIES, QUICK_LABEL = 3, 20
LIST_ITEMS, LIST_LABEL = 10, 24


@dataclass(frozen=True, slots=True)
class Part:
    """One message for Twilio: a text, or a template and what is filled into it."""

    text: str = ""
    template: str = ""
    values: str = ""


def marked(text: str) -> str:
    return bold(text, "*", "*")


def parts(text: str, rows: Rows, templates: Mapping[str, str]) -> list[Part]:
    """The messages that a text with its choices becomes, in order."""
    name = _template(rows, templates)
    before, _, question = text.rpartition("\n\n")
    if name and _fits(marked(question)):
        return [*_texts(before), _interactive(question, rows, templates[name])]
    choices = [f"*{number}.* {label}" for number, label, _ in numbered(rows)]
    choices += [LINK.format(label=button.label, url=button.url) for row in rows for button in row if button.url]
    return _texts("\n\n".join(piece for piece in (text, "\n".join(choices)) if piece))


def _texts(text: str) -> list[Part]:
    # Room for the stars: they are characters here, while our own marks are not counted.
    limit = TEXT_LIMIT
    while True:
        found = [marked(piece) for piece in pieces(text, limit) if piece]
        if all(length(piece) <= TEXT_LIMIT for piece in found):
            return [Part(piece) for piece in found]
        limit -= 50


def _template(rows: Rows, templates: Mapping[str, str]) -> str:
    """The kind of real buttons that these choices fit on; empty where there is none."""
    buttons = [button for row in rows for button in row]
    if not buttons or any(button.url for button in buttons):
        return ""
    longest = max(length(button.label) for button in buttons)
    quick, listed = f"quick_{len(buttons)}", f"list_{len(buttons)}"
    if len(buttons) <= QUICK_REPLIES and longest <= QUICK_LABEL and quick in templates:
        return quick
    return listed if len(buttons) <= LIST_ITEMS and longest <= LIST_LABEL and listed in templates else ""


def _fits(value: str) -> bool:
    """Whether a text may stand in a place of a template: WhatsApp takes no line breaks and no gaps there."""
    return bool(value.strip()) and len(value) <= VALUE_LIMIT and not any(bad in value for bad in ("\n", "\t", "    "))


def _interactive(question: str, rows: Rows, sid: str) -> Part:
    values = {"1": marked(question)}
    for button in (button for row in rows for button in row):
        values[str(len(values) + 1)] = button.label
        values[str(len(values) + 1)] = button.data
    return Part(template=sid, values=json.dumps(values, ensure_ascii=False))
