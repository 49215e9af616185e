"""Booked slots: the database refuses to give the same seat of a slot away twice."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from domain.cases import Appointment
from storage.tables import appointments, closed_days
from storage.upsert import insert

COLUMNS = (
    appointments.c.id,
    appointments.c.case_id,
    appointments.c.starts_at,
    appointments.c.ends_at,
    appointments.c.seat,
    appointments.c.room,
    appointments.c.attended_by,
    appointments.c.minutes,
)

BETWEEN = (
    select(*COLUMNS)
    .where(
        appointments.c.state == "live",
        appointments.c.starts_at >= bindparam("since"),
        appointments.c.starts_at < bindparam("until"),
    )
    .order_by(appointments.c.starts_at, appointments.c.seat)
)


class Appointments:
    """The video calls that were booked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, since: datetime, until: datetime) -> dict[datetime, int]:
        """How many seats of each slot between two moments are given away."""
        rows = self._connection.execute(
            select(appointments.c.starts_at, func.count())
            .where(appointments.c.state == "live", appointments.c.starts_at.between(since, until))
            .group_by(appointments.c.starts_at)
        )
        return {row[0]: row[1] for row in rows}

    def book(
        self, case_id: int, starts_at: datetime, ends_at: datetime, capacity: int, room: str, now: datetime
    ) -> Appointment | None:
        """Give a case a free seat of a slot, or None when none is left.

        A seat that somebody else takes at the same moment is refused by the unique index; then the next is tried.
        """
        for seat in range(capacity):
            row = self._connection.execute(
                insert(self._connection, appointments)
                .values(
                    case_id=case_id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    seat=seat,
                    state="live",
                    room=room,
                    booked_at=now,
                )
                .on_conflict_do_nothing()
                .returning(*COLUMNS)
            ).first()
            if row is not None:
                return _appointment(row)
        return None

    def of_case(self, case_id: int) -> Appointment | None:
        """The live appointment of a case."""
        row = self._connection.execute(
            select(*COLUMNS).where(appointments.c.case_id == case_id, appointments.c.state == "live")
        ).first()
        return _appointment(row) if row else None

    def find(self, appointment_id: int) -> Appointment | None:
        row = self._connection.execute(select(*COLUMNS).where(appointments.c.id == appointment_id)).first()
        return _appointment(row) if row else None

    def last_minuted(self, case_id: int) -> Appointment | None:
        """The last call of a case of which there are minutes."""
        minuted = (
            select(*COLUMNS)
            .where(appointments.c.case_id == case_id, appointments.c.state.in_(("held", "missed")))
            .order_by(appointments.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(minuted).first()
        return _appointment(row) if row and row.minutes else None

    def end(self, case_id: int, state: str, attended_by: str = "", minutes: Mapping[str, Any] | None = None) -> None:
        """The live appointment of a case was `held`, `cancelled` or `missed`; its seat is free for others."""
        self._connection.execute(
            update(appointments)
            .where(appointments.c.case_id == case_id, appointments.c.state == "live")
            .values(state=state, attended_by=attended_by, minutes=minutes)
        )

    def between(self, since: datetime, until: datetime) -> list[Appointment]:
        """The live appointments that start in that time, in order."""
        rows = self._connection.execute(BETWEEN, {"since": since, "until": until})
        return [_appointment(row) for row in rows]

    def attend(self, case_id: int, who: str) -> bool:
        """Keep who is on the call: the director, or somebody else."""
        changed = self._connection.execute(
            update(appointments)
            .where(appointments.c.case_id == case_id, appointments.c.state == "live")
            .values(attended_by=who)
        )
        return changed.rowcount == 1


class ClosedDays:
    """Days on which the office stays closed, beyond the public holidays."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[date, str]:
        return {row.day: row.name for row in self._connection.execute(select(closed_days).order_by(closed_days.c.day))}

    def close(self, days: Iterable[date], name: str, by: str) -> None:
        for day in days:
            self._connection.execute(
                insert(self._connection, closed_days)
                .values(day=day, name=name, by=by)
                .on_conflict_do_update(index_elements=["day"], set_={"name": name, "by": by})
            )

    def open(self, day: date) -> bool:
        return self._connection.execute(closed_days.delete().where(closed_days.c.day == day)).rowcount == 1


def _appointment(row: Row[*tuple[Any, ...]]) -> Appointment:
    return Appointment(**row._mapping)
