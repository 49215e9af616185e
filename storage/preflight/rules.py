"""What an office asks of a file, what is advised about one, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LIMIT_MEGAPIXELS: Final = 110  # a photo of a 108-megapixel phone still passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Where advice begins, and how long a document may be."""

    pages_at_most: int = 100
    side_at_least: int = 800
    """Of the longer side of a picture, in pixels: below it small print cannot be read."""
    sharp_at_least: float = 30.0
    """Variance of the Laplacian where the page is sharpest, at 1000 pixels; print in focus has hundreds."""
    bright_at_least: float = 45.0
    """Mean of the grey values, 0 to 255."""
    spread_at_least: float = 5.0
    """Standard deviation of the grey values where it is greatest; below it there is nothing on the page."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to tell the sender, who may send the file all the same; the sentence lives in the wording."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A document that can be taken: what it is, and the bytes to keep of it."""

    kind: str
    mime: str
    suffix: str
    pages: int
    width: int | None
    height: int | None
    content: bytes = field(repr=False)
    sha256: str
    """Of the file as it was sent, so that the same file is known again."""
    advice: tuple[Advice, ...] = ()
    notes: tuple[str, ...] = ()
    """What was done to it: converted, turned, remarks_removed, place_removed; not_drawn: a PDF nobody could draw."""
