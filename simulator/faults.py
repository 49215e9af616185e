"""Troubles on demand: refusals, broken answers, silence and cut lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Call(Protocol):
    """What a fault has to know of a call: what it asks for, and in which chat."""

    @property
    def method(self) -> str: ...

    @property
    def chat_id(self) -> int | None: ...


@dataclass(slots=True, kw_only=True)
class Fault:
    """A trouble for the next few calls, perhaps only of one method or to one chat."""

    kind: str  # too_many, server_error, hang, drop
    times: int = 1
    method: str | None = None
    chat: int | None = None
    retry_after: int = 1
    status: int = 502
    seconds: float = 0.0
    after: bool = False

    def meets(self, call: Call) -> bool:
        if self.times < 1 or (self.method and self.method.lower() != call.method.lower()):
            return False
        return self.chat is None or self.chat == call.chat_id


class Faults:
    """The troubles that are still to come; with after=True the call is carried out and only its answer is lost."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self.is_offline = False
        self.met = 0

    def too_many(
        self, times: int = 1, *, retry_after: int = 1, method: str | None = None, chat: int | None = None
    ) -> None:
        """Answer 429 with retry_after."""
        self.add(Fault(kind="too_many", times=times, retry_after=retry_after, method=method, chat=chat))

    def server_error(
        self,
        times: int = 1,
        *,
        status: int = 502,
        method: str | None = None,
        chat: int | None = None,
        after: bool = False,
    ) -> None:
        """Answer 5xx."""
        self.add(Fault(kind="server_error", times=times, status=status, method=method, chat=chat, after=after))

    def hang(
        self,
        times: int = 1,
        *,
        seconds: float,
        method: str | None = None,
        chat: int | None = None,
        after: bool = False,
    ) -> None:
        """Be silent for a while before the call is looked at, or before it is answered."""
        self.add(Fault(kind="hang", times=times, seconds=seconds, method=method, chat=chat, after=after))

    def drop(self, times: int = 1, *, method: str | None = None, chat: int | None = None, after: bool = False) -> None:
        """Cut the connection instead of an answer."""
        self.add(Fault(kind="drop", times=times, method=method, chat=chat, after=after))

    def offline(self) -> None:
        """Cut every connection until it is online again."""
        self.is_offline = True

    def online(self) -> None:
        self.is_offline = False

    def add(self, fault: Fault) -> None:
        self._coming.append(fault)

    def clear(self) -> None:
        self._coming.clear()
        self.is_offline = False

    @property
    def coming(self) -> Iterable[Fault]:
        return tuple(fault for fault in self._coming if fault.times > 0)

    def next_for(self, call: Call) -> Fault | None:
        """The trouble that this call meets, if any."""
        if self.is_offline:
            return Fault(kind="drop")
        for fault in self._coming:
            if fault.meets(call):
                fault.times -= 1
                self.met += 1
                self._coming = [each for each in self._coming if each.times > 0]
                return fault
        return None
