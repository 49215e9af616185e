"""The monthly report and the index: who may ask, where the answer goes, and what it says."""

import pytest
from sqlalchemy import select

from domain.messages import Address
from domain.report import Month
from domain.survey import ELEMENTS, Response
from handlers import report
from storage.printing.sheet import PNG, XLSX
from storage.tables import outbox
from tests.handlers.conftest import ADI, RINA, VERA, Day, wib
from tests.offices import GROUP


def rate(day: Day, score: int, count: int = 1, service: str = "registrasi", period: str = "2026-07") -> None:
    for _ in range(count):
        day.uow.surveys.keep(Response(service, period, {**dict.fromkeys(ELEMENTS, score), "biaya": 4}))


def papers(day: Day) -> list[tuple[str, str]]:
    """Which papers of the report are owed, and to which chat."""
    rows = day.connection.execute(select(outbox).order_by(outbox.c.id))
    return [(row.chat, row.printed) for row in rows if row.printed.startswith(("chart:", "report:"))]


def resolved(day: Day) -> None:
    case = day.verified()
    day.now = wib("2026-07-16 15:00")
    day.tap(VERA, f"s.take.{case.id}")
    day.tap(VERA, f"s.resolve.{case.id}")
    day.now = wib("2026-08-03 09:00")


def test_an_admin_gets_the_month_as_a_picture_and_a_workbook(day: Day) -> None:
    resolved(day)
    rate(day, 3, 2)
    said = day.write(ADI, "/laporan", private=True)
    assert "Laporan Juli 2026\n1 masuk, 1 selesai, 0 berkas dikembalikan" in said
    assert "Tepat waktu 100,0%: 1 dari 1 janji layanan" in said
    assert "IKM 77,78 · B (Baik), 2 responden" in said
    assert papers(day) == [(ADI, "chart:2026-07"), (ADI, "report:2026-07")]


def test_a_month_that_runs_is_reported_until_now(day: Day) -> None:
    resolved(day)
    day.now = wib("2026-07-20 10:00")
    assert "Laporan Juli 2026 sampai Senin, 20 Juli pukul 10.00" in day.write(ADI, "/laporan 2026-7", private=True)
    assert "Belum ada jawaban survei" in day.write(ADI, "/laporan 2026-07", private=True)


def test_its_papers_are_printed_from_what_the_tables_say(day: Day) -> None:
    resolved(day)
    book = report.workbook(day.uow, day.office, "2026-07", day.now)
    assert (book.name, book.mime, book.picture) == ("Laporan LPSE Kota Bogor, Juli 2026.xlsx", XLSX, False)
    assert book.make().startswith(b"PK")
    picture = report.chart(day.uow, day.office, "2026-07", day.now)
    assert (picture.name, picture.mime, picture.picture) == ("LPSE Kota Bogor, Juli 2026.png", PNG, True)
    assert picture.make().startswith(b"\x89PNG")
    made = report.report_of(day.uow, day.office, Month(2026, 7), day.now)
    assert (made.total.resolved, made.total.promise.kept) == (1, 1)
    assert [wait.count for wait in made.waiting] == [0, 0, 0, 1], "no step before the call was told in the history"


def test_in_the_group_it_only_says_where_the_answer_is(day: Day) -> None:
    resolved(day)
    rate(day, 4)
    for command in ("/laporan 2026-07", "/ikm"):
        assert day.write(ADI, command) == "Jawabannya ada di percakapan pribadi Anda."
    assert {chat for chat, _ in papers(day)} == {ADI}
    texts = day.connection.execute(select(outbox.c.text).where(outbox.c.chat == GROUP)).scalars()
    assert not any("IKM" in text for text in texts)


@pytest.mark.parametrize("who", [RINA, VERA])
@pytest.mark.parametrize("command", ["/laporan", "/laporan 2026-07", "/ikm", "/ikm x"])
def test_nobody_else_gets_it(day: Day, who: str, command: str) -> None:
    resolved(day)
    for private in (True, False):
        assert day.write(who, command, private=private) == "Tindakan ini hanya untuk Admin."
    assert papers(day) == []


@pytest.mark.parametrize("typed", ["2026", "2026-13", "juli", "2026-07 2026-08", "2026-07; DROP TABLE", "9" * 5000])
def test_a_month_that_is_none_is_asked_for_anew(day: Day, typed: str) -> None:
    assert "Cara: /laporan 2026-11" in day.write(ADI, f"/laporan {typed}", private=True)
    assert papers(day) == []


def test_a_month_to_come_has_no_report(day: Day) -> None:
    assert day.write(ADI, "/laporan 2026-08", private=True) == "Agustus 2026 belum berjalan."


def test_an_empty_month_is_said_to_be_empty(day: Day) -> None:
    assert "Mei 2026: belum ada permohonan" in day.write(ADI, "/laporan 2026-05", private=True)
    assert papers(day) == []


def test_an_empty_month_can_be_printed_all_the_same(day: Day) -> None:
    assert report.workbook(day.uow, day.office, "2026-05", day.now).make().startswith(b"PK")


def test_an_admin_who_has_no_chat_with_the_bot_is_shown_the_way(day: Day) -> None:
    day.uow.people.mark_unreachable(Address("telegram", ADI), day.now)
    day.write(ADI, "/ikm")
    _, text, _ = day.post(f"write_first:{ADI}")
    assert "buka dahulu percakapan pribadi" in text


class TestIkm:
    def test_it_is_told_for_everybody_for_each_service_and_for_each_element(self, day: Day) -> None:
        resolved(day)
        rate(day, 4, 3)
        rate(day, 3, service="perubahan-data", period="2026-08")
        said = day.write(ADI, "/ikm", private=True)
        assert "IKM 2026: 94,44 · A (Sangat Baik)" in said
        assert "4 responden dari 1 yang dilayani; anjuran 1, sudah cukup." in said
        assert "Registrasi & Verifikasi: 100,00 · A (Sangat Baik), 3 dari 1 (anjuran 1)" in said
        assert "77,78 · B (Baik), 1 dari 0" in said
        assert "• Biaya/tarif: 4,00" in said
        assert "• Waktu: 3,75" in said

    def test_too_few_answers_are_said_to_be_too_few(self, day: Day) -> None:
        for _ in range(3):
            day.now = wib("2026-07-15 09:00")
            day.uow.cases.tell(day.submitted().id, day.now, VERA, "resolved_in_time")
        rate(day, 3)
        said = day.write(ADI, "/ikm 2026-07", private=True)
        assert "IKM Juli 2026: 77,78 · B (Baik)" in said
        assert "1 responden dari 3 yang dilayani; anjuran 3, jadi angka ini belum mewakili." in said

    def test_a_service_that_nobody_rated_is_named(self, day: Day) -> None:
        resolved(day)
        rate(day, 3, service="perubahan-data")
        assert "Registrasi & Verifikasi: belum ada jawaban, 1 dilayani" in day.write(ADI, "/ikm", private=True)

    def test_a_service_that_is_no_more_is_named_by_its_code(self, day: Day) -> None:
        rate(day, 3, service="dahulu")
        assert "• dahulu: 77,78 · B (Baik), 1 dari 0" in day.write(ADI, "/ikm", private=True)
        day.uow.surveys.keep(Response("dahulu", "2026-07", dict.fromkeys(ELEMENTS, 1)))
        assert any("dahulu, Juli 2026" in text for _, text in day.tick("2026-07-16 08:00"))

    def test_a_period_without_answers_has_none(self, day: Day) -> None:
        resolved(day)
        assert day.write(ADI, "/ikm 2026-07", private=True) == (
            "IKM Juli 2026: belum ada jawaban survei; 1 permohonan selesai."
        )
        assert "IKM 2025: belum ada jawaban" in day.write(ADI, "/ikm 2025", private=True)

    @pytest.mark.parametrize("typed", ["semua", "2026-13", "26", "1999", "2026-07-01"])
    def test_a_period_that_is_none_is_asked_for_anew(self, day: Day, typed: str) -> None:
        assert "Cara: /ikm 2026-11, /ikm 2026" in day.write(ADI, f"/ikm {typed}", private=True)
