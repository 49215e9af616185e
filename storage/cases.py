"""The cases, their numbers and their history."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, literal_column, or_, select, update

from domain.cases import OPEN, Case, Event, State, after
from domain.messages import Address
from domain.survey import Invitation
from storage.prepared import Prepared
from storage.tables import cases, forms, history, numbers
from storage.upsert import insert

DUE = (
    select(cases).where(cases.c.state == State.VERIFIED, cases.c.due_at <= bindparam("until")).order_by(cases.c.due_at)
)
UNCLAIMED = (
    select(cases)
    .where(
        cases.c.state == bindparam("state"),
        cases.c.state_since <= bindparam("since"),
        cases.c.holder_id.is_(None),
    )
    .order_by(cases.c.state_since)
    .limit(bindparam("most"))
)

FIND = Prepared(select(cases).where(cases.c.id == bindparam("case")))
BEGIN = Prepared(
    cases.insert().returning(cases),
    ("person_id", "service", "state", "state_since", "particulars", "created_at", "opened_channel", "opened_chat"),
)
TELL = Prepared(history.insert().inline(), ("case_id", "at", "actor", "what", "why"))
NAMES = tuple(cases.c.keys())


@cache
def _of_person(states: Set[State]) -> Prepared:
    in_one = or_(*(cases.c.state == state.value for state in sorted(states)))
    return Prepared(select(cases).where(cases.c.person_id == bindparam("person"), in_one).order_by(cases.c.id.desc()))


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a case's history: who, when, what, why."""

    at: datetime
    actor: str
    what: str
    why: str


class Cases:
    """Every case, from draft to closed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, person_id: int, service: str, now: datetime, opened: Address) -> Case:
        """A new draft, opened in that chat; it gets its number when it is submitted."""
        facts = {"person_id": person_id, "service": service, "state_since": now, "created_at": now}
        facts |= {"opened_channel": opened.channel, "opened_chat": opened.chat}
        return _named(BEGIN.run(self._connection, {"state": State.DRAFT.value, "particulars": {}, **facts}).one())

    def find(self, case_id: int) -> Case | None:
        row = FIND.run(self._connection, {"case": case_id}).first()
        return _named(row) if row else None

    def get(self, case_id: int) -> Case:
        return _named(FIND.run(self._connection, {"case": case_id}).one())

    def by_number(self, number: str) -> Case | None:
        row = self._connection.execute(select(cases).where(cases.c.number == number)).first()
        return _case(row) if row else None

    def of_person(self, person_id: int, states: Iterable[State]) -> list[Case]:
        """The person's cases in these states, newest first."""
        return [_named(row) for row in _of_person(frozenset(states)).run(self._connection, {"person": person_id}).all()]

    def in_states(self, states: Iterable[State], limit: int = 200) -> list[Case]:
        """Cases in these states, those that were submitted first in front."""
        rows = self._connection.execute(
            select(cases).where(cases.c.state.in_(list(states))).order_by(cases.c.submitted_at, cases.c.id).limit(limit)
        )
        return [_case(row) for row in rows]

    def count_by_state(self) -> dict[State, int]:
        rows = self._connection.execute(
            select(cases.c.state, func.count()).where(cases.c.state.in_(list(OPEN))).group_by(cases.c.state)
        )
        return {State(state): count for state, count in rows}

    def services(self) -> dict[str, tuple[int, str]]:
        """The services that cases are about: how many of them, and one of their numbers if any has one."""
        rows = self._connection.execute(
            select(cases.c.service, func.count(), func.max(cases.c.number)).group_by(cases.c.service)
        )
        return {service: (count, number or "") for service, count, number in rows}

    def search(self, words: str, limit: int = 10) -> list[Case]:
        """Cases whose number or company contains the words, newest first."""
        pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").lower() + "%"
        rows = self._connection.execute(
            select(cases)
            .where(cases.c.number.is_not(None))
            .where(
                func.lower(cases.c.company).like(pattern, escape="\\")
                | func.lower(cases.c.number).like(pattern, escape="\\")
            )
            .order_by(cases.c.id.desc())
            .limit(limit)
        )
        return [_case(row) for row in rows]

    def queue_position(self, case: Case) -> int:
        """How many cases TUS will look at before this one, plus one."""
        ahead = self._connection.execute(
            select(func.count())
            .select_from(cases)
            .where(cases.c.state == State.SUBMITTED, cases.c.submitted_at < case.submitted_at)
        ).scalar_one()
        return ahead + 1

    def next_serial(self, code: str, year: int) -> int:
        """The next number of a service in a year, given out once."""
        statement = insert(self._connection, numbers).values(code=code, year=year, last=1)
        serial: int = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["code", "year"], set_={"last": numbers.c.last + 1}
            ).returning(numbers.c.last)
        ).scalar_one()
        return serial

    def opened_elsewhere(self, channel: str, chats: Iterable[str], chat: str) -> None:
        """A chat has another address from now on: what was opened there is opened there still."""
        here = (cases.c.opened_channel == channel, cases.c.opened_chat.in_(list(chats)))
        self._connection.execute(update(cases).where(*here).values(opened_chat=chat))

    def describe(self, case_id: int, company: str, particulars: Mapping[str, Any]) -> None:
        """Keep what the provider told about the company."""
        self._connection.execute(
            update(cases).where(cases.c.id == case_id).values(company=company, particulars=dict(particulars))
        )

    def move(self, case: Case, event: Event, now: datetime, **facts: Any) -> bool:
        """Let `event` happen to a case; False when it moved meanwhile or may not, and then nothing changes."""
        target = after(case.state, event)
        if target is None:
            return False
        changed = self._connection.execute(
            update(cases)
            .where(cases.c.id == case.id, cases.c.state == case.state)
            .values(state=target, state_since=now, **facts)
        )
        return changed.rowcount == 1

    def promise(self, case_id: int, due_at: datetime) -> None:
        """Let a verified case be due at another moment than it was."""
        self._connection.execute(update(cases).where(cases.c.id == case_id).values(due_at=due_at))

    def wake(self, case: Case, now: datetime) -> bool:
        """Bring a dormant case back to where it fell asleep."""
        changed = self._connection.execute(
            update(cases)
            .where(cases.c.id == case.id, cases.c.state == State.DORMANT)
            .values(state=case.slept_in, state_since=now, slept_in=None)
        )
        return changed.rowcount == 1

    def held_by(self, user_id: str) -> list[Case]:
        """The open cases of a holder, in the order in which they were submitted."""
        rows = self._connection.execute(
            select(cases)
            .where(cases.c.holder_id == user_id, cases.c.state.in_(list(OPEN)))
            .order_by(cases.c.submitted_at, cases.c.id)
        )
        return [_case(row) for row in rows]

    def take(self, case_id: int, user_id: str) -> bool:
        """Make somebody the holder; False when the case has one already or needs none any more."""
        changed = self._connection.execute(
            update(cases)
            .where(cases.c.id == case_id, cases.c.holder_id.is_(None), cases.c.state.in_(list(OPEN)))
            .values(holder_id=user_id)
        )
        return changed.rowcount == 1

    def release(self, case_id: int, user_id: str) -> bool:
        """Give a case back; False when somebody else holds it."""
        changed = self._connection.execute(
            update(cases).where(cases.c.id == case_id, cases.c.holder_id == user_id).values(holder_id=None)
        )
        return changed.rowcount == 1

    def tell(self, case_id: int, now: datetime, actor: str, what: str, why: str = "") -> None:
        """Add one row to the history: who, when, what, why."""
        TELL.run(self._connection, {"case_id": case_id, "at": now, "actor": actor, "what": what, "why": why})

    def story(self, case_id: int) -> list[Happening]:
        rows = self._connection.execute(
            select(history.c.at, history.c.actor, history.c.what, history.c.why)
            .where(history.c.case_id == case_id)
            .order_by(history.c.id)
        )
        return [Happening(*row) for row in rows]

    def number_of(self, actor: str, what: str, why: str) -> str:
        """The number of the case in whose history this stands, the newest where there are several; empty for none."""
        found = self._connection.execute(
            select(cases.c.number)
            .join(history, history.c.case_id == cases.c.id)
            .where(history.c.actor == actor, history.c.what == what, history.c.why == why)
            .order_by(history.c.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        return found or ""

    def due(self, until: datetime) -> list[Case]:
        """Verified cases whose due time lies before `until`, the most pressing first."""
        return [_case(row) for row in self._connection.execute(DUE, {"until": until})]

    def silent(self, state: State, since: datetime, limit: int = 200) -> list[Case]:
        """Cases that have been in `state` since before that moment."""
        rows = self._connection.execute(
            select(cases)
            .where(cases.c.state == state, cases.c.state_since <= since)
            .order_by(cases.c.state_since)
            .limit(limit)
        )
        return [_case(row) for row in rows]

    def silent_between(
        self, state: State, after: datetime | None, until: datetime, limit: int = 500
    ) -> list[tuple[Case, datetime]]:
        """Cases in `state` whose provider gave the last sign of life in that time, and when; the newest first.

        A sign of life is whatever brought the case into the state, or a change to one of the provider's forms on it.
        """
        touched = (
            select(func.max(forms.c.updated_at))
            .where(forms.c.case_id == cases.c.id, forms.c.person_id == cases.c.person_id)
            .scalar_subquery()
        )
        last = case((touched > cases.c.state_since, touched), else_=cases.c.state_since).label("last")
        found = select(cases, last).where(cases.c.state == state, cases.c.state_since < until, last < until)
        if after is not None:
            found = found.where(last >= after)
        rows = self._connection.execute(found.order_by(last.desc(), cases.c.id.desc()).limit(limit))
        return [(_case(row, but="last"), row.last) for row in rows]

    def mark_survey(self, case_id: int, mark: Invitation, among: Iterable[Invitation]) -> bool:
        """Note how far the survey has come, if it stands at one of these; False when it does not."""
        standing = cases.c.survey.in_([one.value for one in among])
        changed = self._connection.execute(
            update(cases).where(cases.c.id == case_id, standing).values(survey=mark.value)
        )
        return changed.rowcount == 1

    def unanswered_surveys(self, after: datetime, until: datetime, limit: int = 500) -> list[Case]:
        """Cases that were resolved in that time, whose survey was neither answered nor declined nor reminded of."""
        rows = self._connection.execute(
            select(cases)
            .where(cases.c.survey.in_((literal_column("'invited'"), literal_column("'later'"))))
            .where(cases.c.resolved_at >= after, cases.c.resolved_at <= until)
            .order_by(cases.c.resolved_at.desc())
            .limit(limit)
        )
        return [_case(row) for row in rows]

    def with_ids(self, ids: Iterable[int]) -> dict[int, Case]:
        rows = self._connection.execute(select(cases).where(cases.c.id.in_(list(ids))))
        return {row.id: _case(row) for row in rows}

    def unclaimed(self, since: datetime, limit: int = 100) -> list[Case]:
        """Cases and questions that nobody holds, waiting since before that moment, the oldest first."""
        rows = [
            row
            for state in (State.SUBMITTED, State.ASKED)
            for row in self._connection.execute(UNCLAIMED, {"state": state.value, "since": since, "most": limit})
        ]
        return [_case(row) for row in rows]


def _case(row: Row[Any], but: str = "") -> Case:
    return _of({name: value for name, value in row._mapping.items() if name != but})


def _of(facts: dict[str, Any]) -> Case:
    """A case from the values of its columns."""
    facts["number"] = facts["number"] or ""
    facts["state"] = State(facts["state"])
    facts["slept_in"] = State(facts["slept_in"]) if facts["slept_in"] else None
    return Case(**facts)


def _named(values: Sequence[Any]) -> Case:
    return _of(dict(zip(NAMES, values, strict=True)))
