"""Brings a database to the tables of this version, or tells whether it is there.

Alembic, with 9 MB and half a second, is loaded where there is a step to take: most starts have none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.database import file_of, make_engine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


class NoDatabase(Exception):
    """The database cannot be opened; the text tells the operator why, and what to do."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to a revision; what is there already stays."""
    from alembic import command

    if is_newer(url):
        raise NoDatabase(
            "the database is that of a newer version of Loket, which this one would damage; "
            "bring the program up to date instead: git pull && make install"
        )
    _with(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision; `base` removes every table."""
    from alembic import command

    _with(url, lambda config: command.downgrade(config, revision))


def is_current(url: str) -> bool:
    """Whether the database at `url` has the tables of this version; asking makes no database."""
    return _revision(url) == _revisions()[-1]


def is_newer(url: str) -> bool:
    """Whether a newer version of the program has worked on the database at `url`."""
    return _revision(url) not in (None, *_revisions())


def _revision(url: str) -> str | None:
    file = file_of(url)
    if file is not None and not os.path.exists(file):
        return None
    with _connected(url) as connection:
        return _revision_on(connection)


def _revision_on(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


@cache
def _revisions() -> tuple[str, ...]:
    """The revisions that this version knows; they are numbered, and their files do not change while it runs."""
    return tuple(sorted(path.name.partition("_")[0] for path in HERE.glob("versions/[0-9]*.py")))


def _with(url: str, do: Callable[[Config], None]) -> None:
    from alembic.config import Config

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
