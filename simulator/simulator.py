"""The simulator: messengers, people and their phones, served over HTTP on this machine."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, TypeVar, overload

from starlette.applications import Starlette

from simulator import control
from simulator.changes import PATIENCE
from simulator.chats import Chat, Member
from simulator.faults import Faults
from simulator.people import Person
from simulator.scene import Scene
from simulator.server import LocalServer, listen
from simulator.spec import load_spec
from simulator.telegram import api
from simulator.telegram.calls import Call
from simulator.telegram.courier import Courier
from simulator.telegram.messenger import Telegram
from simulator.telegram.pace import Pace
from simulator.telegram.updates import Updates
from simulator.twilio import Twilio, WhatsAppPerson
from simulator.twilio import api as twilio_api
from simulator.twilio.account import TwilioSettings
from simulator.twilio.courier import Courier as TwilioCourier
from simulator.world import World

TOKEN = "7654321:simulator-token-that-opens-nothing-real"
Answer = TypeVar("Answer")


class Simulator:
    """A small world with a bot in it, to be driven from a test, over HTTP or from the page."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Callable[[], float] = time.time,
        spec: str | Path | None = None,
        scene: Scene | None = None,
        clock_url: str | None = None,
        webhook_timeout: float = 60.0,
        twilio: TwilioSettings | None = None,
    ) -> None:
        self.world = World(clock)
        self.telegram = Telegram(self.world, token, load_spec(spec))
        self.scene = scene or Scene()
        self.clock_url = clock_url
        self.url = ""
        self.twilio = Twilio(self.world, self.telegram.violations, twilio or TwilioSettings())
        self._couriers = (Courier(self.telegram, webhook_timeout), TwilioCourier(self.twilio))
        self._set(self.scene)

    # Who is there

    @property
    def token(self) -> str:
        return self.telegram.token

    @property
    def people(self) -> list[Person]:
        return self.world.people

    @overload
    def person(
        self,
        name: str,
        *,
        channel: Literal["whatsapp"],
        phone: str | None = None,
        external_id: str | None = None,
        note: str = "",
        started: bool = False,
    ) -> WhatsAppPerson: ...

    @overload
    def person(
        self,
        name: str,
        *,
        channel: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
        id: int | None = None,
        username: str | None = None,
        language: str | None = "id",
        note: str = "",
        started: bool = False,
    ) -> Person: ...

    def person(
        self,
        name: str,
        *,
        channel: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
        id: int | None = None,
        username: str | None = None,
        language: str | None = "id",
        note: str = "",
        started: bool = False,
    ) -> Person:
        """The person with this name, on the given messenger if one is given; made if not there yet."""
        for person in self.world.people:
            if person.name == name and id in (None, person.id) and channel in (None, person.channel):
                return person
        if channel in (None, "telegram"):
            person = self.telegram.person(name, id=id, username=username, language=language)
        elif channel == "whatsapp":
            person = self.twilio.person(name, phone=phone, external_id=external_id)
            person.wrote_at = self.world.now() if started else None
        else:
            raise ValueError(f"there is no messenger {channel!r}")
        person.note = note
        person.started = started
        return person

    def group(
        self,
        title: str,
        members: Iterable[Person] = (),
        *,
        id: int | None = None,
        supergroup: bool = False,
        bot: str = "administrator",
    ) -> Chat:
        """The group with this title; it is made, silently, if it is not there yet. The first member created it."""
        for chat in self.world.chats.values():
            if not chat.is_private and chat.title == title:
                return chat
        chat = self.telegram.group(title, id=id, supergroup=supergroup)
        chat.bot_status = bot
        for member in members:
            chat.members[member.id] = Member(member, "member" if chat.members else "creator")
        return chat

    # What the bot did, and what it has still to do

    @property
    def calls(self) -> deque[Call]:
        """The latest calls of the bot."""
        return self.telegram.calls

    @property
    def violations(self) -> list[str]:
        """What the bot got wrong, measured by the descriptions of the Bot API and of Twilio."""
        return self.telegram.violations

    @property
    def spec_checked(self) -> bool:
        return self.telegram.spec is not None

    @property
    def updates(self) -> Updates:
        return self.telegram.updates

    @property
    def pending_updates(self) -> int:
        """How many updates and forms the bot has neither confirmed nor acknowledged, and what else is on its way."""
        return len(self.telegram.updates.pending) + self.twilio.pending

    async def wait_for(self, predicate: Callable[[], Answer], timeout: float = PATIENCE) -> Answer:
        """Wait until the predicate is true and return what it found; a LookupError counts as "not yet"."""
        return await self.world.changes.wait_for(predicate, timeout)

    async def idle(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has taken every update, and what it sent has reached the phones."""
        await self.wait_for(lambda: not self.pending_updates, timeout)

    # Troubles

    @property
    def faults(self) -> Faults:
        return self.telegram.faults

    @property
    def pace(self) -> Pace:
        """Telegram's speed limits: set `pace.strict` to enforce them, read `pace.refused`."""
        return self.telegram.pace

    # Time

    @property
    def clock_offset(self) -> float:
        """By how many seconds the time of new messages is moved."""
        return self.world.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        moved = abs(seconds - self.world.clock_offset) > 2
        self.world.clock_offset = seconds
        if moved:
            self.world.changes.tell("clock")

    # Serving

    @asynccontextmanager
    async def serving(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Simulator]:
        """Serve over HTTP as long as the block runs."""
        listener = listen(host, port)
        shown = f"[{host}]" if ":" in host else host
        self.url = self.twilio.url = f"http://{shown}:{listener.getsockname()[1]}"
        routes = [*api.routes(self.telegram), *twilio_api.routes(self.twilio), *control.routes(self)]
        application = Starlette(routes=routes)
        server = LocalServer(application, listener)
        failure: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run_until_stopped())
            for courier in self._couriers:
                tasks.create_task(courier.run())
            await server.ready.wait()
            try:
                yield self
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # raised again below, outside the group, which would wrap it
                failure = error
            finally:
                self.world.changes.close()
                server.stop()
        if failure is not None:
            raise failure

    def _set(self, scene: Scene) -> None:
        self.telegram.bot.name = scene.bot_name
        self.telegram.bot.username = scene.bot_username
        for actor in scene.actors:
            self.person(
                actor.name,
                channel=actor.channel,
                phone=actor.phone,
                external_id=actor.external_id,
                id=actor.id,
                username=actor.username,
                language=actor.language,
                note=actor.note,
                started=actor.started,
            )
        if scene.group:
            chat = self.group(
                scene.group.title, id=scene.group.id, supergroup=scene.group.supergroup, bot=scene.group.bot
            )
            for seat in scene.group.seats:
                person = self.person(seat.name, channel="telegram")
                chat.members[person.id] = Member(person, seat.role)
