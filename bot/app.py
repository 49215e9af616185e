"""Puts Loket together and runs it: database, vault, office, messengers, workers and web server."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from starlette.routing import Route

from bot import web
from bot.binder import Binder
from bot.catching_up import CatchingUp
from bot.clock import Clock
from bot.fetcher import Fetcher
from bot.hearing import Hearing
from bot.metrics import Metrics
from bot.office_folder import OfficeFolderMistakes, read_office
from bot.office_in_use import missing_services
from bot.opening import KEY_FILE, bring_up_to_date, file_links, open_vault, open_whatsapp
from bot.pace import Pace
from bot.printer import Printer
from bot.reception import Reception
from bot.scanner import Scanner
from bot.schedule import Schedule
from bot.second_look import SecondLook
from bot.sender import Sender
from bot.serving import WebServer, listen
from bot.settings import Settings
from bot.whatsapp_web import whatsapp_routes
from channels.channel import Channel
from channels.telegram import Telegram
from domain.cases import STAFF_CHANNEL, Role, StaffMember
from handlers.office import Office
from storage import migrate
from storage.alone import alone
from storage.database import Database, open_database
from storage.preflight.clamd import Clamd
from storage.preflight.examiner import Examiner
from storage.preflight.reading import Reader, can_read_pictures
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault

if TYPE_CHECKING:
    from channels.whatsapp import WhatsApp

log = logging.getLogger("loket")

HOUR: Final = timedelta(hours=1)
NOW: Final = timedelta(0)
PATIENCE: Final = 5.0
"""Seconds for the database to answer a question of the operator's."""
GRACE: Final = 15.0
"""Seconds for what is on its way when the process is told to stop."""


class Loket:
    """One office at work."""

    def __init__(
        self,
        settings: Settings,
        office: Office,
        database: Database,
        vault: Vault,
        telegram: Telegram,
        whatsapp: WhatsApp | None,
        listener: socket.socket,
        examiner: Examiner,
        reader: Reader | None,
        *,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        channels: list[Channel] = [telegram, *([whatsapp] if whatsapp is not None else [])]
        self.office = office.on({channel.name: channel.capabilities for channel in channels})
        self.metrics = Metrics()
        host, port = listener.getsockname()[:2]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.ready = asyncio.Event()
        self._listener = listener
        self._telegram = telegram
        self._hearing = Hearing(telegram, settings)
        self._whatsapp = whatsapp
        binder = Binder(vault, examiner)
        printer = Printer(database, self._office, clock.now)
        self._links = file_links(settings, database, vault, printer, clock)
        self._scanner = Scanner(Clamd.parse(settings.clamd)) if settings.clamd else None
        self.senders = {channel.name: self._sender(channel, binder, printer, pace) for channel in channels}
        self.second_look = SecondLook(
            database, vault, self._office, clock, self.ring_senders, scanner=self._scanner, reader=reader
        )
        self.fetcher = self._fetcher(channels, vault, examiner)
        self.schedule = Schedule(database, self._office, clock, self.metrics, self.ring_senders)
        self._reception: Reception | None = None

    def _sender(self, channel: Channel, binder: Binder, printer: Printer, pace: Pace) -> Sender:
        return Sender(
            channel,
            self.database,
            binder,
            printer,
            self._office,
            self.clock,
            self.metrics,
            pace,
            owed=self.ring_senders,
            link=self._links.make,
        )

    def _fetcher(self, channels: Sequence[Channel], vault: Vault, examiner: Examiner) -> Fetcher:
        return Fetcher(
            {channel.name: channel for channel in channels},
            self.database,
            vault,
            self._office,
            self.clock,
            self.metrics,
            self.ring_senders,
            examiner=examiner,
            scanner=self._scanner,
            reads=self.second_look.reads,
            kept=self.second_look.ring,
        )

    def _office(self) -> Office:
        return self.office

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, settings: Settings, *, clock: Clock | None = None, pace: Pace | None = None, key_file: Path = KEY_FILE
    ) -> AsyncIterator[Self]:
        """Everything that Loket needs, opened, and closed again at the end."""
        office = await asyncio.to_thread(read_office, settings.office, settings.staff_chat_id)
        async with AsyncExitStack() as stack:
            listener = stack.enter_context(listen(settings.host, settings.port))
            stack.enter_context(alone(settings.database_url))
            await asyncio.to_thread(bring_up_to_date, settings)
            database = open_database(settings.database_url)
            stack.callback(database.close)
            if missing := await database.run(lambda uow: missing_services(settings.office, office, uow)):
                raise OfficeFolderMistakes(missing)
            vault = open_vault(settings, key_file, await database.run(lambda uow: uow.documents.key_ids()))
            telegram = await stack.enter_async_context(
                Telegram.opened(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
            )
            whatsapp = await stack.enter_async_context(open_whatsapp(settings)) if settings.has_whatsapp else None
            examiner = await stack.enter_async_context(Examiner.opened())
            reads = settings.ocr == "auto" and can_read_pictures()
            reader = await stack.enter_async_context(Reader.opened()) if reads else None
            yield cls(
                settings,
                office,
                database,
                vault,
                telegram,
                whatsapp,
                listener,
                examiner,
                reader,
                clock=clock or Clock(settings.clock),
                pace=pace or Pace(),
            )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """At work while the block runs, from the moment at which messages can come and go."""
        stopped = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.run(stopped))
            await self.ready.wait()
            try:
                yield self
            finally:
                stopped.set()

    async def run(self, stopped: asyncio.Event) -> None:
        """Work until told to stop; then finish what is on its way."""
        async with asyncio.TaskGroup() as aside:
            reception = Reception(
                self.database,
                self._office,
                self.clock,
                self.metrics,
                messages_owed=self.ring_senders,
                files_owed=self.fetcher.ring,
                aside=aside,
            )
            self._reception = reception
            await self.database.run(self._begin)
            server = WebServer(web.application(*self._routes(reception)), self._listener)
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(server.run_until_stopped())
                workers: list[Sender | Fetcher | SecondLook] = [*self.senders.values(), self.fetcher, self.second_look]
                working = [tasks.create_task(worker.run()) for worker in workers]
                self.schedule.start()
                hearing = [tasks.create_task(self._hear_telegram(reception))]
                if self._whatsapp is not None:
                    missed = CatchingUp(self._whatsapp, reception, self.database, self.clock.now)
                    hearing.append(tasks.create_task(missed.run()))
                await stopped.wait()
                log.info("stopping")
                for task in hearing:
                    task.cancel()
                self.schedule.stop()
                server.stop()
                await asyncio.wait([serving], timeout=GRACE)
                for worker in workers:
                    worker.stop()
                _, late = await asyncio.wait(working, timeout=GRACE)
                for task in late:
                    task.cancel()

    def _begin(self, uow: UnitOfWork) -> None:
        """What a new process does first, in one transaction."""
        now = self.clock.now()
        uow.faq.refresh(tuple(self.office.faq.values()))
        appoint_first_admins(self.settings.admin_ids, self.office, uow, now)
        if self.settings.is_sqlite:
            # Nobody else works on this database: what was claimed, was claimed by a process that is no more.
            uow.outbox.unclaim()

    async def _hear_telegram(self, reception: Reception) -> None:
        self.office = replace(self.office, bot_name=await self._hearing.connect())
        await self._hearing.show_commands(self.office)
        self.ready.set()
        self.ring_senders()
        await self._hearing.listen(reception)

    # What can be asked over HTTP

    def _routes(self, reception: Reception) -> list[Route]:
        routes = web.operator_routes(self.state, self._numbers)
        secret = self.settings.telegram_webhook_secret
        if self.settings.telegram_mode == "webhook" and secret is not None:
            routes.append(web.telegram_route(self._telegram, reception, secret.get_secret_value(), self.ready.is_set))
        if self._whatsapp is not None:
            routes += [*whatsapp_routes(self._whatsapp, reception), self._links.route()]
        if self.clock.can_be_moved:
            routes.append(web.clock_route(lambda: self.clock.now().isoformat(), self.advance))
        return routes

    async def state(self) -> Mapping[str, str]:
        """How each part is: "ok", or what is wrong with it."""
        parts = {"database": await self._database_state(), "office": "ok", "telegram": self._hearing.state}
        if self._whatsapp is not None:
            parts["whatsapp"] = self.senders[self._whatsapp.name].trouble or "ok"
        if self._scanner is not None:
            parts["clamd"] = self._scanner.trouble or "ok"
        return parts

    async def _database_state(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.database.run(lambda uow: uow.setting(""))
                current = await asyncio.to_thread(migrate.is_current, self.settings.database_url)
        except Exception as error:
            return f"does not answer ({type(error).__name__})"
        return "ok" if current else "has the tables of another version; run: loket migrate"

    async def _numbers(self) -> bytes:
        now = self.clock.now()
        try:
            async with asyncio.timeout(PATIENCE):
                waiting: tuple[float, ...] = await self.database.run(
                    lambda uow: (uow.outbox.count_owed(now), uow.inbox.count_aside(), *uow.remarks.count())
                )
        except Exception as error:
            # What this process has counted is told all the same: nobody looks at it more than in such an hour.
            log.warning("what waits could not be counted: %s", type(error).__name__)
            waiting = (math.nan,) * 4
        owed, aside, unscanned, unread = waiting
        self.metrics.owed.set(owed)
        self.metrics.aside.set(aside)
        self.metrics.unscanned.set(unscanned)
        self.metrics.unread.set(unread if self.second_look.reads else 0)
        return self.metrics.written()

    # The clock of a demo

    async def advance(self, by: str) -> None:
        """Move the clock by an `hour`, or to the same time of the next `working_day`, and look at what is due."""
        now = self.clock.now()
        match by:
            case "hour":
                self.clock.advance(HOUR)
            case _:
                office = await self.database.run(self.office.today)
                local = office.calendar.local(now)
                day = office.calendar.next_working_day(local.date())
                self.clock.advance(office.calendar.at(day, local.time()) - now)
        await self.schedule.tick()
        self.ring()

    def ring(self) -> None:
        """Look at what is owed: the clock was moved."""
        self.ring_senders()
        self.fetcher.ring()
        self.second_look.ring()

    def ring_senders(self) -> None:
        """Something is owed, on whichever channel."""
        for sender in self.senders.values():
            sender.ring()

    async def owes_within(self, ahead: timedelta) -> bool:
        """Whether anything falls due within that time."""

        def owes(uow: UnitOfWork) -> bool:
            until = self.clock.now() + ahead
            due = [at for name in self.senders for at in (uow.outbox.next_due(name), uow.posts.next_due(name)) if at]
            return min(due, default=until) < until or any(
                [uow.arrivals.owed_pages(until, 1, name) for name in self.senders] + [self.second_look.due(uow)]
            )

        return await self.database.run(owes)

    async def settled(self, seconds: float = 30) -> None:
        """Wait until nothing is owed any more: what a test or a play waits for."""
        async with asyncio.timeout(seconds):
            # A database tells nobody that it has become quiet; what is on its way when it is asked is owed no more.
            while not self._is_idle or await self.owes_within(NOW) or not self._is_idle:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @property
    def _is_idle(self) -> bool:
        working: list[Sender | Fetcher | SecondLook | Reception | None] = [*self.senders.values(), self._reception]
        working += [self.fetcher, self.second_look]
        return all(worker is None or worker.is_idle for worker in working)


def appoint_first_admins(user_ids: tuple[str, ...], office: Office, uow: UnitOfWork, now: datetime) -> None:
    """The admins of the settings are always admins, so that nobody is locked out."""
    for user_id in user_ids:
        member = uow.staff.find(user_id)
        if member is not None and Role.ADMIN in member.roles:
            continue
        caller = uow.people.meet(STAFF_CHANNEL, user_id)
        name = member.name if member else caller.name if caller else office.settings.roles["admin"].in_("id")
        roles = (member.roles if member else frozenset()) | {Role.ADMIN}
        uow.staff.appoint(StaffMember(user_id, name, roles), "settings", now)
