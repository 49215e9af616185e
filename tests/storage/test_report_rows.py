"""What the monthly report reads from the tables: each step of each case, when it happened, and nothing twice."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from domain.cases import Case, State
from domain.messages import Address
from domain.report import NoShow, Passage, Return
from storage.tables import appointments, cases
from storage.unit_of_work import UnitOfWork
from tests.conftest import new_database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START, END = datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)
TENTH = datetime(2026, 11, 10, 2, tzinfo=UTC)


class Desk:
    """Cases with a past."""

    def __init__(self, uow: UnitOfWork, connection: Connection) -> None:
        self._uow = uow
        self._connection = connection
        uow.people.welcome("telegram", "501", chat="501", name="Siti", username="", language="id", now=TENTH)
        caller = uow.people.meet("telegram", "501")
        assert caller is not None
        self._person = caller.person_id

    def case(self, *story: tuple[str, datetime], number: bool = True, **facts: object) -> Case:
        case = self._uow.cases.begin(self._person, "registrasi", TENTH, Address("telegram", "501"))
        values = {"state": State.SUBMITTED, "number": f"REG-2026-{case.id:04}" if number else None, **facts}
        self._connection.execute(cases.update().where(cases.c.id == case.id).values(**values))
        for what, at in story:
            self._uow.cases.tell(case.id, at, "somebody", what)
        return self._uow.cases.get(case.id)

    def called(self, case: Case, at: datetime, state: str = "held") -> None:
        facts = {"starts_at": at, "ends_at": at + HOUR, "seat": 0, "state": state, "room": "r", "booked_at": at}
        self._connection.execute(appointments.insert().values(case_id=case.id, **facts))


@pytest.fixture
def desk(uow: UnitOfWork, connection: Connection) -> Desk:
    return Desk(uow, connection)


def test_a_case_is_told_step_by_step(uow: UnitOfWork, desk: Desk) -> None:
    case = desk.case(
        ("submitted", TENTH),
        ("returned", TENTH + HOUR),
        ("complete", TENTH + 5 * HOUR),
        ("call_booked", TENTH + 6 * HOUR),
        ("failed", TENTH + DAY),
        ("call_booked", TENTH + 2 * DAY),
        ("passed", TENTH + 3 * DAY + HOUR),
        ("resolved_in_time", TENTH + 4 * DAY),
        submitted_at=TENTH,
        verified_at=TENTH + 3 * DAY + HOUR,
        due_at=TENTH + 4 * DAY + HOUR,
        resolved_at=TENTH + 4 * DAY,
    )
    desk.called(case, TENTH + DAY)
    desk.called(case, TENTH + 2 * DAY, "missed")
    desk.called(case, TENTH + 3 * DAY)
    assert uow.report_rows.passages(START, END) == [
        Passage(
            service="registrasi",
            submitted_at=TENTH,
            checked_at=TENTH + HOUR,
            complete_at=TENTH + 5 * HOUR,
            booked_at=TENTH + 6 * HOUR,
            called_at=TENTH + 3 * DAY,
            verified_at=TENTH + 3 * DAY + HOUR,
            due_at=TENTH + 4 * DAY + HOUR,
            resolved_at=TENTH + 4 * DAY,
        )
    ]
    assert uow.report_rows.served(START, END) == {"registrasi": 1}


def test_a_call_that_was_passed_before_its_time_began_when_it_was_passed(uow: UnitOfWork, desk: Desk) -> None:
    desk.called(desk.case(("passed", TENTH)), TENTH + HOUR)
    assert [one.called_at for one in uow.report_rows.passages(START, END)] == [TENTH]


def test_a_promise_that_fell_due_counts_though_everything_else_lies_in_another_month(
    uow: UnitOfWork, desk: Desk
) -> None:
    before = START - 2 * DAY
    desk.case(("passed", before), ("resolved_in_time", before), due_at=START + HOUR, resolved_at=before)
    desk.case(("passed", before), due_at=START - HOUR)
    assert [one.due_at for one in uow.report_rows.passages(START, END)] == [START + HOUR]
    assert uow.report_rows.served(START, END) == {}


def test_other_months_and_drafts_are_left_out(uow: UnitOfWork, desk: Desk) -> None:
    desk.case(("submitted", START - HOUR))
    desk.case(("submitted", END + HOUR))
    desk.case(("cancelled", TENTH), number=False)
    desk.case(("documents_opened", TENTH), ("letter", TENTH))
    desk.case(("submitted", START - DAY), ("rejected", TENTH), submitted_at=START - DAY)
    desk.case(("submitted", START - DAY), ("cancelled", TENTH), submitted_at=START - DAY)
    found = uow.report_rows.passages(START, END)
    assert [(one.rejected_at, one.cancelled_at) for one in found] == [(TENTH, None), (None, TENTH)]


def test_a_question_counts_once_though_it_was_asked_and_settled_again(uow: UnitOfWork, desk: Desk) -> None:
    moments = [("asked", TENTH), ("settled", TENTH + HOUR), ("asked", TENTH + DAY), ("settled", TENTH + 2 * DAY)]
    desk.case(*moments, submitted_at=TENTH, resolved_at=TENTH + 2 * DAY)
    desk.case(("asked", START - DAY), ("confirmed", TENTH), submitted_at=START - DAY, resolved_at=TENTH)
    found = uow.report_rows.passages(START, END)
    assert [(one.submitted_at, one.resolved_at) for one in found] == [
        (TENTH, TENTH + 2 * DAY),
        (START - DAY, TENTH),
    ]
    assert uow.report_rows.served(START, END) == {"registrasi": 2}


def test_returned_documents_are_counted_though_they_were_replaced(uow: UnitOfWork, desk: Desk) -> None:
    case = desk.case()
    first = uow.documents.begin(case.id, "akta", "akta", more=False, now=TENTH)
    uow.documents.judge(first, "returned", TENTH, "buram")
    second = uow.documents.begin(case.id, "akta", "akta", more=False, now=TENTH)
    uow.documents.judge(second, "returned", TENTH + DAY, "terpotong")
    third = uow.documents.begin(case.id, "akta", "akta", more=False, now=TENTH)
    uow.documents.judge(third, "returned", TENTH + DAY, "buram")
    uow.documents.judge(third, "accepted", TENTH + DAY)
    late = uow.documents.begin(case.id, "nib", "nib", more=False, now=TENTH)
    uow.documents.judge(late, "returned", END + HOUR, "buram")
    assert uow.report_rows.returns(START, END) == [
        Return("registrasi", TENTH, "buram"),
        Return("registrasi", TENTH + DAY, "terpotong"),
    ]


def test_calls_that_nobody_came_to_are_counted(uow: UnitOfWork, desk: Desk) -> None:
    desk.case(("missed", TENTH), ("missed", TENTH + DAY), ("missed", END + HOUR))
    assert uow.report_rows.no_shows(START, END) == [
        NoShow("registrasi", TENTH),
        NoShow("registrasi", TENTH + DAY),
    ]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("SELECT case_id FROM history WHERE what IN ('passed', 'complete') AND at BETWEEN '2026' AND '2027'", "what"),
        ("SELECT id FROM \"case\" WHERE due_at BETWEEN '2026' AND '2027'", "fell_due"),
        ("SELECT id FROM document WHERE reason != '' AND judged_at BETWEEN '2026' AND '2027'", "returned"),
        ("SELECT id FROM \"case\" WHERE survey IN ('invited', 'later') AND resolved_at >= '2026'", "case_survey"),
        ("SELECT id FROM survey_response WHERE period >= '2026-01' AND period <= '2026-12'", "period"),
    ],
)
def test_a_month_is_found_by_an_index(tmp_path: Path, asked: str, index: str) -> None:
    place = tmp_path / "loket.db"
    place.write_bytes(new_database())
    with closing(sqlite3.connect(place)) as connection:
        plan = " ".join(row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}"))
    assert index in plan
    assert "SCAN" not in plan
