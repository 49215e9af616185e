"""Reads the papers that people were sent, as they would on their phones."""

from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
from docx import Document

from simulator.messages import File
from tests.chat import Read


def pages_of(paper: bytes) -> list[str]:
    """The words of each page of a PDF."""
    with pypdfium2.PdfDocument(paper) as document:
        return [page.get_textpage().get_text_range() for page in document]


def letter_of(paper: bytes) -> str:
    """Every word of a letter in Word, in the order of reading."""
    body = Document(BytesIO(paper)).element.body
    return "\n".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def files_of(reader: Read) -> list[File]:
    """The files that the bot sent and that are still in the chat, oldest first."""
    messages = reader.phone.messages
    return [message.file for message in messages if message.from_bot and message.is_seen and message.file]


def one_line(page: str) -> str:
    """The words of a page without the places where its lines end."""
    return " ".join(page.split())
