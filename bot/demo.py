"""A simulated Telegram and WhatsApp with the people of an office, and the real Loket behind them, in one process."""

import argparse
import asyncio
import importlib
import os
import pkgutil
import shutil
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from bot import logs, plays
from bot.app import Loket
from bot.clock import Clock
from bot.commands import stop_signals
from bot.pace import UNLIMITED, Pace
from bot.serving import PortTaken
from bot.settings import Settings, Unsettled
from domain.cases import Role, StaffMember
from simulator import Chat, Message, Person, Scene, Simulator
from simulator.scene import Actor, Gathering, Seat
from storage.alone import alone
from storage.unit_of_work import UnitOfWork

HOST: Final = "127.0.0.1"
GROUP: Final = -1001234567890
PUBLIC_URL: Final = "https://loket.example.go.id"
"""Where Twilio finds Loket; here a proxy of the simulator leads from there to this machine."""
GATHERED: Final = timedelta(seconds=3)
"""An answer that waits a moment for more, as after an album, is waited for without waiting."""

PROVIDER, ELSEWHERE, TUS, VERIFIKATOR, ADMIN = "Bu Siti", "Pak Joko", "Bu Rini", "Pak Dedi", "Pak Hendra"
IDS: Final = {PROVIDER: 5001, TUS: 7001, VERIFIKATOR: 7002, ADMIN: 7003}
STAFF: Final = {TUS: Role.TUS, VERIFIKATOR: Role.VERIFIKATOR, ADMIN: Role.ADMIN}
SCENE: Final = Scene(
    bot_name="LPSE Kota Bogor",
    bot_username="lpse_bogor_bot",
    actors=(
        Actor(name=PROVIDER, id=IDS[PROVIDER], note="CV Maju Bersama"),
        Actor(name=ELSEWHERE, channel="whatsapp", phone="+6281298765432", note="CV Karya Mandiri"),
        Actor(name=TUS, id=IDS[TUS], note="TUS", started=True),
        Actor(name=VERIFIKATOR, id=IDS[VERIFIKATOR], note="Verifikator", started=True),
        Actor(name=ADMIN, id=IDS[ADMIN], note="Admin", started=True),
    ),
    group=Gathering(
        title="Petugas LPSE",
        id=GROUP,
        seats=(Seat(name=ADMIN, role="creator"), Seat(name=TUS), Seat(name=VERIFIKATOR)),
    ),
    providers=(PROVIDER, ELSEWHERE),
    staff=(TUS, VERIFIKATOR, ADMIN),
)


class NoSuchPlay(Exception):
    """Nobody wrote a conversation of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The people of the demo, their phones, and the office that they talk to."""

    simulator: Simulator
    loket: Loket
    siti: Person
    joko: Person
    rini: Person
    dedi: Person
    hendra: Person
    group: Chat

    async def settle(self) -> None:
        """Wait until the bot has heard everything and has nothing more to say."""
        await self._quiet()
        if await self.loket.owes_within(GATHERED):
            self.loket.clock.advance(GATHERED)
            self.loket.ring()
            await self._quiet()

    async def _quiet(self) -> None:
        await self.simulator.idle(timeout=30)
        await self.loket.settled()
        await self.simulator.idle(timeout=30)

    async def advance(self, by: str) -> None:
        """Move the clock by an `hour` or a `working_day`."""
        await self.loket.advance(by)
        await self.settle()


@asynccontextmanager
async def stage(folder: Path, port: int, clock: Clock, pace: Pace) -> AsyncIterator[Stage]:
    """The simulator and Loket at work, on this machine only, with their files in `folder`."""
    simulator = Simulator(scene=SCENE, clock=lambda: clock.now().timestamp())
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(simulator.serving(HOST, port))
        except OSError as error:
            another = "try: .venv/bin/loket demo --port 8081"
            raise PortTaken(f"cannot listen at {HOST}:{port}: {error.strerror}; {another}") from error
        settings = _settings(simulator, folder)
        async with Loket.opened(settings, clock=clock, pace=pace, key_file=folder / "demo-documents.key") as loket:
            await loket.database.run(lambda uow: _appoint(uow, clock.now()))
            simulator.twilio.put_behind_proxy(PUBLIC_URL, loket.url)
            simulator.twilio.webhook_url = f"{PUBLIC_URL}/whatsapp"
            simulator.clock_url = f"{loket.url}/clock"
            async with loket.running():
                people = {name: simulator.person(name) for name in (*IDS, ELSEWHERE)}
                opened = Stage(
                    simulator=simulator,
                    loket=loket,
                    siti=people[PROVIDER],
                    joko=people[ELSEWHERE],
                    rini=people[TUS],
                    dedi=people[VERIFIKATOR],
                    hendra=people[ADMIN],
                    group=simulator.world.chat(GROUP),
                )
                # Staff have met the bot before; whoever has not is sent to a private chat first.
                for name in STAFF:
                    people[name].private.start()
                await opened.settle()
                yield opened


def _settings(simulator: Simulator, folder: Path) -> Settings:
    """Everything is given, so that the settings of a real Loket on this machine are left alone."""
    given: Mapping[str, Any] = {
        "telegram_token": SecretStr(simulator.token),
        "telegram_api_url": simulator.url,
        "telegram_mode": "polling",
        "staff_chat_id": str(GROUP),
        "admin_ids": (str(IDS[ADMIN]),),
        "twilio_account_sid": simulator.twilio.account_sid,
        "twilio_auth_token": SecretStr(simulator.twilio.auth_token),
        "twilio_from": simulator.twilio.sender,
        "twilio_api_url": simulator.url,
        "twilio_content_url": simulator.url,
        "twilio_templates": None,
        "public_url": PUBLIC_URL,
        "host": HOST,
        "port": 0,
        "database_url": _database(folder),
        "documents_url": f"file:{folder}/demo-documents",
        "documents_key": None,
        "clamd": None,
        "ocr": os.environ.get("LOKET_OCR", "auto"),
        "office": os.environ.get("LOKET_OFFICE", "office"),
        "clock": None,
    }
    return Settings(**{"_env_file": None, **given})


def _appoint(uow: UnitOfWork, now: datetime) -> None:
    for name, role in STAFF.items():
        user_id = str(IDS[name])
        if uow.staff.find(user_id) is None:
            uow.staff.appoint(StaffMember(user_id, name, frozenset({role})), "demo", now)


async def show(asked: argparse.Namespace) -> int:
    """Serve the page with the phones until Ctrl-C."""
    logs.set_up()
    folder = Path("var")
    if not asked.keep:
        with alone(_database(folder)):  # what another demo works with is left alone
            _clean(folder)
    stopped = stop_signals()
    async with stage(folder, asked.port, _clock(asked.clock), Pace()) as demo:
        address = f"{demo.simulator.url}/"
        print(f"\n  Loket is at the counter: {address}\n  Ctrl-C ends it.\n", flush=True)
        if not asked.no_open and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or _is_desktop()):
            await asyncio.to_thread(webbrowser.open, address)
        await stopped.wait()
    return 0


def _is_desktop() -> bool:
    return os.name == "nt" or os.uname().sysname == "Darwin"


def _database(folder: Path) -> str:
    return f"sqlite:///{folder}/demo.db"


def _clean(folder: Path) -> None:
    for old in folder.glob("demo.db*"):
        old.unlink()
    shutil.rmtree(folder / "demo-documents", ignore_errors=True)
    (folder / "demo-documents.key").unlink(missing_ok=True)


def _clock(moment: str | None) -> Clock:
    if moment is None:
        return Clock(datetime.now(UTC))
    try:
        return Clock(datetime.fromisoformat(moment))
    except ValueError:  # no moment, or one without a zone
        raise Unsettled(["--clock: must be a moment with its zone such as 2026-11-23T08:00:00+07:00"]) from None


async def play(name: str, moment: str | None) -> int:
    """Play a written conversation and print it as it goes; 0 when it went as it is written."""
    known = [found.name for found in pkgutil.iter_modules(plays.__path__)]
    if name.replace("-", "_") not in known:
        raise NoSuchPlay(f"there is no play {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    piece = importlib.import_module(f"{plays.__name__}.{name.replace('-', '_')}")
    logs.set_up(level=30)
    with tempfile.TemporaryDirectory(prefix="loket-play-") as folder:
        clock = _clock(moment or getattr(piece, "CLOCK", None))
        async with stage(Path(folder), 0, clock, UNLIMITED) as demo, asyncio.TaskGroup() as tasks:
            narrator = tasks.create_task(_narrate(demo))
            try:
                await piece.play(demo)
                await demo.settle()
            except (AssertionError, LookupError, TimeoutError) as error:
                print(f"\nThe play went wrong: {error or type(error).__name__}", flush=True)
                return 1
            finally:
                await asyncio.sleep(0)
                narrator.cancel()
            if demo.simulator.violations:
                print("\nTelegram or Twilio would not have taken:", *demo.simulator.violations, sep="\n  ")
                return 1
    print("\nPlayed to the end.")
    return 0


async def _narrate(demo: Stage) -> None:
    """Print every message when it appears, and again when it changes."""
    news = demo.simulator.world.changes.listen()
    told: dict[int, tuple[Chat, str]] = {}
    here: Chat | None = None
    while (change := await news.get()) is not None:
        message = change.thing
        if change.kind != "message" or not isinstance(message, Message) or message.deleted:
            continue
        line = str(message)
        if told.get(message.key) == (message.chat, line):
            continue
        if message.chat is not here:
            here = message.chat
            print(f"\n--- {here.title}")
        print(f"(changed) {line}" if message.key in told else line, flush=True)
        told[message.key] = (message.chat, line)
