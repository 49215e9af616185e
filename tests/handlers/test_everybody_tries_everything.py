"""Every button and command, by everybody, wherever a case stands: answered always, obeyed where it may be."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from domain.cases import Case, Event, State
from domain.messages import Address, Toast
from handlers.staff import CASE_COMMANDS, OFFICE_COMMANDS, TAPS
from tests.handlers.conftest import ADI, RINA, SITI, TONO, VERA, Day, wib
from tests.offices import GROUP

STRANGER = "666"
FRONT_DESK = frozenset({RINA, TONO, ADI})
DECIDES: dict[tuple[State, State], frozenset[str]] = {
    (State.SUBMITTED, State.COMPLETE): FRONT_DESK,
    (State.SUBMITTED, State.RETURNED): FRONT_DESK,
    (State.BOOKED, State.VERIFIED): FRONT_DESK,
    (State.BOOKED, State.RETURNED): FRONT_DESK,
    (State.BOOKED, State.COMPLETE): FRONT_DESK,
    (State.VERIFIED, State.RETURNED): frozenset({VERA}),
    (State.VERIFIED, State.RESOLVED): frozenset({VERA}),
}
"""Who may lead a case from where to where; saying no is everybody's who belongs to the office."""


def draft(day: Day) -> Case:
    return day.uow.cases.begin(day.siti, "registrasi", day.now, Address("telegram", SITI))


def returned(day: Day) -> Case:
    case = day.submitted()
    day.tap(RINA, f"s.check.{case.id}", private=True)
    for document in day.uow.documents.of_case(case.id):
        day.tap(RINA, f"s.because.{case.id}.{document.id}.buram", private=True)
    day.tap(RINA, f"s.send.{case.id}", private=True)
    return day.uow.cases.get(case.id)


def moved(*events: Event) -> Callable[[Day], Case]:
    def make(day: Day) -> Case:
        case = day.submitted()
        for event in events:
            facts = {"slept_in": case.state} if event is Event.SLEEP else {}
            assert day.uow.cases.move(case, event, day.now, **facts)
            case = day.uow.cases.get(case.id)
        return case

    return make


def resolved(day: Day) -> Case:
    case = day.verified()
    day.tap(VERA, f"s.take.{case.id}")
    day.tap(VERA, f"s.resolve.{case.id}")
    return day.uow.cases.get(case.id)


def at_the_call(day: Day) -> Case:
    """Everything is ready to pass, and the time of the call has come."""
    case = day.booked("2026-07-16 09:00")
    day.now = wib("2026-07-16 09:30")
    day.match_everything(case)
    return day.uow.cases.get(case.id)


CASES: dict[str, Callable[[Day], Case]] = {
    "draft": draft,
    "submitted": lambda day: day.submitted(),
    "returned": returned,
    "complete": lambda day: day.complete(),
    "booked": at_the_call,
    "verified": lambda day: day.verified(),
    "resolved": resolved,
    "rejected": moved(Event.REJECT),
    "cancelled": moved(Event.CANCEL),
    "dormant": moved(Event.RETURN, Event.SLEEP),
}


def everything(case: Case, document: int) -> Iterator[str]:
    for action in TAPS:
        yield f"s.{action}.{case.id}.{document}.buram"
    for command in CASE_COMMANDS:
        yield f"/{command} {case.number or '999'}"
        yield f"/{command} {case.number or '999'} sebab tertentu"
    for command in OFFICE_COMMANDS:
        yield f"/{command}"
        yield f"/{command} sesuatu"


def tries(day: Day, who: str, what: str, *, private: bool) -> str:
    """What somebody reads when they do this."""
    if what.startswith("/"):
        day.news()
        day._hear(day._inbound(who, "text", private, text=what))
        return "\n".join(said for where, said in day.news() if where == (who if private else GROUP))
    toast = day._hear(day._inbound(who, "tap", private, data=what, message="77", click="1"))
    return toast.text if isinstance(toast, Toast) else ""


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("standing", CASES)
def test_everything_is_answered_and_nobody_does_what_is_not_theirs(day: Day, standing: str, private: bool) -> None:
    case = CASES[standing](day)
    assert case.state == standing
    documents = day.uow.documents.of_case(case.id)
    for who in (RINA, TONO, VERA, ADI) if private else (RINA, TONO, VERA, ADI, STRANGER):
        for what in everything(case, documents[0].id if documents else 1):
            day.connection.execute(text("SAVEPOINT trial"))
            read = day._read
            said = tries(day, who, what, private=private)
            after = day.uow.cases.get(case.id)
            assert said, f"{who} tried {what} and heard nothing"
            if after.state is not case.state and after.state is not State.REJECTED:
                assert who in DECIDES[case.state, after.state], f"{who} did {what}"
            if who == STRANGER:
                assert after == case, f"a stranger did {what}"
            if case.holder_id not in (None, who) and who != ADI:
                assert after == case, f"{who} did {what} to a case of {case.holder_id}"
            day.connection.execute(text("ROLLBACK TO trial"))
            day._read = read
