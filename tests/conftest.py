"""One office at work in the test's own event loop: the real bot, over HTTP, against the simulator."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest

from bot.app import Loket
from bot.clock import Clock
from bot.pace import UNLIMITED
from bot.settings import Settings
from simulator import Simulator
from simulator.people import Person, Phone
from storage import migrate
from tests.chat import FILES, Read

hypothesis.settings.register_profile("loket", deadline=None)
hypothesis.settings.load_profile("loket")
# A machine that is busy with other tests is slow now and then.

os.environ["LOKET_OCR"] = "off"
"""Reading takes seconds a page; a test that is about it asks for it."""

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, 09.00 WIB, in office hours."""

STAFF = ("Bu Rini", "Pak Dedi", "Pak Hendra")
PUBLIC_URL = "https://loket.example.go.id"
"""The address of the office on the Internet; a proxy leads from there to wherever it listens."""

AHEAD = timedelta(seconds=3)
"""A message that gathers what comes shortly after one another is waited for, without waiting."""


async def until(predicate: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something that nobody tells."""
    async with asyncio.timeout(seconds):
        while not predicate():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@dataclass
class Counter:
    """The office and the people around it."""

    simulator: Simulator
    folder: Path
    loket: Loket
    clock: Clock
    readers: dict[tuple[int, int], Read] = field(default_factory=dict)

    async def settle(self) -> None:
        """Wait until everybody has read everything."""
        await self._quiet()
        before = self.clock.now()
        if await self.loket.owes_within(AHEAD):
            self.advance(AHEAD)
            await self._quiet()
            assert self.clock.now() >= before + AHEAD

    async def _quiet(self) -> None:
        """Nothing is on its way; news of a message may let another one out."""
        for _ in range(3):
            await self.simulator.idle()
            await self.loket.settled(90)
            if not self.simulator.pending_updates:
                return

    def advance(self, by: timedelta) -> None:
        self.clock.advance(by)
        set_phones(self.simulator, self.clock)
        self.loket.ring()

    def reader(self, phone: Phone) -> Read:
        key = (phone.person.id, phone.chat.id)
        if key not in self.readers:
            self.readers[key] = Read(phone, self.settle, FILES)
        return self.readers[key]

    def person(self, name: str, **facts: Any) -> Person:
        person: Person = self.simulator.person(name, **facts)
        return person

    async def move_to(self, moment: datetime) -> None:
        """Let time pass, and look at what is due."""
        self.advance(moment - self.clock.now())
        await self.loket.schedule.tick()
        self.loket.ring()
        await self.settle()

    async def wait(self, **duration: float) -> None:
        await self.move_to(self.clock.now() + timedelta(**duration))


def settings_for(simulator: Simulator, folder: Path, **others: Any) -> Settings:
    given = {
        "telegram_token": simulator.token,
        "telegram_api_url": simulator.url,
        "staff_chat_id": "-1001234567890",
        "admin_ids": "900003",
        "port": 0,
        "database_url": f"sqlite:///{folder}/loket.db",
        "documents_url": f"file:{folder}/documents",
        "clock": MORNING,
        "twilio_account_sid": simulator.twilio.account_sid,
        "twilio_auth_token": simulator.twilio.auth_token,
        "twilio_from": simulator.twilio.sender,
        "twilio_api_url": simulator.url,
        "twilio_content_url": simulator.url,
        "public_url": PUBLIC_URL,
    }
    return Settings(**{"_env_file": None, **given, **others})


def set_phones(simulator: Simulator, clock: Clock) -> None:
    """Phones show the same time as the office's clock."""
    simulator.clock_offset = clock.now().timestamp() - time.time()


@asynccontextmanager
async def at_work(simulator: Simulator, folder: Path, clock: Clock, **others: Any) -> AsyncIterator[Counter]:
    """Loket, started on what lies in `folder`."""
    settings = settings_for(simulator, folder, **others)
    place = folder / "loket.db"
    if not place.exists() and settings.database_url == f"sqlite:///{place}":
        place.write_bytes(new_database())
    async with AsyncExitStack() as stack:
        loket = await stack.enter_async_context(
            Loket.opened(settings, clock=clock, pace=UNLIMITED, key_file=folder / "documents.key")
        )
        set_phones(simulator, clock)
        simulator.twilio.put_behind_proxy(PUBLIC_URL, loket.url)
        simulator.twilio.webhook_url = f"{PUBLIC_URL}/whatsapp"
        await stack.enter_async_context(loket.running())
        yield Counter(simulator, folder, loket, clock)


@cache
def new_database() -> bytes:
    """A database with the tables of this version and nothing in it; to make one takes a while."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "new.db"
        migrate.upgrade(f"sqlite:///{place}")
        return place.read_bytes()


@asynccontextmanager
async def town() -> AsyncIterator[Simulator]:
    """Telegram, the staff group and the people in it."""
    async with Simulator().serving(port=0) as simulated:
        people = [
            simulated.person("Pak Hendra", id=900003, username="hendra", started=True),
            simulated.person("Bu Rini", id=900001, username="rini", started=True),
            simulated.person("Pak Dedi", id=900002, username="dedi", started=True),
        ]
        simulated.group("Petugas LPSE", people, id=-1001234567890, supergroup=True)
        yield simulated
        assert simulated.violations == []


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with town() as simulated:
        yield simulated


@pytest.fixture
async def counter(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Counter]:
    """The office at work, with its staff appointed."""
    async with at_work(simulator, tmp_path, Clock(MORNING)) as counter:
        await appoint_staff(counter)
        yield counter


async def appoint_staff(counter: Counter) -> None:
    """Everybody opens a private chat, and Pak Hendra gives them their roles."""
    hendra = counter.reader(counter.person("Pak Hendra").private)
    for member in STAFF:
        counter.person(member).private.start()
        await counter.settle()
    await hendra("> /peran 900001 tus")
    await hendra("> /peran 900002 verifikator")
    for member in STAFF:
        counter.reader(counter.person(member).private).look_away()
        _in_group(counter, member).look_away()


Test = TypeVar("Test", bound=Callable[..., Any])
CHANNELS = ("telegram", "whatsapp")


def only(channel: str) -> Callable[[Test], Test]:
    """For a test about something that only one messenger can do."""
    mark: Callable[[Test], Test] = pytest.mark.parametrize("channel", [channel], indirect=True)
    return mark


@pytest.fixture(params=CHANNELS)
def channel(request: pytest.FixtureRequest) -> str:
    """The messenger that Bu Siti uses."""
    name: str = request.param
    return name


@pytest.fixture
def siti(counter: Counter, channel: str) -> Read:
    """Bu Siti, a provider, on her phone."""
    return counter.reader(counter.person("Bu Siti", channel=channel).private)


@pytest.fixture
def budi(counter: Counter) -> Read:
    """Pak Budi, another provider."""
    return counter.reader(counter.person("Pak Budi").private)


def _in_group(counter: Counter, name: str) -> Read:
    group = next(chat for chat in counter.simulator.world.chats.values() if chat.title == "Petugas LPSE")
    return counter.reader(counter.person(name).at(group))


@pytest.fixture
def rini(counter: Counter) -> Read:
    """Bu Rini, TUS, in her own chat with the bot."""
    return counter.reader(counter.person("Bu Rini").private)


@pytest.fixture
def rini_in_group(counter: Counter) -> Read:
    return _in_group(counter, "Bu Rini")


@pytest.fixture
def dedi(counter: Counter) -> Read:
    """Pak Dedi, verifikator, in his own chat with the bot."""
    return counter.reader(counter.person("Pak Dedi").private)


@pytest.fixture
def dedi_in_group(counter: Counter) -> Read:
    return _in_group(counter, "Pak Dedi")


@pytest.fixture
def hendra(counter: Counter) -> Read:
    """Pak Hendra, admin, in his own chat with the bot."""
    return counter.reader(counter.person("Pak Hendra").private)


@pytest.fixture
def hendra_in_group(counter: Counter) -> Read:
    return _in_group(counter, "Pak Hendra")
