"""Brings a database to the tables of this version, or tells whether it is there."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import make_engine

HERE = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to a revision; what is there already stays."""
    _with(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision; `base` removes every table."""
    _with(url, lambda config: command.downgrade(config, revision))


def is_current(url: str) -> bool:
    """Whether the database at `url` has the tables of this version."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return is_current_on(connection)
    finally:
        engine.dispose()


def is_current_on(connection: Connection) -> bool:
    found = set(MigrationContext.configure(connection).get_current_heads())
    return found == _newest()


@cache
def _newest() -> set[str]:
    """The revision of this version; its files do not change while it runs."""
    return set(ScriptDirectory(str(HERE)).get_heads())


def _with(url: str, do: Callable[[Config], None]) -> None:
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            do(config)
    finally:
        engine.dispose()
