"""The life of a case: its states, what may happen in each, who may do it, and who has the ball."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal


class State(StrEnum):
    """Where a case stands (SOP-LPSE.KTBGR-020 and -021, steps 3 to 10).

    What is asked for in words alone goes its own way: asked, perhaps answered, and resolved.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    COMPLETE = "complete"
    BOOKED = "booked"
    VERIFIED = "verified"
    ASKED = "asked"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    DORMANT = "dormant"


class Role(StrEnum):
    """What a member of staff may do; an admin heads the unit."""

    TUS = "tus"
    VERIFIKATOR = "verifikator"
    ADMIN = "admin"


class Event(StrEnum):
    """Something that moves a case from one state to another."""

    SUBMIT = "submit"
    RETURN = "return"
    COMPLETE = "complete"
    BOOK = "book"
    UNBOOK = "unbook"
    PASS = "pass"
    FAIL = "fail"
    MISS = "miss"
    SEND_BACK = "send_back"
    RESOLVE = "resolve"
    CLOSE = "close"
    REJECT = "reject"
    CANCEL = "cancel"
    SLEEP = "sleep"
    ASK = "ask"
    ANSWER = "answer"
    SETTLE = "settle"


LIFE: dict[Event, dict[State, State]] = {
    Event.SUBMIT: {State.DRAFT: State.SUBMITTED, State.RETURNED: State.SUBMITTED},
    Event.RETURN: {State.SUBMITTED: State.RETURNED},
    Event.COMPLETE: {State.SUBMITTED: State.COMPLETE},
    Event.BOOK: {State.COMPLETE: State.BOOKED, State.BOOKED: State.BOOKED},
    Event.UNBOOK: {State.BOOKED: State.COMPLETE},
    Event.PASS: {State.BOOKED: State.VERIFIED},
    Event.FAIL: {State.BOOKED: State.RETURNED},
    Event.MISS: {State.BOOKED: State.COMPLETE},
    Event.SEND_BACK: {State.VERIFIED: State.RETURNED},
    Event.RESOLVE: {State.VERIFIED: State.RESOLVED},
    Event.CLOSE: {State.RESOLVED: State.CLOSED},
    Event.REJECT: dict.fromkeys(
        (
            State.SUBMITTED,
            State.RETURNED,
            State.COMPLETE,
            State.BOOKED,
            State.VERIFIED,
            State.ASKED,
            State.ANSWERED,
        ),
        State.REJECTED,
    ),
    Event.CANCEL: dict.fromkeys(
        (
            State.DRAFT,
            State.SUBMITTED,
            State.RETURNED,
            State.COMPLETE,
            State.BOOKED,
            State.ASKED,
            State.ANSWERED,
            State.DORMANT,
        ),
        State.CANCELLED,
    ),
    Event.SLEEP: dict.fromkeys((State.DRAFT, State.RETURNED, State.COMPLETE, State.ANSWERED), State.DORMANT),
    Event.ASK: dict.fromkeys((State.DRAFT, State.ANSWERED, State.RESOLVED), State.ASKED),
    Event.ANSWER: dict.fromkeys((State.ASKED, State.ANSWERED), State.ANSWERED),
    Event.SETTLE: dict.fromkeys((State.ASKED, State.ANSWERED), State.RESOLVED),
}
"""What may happen in which state, and where it leads. LANJUT wakes a dormant case in the state it slept in."""

TALKING = frozenset({State.ASKED, State.ANSWERED})
"""The two sides write to each other: while `asked` the office has the ball, once `answered` the provider."""

OPEN = frozenset({State.SUBMITTED, State.RETURNED, State.COMPLETE, State.BOOKED, State.VERIFIED, *TALKING})

WHO: dict[Event, frozenset[Role]] = {
    Event.RETURN: frozenset({Role.TUS, Role.ADMIN}),
    Event.COMPLETE: frozenset({Role.TUS, Role.ADMIN}),
    Event.PASS: frozenset({Role.TUS, Role.ADMIN}),
    Event.FAIL: frozenset({Role.TUS, Role.ADMIN}),
    Event.MISS: frozenset({Role.TUS, Role.ADMIN}),
    Event.SEND_BACK: frozenset({Role.VERIFIKATOR}),
    Event.RESOLVE: frozenset({Role.VERIFIKATOR}),
    Event.REJECT: frozenset({Role.TUS, Role.VERIFIKATOR, Role.ADMIN}),
    Event.ANSWER: frozenset({Role.TUS, Role.ADMIN}),
    Event.SETTLE: frozenset({Role.TUS, Role.ADMIN}),
}
"""The verifikator is the only one who acts in SPSE; everything in front of that is TUS's work."""


def after(state: State, event: Event) -> State | None:
    """The state that `event` leads to, or None where it cannot happen."""
    return LIFE[event].get(state)


def may(roles: Iterable[Role], event: Event) -> bool:
    """Whether somebody with these roles may let `event` happen."""
    return not WHO[event].isdisjoint(roles)


REASONS = (
    "buram",
    "terpotong",
    "tanpa_meterai",
    "tanpa_cap",
    "tanpa_tanda_tangan",
    "nama_berbeda",
    "bukan_berkas",
    "lainnya",
)
"""Why a document is returned (design of the completeness check); `lainnya` is followed by a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request of one provider for one service."""

    id: int
    number: str
    service: str
    person_id: int
    state: State
    state_since: datetime
    slept_in: State | None
    company: str
    particulars: Mapping[str, Any]
    holder_id: str | None
    submitted_at: datetime | None
    verified_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    reschedules: int
    no_shows: int
    created_at: datetime
    opened_channel: str
    opened_chat: str
    """The chat in which the provider began it; what is secret of the result goes there and nowhere else."""
    survey: str = ""
    """How far the survey has come (`domain.survey.Invitation`)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a document, as the office keeps it."""

    id: int
    stored: str
    wrapped_key: bytes
    key_id: str
    sha256: str
    size: int
    mime: str
    suffix: str
    sheets: int = 1
    """Its own pages: a PDF has several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a provider sent for one requirement: one version, of one or several pages.

    `need` is empty while nobody has said what the document is for. `open` tells that more pages may follow.
    """

    id: int
    case_id: int
    need: str
    kind: str
    version: int
    state: Literal["sent", "accepted", "returned"]
    open: bool
    reason: str
    note: str
    original: Literal["", "matches", "differs"]
    pages: int
    arriving: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booked slot: the video call with the director."""

    id: int
    case_id: int
    starts_at: datetime
    ends_at: datetime
    seat: int
    room: str
    attended_by: str
    minutes: Mapping[str, Any] | None = None
    """What staff recorded of the call once it was over."""


STAFF_CHANNEL: Final = "telegram"
"""Where staff work; people write from wherever they like."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the office, known by their user id at the messenger of staff and by what an admin lets them do."""

    user_id: str
    name: str
    roles: frozenset[Role]
