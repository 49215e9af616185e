"""Sends what is owed: in order within a chat, several chats at once, never faster than the messenger allows."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.alarm import Alarm
from bot.binder import Binder, file_name
from bot.clock import Clock
from bot.metrics import Metrics
from bot.pace import Pace, Pacer
from bot.printer import Printer
from channels.channel import Channel
from domain.cases import Page
from domain.messages import (
    Address,
    Attachment,
    ChatMoved,
    Closed,
    Gone,
    NeedsOperator,
    NotSent,
    Outgoing,
    Sent,
    TryLater,
    Unreachable,
)
from handlers import commands, delivery
from handlers.office import Office
from storage.database import Database
from storage.owed import Owed
from storage.posts import OwedPost
from storage.unit_of_work import UnitOfWork

log = logging.getLogger("loket.sender")

AT_ONCE: Final = 10
LOOK_ANYWAY: Final = 5.0
"""Seconds after which the sender looks without being rung for: another process may have owed something."""
CATCHING_UP: Final = 0.2
"""Seconds between two looks while the messenger's pace is what everything waits for."""
LONGEST_REST: Final = 300.0
GROUP_RESTS: Final = 300.0
"""Seconds to wait for the operator to let the bot into the staff group again."""
LONGEST_PAUSE: Final = 60.0
BUGS_FORGIVEN: Final = 5
TRIES_TO_RECORD: Final = 6

Job = Owed | OwedPost


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into the database found to do, and when there is more."""

    jobs: Sequence[tuple[Job, Sequence[Page]]]
    next_due: datetime | None
    held: bool = False
    """Whether something may not go out now: a knock, or another channel, may have to."""


class Sender:
    """The worker of one channel's outbox."""

    def __init__(
        self,
        channel: Channel,
        database: Database,
        binder: Binder,
        printer: Printer,
        office: Callable[[], Office],
        clock: Clock,
        metrics: Metrics,
        pace: Pace,
        *,
        owed: Callable[[], None] = lambda: None,
        link: Callable[[int, int], str] = lambda _message, _file: "",
    ) -> None:
        """`owed` is rung when something came up for whichever channel; `link` makes the address of a file."""
        self.trouble = ""
        self._channel = channel
        self._can = channel.capabilities
        self._owed = owed
        self._link = link
        self._database = database
        self._binder = binder
        self._printer = printer
        self._office = office
        self._clock = clock
        self._metrics = metrics
        self._pacer = Pacer(pace, channel.is_group)
        self._alarm = Alarm()
        self._failures = 0
        self._look_again = 0.0

    @property
    def is_idle(self) -> bool:
        return self._pacer.on_their_way == 0

    def ring(self) -> None:
        """Something is owed."""
        # While it rests it looks again by itself, and soon.
        if _monotonic() >= self._look_again:
            self._alarm.ring()

    def stop(self) -> None:
        """Finish what is on its way and begin nothing new."""
        self._alarm.stop()

    async def run(self) -> None:
        await self._alarm.look_until_stopped(self._begin, log, f"the outbox of {self._channel.name} could not be read")

    async def _begin(self, deliveries: asyncio.TaskGroup) -> float:
        """Begin what may begin now; tells how long to wait for the next look."""
        began = _monotonic()
        if began < self._look_again:
            return self._look_again - began
        allowed = self._pacer.room(began)
        room = min(AT_ONCE - self._pacer.on_their_way, allowed)
        if room <= 0:
            return self._until_free(began)
        now, busy = self._clock.now(), self._pacer.busy(began)
        look = await self._database.run(lambda uow: self._look(uow, now, busy, room))
        if look.held:
            self._owed()
        if len(look.jobs) >= allowed:
            # More is owed than may go out: looking for each message by itself would cost more than sending it.
            self._look_again = began + CATCHING_UP
        for job, pages in look.jobs:
            self._pacer.begin(job.address.chat)
            deliveries.create_task(self._deliver(job, pages))
        return self._pause(look, now)

    def _pause(self, look: Look, now: datetime) -> float:
        """How long nothing can be begun, as far as is known; while it does not listen for rings, not longer than so."""
        resting = self._look_again - _monotonic()
        longest = resting if resting > 0 else LOOK_ANYWAY
        if look.next_due is None:
            return longest
        if look.next_due > now:
            return min(longest, (look.next_due - now).total_seconds())
        return min(longest, self._until_free(_monotonic()))

    def _until_free(self, now: float) -> float:
        return min(LOOK_ANYWAY, max(0.02, self._pacer.next_free(now) - now))

    def _look(self, uow: UnitOfWork, now: datetime, busy: Sequence[str], room: int) -> Look:
        name = self._channel.name
        jobs: list[tuple[Job, Sequence[Page]]] = [(post, ()) for post in self._tapped(uow, now, busy)[:room]]
        taken = [*busy, *(job.address.chat for job, _ in jobs)]
        claimed = uow.outbox.claim(name, now, taken, room - len(jobs)) if len(jobs) < room else []
        messages = delivery.ready(claimed, self._can, uow, self._office(), now)
        jobs += [
            (message, uow.documents.pages_of(message.document_id) if message.document_id is not None else ())
            for message in messages
        ]
        # Other posts come after the messages of their chat, and one at a time.
        taken += [message.address.chat for message in messages]
        while len(jobs) < room and (posts := uow.posts.owed(name, now, taken, 1)):
            jobs.append((posts[0], ()))
            taken.append(posts[0].address.chat)
        due = [at for at in (uow.outbox.next_due(name), uow.posts.next_due(name)) if at is not None]
        return Look(jobs, min(due, default=None), held=len(messages) < len(claimed))

    def _tapped(self, uow: UnitOfWork, now: datetime, busy: Sequence[str]) -> list[OwedPost]:
        """What somebody has just tapped in their own chat changes before anything new comes there."""
        by_chat: dict[str, OwedPost] = {}
        for post in uow.posts.owed(self._channel.name, now, busy, tapped=True):
            if not self._channel.is_group(post.address.chat):
                by_chat.setdefault(post.address.chat, post)
        return list(by_chat.values())

    async def _deliver(self, job: Job, pages: Sequence[Page]) -> None:
        """Send one message and record what came of it; the chat gets nothing else meanwhile."""
        outcome = "failed"
        try:
            try:
                if isinstance(job, OwedPost):
                    record = await self._show(job)
                else:
                    record = await self._send(job, pages)
                self._failures, self.trouble, outcome = 0, "", "sent"
            except NotSent as error:
                outcome = type(error).__name__.lower()
                record = _without_parts(job, error.arrived, self._not_sent(job, error))
            except Exception as error:
                log.exception("sending %s failed in a way that nobody thought of", _named(job))
                record = self._puzzled(job, error)
            await self._record(job, record)
        finally:
            self._metrics.sent.labels(self._channel.name, outcome).inc()
            self._pacer.end(job.address.chat, _monotonic())
            self.ring()
            if outcome != "sent":
                # It may have gone over to another channel, or staff have to hear of it.
                self._owed()

    async def _send(self, owed: Owed, pages: Sequence[Page]) -> Callable[[UnitOfWork, datetime], None]:
        files = await self._print(owed) if owed.printed else await self._open(owed, pages) if pages else ()
        message = Outgoing(owed.address, owed.text, owed.rows, files, protected=owed.protected)
        sent = Sent(())
        try:
            match owed.kind:
                case "send":
                    sent = await self._channel.send(message)
                case "preview":
                    sent = await self._channel.send(message if files else replace(message, text=owed.target))
                case "mark" if self._can.edits:
                    await self._channel.edit(replace(message, edit=owed.target, only_buttons=True))
                case "delete" if self._can.edits:
                    await self._channel.delete(owed.address.chat, owed.target)
                case "knock":
                    sent = await self._channel.knock(owed.address)
                case "menu" if self._can.menus:
                    menu = commands.for_providers(self._office(), owed.target)
                    await self._channel.set_commands(menu, chat=owed.address.chat)
                case "forget":
                    await self._channel.forget(owed.target)
        except Gone:
            log.info("%s: what was to be changed is gone already", _named(owed))

        def record(uow: UnitOfWork, now: datetime) -> None:
            delivery.sent(owed, sent.messages, self._can, uow, self._office(), now)
            uow.posts.keep(owed, sent.messages, now)

        return record

    async def _print(self, owed: Owed) -> tuple[Attachment, ...]:
        """The paper that goes with a message, made now: where a messenger fetches it, it lies ready."""
        printed = await self._printer.print(owed)
        return (replace(printed, content=b"", url=self._link(owed.id, 1)) if self._can.links else printed,)

    async def _open(self, owed: Owed, pages: Sequence[Page]) -> tuple[Attachment, ...]:
        """The files of a document: for a messenger that fetches them, links to its pages."""
        if owed.kind == "preview":
            return await self._binder.shown(owed, pages)
        if self._can.links:
            return tuple(
                Attachment(file_name(owed, pages, number), page.mime, url=self._link(owed.id, number))
                for number, page in enumerate(pages, 1)
            )
        return await self._binder.bound(owed, pages)

    async def _show(self, post: OwedPost) -> Callable[[UnitOfWork, datetime], None]:
        message = Outgoing(post.address, post.text, post.rows, edit=post.message)
        if not post.message:
            shown = (await self._channel.send(message)).messages[-1]
            return lambda uow, now: uow.posts.record_shown(post, shown)
        try:
            await self._channel.edit(message)
        except Gone as gone:
            if not post.rows and not self._channel.is_group(post.address.chat):
                # In somebody's own chat nobody needs it any more: nothing can be pressed on it.
                return _give_up_post(post, str(gone))
            return lambda uow, now: uow.posts.lost(post.name)
        return lambda uow, now: uow.posts.record_shown(post, post.message)

    def _not_sent(self, job: Job, error: NotSent) -> Callable[[UnitOfWork, datetime], None]:
        """What to record, and how long to be patient, when the messenger did not take a message."""
        why = str(error)
        match error:
            case NeedsOperator():
                self._call_operator(job, error)
                return self._later_with_alarm(job, error)
            case TryLater():
                self._be_patient(job, error)
                return _later(job, why, self._patience(job, error))
            case Closed() if not isinstance(job, OwedPost):
                shut = job
                return lambda uow, now: delivery.closed(shut, uow, self._office(), now)
            case ChatMoved():
                log.warning("the group of %s has a new address", _named(job))
                return _follow(job, why, error.chat)
            case Unreachable():
                if self._channel.is_group(job.address.chat):
                    log.error("the bot cannot write to the staff group; let it in, as an administrator: %s", why)
                    self._pacer.rest(job.address.chat, _monotonic() + GROUP_RESTS)
                    return _later(job, why, GROUP_RESTS)
                log.warning("%s cannot be delivered: %s", _named(job), why)
                if isinstance(job, OwedPost):
                    return self._give_up(job, why)
                owed = job
                return lambda uow, now: delivery.unreachable(owed, why, uow, self._office(), now)
            case _:
                log.error("%s will never go out as it is: %s", _named(job), why)
                return self._give_up(job, why)

    def _call_operator(self, job: Job, error: NeedsOperator) -> None:
        """Nothing goes out on this channel until the operator has mended something."""
        log.error("%s takes nothing from us, the operator has to act: %s", self._channel.name, error)
        self.trouble = f"refuses our messages: {error}"
        self._metrics.refused.labels(self._channel.name, error.code).inc()
        self._be_patient(job, error)

    def _later_with_alarm(self, job: Job, error: NeedsOperator) -> Callable[[UnitOfWork, datetime], None]:
        later = _later(job, str(error), self._patience(job, error))

        def record(uow: UnitOfWork, now: datetime) -> None:
            later(uow, now)
            delivery.needs_operator(self._channel.name, error.code, uow, self._office(), now)

        return record

    def _give_up(self, job: Job, why: str) -> Callable[[UnitOfWork, datetime], None]:
        if isinstance(job, OwedPost):
            return _give_up_post(job, why)
        owed = job
        return lambda uow, now: delivery.gave_up(owed, why, uow, self._office(), now)

    def _be_patient(self, job: Job, error: TryLater) -> None:
        now, patience = _monotonic(), self._patience(job, error)
        log.warning("%s waits for %.0f s: %s", _named(job), patience, error)
        self._pacer.rest(job.address.chat, now + patience)
        if error.whole_channel:
            # Doubled only while nothing at all gets through: one strange message must not hold up the others.
            self._failures += 1
            self._pacer.rest_all(now + min(LONGEST_PAUSE, max(error.seconds, 2.0 ** (self._failures - 1))))

    def _patience(self, job: Job, error: TryLater) -> float:
        return max(error.seconds + 0.1, min(LONGEST_REST, 2.0 ** min(job.attempts, 16)))

    def _puzzled(self, job: Job, error: Exception) -> Callable[[UnitOfWork, datetime], None]:
        why = f"{type(error).__name__}: {error}"
        if job.attempts >= BUGS_FORGIVEN:
            return self._give_up(job, why)
        patience = 2.0**job.attempts
        self._pacer.rest(job.address.chat, _monotonic() + patience)
        return _later(job, why, patience)

    async def _record(self, job: Job, record: Callable[[UnitOfWork, datetime], None]) -> None:
        """Keep what came of it; a message that went out and is not recorded will go out again."""
        for attempt in range(TRIES_TO_RECORD):
            try:
                await self._database.run(lambda uow: record(uow, self._clock.now()))
                return
            except Exception:
                log.exception("what came of %s could not be recorded", _named(job))
                await asyncio.sleep(2.0**attempt / 4)


def _without_parts(
    job: Job, arrived: Sequence[str], record: Callable[[UnitOfWork, datetime], None]
) -> Callable[[UnitOfWork, datetime], None]:
    """The parts that did arrive leave the chat again: they come with the whole message, or not at all."""
    if not arrived:
        return record

    def both(uow: UnitOfWork, now: datetime) -> None:
        record(uow, now)
        for message in arrived:
            uow.outbox.owe(Owed(address=job.address, kind="delete", target=message), now)

    return both


def _later(job: Job, why: str, seconds: float) -> Callable[[UnitOfWork, datetime], None]:
    if isinstance(job, OwedPost):
        return lambda uow, now: uow.posts.put_off(job.name, now + timedelta(seconds=seconds), why)
    # Not put off in time: it would come after the later ones of its chat. The chat itself is at rest.
    return lambda uow, now: uow.outbox.release(job.id, why)


def _follow(job: Job, why: str, chat: str) -> Callable[[UnitOfWork, datetime], None]:
    release = _later(job, why, 0)

    def record(uow: UnitOfWork, now: datetime) -> None:
        release(uow, now)
        delivery.follow(job.address, Address(job.address.channel, chat), uow)

    return record


def _give_up_post(post: OwedPost, why: str) -> Callable[[UnitOfWork, datetime], None]:
    return lambda uow, now: uow.posts.give_up(post, why)


def _named(job: Job) -> str:
    return f"post {job.name}" if isinstance(job, OwedPost) else f"message {job.id}"


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
