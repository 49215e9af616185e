"""The look that all printed papers share: letterhead, title, facts, tables, and a numbered foot on every page."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    HRFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

Labels = Mapping[str, str]
"""Every word of a paper that is not somebody's data, by key."""

PAGE_LABEL: Final = "page"
"""The foot of a page, with {page} and {pages} in it."""

MARGIN: Final = 20 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
_FRAME: Final = 6  # points that ReportLab leaves around the text by itself

_PLAIN, _BOLD = "Loket", "Loket-Bold"
_FONTS: Final = {_PLAIN: "DejaVuSans.ttf", _BOLD: "DejaVuSans-Bold.ttf"}
_INK, _PALE, _LINE = HexColor("#1A1A1A"), HexColor("#666666"), HexColor("#B0B0B0")
_LACKING: Final = "\N{WHITE SQUARE}"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})  # control characters, marks of direction, broken surrogates


def styled(text: str, *, bold: bool = False, size: float = 9.5, pale: bool = False, align: int = 0) -> Any:
    """A paragraph of plain text; what the font has no letter for shows as an empty square."""
    style = ParagraphStyle(
        "text",
        fontName=_BOLD if bold else _PLAIN,
        fontSize=size,
        leading=size * 1.35,
        textColor=_PALE if pale else _INK,
        alignment=align,
        splitLongWords=1,
    )
    return Paragraph("<br/>".join(escape(line) for line in _drawable(text).splitlines()), style)


def letterhead(office: str, unit: str, title: str) -> list[Any]:
    """The office at the top, and below it what this paper is."""
    return [
        styled(office, bold=True, size=14, align=1),
        Spacer(0, 1 * mm),
        styled(unit, size=9, pale=True, align=1),
        Spacer(0, 2 * mm),
        HRFlowable(width="100%", thickness=1.2, color=_INK),
        Spacer(0, 6 * mm),
        styled(title, bold=True, size=13, align=1),
        Spacer(0, 6 * mm),
    ]


def facts(pairs: Iterable[tuple[str, str]], width: float = WIDTH) -> Any:
    """What is known, one fact a line; an empty one is left out."""
    first = 42 * mm
    rows = [[styled(label, pale=True), styled(value)] for label, value in pairs if value]
    return Table(rows, colWidths=(first, width - first), style=_flat(), hAlign="LEFT", splitInRow=1)


def beside(left: Any, right: Any, width: float) -> Any:
    """Two things next to each other, the right one so wide."""
    style = [("ALIGN", (1, 0), (1, 0), "RIGHT")]
    return Table([[left, right]], colWidths=(WIDTH - width, width), style=TableStyle([*_flat().getCommands(), *style]))


def grid(head: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> Any:
    """A table with lines; its head is repeated on every page."""
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return Table([[styled(label, bold=True) for label in head], *rows], widths, style=style, repeatRows=1, splitInRow=1)


def gap(millimetres: float) -> Any:
    return Spacer(0, millimetres * mm)


def printed(title: str, foot: str, labels: Labels, story: list[Any]) -> bytes:
    """The paper as a PDF; the same content always gives the same bytes."""
    _register_fonts()
    sheet = BytesIO()
    # invariant: no clock and no chance in the file.
    paper = SimpleDocTemplate(
        sheet,
        pagesize=A4,
        leftMargin=MARGIN - _FRAME,
        rightMargin=MARGIN - _FRAME,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 5 * mm,
        title=_drawable(title),
        author="",
        invariant=1,
    )
    paper.build(story, canvasmaker=partial(_NumberedCanvas, foot=_drawable(foot), label=labels[PAGE_LABEL]))
    return sheet.getvalue()


class _NumberedCanvas(Canvas):  # type: ignore[misc]
    """Writes the feet last, when the number of pages is known."""

    def __init__(self, *arguments: Any, foot: str, label: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._foot, self._label = foot, label
        self._finished: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._finished.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self._finished:
            self.__dict__.update(page)
            self.setFont(_PLAIN, 7.5)
            self.setFillColor(_PALE)
            number = self._label.replace("{page}", str(self._pageNumber)).replace("{pages}", str(len(self._finished)))
            self.drawString(MARGIN, 12 * mm, self._foot)
            self.drawRightString(A4[0] - MARGIN, 12 * mm, number)
            super().showPage()
        super().save()


def _flat() -> Any:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )


@cache
def _register_fonts() -> frozenset[int]:
    """Make the fonts known, once; the answer is every character that they can draw."""
    package = find_spec("matplotlib")
    # DejaVu knows Latin, Greek, Cyrillic and Arabic; it comes with Matplotlib, which need not be loaded for it.
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, folder / file))
    return frozenset.intersection(*(frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in _FONTS))


def _drawable(text: str) -> str:
    return "".join(_drawn(character) for character in text)


def _drawn(character: str) -> str:
    if character.isspace() or ord(character) in _register_fonts():
        return character
    return "" if unicodedata.category(character) in _INVISIBLE else _LACKING
