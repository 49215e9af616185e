"""How fast messages may go out, so that the messenger never has to refuse one."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The speed limits of a messenger (Telegram: one a second a chat, 20 a minute a group, 30 a second overall)."""

    chat_gap: float = 1.0
    group_count: int = 20
    group_window: float = 60.0
    overall_count: int = 30
    overall_window: float = 1.0
    margin: float = 0.02


UNLIMITED = Pace(
    chat_gap=0, group_count=10_000, group_window=0.001, overall_count=10_000, overall_window=0.001, margin=0
)
"""For tests against a messenger that does not count."""


class Pacer:
    """Says which chats may get a message now; one message is on its way to a chat at any time.

    What is on its way counts, and a finished message counts from the moment at which its answer came: the messenger
    saw it earlier, so no delay on the way can make it see more messages in a window than were allowed.
    """

    def __init__(self, pace: Pace, is_group: Callable[[str], bool]) -> None:
        self._pace = pace
        self._is_group = is_group
        self._on_their_way: set[str] = set()
        self._overall: deque[float] = deque()
        self._groups: dict[str, deque[float]] = {}
        self._free_at: dict[str, float] = {}
        self._all_free_at = 0.0

    @property
    def on_their_way(self) -> int:
        return len(self._on_their_way)

    def begin(self, chat: str) -> None:
        """A message sets out for a chat."""
        self._on_their_way.add(chat)

    def end(self, chat: str, now: float) -> None:
        """It arrived, or it did not: it counts, since nobody knows."""
        self._on_their_way.discard(chat)
        self._overall.append(now)
        self._rest(chat, now + self._pace.chat_gap + self._pace.margin)
        if self._is_group(chat):
            self._groups.setdefault(chat, deque()).append(now)

    def rest(self, chat: str, until: float) -> None:
        """The messenger asked for patience with this chat."""
        self._rest(chat, until)

    def rest_all(self, until: float) -> None:
        """The messenger asked for patience altogether, or does not answer."""
        self._all_free_at = max(self._all_free_at, until)

    def _rest(self, chat: str, until: float) -> None:
        self._free_at[chat] = max(self._free_at.get(chat, 0.0), until)

    def free_at(self, chat: str, now: float) -> float:
        """When the next message may set out for a chat; infinity while one is on its way."""
        if chat in self._on_their_way:
            return inf
        at = self._free_at.get(chat, 0.0)
        group = self._groups.get(chat)
        if group is not None:
            at = max(at, self._window(group, 0, self._pace.group_count, self._pace.group_window, now))
        return at

    def all_free_at(self, now: float) -> float:
        """When the next message may set out for whichever chat; infinity while too many are on their way."""
        pace = self._pace
        if len(self._on_their_way) >= pace.overall_count:
            return inf
        return max(
            self._all_free_at,
            self._window(self._overall, len(self._on_their_way), pace.overall_count, pace.overall_window, now),
        )

    def room(self, now: float) -> int:
        """How many messages may set out now."""
        if self.all_free_at(now) > now:
            return 0
        return self._pace.overall_count - len(self._overall) - len(self._on_their_way)

    def busy(self, now: float) -> list[str]:
        """The chats that may not get a message now."""
        self._forget(now)
        chats: Iterable[str] = {*self._on_their_way, *self._free_at}
        return [chat for chat in chats if self.free_at(chat, now) > now]

    def next_free(self, now: float) -> float:
        """When a busy chat may get a message again."""
        waiting = [self.free_at(chat, now) for chat in self.busy(now)]
        soonest = min((at for at in waiting if at > now), default=inf)
        return max(soonest, self.all_free_at(now)) if soonest < inf else self.all_free_at(now)

    def _window(self, sent: deque[float], coming: int, count: int, window: float, now: float) -> float:
        while sent and sent[0] <= now - window - self._pace.margin:
            sent.popleft()
        left = count - len(sent) - coming
        return 0.0 if left > 0 else sent[-left] + window + self._pace.margin

    def _forget(self, now: float) -> None:
        """Chats that have been quiet for long enough need no memory."""
        for chat in [chat for chat, at in self._free_at.items() if at <= now and self.free_at(chat, now) <= now]:
            if not self._groups.get(chat):
                del self._free_at[chat]
                self._groups.pop(chat, None)
