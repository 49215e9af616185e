"""The updates that wait for the bot: held until it confirms them, in order, one queue a chat."""

from __future__ import annotations

import copy
import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from simulator.changes import Changes

KINDS_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FUTURE = 10
"""A number that is so far ahead of the last one confirms nothing: it is from before the numbers began anew."""


@dataclass(slots=True, eq=False)
class Update:
    """One piece of news for the bot."""

    id: int
    body: dict[str, Any]
    queue: str
    made: float
    attempts: int = 0


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered, and how it went lately."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_date: int | None = None
    last_error: str | None = None


@dataclass(slots=True)
class Updates:
    """The queue of one bot."""

    changes: Changes
    pending: list[Update] = field(default_factory=list)
    delivered: list[Update] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    webhook: Webhook | None = None
    held: bool = False
    times: int = 1
    """How often each is delivered."""
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(100_000_000 + secrets.randbelow(10**8)))
    poll: object | None = None

    def add(self, kind: str, content: dict[str, Any], queue: str) -> Update | None:
        """Queue an update, unless the bot has not asked for this kind."""
        if kind not in self.allowed if self.allowed else kind in KINDS_ON_REQUEST:
            return None
        number = next(self.ids)
        return [self._put(number, {"update_id": number, kind: content}, queue) for _ in range(self.times)][-1]

    def add_raw(self, body: dict[str, Any], queue: str = "raw") -> Update:
        """Queue any JSON at all as an update; it gets a number if it has none."""
        body = copy.deepcopy(body)
        number = body.setdefault("update_id", next(self.ids))
        return self._put(number if isinstance(number, int) else next(self.ids), body, queue)

    def repeat(self, update_id: int | None = None) -> Update:
        """Queue an update again that was delivered or is still waiting: the last one, or the one with this number."""
        known = self.delivered + self.pending
        for update in reversed(known):
            if update_id in (None, update.id):
                return self._put(update.id, update.body, update.queue)
        raise LookupError("there is no such update to repeat")

    def confirm(self, offset: int) -> None:
        """Forget what the bot has seen: everything before this number; a negative one keeps only the last few."""
        if offset < 0:
            gone = self.pending[: max(len(self.pending) + offset, 0)]
        elif offset > max((update.id for update in self.pending), default=0) + FUTURE:
            gone = []
        else:
            gone = [update for update in self.pending if update.id < offset]
        for update in gone:
            self.done(update)

    def done(self, update: Update) -> None:
        if update in self.pending:
            self.pending.remove(update)
            self.delivered.append(update)
            del self.delivered[:-1000]
            self.changes.tell("queue")

    def drop(self) -> None:
        self.pending.clear()
        self.changes.tell("queue")

    def hold(self) -> None:
        """Keep updates back, as when the bot cannot be reached; people can go on writing."""
        self.held = True

    def release(self) -> None:
        self.held = False
        self.changes.tell("queue")

    def _put(self, number: int, body: dict[str, Any], queue: str) -> Update:
        update = Update(number, body, queue, time.monotonic())
        self.pending.append(update)
        self.changes.tell("queue")
        return update
