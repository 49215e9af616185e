"""Where everything that people do arrives: it is kept and acted upon before it is acknowledged, and blocks nobody."""

import asyncio
import hashlib
import json
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from bot.clock import Clock
from bot.logs import where
from bot.metrics import Metrics
from channels.channel import Channel
from domain.messages import RANKS, Address, Inbound, NotSent, Receipt, Toast
from domain.secrets import without_secrets
from handlers import delivery
from handlers.hear import Heard, hear, set_aside
from handlers.office import Office
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = logging.getLogger("loket.reception")
T = TypeVar("T")


NOT_KEPT: Final = "what arrived could not be kept, and will arrive again"


class Unavailable(Exception):
    """An event could not be kept: whoever brought it must bring it again."""


class Reception:
    """Receives the events of every channel."""

    def __init__(
        self,
        database: Database,
        office: Callable[[], Office],
        clock: Clock,
        metrics: Metrics,
        *,
        messages_owed: Callable[[], None],
        files_owed: Callable[[], None],
        aside: asyncio.TaskGroup,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._messages_owed = messages_owed
        self._files_owed = files_owed
        self._aside = aside
        self._answering = 0

    @property
    def is_idle(self) -> bool:
        """Whether no tap waits for its answer."""
        return self._answering == 0

    async def receive(self, channel: Channel, raw: Mapping[str, Any]) -> bool:
        """Act on one event. When this returns it is durable; Unavailable when it could not be kept.

        Tells whether it was new.
        """
        began = time.perf_counter()
        try:
            inbound = channel.read(raw)
        except Exception as error:
            await self._set_aside(channel, _text(raw), *channel.glance(raw), error)
            return True
        heard = await self._hear(channel, inbound, raw)
        self._metrics.turn.observe(time.perf_counter() - began)
        if inbound.click:
            # Even when the turn failed: the button would wait for ever.
            self._answering += 1
            self._aside.create_task(self._answer(channel, inbound.click, heard.toast or Toast()))
        if heard.files:
            self._files_owed()
        self._messages_owed()
        return not heard.duplicate

    async def keep_unreadable(self, channel: Channel, body: bytes, error: Exception) -> None:
        """Keep a delivery that is not even an event."""
        await self._set_aside(channel, without_secrets(_storable(body.decode("utf-8", "replace"))), "", "", None, error)

    async def receive_news(self, receipt: Receipt) -> None:
        """Act on news of a message that was sent. Unavailable when it could not be kept."""

        def work(uow: UnitOfWork) -> None:
            delivery.receive(receipt, uow, self._office(), self._clock.now())

        try:
            await self._database.run(work, f"receipt:{receipt.message}")
        except Exception as error:
            log.error("news of message %s could not be kept: %s", receipt.message, where(error))
            raise Unavailable(NOT_KEPT) from error
        self._metrics.news.labels(receipt.channel, RANKS[receipt.rank]).inc()
        if receipt.fate == "operator":
            log.error("%s takes nothing from us, the operator has to act: %s", receipt.channel, receipt.code)
            self._metrics.refused.labels(receipt.channel, receipt.code).inc()
        if receipt.fate is not None:
            self._messages_owed()

    async def _hear(self, channel: Channel, inbound: Inbound, raw: Mapping[str, Any]) -> Heard:
        lane = f"{inbound.channel}:{inbound.sender or inbound.chat}"

        def work(uow: UnitOfWork) -> Heard:
            return hear(inbound, uow, self._office(), self._clock.now())

        try:
            try:
                heard = await self._database.run(work, lane)
            except Exception as error:
                # Once more: a lock that was held for too long, or a deadlock, is not the message's fault.
                log.warning("an event of %s is tried again: %s", channel.name, where(error))
                heard = await self._database.run(work, lane)
        except Exception as error:
            address = inbound.address if inbound.chat else None
            await self._set_aside(channel, _text(raw), inbound.key, inbound.sender, address, error)
            return Heard()
        self._metrics.events_of(channel.name, "duplicate" if heard.duplicate else "heard").inc()
        return heard

    async def _answer(self, channel: Channel, click: str, toast: Toast) -> None:
        try:
            await channel.answer(click, toast)
        except NotSent as error:
            # Too late, or answered before: the button has stopped waiting by itself.
            log.info("a tap was not answered: %s", error)
        except Exception:
            log.exception("answering a tap failed")
        finally:
            self._answering -= 1

    async def _set_aside(
        self, channel: Channel, raw: str, key: str, sender: str, address: Address | None, error: Exception
    ) -> None:
        key = key or "raw:" + hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:40]
        why = without_secrets(_storable("".join(traceback.format_exception(error))))
        try:
            await self._database.run(
                lambda uow: set_aside(raw, channel.name, key, address, why, uow, self._office(), self._clock.now()),
                f"{channel.name}:{sender}",
            )
        except Exception as second:
            log.error("event %s of %s could not be kept: %s", key, channel.name, where(second))
            self._metrics.events.labels(channel.name, "not kept").inc()
            raise Unavailable(NOT_KEPT) from second
        log.error("event %s of %s was set aside: %s", key, channel.name, where(error))
        self._metrics.events.labels(channel.name, "aside").inc()
        self._messages_owed()


def _text(raw: Mapping[str, Any]) -> str:
    # In ASCII: half a character would otherwise be refused by the database, even here where nothing may be refused.
    return json.dumps(_without_secrets(raw))


def _without_secrets(raw: Any) -> Any:
    """What is kept to be looked at later holds no password that somebody wrote, however deep it lies."""
    if isinstance(raw, str):
        return without_secrets(raw)
    if isinstance(raw, Mapping):
        return {key: _without_secrets(value) for key, value in raw.items()}
    return [_without_secrets(value) for value in raw] if isinstance(raw, list) else raw


def _storable(text: str) -> str:
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
