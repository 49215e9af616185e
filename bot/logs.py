"""One line an event on standard error, without secrets and without what people wrote."""

import logging
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Final

LOKET: Final = ("bot", "channels", "handlers", "conversations", "storage", "domain")


def set_up(secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Log to standard error from now on, never showing these secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "apscheduler", "uvicorn", "asyncio", "alembic", "PIL", "pikepdf"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # The library logs answers that it cannot read, with what people wrote in them; we report its errors ourselves.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)


class OneLine(logging.Formatter):
    """A record as one line. An error shows its kind and where it happened: its text may quote what a person wrote."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        line = super().format(record).replace("\n", " | ")
        for secret in self._secrets:
            line = line.replace(secret, "<secret>")
        return line

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else where(ei[1])


def where(error: BaseException) -> str:
    """The kind of an error and the lines that led to it, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = " > ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-8:])
    cause = error.__cause__
    return f"{_kind(error)} at {steps}" + (f" | from {where(cause)}" if cause is not None else "")


def _kind(error: BaseException) -> str:
    """With what the database calls it, such as SQLITE_FULL: that is a name, and quotes nobody."""
    name = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return type(error).__name__ + (f" {name}" if name else "")


def _short(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    known = [index for index, part in enumerate(parts) if part in LOKET]
    return "/".join(parts[known[-1] :] if known else parts[-2:])
