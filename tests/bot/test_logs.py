"""The log has one line an event, no secret in it, and nothing that people wrote."""

import io
import logging
import sqlite3
from collections.abc import Iterator

import pytest

from bot import logs
from bot.logs import OneLine, set_up


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine(["123:SECRET", ""]))
    logger = logging.getLogger("loket.test")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_a_secret_never_shows(lines: io.StringIO) -> None:
    logging.getLogger("loket.test").warning("POST https://api.telegram.org/bot%s/getMe", "123:SECRET")
    assert "SECRET" not in lines.getvalue()
    assert "bot<secret>/getMe" in lines.getvalue()


def test_an_error_is_one_line_that_tells_where_and_not_what_was_written(lines: io.StringIO) -> None:
    try:
        try:
            int("Siti Aminah")
        except ValueError as error:
            raise RuntimeError("3201 0123 4567 8901") from error
    except RuntimeError:
        logging.getLogger("loket.test").exception("it failed\nbadly")
    [line] = lines.getvalue().splitlines()
    assert "it failed | badly | RuntimeError at " in line
    assert "test_logs.py:" in line
    assert "| from ValueError at " in line
    assert "Siti" not in line
    assert "3201" not in line


def test_the_libraries_that_talk_too_much_are_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        set_up(["123:SECRET"])
        assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
        assert not logging.getLogger("telegram.request").isEnabledFor(logging.ERROR)
        assert logging.getLogger("loket.sender").isEnabledFor(logging.INFO)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name in ("httpx", "telegram", "apscheduler", "asyncio"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def test_the_way_to_an_error_begins_with_our_own_folders() -> None:
    assert logs._short("/srv/loket/handlers/hear.py") == "handlers/hear.py"
    assert logs._short("/usr/lib/python3/json/decoder.py") == "json/decoder.py"


def test_an_error_of_the_database_tells_its_name(lines: io.StringIO) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 1")
    try:
        connection.execute("CREATE TABLE siti_aminah (x)")
    except sqlite3.OperationalError:
        logging.getLogger("loket.test").exception("it failed")
    finally:
        connection.close()
    assert "it failed | OperationalError SQLITE_FULL at " in lines.getvalue()
    assert "siti_aminah" not in lines.getvalue()
