"""What each word of the command line does."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from bot import doctor as examination
from bot import logs, office_folder
from bot.app import Loket
from bot.office_folder import OfficeFolderMistakes, read_office
from bot.opening import OldDatabase, bring_up_to_date
from bot.serving import PortTaken
from bot.settings import Settings, Unsettled, read_settings, read_templates
from channels.telegram import Refusal
from domain.cases import Role, StaffMember
from handlers import roles
from handlers.office import Office
from storage import migrate as migration
from storage.alone import InUse
from storage.database import Database, open_database
from storage.vault import Unusable

ROLES: Final = tuple(role.value for role in Role)
BY: Final = "command line"
GOOD, BAD, NOT_POSSIBLE = 0, 1, 2
T = TypeVar("T")

log = logging.getLogger("loket")


def run(_asked: argparse.Namespace) -> int:
    """Serve people until told to stop."""
    return settled(lambda settings: in_loop(_run(settings)))


async def _run(settings: Settings) -> int:
    async with Loket.opened(settings) as loket:
        for line in introduction(loket):
            log.info("%s", line)
        async with asyncio.TaskGroup() as tasks:
            frozen = tasks.create_task(_freeze_when_ready(loket))
            await loket.run(stop_signals())
            frozen.cancel()
    return GOOD


def introduction(loket: Loket) -> list[str]:
    """What the operator should know at the start, a line each."""
    settings = loket.settings
    lines = [
        f"listening at {loket.url}",
        f"database: {'SQLite, ' + settings.database_url if settings.is_sqlite else 'PostgreSQL'}",
        f"documents: {settings.documents_url}",
        f"Telegram by {settings.telegram_mode}",
        *_whatsapp(settings),
    ]
    if loket.clock.can_be_moved:
        lines.append(f"the clock starts at {loket.clock.now().isoformat(timespec='seconds')}, as LOKET_CLOCK says")
    return lines


def _whatsapp(settings: Settings) -> list[str]:
    if not settings.has_whatsapp:
        return ["WhatsApp is not configured: Loket runs on Telegram alone"]
    lines = [f"WhatsApp as {settings.twilio_from}, Twilio calls {settings.public_url}/whatsapp"]
    known = read_templates(settings.twilio_templates) if settings.twilio_templates else {}
    if "knock" not in known:
        lines.append(
            "WhatsApp has no template to write to people after 24 hours: messages are held until they write; "
            "make one with: loket whatsapp templates"
        )
    return lines


def demo(asked: argparse.Namespace) -> int:
    """Start a simulated Telegram and Loket behind it, or play a conversation there."""
    from bot import demo as stage  # the simulator is not needed to serve people

    try:
        if asked.play:
            return guarded(lambda: in_loop(stage.play(asked.play, asked.clock)))
        return guarded(lambda: in_loop(stage.show(asked)))
    except stage.NoSuchPlay as error:
        return fail(str(error))


def migrate(_asked: argparse.Namespace) -> int:
    """Bring the database to this version."""

    def bring(settings: Settings) -> int:
        if migration.is_current(settings.database_url):
            print("the database is already that of this version")
        else:
            migration.upgrade(settings.database_url)
            print("the database is that of this version now")
        return GOOD

    return settled(bring)


def doctor(_asked: argparse.Namespace) -> int:
    """Check everything that Loket stands on."""
    logs.set_up(level=logging.CRITICAL)
    return in_loop(examination.examine(print))


def check_office(asked: argparse.Namespace) -> int:
    """Name every mistake in an office's folder; neither a token nor a database is needed for that."""
    folder = asked.folder or Path(os.environ.get("LOKET_OFFICE") or "office")
    mistakes = office_folder.check_office(folder)
    if mistakes:
        return fail(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''} in {folder}:", BAD, mistakes)
    print(f"no mistakes in {folder}")
    return GOOD


def list_staff(_asked: argparse.Namespace) -> int:
    """Print everybody in the office."""

    async def show(database: Database) -> int:
        for member in await database.run(lambda uow: uow.staff.everybody()):
            print(f"{member.user_id}\t{member.name}\t{', '.join(sorted(member.roles))}")
        return GOOD

    return _on_database(show)


def appoint(asked: argparse.Namespace) -> int:
    """Give somebody roles."""
    if not asked.user_id.isdecimal():
        return fail(f"{asked.user_id!r} is not a Telegram user id; it is a number")
    member = StaffMember(asked.user_id, asked.name, frozenset(map(Role, asked.roles)))

    async def give(database: Database, office: Office) -> int:
        await database.run(lambda uow: roles.give(uow, office, member, BY, datetime.now(UTC)))
        print(f"{member.name}: {', '.join(sorted(member.roles))}")
        return GOOD

    return _in_office(give)


def dismiss(asked: argparse.Namespace) -> int:
    """Take somebody's roles away."""

    async def take(database: Database, office: Office) -> int:
        member = await database.run(lambda uow: uow.staff.find(asked.user_id))
        if member is None:
            return fail(f"nobody in the office has the user id {asked.user_id}")
        await database.run(lambda uow: roles.dismiss(uow, office, asked.user_id, member.name, BY, datetime.now(UTC)))
        print(f"{member.name} has no role any more")
        return GOOD

    return _in_office(take)


def catch_up(asked: argparse.Namespace) -> int:
    """Look for what people wrote on WhatsApp and Loket never heard of."""
    from bot import whatsapp_commands

    return whatsapp_commands.catch_up(asked)


def templates(asked: argparse.Namespace) -> int:
    """Make the missing templates at Twilio, and list them."""
    from bot import whatsapp_commands

    return whatsapp_commands.templates(asked)


def not_built_yet(asked: argparse.Namespace) -> int:
    return fail(f"loket {asked.name} is not built yet", NOT_POSSIBLE)


def _on_database(do: Callable[[Database], Coroutine[Any, Any, int]]) -> int:
    return settled(lambda settings: in_loop(_with_database(settings, do)))


async def _with_database(settings: Settings, do: Callable[[Database], Coroutine[Any, Any, int]]) -> int:
    await asyncio.to_thread(bring_up_to_date, settings)
    database = open_database(settings.database_url)
    try:
        return await do(database)
    finally:
        database.close()


def _in_office(do: Callable[[Database, Office], Coroutine[Any, Any, int]]) -> int:
    """The same, with the office's folder: what is done has its words, and the group may hear of it."""

    async def work(settings: Settings) -> int:
        office = await asyncio.to_thread(read_office, settings.office, settings.staff_chat_id)
        return await _with_database(settings, lambda database: do(database, office))

    return settled(lambda settings: in_loop(work(settings)))


def settled(do: Callable[[Settings], int]) -> int:
    """Do something with the settings, or tell all that is wrong with them."""
    return guarded(lambda: do(_settings_with_logs()))


def _settings_with_logs() -> Settings:
    settings = read_settings()
    secrets = (settings.telegram_token, settings.telegram_webhook_secret, settings.twilio_auth_token)
    logs.set_up([secret.get_secret_value() for secret in secrets if secret is not None])
    return settings


def guarded(do: Callable[[], int]) -> int:
    """What an operator can mend is told in a few lines, without a traceback."""
    try:
        return do()
    except Unsettled as error:
        return fail("These settings need attention (environment or .env):", BAD, error.mistakes)
    except OfficeFolderMistakes as error:
        return fail("The office's folder needs attention (LOKET_OFFICE):", BAD, error.mistakes)
    except (InUse, migration.NoDatabase, OldDatabase, PortTaken, Unusable) as error:
        return fail(str(error))
    except BaseExceptionGroup as group:
        if refusals := group.subgroup(Refusal):
            return fail(f"LOKET_TELEGRAM_TOKEN: {_first(refusals)}; copy it again from @BotFather")
        raise


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def fail(message: str, code: int = BAD, lines: list[str] | None = None) -> int:
    print("\n  ".join([message, *(lines or [])]), file=sys.stderr)
    return code


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in the fastest event loop there is."""
    try:
        import uvloop
    except ImportError:  # not on every system
        factory = None
    else:
        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


def stop_signals() -> asyncio.Event:
    """Set when the process is told to stop; told a second time, it does not wait any more."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return stopped


async def _freeze_when_ready(loket: Loket) -> None:
    """What was made at the start stays: the collector need not look at it again and again."""
    await loket.ready.wait()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
