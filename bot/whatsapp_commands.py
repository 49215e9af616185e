"""What an operator does about WhatsApp from the command line: catch up with what was missed, and make the templates."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot import commands
from bot.catching_up import CatchingUp
from bot.clock import Clock
from bot.metrics import Metrics
from bot.office_folder import read_office
from bot.opening import bring_up_to_date, open_whatsapp
from bot.reception import Reception
from bot.settings import Settings
from domain.messages import NotSent
from handlers.templates import texts
from storage.database import open_database

UNCONFIGURED: Final = (
    "WhatsApp is not configured: set LOKET_TWILIO_ACCOUNT_SID, LOKET_TWILIO_AUTH_TOKEN, LOKET_TWILIO_FROM "
    "and LOKET_PUBLIC_URL"
)


def catch_up(asked: argparse.Namespace) -> int:
    """Look for what people wrote and Loket never heard of."""
    back = timedelta(hours=asked.hours) if asked.hours else None
    return _with_whatsapp(lambda settings: _catch_up(settings, back))


def templates(_asked: argparse.Namespace) -> int:
    """Make the templates that are missing, and print what LOKET_TWILIO_TEMPLATES should say."""
    return _with_whatsapp(_templates)


def _with_whatsapp(do: Callable[[Settings], Awaitable[int]]) -> int:
    async def guarded(settings: Settings) -> int:
        if not settings.has_whatsapp:
            return commands.fail(UNCONFIGURED)
        try:
            return await do(settings)
        except NotSent as error:
            return commands.fail(f"Twilio: {error}")

    return commands.settled(lambda settings: commands.in_loop(guarded(settings)))


async def _catch_up(settings: Settings, back: timedelta | None) -> int:
    office = await asyncio.to_thread(read_office, settings.office, settings.staff_chat_id)
    await asyncio.to_thread(bring_up_to_date, settings)
    async with AsyncExitStack() as stack:
        database = open_database(settings.database_url)
        stack.callback(database.close)
        whatsapp = await stack.enter_async_context(open_whatsapp(settings))
        office = office.on({whatsapp.name: whatsapp.capabilities})
        clock = Clock(settings.clock)
        aside = await stack.enter_async_context(asyncio.TaskGroup())
        reception = Reception(
            database, lambda: office, clock, Metrics(), messages_owed=_nobody, files_owed=_nobody, aside=aside
        )
        found = await CatchingUp(whatsapp, reception, database, clock.now).once(back)
    print(f"missed messages found: {found}")
    return commands.GOOD


def _nobody() -> None:
    """Whoever serves people looks for what is owed every few seconds."""


async def _templates(settings: Settings) -> int:
    from channels.whatsapp_templates import create, listed, wanted

    office = await asyncio.to_thread(read_office, settings.office, settings.staff_chat_id)
    async with open_whatsapp(settings) as whatsapp:
        known = await listed(whatsapp.client)
        missing = {name: types for name, types in wanted(texts(office)).items() if name not in known}
        for name, types in missing.items():
            known[name] = await create(whatsapp.client, name, types)
    lines = [f'{one.name} = "{one.sid}"  # {one.state}' for _, one in sorted(known.items())]
    print(*lines, sep="\n")
    if settings.twilio_templates is None:
        print("\n# Keep these lines in a file, and name it in LOKET_TWILIO_TEMPLATES.")
    else:
        await asyncio.to_thread(_write, settings.twilio_templates, lines)
        print(f"\n# {len(missing)} made; written to {settings.twilio_templates}. Start Loket again to use them.")
    return commands.GOOD


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first = "# Templates at Twilio, by name; written by: loket whatsapp templates"
    path.write_text("\n".join([first, *lines, ""]), "utf-8")
