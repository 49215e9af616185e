"""Makes out which of several labels somebody meant by what they typed."""

import re
from collections.abc import Sequence
from functools import lru_cache


def understood(text: str, labels: Sequence[str]) -> int | None:
    """Which of the labels a typed text means: its number, the label itself, or the only label that begins so."""
    typed = simplified(text)
    if not typed:
        return None
    if typed.isdecimal() and len(typed) <= 3 and 1 <= int(typed) <= len(labels):
        return int(typed) - 1
    simple = [simplified(label) for label in labels]
    if typed in simple:
        return simple.index(typed)
    close = [number for number, label in enumerate(simple) if len(typed) >= 2 and label.startswith(typed)]
    return close[0] if len(close) == 1 else None


def command(text: str) -> str:
    """The command that a text is, such as `/status` of `/status@loket_bot REG-2026-0007`; empty when it is none."""
    found = re.match(r"(/\w{1,32})(?:@\w+)?(?=\s|$)", text.strip())
    return found[1].casefold() if found else ""


@lru_cache(maxsize=512)
def simplified(text: str) -> str:
    """A text without case, punctuation and emoji, so that `Ya!` is `ya`."""
    return " ".join(re.sub(r"[^\w\s/]", " ", text.casefold()).split())
