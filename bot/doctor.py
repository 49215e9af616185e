"""Checks everything that Loket stands on, and says what to do about what is not right."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from bot.office_folder import OfficeFolderMistakes, check_office, read_office
from bot.office_in_use import missing_services
from bot.opening import KEY_FILE, open_vault, open_whatsapp, wrong_key
from bot.settings import Settings, Unsettled, read_settings
from channels.telegram import Refusal, Telegram
from domain.cases import Role
from domain.messages import NeedsOperator, NotSent
from handlers.office import Office
from storage import migrate
from storage.database import file_of, open_database
from storage.preflight.clamd import Clamd, Unreachable
from storage.preflight.reading import can_read_pictures
from storage.unit_of_work import UnitOfWork
from storage.vault import Unusable, folder_of

if TYPE_CHECKING:
    from channels.whatsapp import WhatsApp


T = TypeVar("T")
NONE: Final[Set[str]] = frozenset()


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    verdict: Verdict
    what: str

    def __str__(self) -> str:
        return f"{self.verdict:<8} {self.what}"


async def examine(tell: Callable[[str], object]) -> int:
    """Tell every finding as it comes; 1 when there is a problem, else 0."""
    worst = Verdict.OK
    async for finding in _examine():
        tell(str(finding))
        if finding.verdict is Verdict.PROBLEM:
            worst = Verdict.PROBLEM
    return 1 if worst is Verdict.PROBLEM else 0


async def _examine() -> AsyncIterator[Finding]:
    try:
        settings = read_settings()
    except Unsettled as error:
        for mistake in error.mistakes:
            yield _problem(mistake)
        return
    yield _ok("settings: complete")
    office = None
    try:
        office = await asyncio.to_thread(read_office, settings.office, settings.staff_chat_id)
        yield _ok(f"office folder: {settings.office}, {office.settings.name}")
        for finding in _calendar(office, settings.clock or datetime.now(UTC)):
            yield finding
    except OfficeFolderMistakes:
        pass
    for mistake in await asyncio.to_thread(check_office, settings.office):
        yield _problem(mistake)
    group = settings.staff_chat_id
    async for finding in _database(settings, office):
        yield finding
    locked_under = await _asked(settings, lambda uow: uow.documents.key_ids(), NONE)
    yield await asyncio.to_thread(_documents, settings, locked_under)
    yield _reading(settings)
    yield await _scanner(settings)
    if office is not None:
        group = await _asked(settings, lambda uow: office.group(uow).chat, group)
    async with Telegram.opened(settings.telegram_token.get_secret_value(), settings.telegram_api_url) as telegram:
        async for finding in _telegram(telegram, settings, group):
            yield finding
    if not settings.has_whatsapp:
        yield _ok("WhatsApp: not configured, Loket runs on Telegram alone")
        return
    async with open_whatsapp(settings) as whatsapp:
        async for finding in _whatsapp(whatsapp, settings):
            yield finding


def _calendar(office: Office, now: datetime) -> Iterable[Finding]:
    years = sorted({office.calendar.today(now).year, office.calendar.today(now + timedelta(days=60)).year})
    if missing := office.calendar.years_without_data(years):
        yield _warning(f"calendar: no public holidays known for {_listed(missing)}; add them to calendar.toml")
    if missing := office.calendar.years_without_ramadan(years):
        yield _warning(f"calendar: no Ramadan given for {_listed(missing)}; add it to calendar.toml")
    if not office.calendar.years_without_data(years):
        yield _ok(f"calendar: holidays known for {_listed(years)}")


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, years))


async def _database(settings: Settings, office: Office | None) -> AsyncIterator[Finding]:
    try:
        current = await asyncio.to_thread(migrate.is_current, settings.database_url)
    except migrate.NoDatabase as error:
        yield _problem(str(error))
        return
    if not current:
        yield await asyncio.to_thread(_tables, settings)
        return
    file = file_of(settings.database_url)
    if file is not None and _closed(file):
        yield _problem(f"database: this user may not write to {file}")
        return
    yield _ok("database: answers, tables of this version")
    database = open_database(settings.database_url)
    try:
        for finding in await database.run(lambda uow: list(_contents(uow))):
            yield finding
        if office is not None:
            for mistake in await database.run(lambda uow: missing_services(settings.office, office, uow)):
                yield _problem(mistake)
    finally:
        database.close()


def _tables(settings: Settings) -> Finding:
    """What to do about a database that is not of this version."""
    if migrate.is_newer(settings.database_url):
        return _problem("database: a newer version of Loket has worked on it; take that one: git pull && make install")
    file = file_of(settings.database_url)
    if file is None:
        return _problem("database: no tables of this version yet; run: loket migrate")
    if closed := _closed(file):
        return _problem(f"database: this user may not write in {closed}")
    return _warning("database: no tables of this version yet; run: loket migrate")


def _closed(file: Path) -> Path | None:
    """Where the file, or the folders above it, would have to be made, when that is not possible."""
    there = next(folder for folder in (file.absolute(), *file.absolute().parents) if os.path.exists(folder))
    possible = there == file.absolute() or there.is_dir()
    return None if possible and os.access(there, os.W_OK | (os.X_OK if there.is_dir() else 0)) else there


def _contents(uow: UnitOfWork) -> Iterable[Finding]:
    for role in Role:
        if not uow.staff.with_role(role):
            yield _warning(f"staff: nobody has the role {role}; run: loket staff appoint USER_ID NAME {role}")
    if aside := uow.inbox.count_aside():
        yield _warning(f"events: {aside} could not be handled and were kept aside (table inbox, column aside)")
    owed = uow.outbox.count_owed(datetime.now(UTC) - timedelta(minutes=15))
    if owed:
        yield _warning(f"messages: {owed} wait for more than a quarter of an hour; is loket run running?")


async def _asked(settings: Settings, ask: Callable[[UnitOfWork], T], otherwise: T) -> T:
    """What the database says, where it can be asked; what is wrong with it is told elsewhere."""
    with suppress(Exception):
        if await asyncio.to_thread(migrate.is_current, settings.database_url):
            database = open_database(settings.database_url)
            try:
                return await database.run(ask)
            finally:
                database.close()
    return otherwise


def _documents(settings: Settings, locked_under: Set[str]) -> Finding:
    try:
        if settings.documents_key is None and not KEY_FILE.exists() and not locked_under:
            for place in (KEY_FILE, folder_of(settings.documents_url)):
                if closed := _closed(place):
                    return _problem(f"documents: this user may not write in {closed}")
            return _warning(f"documents: no key yet; it is made at the first start as {KEY_FILE}: keep a copy of it")
        vault = open_vault(settings, KEY_FILE, locked_under)
        stored = vault.put(b"loket doctor")
        vault.get(stored.name, stored.wrapped_key, stored.key_id)
        vault.delete(stored.name)
    except (Unusable, OSError) as error:
        return _problem(f"documents: {error}")
    if strange := vault.strange(locked_under):
        return _problem(f"documents: {wrong_key(strange)}")
    return _ok(f"documents: {settings.documents_url} can be written and read")


def _reading(settings: Settings) -> Finding:
    if settings.ocr == "off":
        return _ok("reading: turned off by LOKET_OCR")
    if not can_read_pictures():
        return _ok("reading: documents are not read; to have advice on what they say, run: make install-ocr")
    return _ok("reading: documents are read, for advice")


async def _scanner(settings: Settings) -> Finding:
    if settings.clamd is None:
        return _ok("viruses: no scanner; to have files scanned, install clamav-daemon and set LOKET_CLAMD")
    try:
        await Clamd.parse(settings.clamd).ping()
    except Unreachable as error:
        return _problem(f"viruses: {error}; files are kept and marked until it answers")
    return _ok(f"viruses: the scanner at {settings.clamd} answers")


async def _telegram(telegram: Telegram, settings: Settings, group: str) -> AsyncIterator[Finding]:
    try:
        _, username = await telegram.me()
    except Refusal:
        yield _problem("Telegram: does not know LOKET_TELEGRAM_TOKEN; copy it again from @BotFather")
        return
    except NotSent as error:
        yield _problem(f"Telegram: {settings.telegram_api_url} cannot be reached ({error})")
        return
    yield _ok(f"Telegram: the bot is @{username}")
    yield await _group(telegram, group)
    yield await _delivery(telegram, settings)


async def _group(telegram: Telegram, group: str) -> Finding:
    try:
        standing = await telegram.standing(group)
    except NotSent as error:
        return _problem(f"staff group: {group} cannot be seen ({error}); add the bot to it, check LOKET_STAFF_CHAT_ID")
    if standing in ("administrator", "creator"):
        return _ok("staff group: the bot is an administrator")
    if standing == "member":
        return _warning("staff group: the bot is a mere member and hears commands only; make it an administrator")
    return _problem(f"staff group: the bot is {standing}; add it to the group and make it an administrator")


async def _delivery(telegram: Telegram, settings: Settings) -> Finding:
    try:
        url, waiting, trouble = await telegram.webhook()
    except NotSent as error:
        return _problem(f"Telegram: how updates are delivered cannot be told ({error})")
    if settings.telegram_mode == "polling":
        if url:
            return _warning(f"polling: a webhook is set ({url}); loket run removes it")
        return _ok(f"polling: no webhook in the way, {waiting} updates wait")
    if url != f"{settings.public_url}/telegram":
        return _warning(f"webhook: Telegram delivers to {url or 'nobody'}; loket run sets it")
    if trouble:
        return _warning(f"webhook: {waiting} updates wait; the last trouble was: {trouble}")
    return _ok(f"webhook: {url}, {waiting} updates wait")


async def _whatsapp(whatsapp: WhatsApp, settings: Settings) -> AsyncIterator[Finding]:
    from channels.whatsapp_out import KNOCK
    from channels.whatsapp_templates import listed

    try:
        await whatsapp.check()
        yield _ok(f"WhatsApp: Twilio knows the account {settings.twilio_account_sid}")
        templates = await listed(whatsapp.client)
    except NeedsOperator:
        yield _problem(
            "WhatsApp: Twilio does not accept LOKET_TWILIO_ACCOUNT_SID and LOKET_TWILIO_AUTH_TOKEN; "
            "copy both again from Twilio's console"
        )
        return
    except NotSent as error:
        yield _problem(f"WhatsApp: {settings.twilio_api_url} cannot be reached ({error})")
        return
    yield _ok(
        f"WhatsApp: the sender is {settings.twilio_from}; Twilio's console must name {settings.public_url}/whatsapp"
    )
    known = {template.sid for template in templates.values()}
    for name, sid in whatsapp.templates.items():
        if sid not in known:
            yield _problem(f"WhatsApp: Twilio has no template {sid} ({name}); run: loket whatsapp templates")
    yield _knock(whatsapp.templates.get(KNOCK), {one.sid: one.state for one in templates.values()})


def _knock(sid: str | None, states: Mapping[str, str]) -> Finding:
    if sid is None:
        return _warning(
            "WhatsApp: no template to write to people after 24 hours, messages are held until they write; "
            "run: loket whatsapp templates, and name its file in LOKET_TWILIO_TEMPLATES"
        )
    state = states.get(sid, "unknown")
    if state != "approved":
        return _warning(f"WhatsApp: the template for after 24 hours is {state}, WhatsApp has to approve it")
    return _ok("WhatsApp: the template for after 24 hours is approved")


def _ok(what: str) -> Finding:
    return Finding(Verdict.OK, what)


def _warning(what: str) -> Finding:
    return Finding(Verdict.WARNING, what)


def _problem(what: str) -> Finding:
    return Finding(Verdict.PROBLEM, what)
