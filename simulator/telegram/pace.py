"""Telegram's speed limits, enforced to the letter when asked: 1 a second a chat, 20 a minute a group, 30 a second."""

import math
import time
from collections import defaultdict, deque

from simulator.telegram.calls import Call

SENDING = frozenset({"sendmessage", "senddocument", "sendphoto", "sendmediagroup", "copymessage", "forwardmessage"})
EDITING = frozenset({"editmessagetext", "editmessagecaption", "editmessagereplymarkup", "editmessagemedia"})
# Clocks and networks jitter: a bot that waits exactly one second is not to blame.
TOLERANCE = 0.93


class Pace:
    """Counts what was sent where; off until `strict` is set."""

    def __init__(self) -> None:
        self.strict = False
        self.refused = 0
        self.minute = 60.0
        self._sent: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def wait_for(self, call: Call) -> int:
        """How many seconds the bot has to wait before this call may be repeated; 0 if it is in time."""
        method = call.method.lower()
        chat = call.chat_id
        if not self.strict or chat is None or method not in SENDING | EDITING:
            return 0
        now = time.monotonic()
        waits = [_wait(self._overall, now, 30, 1.0)]
        if chat < 0:
            waits.append(_wait(self._sent[chat], now, 20, self.minute))
        elif method in SENDING:
            waits.append(_wait(self._sent[chat], now, 1, 1.0))
        wait = max(waits)
        if wait > 0:
            self.refused += 1
            return math.ceil(wait)
        self._overall.append(now)
        if chat < 0 or method in SENDING:
            self._sent[chat].append(now)
        return 0


def _wait(sent: deque[float], now: float, limit: int, period: float) -> float:
    while sent and now - sent[0] >= period * TOLERANCE:
        sent.popleft()
    return 0.0 if len(sent) < limit else sent[0] + period - now
