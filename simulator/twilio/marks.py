"""Reads a WhatsApp text as its readers see it: stars become bold, and numbered lines can be answered."""

import re

from simulator.markup import Entity, noticed, units
from simulator.messages import Button

# A mark counts only at the edge of a word: in maju_bersama_1 nothing is italic.
MARKS = {
    mark: re.compile(
        rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*\S){re.escape(mark)}(?!\w)"
    )
    for mark in ("*", "_", "~")
}
KINDS = {"*": "bold", "_": "italic", "~": "strikethrough", "```": "pre"}
VERBATIM = re.compile(r"```(.+?)```", re.DOTALL)
NUMBERED = re.compile(r"^\s*(\d{1,2})[.)]\s+(\S.*?)\s*$", re.MULTILINE)


def read_marks(source: str) -> tuple[str, tuple[Entity, ...]]:
    """The text without its marks, and what they marked."""
    found = [(*match.span(), "```") for match in VERBATIM.finditer(source)]
    for mark, pattern in MARKS.items():
        for match in pattern.finditer(source):
            if not any(start < match.end() and match.start() < end for start, end, kind in found if kind == "```"):
                found.append((*match.span(), mark))
    dropped: set[int] = set()
    for start, end, mark in found:
        dropped |= {*range(start, start + len(mark)), *range(end - len(mark), end)}

    def until(at: int) -> str:
        return "".join(letter for index, letter in enumerate(source[:at]) if index not in dropped)

    entities = tuple(
        Entity(type=KINDS[mark], offset=units(until(start)), length=units(until(end)) - units(until(start)))
        for start, end, mark in sorted(found, key=lambda span: (span[0], -span[1]))
    )
    text = until(len(source))
    return text, addresses(text, entities)


def addresses(text: str, entities: tuple[Entity, ...] = ()) -> tuple[Entity, ...]:
    """What the app marks by itself: links and e-mail addresses, but no commands."""
    return tuple(entity for entity in noticed(text, entities) if entity.type in ("url", "email") or entity in entities)


def numbered_lines(text: str) -> tuple[Button, ...]:
    """The lines `1. Label`, which a reader answers with their number."""
    return tuple(Button(label, data=number) for number, label in NUMBERED.findall(text))
