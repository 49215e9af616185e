"""A paper that is still to be printed: what its file is called, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is to be known was looked up; `make` needs no database, and may take a while."""

    name: str
    mime: str
    make: Callable[[], bytes]
    picture: bool = False
    """Whether it is to be looked at in the chat, and not to be kept as a file."""
