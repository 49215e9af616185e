"""Fetches the files that people sent, looks into them and puts them into the vault."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.alarm import Alarm
from bot.clock import Clock
from bot.metrics import Metrics
from bot.scanner import Scanner
from channels.channel import Channel
from domain.files import LIMIT_BYTES
from domain.messages import Gone, Impossible, NotSent, TooBig, TryLater
from domain.refusal import Refused
from handlers import delivery, papers
from handlers.office import Office
from storage.arrivals import OwedPage
from storage.database import Database
from storage.preflight.clamd import Unreachable
from storage.preflight.examiner import Examiner, Unavailable
from storage.preflight.rules import Examined, Rules
from storage.unit_of_work import UnitOfWork
from storage.vault import Stored, Vault

log = logging.getLogger("loket.fetcher")

AT_ONCE: Final = 4
AT_ONCE_OF_ONE: Final = 2
"""Of one chat: a flood of files that take long must leave room for somebody else's."""
LOOK_ANYWAY: Final = 5.0
LONGEST_REST: Final = 300.0
GONE_BELIEVED_AFTER: Final = 4
"""Telegram says of a file that is only slow to come that it is not there."""
MOST_TRIES: Final = 300
"""After about a day, somebody who sent a file that does not come has to hear of it."""
ORPHANS_ARE_OLDER_THAN: Final = timedelta(days=1)
SWEPT_EVERY: Final = timedelta(days=1)


class Fetcher:
    """The worker that brings files in."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        database: Database,
        vault: Vault,
        office: Callable[[], Office],
        clock: Clock,
        metrics: Metrics,
        owed: Callable[[], None],
        *,
        examiner: Examiner,
        scanner: Scanner | None = None,
        reads: bool = False,
        kept: Callable[[], None] = lambda: None,
    ) -> None:
        """`reads` tells that somebody reads files once they are kept; `kept` is rung when one has something left."""
        self._channels = channels
        self._database = database
        self._vault = vault
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._owed = owed
        self._examiner = examiner
        self._scanner = scanner
        self._reads = reads
        self._kept = kept
        self._alarm = Alarm()
        self._sweep_at = clock.now()
        self._in_hand: dict[str, dict[int, str]] = {name: {} for name in channels}
        """By channel, with the chat of each: one that is slow must not hold up the others."""

    @property
    def is_idle(self) -> bool:
        return not any(self._in_hand.values())

    def ring(self) -> None:
        """A file waits."""
        self._alarm.ring()

    def stop(self) -> None:
        self._alarm.stop()

    async def run(self) -> None:
        await self._alarm.look_until_stopped(self._begin, log, "the files to fetch could not be looked up")

    async def _sweep(self) -> None:
        """Remove from the vault what no page knows: it was let go, or the process ended before its row was there."""
        try:
            known = await self._database.run(lambda uow: uow.documents.stored_names())
            removed = await asyncio.to_thread(self._vault.sweep, known, ORPHANS_ARE_OLDER_THAN)
        except Exception:
            log.exception("the vault could not be swept; the next time is tomorrow")
            return
        if removed:
            log.info("removed %d files that no document knows", len(removed))

    async def _begin(self, fetching: asyncio.TaskGroup) -> float:
        if self._clock.now() >= self._sweep_at:
            self._sweep_at = self._clock.now() + SWEPT_EVERY
            fetching.create_task(self._sweep())
        room = [name for name, in_hand in self._in_hand.items() if len(in_hand) < AT_ONCE]
        if not room:
            return LOOK_ANYWAY
        now = self._clock.now()
        waiting = await self._database.run(
            lambda uow: [page for name in room for page in uow.arrivals.owed_pages(now, 2 * AT_ONCE, name)]
        )
        for page in waiting:
            in_hand = self._in_hand[page.address.channel]
            of_chat = list(in_hand.values()).count(page.address.chat)
            if page.id not in in_hand and len(in_hand) < AT_ONCE and of_chat < AT_ONCE_OF_ONE:
                in_hand[page.id] = page.address.chat
                fetching.create_task(self._fetch(page))
        return LOOK_ANYWAY

    async def _fetch(self, page: OwedPage) -> None:
        outcome = "later"
        try:
            outcome = await self._bring_in(page)
        except TryLater as error:
            await self._put_off(page, str(error), error.seconds)
        except Unavailable as error:
            await self._put_off(page, f"nobody could look into it: {error}", 1)
        except Exception as error:
            log.exception("page %d could not be brought in", page.id)
            await self._put_off(page, type(error).__name__, 1)
        finally:
            self._metrics.files.labels(outcome).inc()
            del self._in_hand[page.address.channel][page.id]
            self._owed()
            self._alarm.ring()

    async def _bring_in(self, page: OwedPage) -> str:
        try:
            content = await self._content(page)
            seen = await self._examiner.examine(content, self._rules())
            scanned = await self._scan(content)
        except Refused as refused:
            await self._database.run(self._refuse(page, refused), _lane(page))
            log.info("page %d was refused: %s", page.id, refused.reason)
            return refused.reason
        stored = await asyncio.to_thread(self._vault.put, seen.content)
        wishes = papers.Wishes(scan=not scanned, read=self._reads)
        unwanted = await self._database.run(self._keep(page, seen, stored, wishes), _lane(page))
        for name in unwanted:
            await asyncio.to_thread(self._vault.delete, name)
        if stored.name in unwanted:
            return "unwanted"
        if wishes != papers.NOTHING_MORE:
            self._kept()
        return "kept"

    def _rules(self) -> Rules:
        settings = self._office().settings
        return Rules(pages_at_most=settings.most_pages, side_at_least=settings.least_photo_side)

    async def _scan(self, content: bytes) -> bool:
        """Whether nothing more is to be scanned; a scanner that is away holds nobody up. Refused: infected."""
        if self._scanner is None:
            return True
        try:
            await self._scanner.scan(content, hurry=True)
        except Unreachable:
            return False
        return True

    def _keep(
        self, page: OwedPage, seen: Examined, stored: Stored, wishes: papers.Wishes
    ) -> Callable[[UnitOfWork], list[str]]:
        """Add the file to its document; tells which files of the vault nobody needs then."""

        def keep(uow: UnitOfWork) -> list[str]:
            kept = papers.keep(page, seen, stored, uow, self._office(), self._clock.now(), wishes)
            self._forget(page, uow)
            return [*uow.documents.forget_superseded(page.case_id), *(() if kept else (stored.name,))]

        return keep

    def _refuse(self, page: OwedPage, refused: Refused) -> Callable[[UnitOfWork], None]:
        def refuse(uow: UnitOfWork) -> None:
            papers.refuse(page, refused, uow, self._office(), self._clock.now())
            self._forget(page, uow)

        return refuse

    def _forget(self, page: OwedPage, uow: UnitOfWork) -> None:
        """What we have, or do not want, the messenger need not keep."""
        if self._channels[page.address.channel].capabilities.keeps_files:
            delivery.forget_file(page.address.channel, page.ref, uow, self._clock.now())

    async def _content(self, page: OwedPage) -> bytes:
        try:
            return await self._channels[page.address.channel].fetch(page.ref)
        except Gone as error:
            if page.attempts + 1 < GONE_BELIEVED_AFTER:
                raise TryLater(1, str(error)) from error
            raise Refused("gone") from error
        except TooBig as error:
            raise Refused("too_big", limit_mb=LIMIT_BYTES >> 20) from error
        except Impossible as error:
            raise Refused("gone") from error
        except TryLater as error:
            if page.attempts + 1 >= MOST_TRIES:
                raise Refused("gone") from error
            raise
        except NotSent as error:
            raise TryLater(1, str(error)) from error

    async def _put_off(self, page: OwedPage, why: str, seconds: float) -> None:
        patience = max(seconds, min(LONGEST_REST, 2.0 ** min(page.attempts, 16)))
        log.warning("page %d is fetched again in %.0f s: %s", page.id, patience, why)
        until: datetime = self._clock.now() + timedelta(seconds=patience)
        try:
            await self._database.run(lambda uow: uow.arrivals.put_off(page.id, until))
        except Exception:
            log.exception("page %d could not be put off", page.id)
        # Looking anyway may be seconds away, and somebody waits for an answer.
        asyncio.get_running_loop().call_later(patience, self._alarm.ring)


def _lane(page: OwedPage) -> str:
    return f"{page.address.channel}:{page.address.chat}"
