"""The steps from version to version end at exactly the tables that the program works with."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from storage import faq_index, migrate
from storage.database import make_engine
from storage.faq_index import belongs
from storage.tables import metadata


def names_of_tables(url: str) -> set[str]:
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_steps_go_up_and_down_and_up_again(empty: str) -> None:
    assert not migrate.is_current(empty)
    migrate.upgrade(empty)
    assert migrate.is_current(empty)
    assert names_of_tables(empty) == {*metadata.tables, "alembic_version"}
    migrate.downgrade(empty, "base")
    assert not migrate.is_current(empty)
    assert names_of_tables(empty) == {"alembic_version"}
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_the_steps_are_numbered_so_that_the_last_is_the_newest() -> None:
    assert ScriptDirectory(str(migrate.HERE)).get_heads() == [migrate._revisions()[-1]]


def test_steps_end_at_the_tables_of_the_program(url: str) -> None:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            # What the search makes for itself at the start is no table of ours.
            faq_index.create(connection)
            opts = {
                "compare_type": True,
                "include_object": lambda _, name, kind, *__: kind != "table" or not belongs(name),
            }
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, metadata) == []
    finally:
        engine.dispose()


def test_partial_indexes_are_partial_as_the_program_wants_them(url: str) -> None:
    """Comparing leaves their conditions out, and a unique index without its condition would refuse what is right."""
    engine = make_engine(url)
    option = f"{engine.dialect.name}_where"
    try:
        found = inspect(engine)
        for table in metadata.tables.values():
            there = {index["name"]: index for index in found.get_indexes(table.name)}
            for index in table.indexes:
                wanted = index.dialect_options[engine.dialect.name]["where"]
                condition = there[index.name].get("dialect_options", {}).get(option)
                assert (wanted is None) == (condition is None), index.name
    finally:
        engine.dispose()


def test_what_is_there_stays_when_nothing_is_to_be_done(url: str) -> None:
    migrate.upgrade(url)
    assert migrate.is_current(url)
