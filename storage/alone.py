"""Sees to it that one process alone serves people from a SQLite database; PostgreSQL sees to it that several may."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import file_of


class InUse(Exception):
    """Another process serves people from this database; the text tells the operator what to do."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Nobody else serves people from the database at `url` in the meantime; InUse when somebody does already.

    The lock lies beside the database, and is gone with the process, however that ends.
    """
    file = file_of(url)
    lock = None if file is None else _lock(file)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(file: Path) -> int | None:
    # A file of its own: to close the database's a second time would take SQLite's own locks away.
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # what is wrong with the folder is told when the database is opened
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise InUse(f"another process of Loket serves people from {file}; stop that one first") from None
    return lock
