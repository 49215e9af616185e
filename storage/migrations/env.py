"""What Alembic runs for every step: on the connection it is given, or for a developer on a scratch database."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection

from storage import faq_index
from storage.database import make_engine
from storage.tables import metadata
from storage.types import Json, UtcDateTime

SCRATCH = "sqlite:///var/alembic.db"


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A step of long ago must not change with the types of today: it names what the database has."""
    if kind == "server_default" and isinstance(getattr(item, "arg", None), type(sa.false())):
        return "sa.false()"  # otherwise written as the 0 of SQLite, which PostgreSQL does not take
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Json):
        return "sa.Text()"
    if isinstance(item, sa.BigInteger) and "sqlite" in item._variant_mapping:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def compare(_thing: object, name: str | None, kind: str, _reflected: bool, _compared_to: object) -> bool:
    """What is made at the start of the program, and not by steps, is no difference."""
    return kind != "table" or not faq_index.belongs(name or "")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render,
        include_object=compare,
        compare_type=True,
        transactional_ddl=True,
    )
    if connection.dialect.name == "sqlite":
        # A step that rebuilds a table drops the old one, whose rows others still point at.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
    with connection.begin():
        if connection.dialect.name == "sqlite":
            # The engine leaves transactions to us: all steps, or none.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with make_engine(context.get_x_argument(as_dictionary=True).get("url", SCRATCH)).connect() as own:
        migrate(own)
