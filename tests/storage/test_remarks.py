"""What is advised about files, and which are looked at once more, on either database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import Address, IncomingFile
from storage.database import make_engine
from storage.preflight.rules import Advice
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SITI = Address("telegram", "5001")


@pytest.fixture
def uow(url: str) -> Iterator[UnitOfWork]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            uow = UnitOfWork(connection)
            uow.people.welcome("telegram", "5001", chat="5001", name="Siti", username="", language="id", now=NOW)
            caller = uow.people.meet("telegram", "5001")
            assert caller is not None
            uow.cases.begin(caller.person_id, "registrasi", NOW, SITI)
            yield uow
    finally:
        engine.dispose()


def page(uow: UnitOfWork, document: int, *advice: Advice, original: str = "a", **more: bool) -> int:
    page = uow.arrivals.owe_page(document, SITI, IncomingFile("ref"), NOW)
    uow.documents.keep_page(
        page,
        stored=f"s{page}",
        wrapped_key=b"k",
        key_id="k",
        sha256="x",
        size=1,
        mime="application/pdf",
        suffix=".pdf",
    )
    marks = {"unscanned": False, "unread": False, **more}
    uow.remarks.note(page, original=original, sheets=2, advice=advice, now=NOW, **marks)
    return page


def document(uow: UnitOfWork, kind: str) -> int:
    return uow.documents.begin(1, kind, kind, more=False, now=NOW)


def test_the_provider_is_told_once_and_staff_whenever_they_look(uow: UnitOfWork) -> None:
    ktp = document(uow, "ktp_direktur")
    page(uow, ktp)
    second = page(uow, ktp, Advice("blurred"))
    [remark] = uow.remarks.untold(1, None)
    assert (remark.page_id, remark.place, remark.advice) == (second, 2, Advice("blurred"))
    uow.remarks.told([remark], NOW)
    assert uow.remarks.untold(1, None) == []
    assert uow.remarks.untold(1, NOW - timedelta(seconds=1)) == [remark]
    assert uow.remarks.of_document(ktp) == [remark]
    assert uow.remarks.sheets(ktp) == 4


def test_what_was_read_takes_the_place_of_what_was_read_before(uow: UnitOfWork) -> None:
    ktp = document(uow, "ktp_direktur")
    first = page(uow, ktp, Advice("dark"))
    for seems in ("npwp", "nib"):
        uow.remarks.add(first, [Advice("seems_other", {"seems": seems})], instead_of=["seems_other"], told=NOW)
    assert [one.advice for one in uow.remarks.of_document(ktp)] == [
        Advice("dark"),
        Advice("seems_other", {"seems": "nib"}),
    ]
    uow.remarks.add(first, [], instead_of=["seems_other"], told=None)
    assert [one.advice.key for one in uow.remarks.of_document(ktp)] == ["dark"]
    assert uow.remarks.untold(1, None) == []


def test_the_same_file_is_known_again_in_its_own_case(uow: UnitOfWork) -> None:
    ktp, npwp = document(uow, "ktp_direktur"), document(uow, "npwp_direktur")
    page(uow, ktp, original="same")
    page(uow, npwp, original="same")
    assert [twin.kind for twin in uow.remarks.twins(1, npwp, "same")] == ["ktp_direktur"]
    assert uow.remarks.twins(1, npwp, "another") == []


def test_a_file_is_looked_at_until_it_is_scanned_and_read(uow: UnitOfWork) -> None:
    ktp = document(uow, "ktp_direktur")
    read = page(uow, ktp, unread=True)
    both = page(uow, ktp, unscanned=True, unread=True)
    later = NOW + timedelta(hours=1)
    assert uow.remarks.count() == (1, 2)
    assert uow.remarks.due(later, scan=False, read=False) is None
    urgent = uow.remarks.due(later, scan=True, read=True)
    assert urgent is not None
    assert (urgent.page.id, urgent.page.sheets, urgent.first, urgent.kind) == (both, 2, False, "ktp_direktur")
    assert uow.remarks.is_unscanned(ktp)
    uow.remarks.scanned(both)
    assert not uow.remarks.is_unscanned(ktp)
    assert uow.remarks.due(later, scan=True, read=False) is None
    uow.remarks.put_off(read, later + timedelta(seconds=1))
    uow.remarks.read(both, b"sealed")
    assert uow.remarks.due(later, scan=True, read=True) is None
    again = uow.remarks.due(later + timedelta(seconds=1), scan=True, read=True)
    assert again is not None
    assert (again.page.id, again.looks, again.first) == (read, 1, True)
    assert [(one.kind, one.sealed) for one in uow.remarks.readings(1, besides=0)] == [("ktp_direktur", b"sealed")]
    uow.remarks.look_again(ktp, NOW)
    assert uow.remarks.count() == (0, 2)


def test_a_file_that_may_not_stay_goes_once(uow: UnitOfWork) -> None:
    first = page(uow, document(uow, "ktp_direktur"))
    assert uow.documents.take_out(first)
    assert not uow.documents.take_out(first)
