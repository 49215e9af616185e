"""Opens what Loket works with, each as the settings say: database, vault, WhatsApp, links to files."""

from __future__ import annotations

import logging
import os
from collections.abc import Set
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.clock import Clock
from bot.file_links import FileLinks
from bot.printer import Printer
from bot.settings import Settings, read_templates
from storage import migrate
from storage.database import Database, file_of
from storage.vault import Unusable, Vault, load_or_make_key

if TYPE_CHECKING:
    from channels.whatsapp import WhatsApp

log = logging.getLogger("loket")

KEY_FILE: Final = Path("var/documents.key")


class OldDatabase(Exception):
    """The tables are those of another version."""


def file_links(settings: Settings, database: Database, vault: Vault, printer: Printer, clock: Clock) -> FileLinks:
    """Whoever fetches our files knows the secret of the account: no other one has to be kept."""
    secret = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""
    return FileLinks(settings.public_url or "", secret, database, vault, printer, clock.now)


def open_whatsapp(settings: Settings) -> AbstractAsyncContextManager[WhatsApp]:
    """WhatsApp as the settings describe it."""
    from channels.whatsapp import WhatsApp  # half a second and 20 MB that an office on Telegram alone does not need

    assert settings.twilio_auth_token is not None
    return WhatsApp.opened(
        api_url=settings.twilio_api_url,
        content_url=settings.twilio_content_url,
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        public_url=settings.public_url,
        templates=read_templates(settings.twilio_templates) if settings.twilio_templates else {},
    )


def bring_up_to_date(settings: Settings) -> None:
    """A database of one machine is brought to this version; one that others share waits for the operator."""
    file = file_of(settings.database_url)
    if file is not None and os.path.exists(file) and not os.access(file, os.W_OK):
        raise migrate.NoDatabase(f"LOKET_DATABASE_URL: this user may not write to {file}")
    if migrate.is_current(settings.database_url):
        return
    if not settings.is_sqlite:
        raise OldDatabase("the database has no tables, or those of another version; run: loket migrate")
    log.info("bringing the database to this version")
    migrate.upgrade(settings.database_url)


def open_vault(settings: Settings, key_file: Path, locked_under: Set[str] = frozenset()) -> Vault:
    """The vault. A new key is never made where documents wait for another one, `locked_under` has the ids of those."""
    given = settings.documents_key.get_secret_value() if settings.documents_key else None
    if given is None and locked_under and not key_file.exists():
        raise Unusable(
            f"the key of the documents is gone: {key_file}. Put your copy of it back; whoever has none can never open "
            f"the documents of until now, and begins anew with: (umask 077; openssl rand -base64 32 > {key_file})"
        )
    keys, made = load_or_make_key(key_file, given)
    if made:
        log.warning(
            "made a key for the documents: %s. Keep a copy somewhere else; without it no document can be opened",
            key_file,
        )
    vault = Vault.open(settings.documents_url, keys)
    if strange := vault.strange(locked_under):
        log.error("%s", wrong_key(strange))
    return vault


def wrong_key(strange: Set[str]) -> str:
    """What the operator is told about documents that the present keys do not open."""
    return (
        f"there are documents that were locked with another key ({', '.join(sorted(strange))}) and cannot be opened; "
        "add that key to LOKET_DOCUMENTS_KEY or to its file, after the present one and a comma"
    )
