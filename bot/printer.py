"""Prints what goes with a message when it is sent: looked up in a transaction, made outside of it, one at a time."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from domain.messages import Attachment, Impossible
from handlers import drafts, minutes, receipts, report, samples
from handlers.office import Office
from storage.database import Database
from storage.owed import Owed
from storage.printing.sheet import Sheet
from storage.unit_of_work import UnitOfWork

log = logging.getLogger("loket.printer")

Paper = Callable[[UnitOfWork, Office, str, datetime], Sheet | None]
"""Looks up what a paper about something says; None when there is nothing to print (any more)."""

PAPERS: Final[Mapping[str, Paper]] = {
    "receipt": receipts.sheet,
    "letter": samples.sheet,
    "minutes": minutes.sheet,
    "faq": drafts.sheet,
    "report": report.workbook,
    "chart": report.chart,
}
"""What can be printed: an owed message names the kind, a colon, and what it is about, such as `receipt:12`."""

KEPT: Final = 4
"""Papers that are remembered: a messenger that fetches a file asks about it first, and may come twice."""


class Printer:
    """Makes the file of an owed message; it holds nothing that a restart could lose."""

    def __init__(
        self,
        database: Database,
        office: Callable[[], Office],
        now: Callable[[], datetime],
        papers: Mapping[str, Paper] = PAPERS,
    ) -> None:
        self._database = database
        self._office = office
        self._now = now
        self._papers = papers
        self._kept: OrderedDict[tuple[int, str], Attachment] = OrderedDict()
        # Printing keeps a processor busy: two papers at once would only slow everybody else down.
        self._one_at_a_time = asyncio.Lock()

    async def print(self, owed: Owed) -> Attachment:
        """The paper that goes with a message. Impossible when there is none, or when it cannot be printed."""
        async with self._one_at_a_time:
            name = (owed.id, owed.printed)
            if name not in self._kept:
                self._kept[name] = await self._make(owed.printed)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[name]

    async def _make(self, printed: str) -> Attachment:
        kind, _, about = printed.partition(":")
        look_up = self._papers.get(kind)
        if look_up is None:
            raise Impossible(f"nobody knows how to print {printed!r}")
        now = self._now()
        sheet = await self._database.run(lambda uow: look_up(uow, self._office(), about, now))
        if sheet is None:
            raise Impossible(f"there is nothing to print for {printed!r}")
        try:
            content = await asyncio.to_thread(sheet.make)
        except Exception as error:
            log.exception("%s cannot be printed", printed)
            raise Impossible(f"{printed} cannot be printed: {error}") from error
        return Attachment(sheet.name, sheet.mime, content, picture=sheet.picture)
