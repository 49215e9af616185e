"""What Twilio's numbers mean for us."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.response import Response

from domain.messages import Closed, Fate, Gone, Impossible, NeedsOperator, NotSent, TryLater, Unreachable

FATES: Final[Mapping[str, Fate]] = {
    "63016": "closed",  # outside the window
    "63018": "later",  # WhatsApp's rate limit
    "20429": "later",  # Twilio's
    "63010": "later",  # trouble at WhatsApp
    "63012": "later",  # trouble at Twilio
    "30001": "later",  # the queue is full
    "21611": "later",
    "63003": "unreachable",  # nobody has this address
    "63024": "unreachable",
    "21211": "unreachable",
    "63014": "unreachable",  # blocked by the person
    "63032": "unreachable",
    "63033": "unreachable",
    "21610": "unreachable",  # unsubscribed at Twilio
    "63015": "unreachable",  # has not joined the sandbox
    "63007": "operator",  # the sender is not ours
    "20003": "operator",  # the password is wrong
    "63038": "operator",  # the day's allowance of the account is used up
}
"""What follows from an error; a message that fails with any other number has failed, and staff see it."""

A_WHILE: Final = 30.0
PHONE: Final = re.compile(r"\+?\d{7,}")
"""Twilio likes to quote to whom a message was, and the log is nobody's address book."""


def fate_of(code: str) -> Fate:
    return FATES.get(code, "failed")


@contextmanager
def mapped() -> Iterator[None]:
    """The library's errors in our words."""
    try:
        yield
    except TwilioRestException as error:
        raise in_our_words(error.status, str(error.code or ""), str(error.msg)) from None
    except TwilioException as error:
        # A list that cannot be fetched raises this, with nothing but the answer in it.
        answer = error.args[1] if len(error.args) > 1 else None
        if not isinstance(answer, Response):
            raise
        raise refused(answer) from None


def refused(answer: Response) -> NotSent:
    """An answer of Twilio's that is no success."""
    try:
        told = json.loads(answer.text)
    except ValueError:
        told = {}
    return in_our_words(answer.status_code, str(told.get("code") or ""), str(told.get("message") or ""))


def in_our_words(status: int, code: str, message: str) -> NotSent:
    """An error that Twilio answered with at once."""
    why = f"Twilio {status} {code}: {PHONE.sub('…', message)}"
    if status >= 500 or status == 408 or 300 <= status < 400:  # the last from a proxy in between
        return TryLater(2, why, whole_channel=True)
    if status == 429:
        return TryLater(A_WHILE if code == "63018" else 2, why, whole_channel=True)
    if status in (401, 403) and code not in FATES:
        return NeedsOperator(why, code or str(status))
    match fate_of(code):
        case "closed":
            return Closed(why)
        case "later":
            return TryLater(A_WHILE, why)
        case "unreachable":
            return Unreachable(why)
        case "operator":
            return NeedsOperator(why, code)
        case _:
            return Gone(why) if status == 404 else Impossible(why)
