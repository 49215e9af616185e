"""Cuts long messages where a reader would, without losing the emphasis."""

import re
from collections.abc import Iterator

from domain.messages import BOLD, PLAIN

_SEAMS = ("\n\n", "\n", ". ", " ")
"""Where a text may be cut, best first."""

_EMPHASIS = re.compile(f"{BOLD}([^{PLAIN}]*){PLAIN}?")


def length(text: str) -> int:
    """How long a text is for the messengers: they count UTF-16 units, and not the marks."""
    return sum(0 if char in (BOLD, PLAIN) else 2 if ord(char) > 0xFFFF else 1 for char in text)


def pieces(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit`, each with whole emphasis."""
    if length(text) <= limit:
        return [text]
    return list(_whole(_cut(text, limit)))


def bold(text: str, opening: str, closing: str) -> str:
    """The text with a messenger's own marks around what is emphasised."""
    marked = _EMPHASIS.sub(lambda found: f"{opening}{found[1]}{closing}" if found[1] else "", text)
    return marked.replace(PLAIN, "")


def _cut(text: str, limit: int) -> Iterator[str]:
    while length(text) > limit:
        most = _reach(text, limit)
        # A cut in the first half would leave a scrap of a message: rather a worse seam.
        end = next((at for seam in _SEAMS if (at := _seam(text, seam, most)) > most // 2), most)
        piece = text[:end].rstrip()
        if piece.strip(BOLD + PLAIN):
            yield piece
        text = text[end:].lstrip()
    if text.strip(BOLD + PLAIN):
        yield text


def _seam(text: str, seam: str, most: int) -> int:
    at = text.rfind(seam, 0, most)
    return at + len(seam) if at >= 0 else -1


def _reach(text: str, limit: int) -> int:
    """How many characters of the text fit into `limit`."""
    used = 0
    for index, char in enumerate(text):
        used += length(char)
        if used > limit:
            return index
    return len(text)


def _whole(cut: Iterator[str]) -> Iterator[str]:
    """Emphasis that goes on over a cut ends before it and begins again after it."""
    open_before = False
    for piece in cut:
        piece = BOLD + piece if open_before else piece
        open_before = piece.rfind(BOLD) > piece.rfind(PLAIN)
        yield piece + PLAIN if open_before else piece
