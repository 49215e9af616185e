"""Puts Loket together and runs it: database, vault, office, messengers, workers and web server."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

from starlette.routing import Route

from bot import web
from bot.clock import Clock
from bot.fetcher import Fetcher
from bot.metrics import Metrics
from bot.office_folder import read_office
from bot.pace import Pace
from bot.reception import Reception
from bot.schedule import Schedule
from bot.sender import Sender
from bot.serving import WebServer, listen
from bot.settings import Settings
from channels.telegram import LONG_POLL, Telegram
from domain.cases import Role, StaffMember
from domain.messages import NotSent
from handlers.office import Office
from storage import migrate
from storage.database import Database, open_database
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault, load_or_make_key

log = logging.getLogger("loket")

KEY_FILE: Final = Path("var/documents.key")
HOUR: Final = timedelta(hours=1)
NOW: Final = timedelta(0)
GRACE: Final = 15.0
"""Seconds for what is on its way when the process is told to stop."""
CONNECTING: Final = "connecting"


class OldDatabase(Exception):
    """The tables are those of another version."""


class Loket:
    """One office at work."""

    def __init__(
        self,
        settings: Settings,
        office: Office,
        database: Database,
        vault: Vault,
        telegram: Telegram,
        listener: socket.socket,
        *,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        self.office = office
        self.metrics = Metrics()
        host, port = listener.getsockname()[:2]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.ready = asyncio.Event()
        self._listener = listener
        self._telegram = telegram
        self._telegram_state = CONNECTING
        self.sender = Sender(telegram, database, vault, self._office, clock, self.metrics, pace)
        self.fetcher = Fetcher(
            {telegram.name: telegram}, database, vault, self._office, clock, self.metrics, self.sender.ring
        )
        self.schedule = Schedule(database, self._office, clock, self.metrics, self.sender.ring)

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
            await asyncio.to_thread(bring_up_to_date, settings)
            vault = open_vault(settings, key_file)
            database = open_database(settings.database_url)
            stack.callback(database.close)
            telegram = await stack.enter_async_context(
                Telegram.opened(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
            )
            yield cls(
                settings,
                office,
                database,
                vault,
                telegram,
                listener,
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
                messages_owed=self.sender.ring,
                files_owed=self.fetcher.ring,
                aside=aside,
            )
            await self.database.run(self._begin)
            await self.fetcher.sweep()
            server = WebServer(web.application(*self._routes(reception)), self._listener)
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(server.run_until_stopped())
                working = [tasks.create_task(self.sender.run()), tasks.create_task(self.fetcher.run())]
                self.schedule.start()
                hearing = tasks.create_task(self._hear_telegram(reception))
                await stopped.wait()
                log.info("stopping")
                hearing.cancel()
                self.schedule.stop()
                server.stop()
                await asyncio.wait([serving], timeout=GRACE)
                self.sender.stop()
                self.fetcher.stop()
                _, late = await asyncio.wait(working, timeout=GRACE)
                for task in late:
                    task.cancel()

    def _begin(self, uow: UnitOfWork) -> None:
        """What a new process does first, in one transaction."""
        now = self.clock.now()
        appoint_first_admins(self.settings.admin_ids, self.office, uow, now)
        if self.settings.is_sqlite:
            # Nobody else works on this database: what was claimed, was claimed by a process that is no more.
            uow.outbox.unclaim()

    async def _hear_telegram(self, reception: Reception) -> None:
        """Connect to Telegram, however long it takes, and receive what people do."""
        username = await self._connected()
        self.office = replace(self.office, bot_name=username)
        self._telegram_state = "ok"
        log.info("connected to Telegram as @%s", username)
        self.ready.set()
        self.sender.ring()
        if self.settings.telegram_mode == "polling":
            await self._telegram.poll(lambda raw: reception.receive(self._telegram, raw))

    async def _connected(self) -> str:
        failures = 0
        while True:
            try:
                _, username = await self._telegram.me()
                if self.settings.telegram_mode == "polling":
                    await self._telegram.use_polling()
                else:
                    assert self.settings.telegram_webhook_secret is not None
                    await self._telegram.use_webhook(
                        f"{self.settings.public_url}/telegram", self.settings.telegram_webhook_secret.get_secret_value()
                    )
                return username
            except NotSent as error:
                failures += 1
                self._telegram_state = f"{CONNECTING}: {error}"
                log.warning("Telegram cannot be reached yet: %s", error)
                await asyncio.sleep(min(30.0, 2.0 ** min(failures, 5) / 2))

    # What can be asked over HTTP

    def _routes(self, reception: Reception) -> list[Route]:
        routes = web.operator_routes(self.state, self._numbers)
        secret = self.settings.telegram_webhook_secret
        if self.settings.telegram_mode == "webhook" and secret is not None:
            routes.append(web.telegram_route(self._telegram, reception, secret.get_secret_value(), self.ready.is_set))
        if self.clock.can_be_moved:
            routes.append(web.clock_route(lambda: self.clock.now().isoformat(), self.advance))
        return routes

    async def state(self) -> Mapping[str, str]:
        """How each part is: "ok", or what is wrong with it."""
        return {"database": await self._database_state(), "office": "ok", "telegram": self._hearing_state()}

    async def _database_state(self) -> str:
        try:
            async with asyncio.timeout(5):
                await self.database.run(lambda uow: uow.setting(""))
                current = await asyncio.to_thread(migrate.is_current, self.settings.database_url)
        except Exception as error:
            return f"does not answer ({type(error).__name__})"
        return "ok" if current else "has the tables of another version; run: loket migrate"

    def _hearing_state(self) -> str:
        if self._telegram_state != "ok" or self.settings.telegram_mode == "webhook":
            return self._telegram_state
        at = self._telegram.polled_at
        silent = None if at is None else asyncio.get_running_loop().time() - at
        if silent is None or silent > 2 * LONG_POLL:
            return "no updates could be fetched" + ("" if silent is None else f" for {silent:.0f} s")
        return "ok"

    async def _numbers(self) -> bytes:
        now = self.clock.now()
        owed, aside = await self.database.run(lambda uow: (uow.outbox.count_owed(now), uow.inbox.count_aside()))
        self.metrics.owed.set(owed)
        self.metrics.aside.set(aside)
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
        self.sender.ring()
        self.fetcher.ring()

    async def owes_within(self, ahead: timedelta) -> bool:
        """Whether anything falls due within that time."""
        name = self._telegram.name

        def owes(uow: UnitOfWork) -> bool:
            until = self.clock.now() + ahead
            due = [at for at in (uow.outbox.next_due(name), uow.posts.next_due(name)) if at is not None]
            return min(due, default=until) < until or bool(uow.documents.owed_pages(until, 1))

        return await self.database.run(owes)

    async def settled(self, seconds: float = 30) -> None:
        """Wait until nothing is owed any more: what a test or a play waits for."""
        async with asyncio.timeout(seconds):
            # A database tells nobody that it has become quiet.
            while await self.owes_within(NOW) or not (self.sender.is_idle and self.fetcher.is_idle):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def appoint_first_admins(user_ids: tuple[str, ...], office: Office, uow: UnitOfWork, now: datetime) -> None:
    """The admins of the settings are always admins, so that nobody is locked out."""
    for user_id in user_ids:
        member = uow.staff.find(user_id)
        if member is not None and Role.ADMIN in member.roles:
            continue
        caller = uow.people.meet("telegram", user_id)
        name = member.name if member else caller.name if caller else office.settings.roles["admin"].in_("id")
        roles = (member.roles if member else frozenset()) | {Role.ADMIN}
        uow.staff.appoint(StaffMember(user_id, name, roles), "settings", now)


def bring_up_to_date(settings: Settings) -> None:
    """A database of one machine is brought to this version; one that others share waits for the operator."""
    if migrate.is_current(settings.database_url):
        return
    if not settings.is_sqlite:
        raise OldDatabase("the database has no tables, or those of another version; run: loket migrate")
    log.info("bringing the database to this version")
    migrate.upgrade(settings.database_url)


def open_vault(settings: Settings, key_file: Path) -> Vault:
    given = settings.documents_key.get_secret_value() if settings.documents_key else None
    keys, made = load_or_make_key(key_file, given)
    if made:
        log.warning(
            "made a key for the documents: %s. Keep a copy somewhere else; without it no document can be opened",
            key_file,
        )
    return Vault.open(settings.documents_url, keys)
