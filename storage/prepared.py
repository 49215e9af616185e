"""The few statements of every turn, compiled once and then said to the driver directly."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Dialect, Select, Table, Text, all_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql import ClauseElement, ColumnElement
from sqlalchemy.sql.dml import UpdateBase

from storage.types import UtcDateTime

Convert = Callable[[Any], Any] | None
Statement = Callable[[Dialect], ClauseElement]
Results = Sequence[tuple[int, Callable[[Any], Any]]]
"""The places of a row that are not yet as we want them, each with what makes them so."""


class Prepared:
    """One statement of the toolkit without what it costs to weigh it anew at each turn.

    The toolkit still writes the SQL and knows how values are stored; measured on a turn of four statements, asking it
    each time took longer than everything else together (`make bench`).
    """

    def __init__(self, statement: ClauseElement | Statement, columns: Sequence[str] | None = None) -> None:
        """`columns` are those that an INSERT fills, where the statement does not say."""
        self._statement = statement
        self._columns = columns
        self._spoken: dict[str, _Spoken] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> "Outcome":
        """Carry it out in the transaction of the connection."""
        dialect = connection.dialect
        spoken = self._spoken.get(dialect.name)
        if spoken is None:
            statement = self._statement(dialect) if callable(self._statement) else self._statement
            spoken = self._spoken[dialect.name] = _Spoken(statement, dialect, self._columns)
        # The driver's own cursor: SQLAlchemy's would wrap the result again.
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        cursor.execute(spoken.text, spoken.fill(values))
        return Outcome(cursor, spoken.results)


class Outcome:
    """What a prepared statement gave."""

    __slots__ = ("_cursor", "_results")

    def __init__(self, cursor: Any, results: "Results") -> None:
        self._cursor = cursor
        self._results = results

    @property
    def count(self) -> int:
        """How many rows it changed."""
        count: int = self._cursor.rowcount
        self._cursor.close()
        return count

    def first(self) -> tuple[Any, ...] | None:
        """The first row that it found."""
        row = self._cursor.fetchone()
        self._cursor.close()
        return None if row is None else self._read(row)

    def one(self) -> tuple[Any, ...]:
        """The row that must be there."""
        row = self.first()
        if row is None:
            raise NoResultFound
        return row

    def all(self) -> list[tuple[Any, ...]]:
        """Every row that it found."""
        rows = self._cursor.fetchall()
        self._cursor.close()
        return [self._read(row) for row in rows]

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        if not self._results:
            return tuple(row)
        values = list(row)
        for place, convert in self._results:
            values[place] = convert(values[place])
        return tuple(values)


class _Spoken:
    """A statement in the words of one database."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.text: str = str(compiled)
        by_place = compiled.positiontup is not None
        names: Sequence[str] = compiled.positiontup if by_place else list(compiled.bind_names.values())
        self._by_place = by_place
        self._binds: list[tuple[str, Any, Convert]] = [
            (name, compiled.binds[name].value, _bind(compiled.binds[name].type, dialect)) for name in names
        ]
        chosen: Any = ()
        if isinstance(statement, Select):
            chosen = statement.selected_columns
        elif isinstance(statement, UpdateBase):
            chosen = statement.exported_columns
        converts = [_result(column.type, dialect) for column in chosen]
        self.results: Results = [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def fill(self, values: Mapping[str, Any]) -> Any:
        get = values.get
        if self._by_place:
            return [
                get(name, fixed) if convert is None else convert(get(name, fixed))
                for name, fixed, convert in self._binds
            ]
        return {
            name: get(name, fixed) if convert is None else convert(get(name, fixed))
            for name, fixed, convert in self._binds
        }


def _bind(kind: Any, dialect: Dialect) -> Convert:
    processor: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return _remembering(kind, processor)


def _result(kind: Any, dialect: Dialect) -> Convert:
    processor: Convert = kind.dialect_impl(dialect).result_processor(dialect, None)
    return _remembering(kind, processor)


def _remembering(kind: Any, processor: Convert) -> Convert:
    """A turn writes its moment several times, and reads the person's last one again and again."""
    return lru_cache(maxsize=256)(processor) if processor and isinstance(kind, UtcDateTime) else processor


def insert_unless_there(table: Table) -> Statement:
    """An INSERT that changes nothing where the row is there already."""

    def written(dialect: Dialect) -> ClauseElement:
        words: Any = sqlite if dialect.name == "sqlite" else postgresql
        statement: ClauseElement = words.insert(table).on_conflict_do_nothing()
        return statement

    return written


def none_of(dialect: Dialect, column: Column[str], name: str) -> ColumnElement[bool]:
    """That a column holds none of a list that is given as one value, however many there are."""
    if dialect.name == "sqlite":
        given = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        return column.not_in(select(given.c.value))
    return column != all_(bindparam(name, type_=postgresql.ARRAY(Text)))
