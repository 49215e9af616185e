"""Hands documents over: several photos as one PDF, without loss, and pages as pictures to look at in the chat."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import Final

from domain.cases import Page
from domain.files import KEPT_AS
from domain.messages import Attachment, Impossible
from domain.refusal import Refused
from storage.owed import Owed
from storage.preflight.examiner import Examiner, Unavailable
from storage.printing.sheet import PDF
from storage.vault import Damaged, Missing, UnknownKey, Vault

log = logging.getLogger("loket.binder")

PICTURES: Final = 10
"""What one album holds."""
LARGEST: Final = 49 << 20
"""What a bot may send; a larger PDF goes out page by page."""


class Binder:
    """Opens documents and makes of them what is sent."""

    def __init__(self, vault: Vault, examiner: Examiner) -> None:
        self._vault = vault
        self._examiner = examiner

    async def bound(self, owed: Owed, pages: Sequence[Page]) -> tuple[Attachment, ...]:
        """A document as one file, or as one for each page where it cannot be bound. Impossible when it cannot open."""
        contents = await self._opened(owed, pages)
        if len(pages) > 1:
            try:
                pdf = await self._examiner.bind(contents)
                if len(pdf) <= LARGEST:
                    return (Attachment(f"{stem(owed)}.pdf", PDF, pdf),)
            except (Refused, Unavailable) as error:
                log.warning("document %d goes out page by page: %s", owed.document_id, error)
        return tuple(
            Attachment(file_name(owed, pages, number), page.mime, content)
            for number, (page, content) in enumerate(zip(pages, contents, strict=True), 1)
        )

    async def shown(self, owed: Owed, pages: Sequence[Page]) -> tuple[Attachment, ...]:
        """The first pages as pictures; none where nothing can be drawn. Impossible when the document cannot open."""
        contents = await self._opened(owed, pages)
        found: list[Attachment] = []
        for content, page, sheet in _sheets(contents, pages):
            if len(found) == PICTURES:
                break
            if (picture := await self._drawn(content, page, sheet)) is not None:
                name = f"{stem(owed)} ({len(found) + 1}).jpg"
                found.append(Attachment(name, "image/jpeg", picture, picture=True))
        return tuple(found)

    async def _drawn(self, content: bytes, page: Page, sheet: int) -> bytes | None:
        try:
            return await self._examiner.preview(content, KEPT_AS.get(page.mime, ""), sheet)
        except (Refused, Unavailable) as error:
            log.info("page %d cannot be shown: %s", page.id, error)
            return None

    async def _opened(self, owed: Owed, pages: Sequence[Page]) -> list[bytes]:
        try:
            return await asyncio.to_thread(
                lambda: [self._vault.get(page.stored, page.wrapped_key, page.key_id) for page in pages]
            )
        except (Damaged, Missing, UnknownKey) as error:
            raise Impossible(f"document {owed.document_id} cannot be opened: {error}") from error


def _sheets(contents: Sequence[bytes], pages: Sequence[Page]) -> Iterator[tuple[bytes, Page, int]]:
    for content, page in zip(contents, pages, strict=True):
        for sheet in range(page.sheets):
            yield content, page, sheet


def stem(owed: Owed) -> str:
    """What the file of a document is called, without its ending."""
    return owed.file_name or str(owed.document_id)


def file_name(owed: Owed, pages: Sequence[Page], number: int) -> str:
    """What the file of one page is called: the document, and which page of it."""
    return f"{stem(owed)}{f' ({number})' if len(pages) > 1 else ''}{pages[number - 1].suffix}"
