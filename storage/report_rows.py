"""What the monthly report is made of, read from the cases and their history."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal_column, select, union

from domain.report import NoShow, Passage, Return
from storage.tables import appointments, cases, documents, history

FIRST = {"checked_at": ("returned", "complete"), "complete_at": ("complete",), "booked_at": ("call_booked",)}
"""Steps that count from the first time, and what the history calls them."""
LAST = {"rejected_at": ("rejected",), "cancelled_at": ("cancelled",)}
PASSED, MISSED = "passed", "missed"
RESOLVED = ("resolved_in_time", "resolved_late", "settled", "confirmed")
"""Done in SPSE, a question that is answered, a training that is agreed upon."""
STEPS = (PASSED, *(what for step in (FIRST, LAST) for told in step.values() for what in told))
HAPPENED = ("submitted", "asked", *STEPS, *RESOLVED)
"""What makes a case one of the month; a conversation asks many times."""


class ReportRows:
    """The rows of a time between two moments; those of the moments themselves may be among them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def passages(self, start: datetime, end: datetime) -> list[Passage]:
        """The cases to which something happened, or whose promise fell due; drafts are nobody's business."""
        happened = select(history.c.case_id).where(history.c.what.in_(HAPPENED), history.c.at.between(start, end))
        fell_due = select(cases.c.id).where(cases.c.due_at.between(start, end))
        found = union(happened, fell_due).subquery("found")
        ids = select(found.c.case_id)
        rows = self._connection.execute(
            select(
                cases.c.id,
                cases.c.service,
                cases.c.submitted_at,
                cases.c.verified_at,
                cases.c.due_at,
                cases.c.resolved_at,
            )
            .where(cases.c.id.in_(ids), cases.c.number.is_not(None))
            .order_by(cases.c.id)
        ).all()
        story = self._story(ids)
        calls = self._calls(ids)
        return [
            Passage(
                service=row.service,
                submitted_at=row.submitted_at,
                called_at=_called(calls[row.id], story[row.id]),
                verified_at=row.verified_at,
                due_at=row.due_at,
                resolved_at=row.resolved_at,
                **{step: _of(story[row.id], what, 0) for step, what in FIRST.items()},
                **{step: _of(story[row.id], what, -1) for step, what in LAST.items()},
            )
            for row in rows
        ]

    def _story(self, ids: Any) -> dict[int, list[tuple[str, datetime]]]:
        """What happened to each of these cases, and when, in order."""
        told: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
        rows = self._connection.execute(
            select(history.c.case_id, history.c.what, history.c.at)
            .where(history.c.case_id.in_(ids), history.c.what.in_(STEPS))
            .order_by(history.c.id)
        )
        for case_id, what, at in rows:
            told[case_id].append((what, at))
        return told

    def _calls(self, ids: Any) -> dict[int, list[datetime]]:
        """When the calls of each of these cases began that took place, in order."""
        held: dict[int, list[datetime]] = defaultdict(list)
        rows = self._connection.execute(
            select(appointments.c.case_id, appointments.c.starts_at)
            .where(appointments.c.case_id.in_(ids), appointments.c.state == "held")
            .order_by(appointments.c.starts_at)
        )
        for case_id, starts_at in rows:
            held[case_id].append(starts_at)
        return held

    def returns(self, start: datetime, end: datetime) -> list[Return]:
        """The documents that were returned, whatever became of them since."""
        rows = self._connection.execute(
            select(cases.c.service, documents.c.judged_at, documents.c.reason)
            .join(cases, cases.c.id == documents.c.case_id)
            .where(documents.c.reason != literal_column("''"), documents.c.judged_at.between(start, end))
            .order_by(documents.c.judged_at, documents.c.id)
        )
        return [Return(*row) for row in rows]

    def no_shows(self, start: datetime, end: datetime) -> list[NoShow]:
        """The calls that nobody came to."""
        rows = self._connection.execute(
            select(cases.c.service, history.c.at)
            .join(cases, cases.c.id == history.c.case_id)
            .where(history.c.what == MISSED, history.c.at.between(start, end))
            .order_by(history.c.id)
        )
        return [NoShow(*row) for row in rows]

    def served(self, start: datetime, end: datetime) -> dict[str, int]:
        """How many cases of each service came to their end, each counted once."""
        rows = self._connection.execute(
            select(cases.c.service, func.count(cases.c.id.distinct()))
            .join(cases, cases.c.id == history.c.case_id)
            .where(history.c.what.in_(RESOLVED), history.c.at >= start, history.c.at < end)
            .group_by(cases.c.service)
        )
        return {row[0]: row[1] for row in rows}


def _of(story: list[tuple[str, datetime]], what: tuple[str, ...], which: int) -> datetime | None:
    moments = [at for told, at in story if told in what]
    return moments[which] if moments else None


def _called(calls: list[datetime], story: list[tuple[str, datetime]]) -> datetime | None:
    """When the call began that was passed: the last one before it was, or that moment if it began early."""
    passed_at = _of(story, (PASSED,), 0)
    if passed_at is None:
        return None
    return max((starts_at for starts_at in calls if starts_at <= passed_at), default=passed_at)
