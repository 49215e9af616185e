"""Brings a database to the tables of this version, or tells whether it is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.database import make_engine

HERE = Path(__file__).parent / "migrations"


class NoDatabase(Exception):
    """The database cannot be opened; the text tells the operator why, and what to do."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to a revision; what is there already stays."""
    _with(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision; `base` removes every table."""
    _with(url, lambda config: command.downgrade(config, revision))


def is_current(url: str) -> bool:
    """Whether the database at `url` has the tables of this version."""
    with _connected(url) as connection:
        return is_current_on(connection)


def is_current_on(connection: Connection) -> bool:
    found = set(MigrationContext.configure(connection).get_current_heads())
    return found == _newest()


@cache
def _newest() -> set[str]:
    """The revision of this version; its files do not change while it runs."""
    return set(ScriptDirectory(str(HERE)).get_heads())


def _with(url: str, do: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with _connected(url) as connection:
        config.attributes["connection"] = connection
        do(config)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    try:
        engine = make_engine(url)
    except (OSError, ValueError, SQLAlchemyError) as error:
        raise _no_database(error) from error
    try:
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise _no_database(error) from error
        with connection:
            yield connection
    finally:
        engine.dispose()


def _no_database(error: Exception) -> NoDatabase:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    why = str(cause).partition("\n")[0].rstrip(".")
    return NoDatabase(
        f"LOKET_DATABASE_URL: the database cannot be opened: {why}; check the setting, and that the database is there"
    )
