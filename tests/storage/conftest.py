"""A fresh database for a test: SQLite always, PostgreSQL where there is a server."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection

from storage import migrate
from storage.database import make_engine
from storage.tables import metadata
from storage.unit_of_work import UnitOfWork
from tests.conftest import new_database

SERVER = os.environ.get("LOKET_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/loket.db"
        return
    with on_server() as url:
        yield url


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the tables of this version."""
    if request.param == "sqlite":
        (tmp_path / "loket.db").write_bytes(new_database())
        yield f"sqlite:///{tmp_path}/loket.db"
        return
    url = request.getfixturevalue("postgresql_model")
    with psycopg.connect(url, autocommit=True) as connection:
        names = sql.SQL(", ").join(map(sql.Identifier, metadata.tables))
        connection.execute(sql.SQL("truncate {} restart identity").format(names))
    yield url


@pytest.fixture(scope="session")
def postgresql_model() -> Iterator[str]:
    """A database that is emptied for each test."""
    with on_server() as url:
        migrate.upgrade(url)
        yield url


@contextmanager
def on_server() -> Iterator[str]:
    """A database of its own on the PostgreSQL server, removed afterwards."""
    name = f"loket_test_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        reason = f"PostgreSQL cannot be reached at LOKET_TEST_POSTGRESQL ({str(error).splitlines()[0]})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield f"{SERVER.rpartition('/')[0]}/{name}"
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def uow(connection: Connection) -> UnitOfWork:
    return UnitOfWork(connection)
