"""Looks once more at files that were kept: scans those that the virus scanner gave no answer about, and reads them.

Nobody waits for it. What is still to be done stands in the database, so that a restart forgets nothing.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from bot.alarm import Alarm
from bot.clock import Clock
from bot.scanner import Scanner
from domain.cases import Page
from domain.files import KEPT_AS
from domain.refusal import Refused
from handlers import papers, reading
from handlers.office import Office
from storage.database import Database
from storage.preflight.clamd import Unreachable
from storage.preflight.examiner import Unavailable
from storage.preflight.reading import Reader
from storage.preflight.telling import Reading
from storage.remarks import KeptPage
from storage.unit_of_work import UnitOfWork
from storage.vault import Damaged, Missing, UnknownKey, Vault

log = logging.getLogger("loket.second_look")

LOOK_ANYWAY: Final = 5.0
LONGEST_REST: Final = 600.0
BUGS_FORGIVEN: Final = 5


class SecondLook:
    """The worker that scans and reads what is kept, one file at a time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        office: Callable[[], Office],
        clock: Clock,
        owed: Callable[[], None],
        *,
        scanner: Scanner | None,
        reader: Reader | None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._office = office
        self._clock = clock
        self._owed = owed
        self._scanner = scanner
        self._reader = reader
        self._alarm = Alarm()
        self.is_idle = True

    @property
    def is_needed(self) -> bool:
        return self._scanner is not None or self._reader is not None

    @property
    def reads(self) -> bool:
        return self._reader is not None

    def due(self, uow: UnitOfWork) -> KeptPage | None:
        """The next file to look at."""
        return uow.remarks.due(self._clock.now(), scan=self._scanner is not None, read=self._reader is not None)

    def ring(self) -> None:
        """A file waits."""
        self._alarm.ring()

    def stop(self) -> None:
        self._alarm.stop()

    async def run(self) -> None:
        if self.is_needed:
            await self._alarm.look_until_stopped(self._begin, log, "kept files could not be looked at once more")

    async def _begin(self, _doing: asyncio.TaskGroup) -> float:
        """Look at one file; the next one follows at once."""
        self.is_idle = False
        try:
            page = await self._database.run(self.due)
            if page is None:
                return LOOK_ANYWAY
            await self._look(page)
            return 0.0
        finally:
            self.is_idle = True

    async def _look(self, page: KeptPage) -> None:
        try:
            content = await asyncio.to_thread(self._open, page.page)
            away = None
            try:
                if page.unscanned and self._scanner is not None and not await self._is_clean(page, content):
                    return
            except Unreachable as error:
                away = error
            # The reader is locked in: what it advises need not wait for a scanner that may be away for days.
            if page.unread and self._reader is not None:
                await self._read(page, content, self._reader)
            if away is not None:
                await self._put_off(page, str(away))
        except Unavailable as error:
            await self._put_off(page, str(error))
        except (Damaged, Missing, UnknownKey) as error:
            log.error("page %d cannot be opened: %s", page.page.id, error)
            await self._database.run(lambda uow: uow.remarks.put_off(page.page.id, None))
        except Exception as error:
            log.exception("page %d could not be looked at once more", page.page.id)
            await self._put_off(page, type(error).__name__, BUGS_FORGIVEN)

    def _open(self, page: Page) -> bytes:
        return self._vault.get(page.stored, page.wrapped_key, page.key_id)

    async def _put_off(self, page: KeptPage, why: str, most: int | None = None) -> None:
        if most is not None and page.looks >= most:
            await self._database.run(lambda uow: uow.remarks.put_off(page.page.id, None))
            return
        patience = min(LONGEST_REST, 2.0 ** min(page.looks, 16))
        log.info("page %d is looked at again in %.0f s: %s", page.page.id, patience, why)
        until = self._clock.now() + timedelta(seconds=patience)
        await self._database.run(lambda uow: uow.remarks.put_off(page.page.id, until))

    async def _is_clean(self, page: KeptPage, content: bytes) -> bool:
        """Whether the virus scanner lets a kept file pass; one that it does not goes, and everybody hears of it."""
        assert self._scanner is not None
        try:
            await self._scanner.scan(content)
        except Refused as refused:
            found = refused
            lane = f"{page.address.channel}:{page.address.chat}"
            if await self._database.run(lambda uow: self._take_out(page, found, uow), lane):
                await asyncio.to_thread(self._vault.delete, page.page.stored)
            self._owed()
            return False
        await self._database.run(lambda uow: uow.remarks.scanned(page.page.id))
        return True

    def _take_out(self, page: KeptPage, found: Refused, uow: UnitOfWork) -> bool:
        return papers.take_out(page, found, uow, self._office(), self._clock.now())

    async def _read(self, page: KeptPage, content: bytes, reader: Reader) -> None:
        read = self._unsealed(page.page, page.reading) if page.reading else await _first_words(page, content, reader)
        sealed = None if read is None or page.reading else self._sealed(page.page, read)
        rows = await self._database.run(lambda uow: uow.remarks.readings(page.case_id, page.document_id))
        others = {row.kind: self._unsealed(row.page, row.sealed) for row in reversed(rows)}

        def note(uow: UnitOfWork) -> None:
            reading.note(page, read, sealed, others, uow, self._office(), self._clock.now())

        await self._database.run(note, f"{page.address.channel}:{page.address.chat}")
        self._owed()

    def _sealed(self, page: Page, read: Reading) -> bytes:
        told = json.dumps(asdict(read), separators=(",", ":")).encode()
        return self._vault.seal(told, page.stored, page.wrapped_key, page.key_id)

    def _unsealed(self, page: Page, sealed: bytes) -> Reading:
        return Reading(**json.loads(self._vault.unseal(sealed, page.stored, page.wrapped_key, page.key_id)))


async def _first_words(page: KeptPage, content: bytes, reader: Reader) -> Reading | None:
    """What the first page says; of a PDF that begins with an empty sheet or a cover, the second."""
    if not page.first or page.page.mime not in KEPT_AS:
        return None
    kind = KEPT_AS[page.page.mime]
    read = await reader.read(content, kind)
    if kind == "pdf" and page.page.sheets > 1 and (read is None or not read.kind):
        read = await reader.read(content, kind, 1) or read
    return read
