"""Why Telegram did not take a message, in our words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# The library warns, for every 429, that it will tell periods as timedelta one day; this asks for it now.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from domain.messages import ChatMoved, Gone, Impossible, NotSent, TooBig, TryLater, Unreachable

_GONE: Final = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message identifier is not specified",
    "message_id_invalid",
    "wrong file_id",
    "wrong file identifier",
    "file is temporarily unavailable",
    "invalid file_id",
)
_UNREACHABLE: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "chat_write_forbidden",
)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait if isinstance(wait, int) else wait.total_seconds())


def is_a_file(error: BadRequest) -> bool:
    """The message is a file: it has no text of its own, but a caption."""
    return "there is no text in the message" in str(error).lower()


def is_too_old(error: BadRequest) -> bool:
    """Telegram takes messages back for two days only."""
    return "message can't be deleted" in str(error).lower()


@contextmanager
def unchanged_is_fine() -> Iterator[None]:
    """A message that shows already what it should is no error."""
    try:
        yield
    except BadRequest as error:
        if "message is not modified" not in str(error).lower():
            raise


def in_our_words(error: TelegramError, why: str) -> NotSent:
    """What an error of the library means for a message; `why` says it to the operator."""
    text = str(error).lower()
    match error:
        case RetryAfter():
            return TryLater(seconds_of(error), why)
        case ChatMigrated():
            return ChatMoved(str(error.new_chat_id))
        case Forbidden():
            return Unreachable(why)
        case BadRequest():
            if any(sign in text for sign in _GONE):
                return Gone(why)
            if any(sign in text for sign in _UNREACHABLE):
                return Unreachable(why)
            return TooBig(why) if "file is too big" in text else Impossible(why)
        case InvalidToken():
            # The operator can mend it; nothing that is owed may be lost meanwhile.
            return TryLater(60, why, whole_channel=True)
        case TimedOut():
            return TryLater(1, why)
        case NetworkError() | Conflict():
            return TryLater(1, why, whole_channel=True)
        case _:
            return TryLater(1, why)
