"""What Twilio posts to the bot: forms that wait, that were taken, and that were given up."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.changes import Changes


@dataclass(eq=False, kw_only=True)
class Post:
    """One form on its way to an address; all its tries carry the same token."""

    url: str
    form: dict[str, str]
    queue: str
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0
    not_before: float = 0.0

    @property
    def sid(self) -> str:
        return self.form.get("MessageSid", "")


class Posts:
    """The queue of one kind of post: messages of people, or news of what became of sent ones."""

    def __init__(self, changes: Changes, *, delay: float = 0.0) -> None:
        self.changes = changes
        self.delay = delay
        """How many seconds each is kept back at first."""
        self.pending: list[Post] = []
        self.delivered: list[Post] = []
        self.given_up: list[Post] = []
        self.held = False
        self.scrambled = False
        """The newest of a queue goes first."""
        self.times = 1
        """How often each is posted."""

    def add(self, url: str, form: Mapping[str, str], queue: str) -> None:
        not_before = time.monotonic() + self.delay
        for _ in range(self.times):
            self.pending.append(Post(url=url, form=dict(form), queue=queue, not_before=not_before))
        self.changes.tell("queue")
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay + 0.001, self.changes.tell, "queue")

    def repeat(self, sid: str | None = None) -> Post:
        """Post again what was posted before: the last one, or the one of this message."""
        for post in reversed(self.delivered + self.given_up):
            if sid in (None, post.sid):
                again = Post(url=post.url, form=post.form, queue=post.queue, token=post.token)
                self.pending.append(again)
                self.changes.tell("queue")
                return again
        raise LookupError("there is no such post to repeat")

    def hold(self) -> None:
        """Keep posts back, as when the bot cannot be reached for a while."""
        self.held = True

    def release(self) -> None:
        self.held = False
        self.changes.tell("queue")

    def due(self, busy: set[str]) -> list[Post]:
        """One post of each queue that nobody is busy with."""
        if self.held:
            return []
        now = time.monotonic()
        found: dict[str, Post] = {}
        for post in reversed(self.pending) if self.scrambled else self.pending:
            if post.queue not in busy and post.queue not in found and post.not_before <= now:
                found[post.queue] = post
        return list(found.values())

    def done(self, post: Post, *, taken: bool) -> None:
        if post in self.pending:
            self.pending.remove(post)
            (self.delivered if taken else self.given_up).append(post)
            del self.delivered[:-1000], self.given_up[:-1000]
