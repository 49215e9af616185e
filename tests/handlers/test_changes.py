"""The verifikator's sheet of changes: who may tick it, when, and what happens when it is not as it should be."""

import pytest

from domain.cases import Case, Event, State
from domain.messages import Address
from tests.handlers.conftest import ADI, RINA, SITI, TOLD, VERA, Day
from tests.offices import GROUP

ASKED = {
    **TOLD,
    "changes": ["alamat", "npwp"],
    "address": "Jalan Pajajaran 1",
    "address_new": "Jalan Suryakencana 7",
    "npwp_new": "0013121660091000",
}


@pytest.fixture
def case(day: Day) -> Case:
    cases = day.uow.cases
    case = cases.begin(day.siti, "perubahan-data", day.now, Address("telegram", SITI))
    cases.describe(case.id, ASKED["company"], ASKED)  # type: ignore[arg-type]
    moved = {
        Event.SUBMIT: {"number": "UBH-2026-0001", "submitted_at": day.now},
        Event.COMPLETE: {},
        Event.BOOK: {},
        Event.PASS: {},
    }
    for event, facts in moved.items():
        assert cases.move(cases.get(case.id), event, day.now, **facts)
    day.tap(VERA, f"s.take.{case.id}")
    day.tap(VERA, f"s.resolve.{case.id}")
    day.news()
    return cases.get(case.id)


def test_the_sheet_stands_in_the_holders_chat_with_old_and_new(day: Day, case: Case) -> None:
    chat, text, buttons = day.post(f"changes:{case.id}")
    assert chat == VERA
    assert "Jalan Pajajaran 1 → Jalan Suryakencana 7" in text
    assert "01.312.166.0-091.000 → 0013 1216 6009 1000" in text
    assert buttons == [f"s.changed.{case.id}.alamat", f"s.changed.{case.id}.npwp", f"s.changed_all.{case.id}"]


@pytest.mark.parametrize("action", ["changed.1.alamat", "changed_all.1", "changed_done.1", "changed_part.1"])
def test_only_the_holder_records(day: Day, case: Case, action: str) -> None:
    for member in (RINA, ADI):
        assert "hanya untuk" in day.tap(member, f"s.{action}", private=True).text
    day.tap(VERA, f"s.release.{case.id}")
    assert "belum Anda pegang" in day.tap(VERA, f"s.{action}", private=True).text
    assert day.state(case) is State.VERIFIED


def test_without_anything_changed_there_is_nothing_to_finish(day: Day, case: Case) -> None:
    assert "Ketuk dahulu" in day.tap(VERA, f"s.changed_done.{case.id}", private=True).text
    assert "tidak diminta" in day.tap(VERA, f"s.changed.{case.id}.email", private=True).text
    assert "tidak diminta" in day.tap(VERA, f"s.changed.{case.id}", private=True).text
    assert day.state(case) is State.VERIFIED


def test_a_ticked_sheet_is_finished_once(day: Day, case: Case) -> None:
    day.tap(VERA, f"s.changed_all.{case.id}", private=True)
    assert "selesai" in day.tap(VERA, f"s.changed_done.{case.id}", private=True).text
    assert "tindakan ini tidak berlaku" in day.tap(VERA, f"s.changed_done.{case.id}", private=True).text
    assert "tindakan ini tidak berlaku" in day.tap(VERA, f"s.changed.{case.id}.npwp", private=True).text
    assert [what for _, what in day.story(case)].count("changed") == 1
    told = [text for chat, text in day.news() if chat == SITI]
    assert "Jalan Suryakencana 7" in told[0]
    _, text, buttons = day.post(f"changes:{case.id}")
    assert "Suryakencana" not in text
    assert buttons == []


def test_a_reason_that_comes_too_late_changes_nothing(day: Day, case: Case) -> None:
    day.tap(VERA, f"s.changed.{case.id}.npwp", private=True)
    day.tap(VERA, f"s.changed_part.{case.id}", private=True)
    day.tap(VERA, f"s.changed.{case.id}.npwp", private=True)
    day.explain(VERA, "Tidak ada alamat")
    assert day.state(case) is State.VERIFIED
    day.tap(VERA, f"s.changed_all.{case.id}", private=True)
    day.tap(VERA, f"s.changed_done.{case.id}", private=True)
    assert day.state(case) is State.RESOLVED


def test_the_group_reads_no_data(day: Day, case: Case) -> None:
    day.tap(VERA, f"s.changed_all.{case.id}", private=True)
    day.tap(VERA, f"s.changed_done.{case.id}", private=True)
    for text in (day.post(f"card:{case.id}")[1], *(text for chat, text in day.news() if chat == GROUP)):
        assert "Suryakencana" not in text
