"""Loket at work on an empty office, with what a test of the edge needs to look into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import Loket
from bot.clock import Clock
from bot.pace import UNLIMITED, Pace
from bot.settings import Settings
from domain.messages import Address
from simulator import Chat, Person, Simulator
from storage.database import make_engine
from storage.owed import Owed

MORNING = datetime(2026, 11, 24, 2, tzinfo=UTC)
GROUP = -1001234567890
SECRET = "s3cret-of_the-webhook"


@dataclass
class Office:
    """The office, the simulated Telegram, and the people."""

    loket: Loket
    sim: Simulator
    siti: Person
    budi: Person
    hendra: Person
    group: Chat

    async def owe(self, chat: Person | Chat, text: str = "", **more: Any) -> None:
        message = Owed(address=Address("telegram", str(chat.id)), text=text, **more)
        await self.loket.database.run(lambda uow: uow.outbox.owe(message, self.loket.clock.now()))
        self.loket.ring()

    async def show(self, name: str, text: str) -> None:
        address = Address("telegram", str(self.group.id))
        await self.loket.database.run(lambda uow: uow.posts.show(name, address, text, (), self.loket.clock.now()))
        self.loket.ring()

    async def settle(self, seconds: float = 30) -> None:
        await self.sim.idle(timeout=seconds)
        await self.loket.settled(seconds)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What another process would read from the database."""
        engine = make_engine(self.loket.settings.database_url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(query)]
        finally:
            engine.dispose()

    def states(self) -> dict[str, str]:
        """How each owed message stands, by its text."""
        return {row[0]: row[1] for row in self.rows("select text, state from outbox")}

    def said_to(self, chat: Person | Chat) -> list[str]:
        messages = chat.private.messages if isinstance(chat, Person) else chat.messages
        return [message.text for message in messages if message.from_bot]


def settings_of(sim: Simulator, folder: Path, **others: Any) -> Settings:
    given = {
        "telegram_token": sim.token,
        "telegram_api_url": sim.url,
        "staff_chat_id": str(GROUP),
        "admin_ids": "7003",
        "port": 0,
        "database_url": f"sqlite:///{folder}/loket.db",
        "documents_url": f"file:{folder}/documents",
    }
    return Settings(**{"_env_file": None, **given, **others})


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator().serving(port=0) as simulator:
        simulator.group(
            "Petugas LPSE", [simulator.person("Pak Hendra", id=7003, started=True)], id=GROUP, supergroup=True
        )
        simulator.person("Bu Siti", id=5001, started=True)
        simulator.person("Pak Budi", id=5002, started=True)
        yield simulator
        assert simulator.violations == []


@pytest.fixture
def pace() -> Pace:
    return UNLIMITED


@pytest.fixture
def options() -> dict[str, Any]:
    """Other settings than the usual ones."""
    return {}


@pytest.fixture
async def office(sim: Simulator, tmp_path: Path, pace: Pace, options: dict[str, Any]) -> AsyncIterator[Office]:
    async with at_work(sim, settings_of(sim, tmp_path, **options), tmp_path, pace) as office:
        yield office


@asynccontextmanager
async def at_work(sim: Simulator, settings: Settings, folder: Path, pace: Pace) -> AsyncIterator[Office]:
    opened = Loket.opened(settings, clock=Clock(MORNING), pace=pace, key_file=folder / "documents.key")
    async with opened as loket, loket.running():
        siti, budi, hendra = (sim.person(name) for name in ("Bu Siti", "Pak Budi", "Pak Hendra"))
        yield Office(loket, sim, siti, budi, hendra, sim.world.chat(GROUP))
