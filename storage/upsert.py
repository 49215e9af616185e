"""INSERT ... ON CONFLICT in the words of whichever database is there."""

from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    # Both dialects have the same two methods; only their types differ.
    return cast(sqlite.Insert, postgresql.insert(table))
