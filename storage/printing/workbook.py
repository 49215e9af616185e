"""The monthly report as a workbook that the office can sort, print and file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from domain.report import Contentment, MonthlyReport, ServiceMonth, Spread, Step, Volume
from domain.survey import ELEMENTS

Labels = Mapping[str, str]
"""Every word of the workbook, by key."""

FIGURES: Final = (
    "submitted",
    "resolved",
    "rejected",
    "cancelled",
    "returned",
    "no_shows",
    "due",
    "kept",
    "kept_percent",
)
ANSWERS: Final = ("respondents", "advised", "ikm", "grade")
SPREADS: Final = ("office_median", "office_p90", "clock_median", "clock_p90")

LABELS: Final = frozenset(
    {
        *("title", "made_at", "nothing", "total"),
        *(f"sheet.{name}" for name in ("summary", "services", "waiting", "returns", "survey", "remarks")),
        *(f"column.{name}" for name in (*FIGURES, *ANSWERS, *SPREADS)),
        *(f"column.{name}" for name in ("figure", "value", "week", "service", "step", "count", "reason", "share")),
        *(f"column.{name}" for name in ("element", "average", "weighted", "remark")),
        *(f"step.{step}" for step in Step),
        *(f"element.{element}" for element in ELEMENTS),
        *(f"note.{name}" for name in ("promise", "waiting", "grade", "few")),
    }
)
"""The keys that `labels` must have; the caller fills the month and the moment into `title` and `made_at`."""

A4: Final = 9
HEADER_ROW: Final = 2
LONGEST_SHEET_NAME: Final = 31
NOT_IN_SHEET_NAMES: Final = str.maketrans("[]:*?/\\", "       ")

NUMBERS: Final = {
    "count": "#,##0",
    "hours": "#,##0.0",
    "share": "0.0%",
    "index": "0.00",
    "average": "0.000",
}
PLAIN: Final[Mapping[str, object]] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
# Excel makes a formula of a text that begins with `=` when somebody edits its cell, unless it is marked as text.
TEXT: Final[Mapping[str, object]] = {**PLAIN, "num_format": "@", "quote_prefix": True, "text_wrap": True}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a hundred."""

    percent: Decimal


Cell = str | int | Decimal | Fraction | timedelta | Share | None


def report_workbook(
    report: MonthlyReport, *, labels: Labels, services: Mapping[str, str], reasons: Mapping[str, str]
) -> bytes:
    """The workbook as the bytes of an XLSX file; the same report and words always give the same bytes.

    `services` and `reasons` say how people call them; one that is missing is shown by its code.
    """
    content = BytesIO()
    book = Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # Without it the file would carry the moment of writing, and no two would be equal.
    book.set_properties({"title": labels["title"], "created": report.made_at.astimezone(UTC)})
    formats = _formats(book)
    _summary(_Sheet.add(book, formats, "summary", labels), report, labels)
    _services(_Sheet.add(book, formats, "services", labels, wide=True), report, labels, services)
    _waits(_Sheet.add(book, formats, "waiting", labels), report, labels)
    _returns(_Sheet.add(book, formats, "returns", labels), report, labels, reasons)
    _survey(_Sheet.add(book, formats, "survey", labels, wide=True), report, labels, services)
    if report.remarks:
        _remarks(_Sheet.add(book, formats, "remarks", labels), report, labels)
    book.close()
    return content.getvalue()


def _formats(book: Workbook) -> dict[str, object]:
    looks = {
        "title": {**TEXT, "bold": True, "font_size": 14, "text_wrap": False},
        "aside": {**TEXT, "font_color": "#404040", "text_wrap": False},
        "note": {**TEXT, "italic": True, "font_color": "#404040", "text_wrap": False},
        "header": {**TEXT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1},
        "text": {**TEXT, "border": 1},
        "nothing": {**TEXT, "border": 1, "align": "right"},
        **{name: {**PLAIN, "num_format": number, "border": 1} for name, number in NUMBERS.items()},
    }
    bold = {f"{name}_total": {**look, "bold": True, "bg_color": "#DDEBF7"} for name, look in looks.items()}
    return {name: book.add_format(look) for name, look in {**looks, **bold}.items()}


class _Sheet:
    """A sheet that is written from the top down; a text is always written as text, whatever it looks like."""

    def __init__(self, sheet: Worksheet, formats: Mapping[str, object], nothing: str) -> None:
        self._sheet = sheet
        self._formats = formats
        self._nothing = nothing
        self._row = 0

    @classmethod
    def add(
        cls, book: Workbook, formats: Mapping[str, object], name: str, labels: Labels, wide: bool = False
    ) -> "_Sheet":
        """A sheet of A4 paper with the title of the report; `wide` turns the paper."""
        sheet = book.add_worksheet(_sheet_name(labels[f"sheet.{name}"]))
        sheet.set_paper(A4)
        if wide:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R&P / &N")
        sheet.hide_gridlines(2)
        page = cls(sheet, formats, labels["nothing"])
        page.say(labels["title"], "title")
        page.say(labels["made_at"], "aside")
        return page

    def head(self, widths: Sequence[int], names: Iterable[str]) -> None:
        """The header of the first table: it stays in sight, and is printed on every page."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(HEADER_ROW + 1, 0)
        self._sheet.repeat_rows(HEADER_ROW)
        self.header(names)

    def header(self, names: Iterable[str]) -> None:
        for column, name in enumerate(names):
            self._sheet.write_string(self._row, column, name, self._formats["header"])
        self._row += 1

    def line(self, *cells: Cell, total: bool = False) -> None:
        for column, cell in enumerate(cells):
            self._cell(column, cell, "_total" if total else "")
        self._row += 1

    def say(self, text: str, look: str) -> None:
        """A sentence that runs over the columns."""
        self._sheet.write_string(self._row, 0, text, self._formats[look])
        self._row += 1

    def gap(self) -> None:
        self._row += 1

    def _cell(self, column: int, cell: Cell, suffix: str) -> None:
        if cell is None or isinstance(cell, str):
            look = "nothing" if cell is None else "text"
            self._sheet.write_string(
                self._row, column, self._nothing if cell is None else cell, self._formats[look + suffix]
            )
            return
        number, look = _number(cell)
        self._sheet.write_number(self._row, column, number, self._formats[look + suffix])


def _number(cell: int | Decimal | Fraction | timedelta | Share) -> tuple[float, str]:
    match cell:
        case Share():
            return float(cell.percent / 100), "share"
        case timedelta():
            return cell / timedelta(hours=1), "hours"
        case Decimal():
            return float(cell), "index"
        case Fraction():
            return float(cell), "average"
    return cell, "count"


def _sheet_name(label: str) -> str:
    """What Excel takes as the name of a sheet: short, and without some signs."""
    return label.translate(NOT_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME].strip(" '")


def _figures(volume: Volume) -> tuple[Cell, ...]:
    promise = volume.promise
    return (
        volume.submitted,
        volume.resolved,
        volume.rejected,
        volume.cancelled,
        volume.returned,
        volume.no_shows,
        promise.due,
        promise.kept,
        None if promise.percent is None else Share(promise.percent),
    )


def _answers(contentment: Contentment) -> tuple[Cell, ...]:
    outcome = contentment.outcome
    return (outcome.respondents, contentment.advised, outcome.ikm, _grade(contentment))


def _grade(contentment: Contentment) -> str | None:
    grade = contentment.outcome.grade
    return None if grade is None else f"{grade.letter} ({grade.title})"


def _summary(page: _Sheet, report: MonthlyReport, labels: Labels) -> None:
    page.head((34, 16, 16, 16, 16, 16), (labels["column.figure"], labels["column.value"]))
    values = (*_figures(report.total), *_answers(report.contentment))
    for name, value in zip((*FIGURES, *ANSWERS), values, strict=True):
        page.line(labels[f"column.{name}"], value)
    page.gap()
    page.header(labels[f"column.{name}"] for name in ("week", "submitted", "resolved", "due", "kept", "kept_percent"))
    for week in report.weeks:
        kept = None if week.promise.percent is None else Share(week.promise.percent)
        days = f"{week.first.isoformat()} – {week.last.isoformat()}"
        page.line(days, week.submitted, week.resolved, week.promise.due, week.promise.kept, kept)
    page.gap()
    page.say(labels["note.promise"], "note")
    _notes_on_survey(page, report.contentment, labels)


def _notes_on_survey(page: _Sheet, contentment: Contentment, labels: Labels) -> None:
    page.say(labels["note.grade"], "note")
    if not contentment.enough:
        page.say(labels["note.few"], "note")


def _services(page: _Sheet, report: MonthlyReport, labels: Labels, services: Mapping[str, str]) -> None:
    names = ("service", *FIGURES, *ANSWERS)
    page.head((34, *(11 for _ in FIGURES), 11, 11, 9, 18), (labels[f"column.{name}"] for name in names))
    for one in report.services:
        page.line(_called(one.service, services), *_figures(one.volume), *_answers(one.contentment))
    page.line(labels["total"], *_figures(report.total), *_answers(report.contentment), total=True)
    page.gap()
    page.say(labels["note.promise"], "note")
    page.say(labels["note.grade"], "note")


def _waits(page: _Sheet, report: MonthlyReport, labels: Labels) -> None:
    page.head((44, 10, 15, 15, 15, 15), (labels[f"column.{name}"] for name in ("step", "count", *SPREADS)))
    for wait in report.waiting:
        page.line(labels[f"step.{wait.step}"], wait.count, *_spread(wait.office), *_spread(wait.clock))
    page.gap()
    page.say(labels["note.waiting"], "note")


def _spread(spread: Spread | None) -> tuple[Cell, Cell]:
    return (None, None) if spread is None else (spread.median, spread.p90)


def _returns(page: _Sheet, report: MonthlyReport, labels: Labels, reasons: Mapping[str, str]) -> None:
    page.head((44, 12, 12), (labels[f"column.{name}"] for name in ("reason", "count", "share")))
    total = sum(count for _, count in report.returns)
    for reason, count in report.returns:
        page.line(_called(reason, reasons), count, Share(Decimal(100 * count) / total))
    page.line(labels["total"], total, Share(Decimal(100)) if total else None, total=True)


def _survey(page: _Sheet, report: MonthlyReport, labels: Labels, services: Mapping[str, str]) -> None:
    """The average of each element (NRR) over everybody and for each service, and what comes out of them."""
    answered = [one for one in report.services if one.contentment.outcome.respondents]
    columns: list[Contentment] = [report.contentment, *(one.contentment for one in answered)]
    names = (labels["column.element"], labels["column.weighted"], labels["column.average"])
    page.head((40, 14, *(18 for _ in columns)), (*names, *_titles(answered, services)))
    everybody = report.contentment.outcome
    for element in ELEMENTS:
        weighted = everybody.weighted(element) if element in everybody.averages else None
        averages = (one.outcome.averages.get(element) for one in columns)
        page.line(labels[f"element.{element}"], weighted, *averages)
    rows: tuple[tuple[str, Iterable[Cell]], ...] = (
        ("ikm", (one.outcome.ikm for one in columns)),
        ("grade", (_grade(one) for one in columns)),
        ("respondents", (one.outcome.respondents for one in columns)),
        ("advised", (one.advised for one in columns)),
    )
    for name, cells in rows:
        page.line(labels[f"column.{name}"], "", *cells, total=True)
    page.gap()
    _notes_on_survey(page, report.contentment, labels)


def _titles(services: Iterable[ServiceMonth], titles: Mapping[str, str]) -> Iterable[str]:
    return (_called(one.service, titles) for one in services)


def _remarks(page: _Sheet, report: MonthlyReport, labels: Labels) -> None:
    page.head((96,), (labels["column.remark"],))
    for remark in report.remarks:
        page.line(remark)


def _called(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)
