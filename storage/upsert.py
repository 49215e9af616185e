"""INSERT ... ON CONFLICT in the words of whichever database is there."""

from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`, and counts its rows."""
    # Both dialects have the same two methods; only their types differ.
    on_sqlite = connection.dialect.name == "sqlite"
    made = sqlite.insert(table) if on_sqlite else cast(sqlite.Insert, postgresql.insert(table))
    # Without this, PostgreSQL tells -1 rows of every INSERT, and nothing would ever be new.
    return made.execution_options(preserve_rowcount=True)
