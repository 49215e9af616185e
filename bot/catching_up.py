"""Looks for messages that a messenger received and we never heard of: at the start, now and then, and on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.reception import Reception, Unavailable
from domain.messages import NotSent
from storage.database import Database

if TYPE_CHECKING:
    from channels.whatsapp import WhatsApp

log = logging.getLogger("loket.catching_up")

MARGIN: Final = timedelta(minutes=30)
"""A message may be listed, or reach us, only after another one that was written later."""
AT_FIRST: Final = timedelta(hours=24)
"""How far back to look where nothing was ever heard: whoever wrote longer ago cannot be answered any more."""
EVERY: Final = 900.0
RETRY: Final = 30.0


class CatchingUp:
    """What was missed goes the way of everything else; what was not missed is known there as a repeat."""

    def __init__(
        self, channel: WhatsApp, reception: Reception, database: Database, now: Callable[[], datetime]
    ) -> None:
        self._channel = channel
        self._reception = reception
        self._database = database
        self._now = now

    async def run(self) -> None:
        while True:
            try:
                await self.once()
                pause = EVERY
            except (NotSent, Unavailable) as error:
                log.warning("looking for missed messages failed, trying again: %s", error)
                pause = RETRY
            except Exception:
                log.exception("looking for missed messages failed")
                pause = EVERY
            await asyncio.sleep(pause)

    async def once(self, back: timedelta | None = None) -> int:
        """Look for what was missed, as far back as is told or since the last look; returns how many.

        What has arrived since then proves nothing: whoever writes first after an outage is heard before it is looked
        for what was lost in it.
        """
        name, begun = self._channel.name, self._now()
        looked = await self._database.run(lambda uow: uow.setting(_looked(name)))
        since = begun - back if back else datetime.fromisoformat(looked) - MARGIN if looked else begun - AT_FIRST
        found = 0
        for form in await self._channel.missed(since, self._heard):
            found += await self._reception.receive(self._channel, form)
        if back is None:
            await self._database.run(lambda uow: uow.remember(_looked(name), begun.isoformat()))
        if found:
            log.warning("found %d messages on %s that never reached us", found, name)
        return found

    async def _heard(self, keys: Sequence[str]) -> set[str]:
        return await self._database.run(lambda uow: uow.inbox.heard(self._channel.name, keys))


def _looked(channel: str) -> str:
    """Under which name it is kept when everything that a messenger has was last heard of."""
    return f"looked:{channel}"
