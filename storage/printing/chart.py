"""The month in one picture for the chat: cases a week, how many promises were kept, and the index of each element."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.report import MonthlyReport, WeekOfMonth
from domain.survey import ELEMENTS, grade, half_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS: Final = frozenset(
    {
        *(f"chart.{name}" for name in ("title", "submitted", "resolved", "kept", "ikm", "no_answers")),
        *(f"element.{element}" for element in ELEMENTS),
    }
)
"""The keys that `labels` must have; the caller fills the month into `chart.title`. `chart.ikm` precedes the index."""

ROOT: Final = Path(__file__).parents[2]
KNOWN: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "HOME", "LANG", "LC_ALL", "MPLCONFIGDIR")
PATIENCE: Final = 120.0
"""Seconds; the first picture on a machine takes longest, because every font is looked at."""

WIDTH, HEIGHT, DOTS = 1200, 900, 100
LARGE, NORMAL, SMALL = 25, 19, 17
"""Sizes of letters, in points. A phone shows the picture at about a third of its size."""

INK, PALE, GRID = "#1A1A1A", "#4D4D4D", "#D0D0D0"
SUBMITTED, RESOLVED = "#1F4E79", "#C76B00"
KEPT, BROKEN = "#1B6E35", "#A11D21"
GRADES: Final[Mapping[str, str]] = {"A": "#1B6E35", "B": "#2F6FA7", "C": "#B35900", "D": "#A11D21"}


def draw_apart(report: MonthlyReport, labels: Mapping[str, str]) -> bytes:
    """The picture, drawn by a process of its own: whatever drawing takes is given back, and nobody waits for it."""
    # It draws what we give it and needs no setting of ours, least of all the secret ones.
    known = {name: os.environ[name] for name in KNOWN if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "storage.printing.chart"],
        input=pickle.dumps((report, dict(labels))),
        capture_output=True,
        env={**known, "PYTHONPATH": str(ROOT)},
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise NotDrawn(done.stderr.decode("utf-8", "replace")[-2000:])
    return done.stdout


class NotDrawn(Exception):
    """The process that draws ended without a picture; the text is what it said."""


def report_chart(report: MonthlyReport, labels: Mapping[str, str]) -> bytes:
    """The picture as a PNG of 1200 by 900 dots; the same report and words always give the same bytes."""
    # Matplotlib takes seconds and some 70 MB to load, which is the business of whoever draws.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=DOTS, facecolor="white")
    # In the wording a dollar sign is a dollar sign, and not the beginning of a formula.
    figure.text(0.03, 0.95, labels["chart.title"], size=LARGE, weight="bold", color=INK, va="center", parse_math=False)
    _weeks(figure.add_axes((0.17, 0.60, 0.80, 0.23)), report.weeks, labels)
    _elements(figure.add_axes((0.24, 0.03, 0.61, 0.38)), report, labels)
    content = BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def _weeks(axes: "Axes", weeks: Sequence[WeekOfMonth], labels: Mapping[str, str]) -> None:
    """Two bars a week, and under them the share of the promises that were kept."""
    most = max([1, *(max(week.submitted, week.resolved) for week in weeks)])
    axes.set(xlim=(-0.6, len(weeks) - 0.4), ylim=(0, most * 1.25))
    _bars(axes, -0.2, [week.submitted for week in weeks], SUBMITTED)
    _bars(axes, 0.2, [week.resolved for week in weeks], RESOLVED)
    for place, week in enumerate(weeks):
        days = f"{week.first.day}–{week.last.day}" if week.first != week.last else str(week.first.day)
        _below(axes, place, -0.04, days, INK)
        percent = week.promise.percent
        if percent is not None:
            kept = week.promise.kept == week.promise.due
            _below(axes, place, -0.22, f"{_spoken(percent)}%", KEPT if kept else BROKEN, weight="bold")
        else:
            _below(axes, place, -0.22, "–", PALE)
    axes.text(-0.02, -0.22, labels["chart.kept"], transform=axes.transAxes, size=SMALL, color=INK, ha="right", va="top")
    _legend(axes, ((labels["chart.submitted"], SUBMITTED), (labels["chart.resolved"], RESOLVED)))
    _bare(axes)
    axes.spines["bottom"].set_visible(True)


def _bars(axes: "Axes", shift: float, counts: Sequence[int], colour: str) -> None:
    places = [place + shift for place in range(len(counts))]
    axes.bar(places, counts, width=0.38, color=colour)
    for place, count in zip(places, counts, strict=True):
        axes.annotate(
            str(count), (place, count), (0, 3), textcoords="offset points", size=SMALL, color=INK, ha="center"
        )


def _below(axes: "Axes", place: int, height: float, text: str, colour: str, weight: str = "normal") -> None:
    """A text under the bars of a week."""
    axes.text(
        place,
        height,
        text,
        transform=axes.get_xaxis_transform(),
        size=NORMAL,
        color=colour,
        weight=weight,
        ha="center",
        va="top",
    )


def _legend(axes: "Axes", entries: Iterable[tuple[str, str]]) -> None:
    """What the colours mean, above the bars."""
    from matplotlib.patches import Patch

    drawn = axes.legend(
        handles=[Patch(color=colour, label=label) for label, colour in entries],
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.98),
        ncols=2,
        frameon=False,
        fontsize=NORMAL,
        labelcolor=INK,
    )
    for text in drawn.get_texts():
        text.set_parse_math(False)


def _elements(axes: "Axes", report: MonthlyReport, labels: Mapping[str, str]) -> None:
    """A bar for each element: its average as an index of 25 to 100, in the colour of the grade it would have."""
    outcome = report.contentment.outcome
    _bare(axes)
    if outcome.ikm is None or outcome.grade is None:
        axes.text(0.5, 0.5, labels["chart.no_answers"], transform=axes.transAxes, size=NORMAL, color=PALE, ha="center")
        return
    index = f"{labels['chart.ikm']} {_spoken(outcome.ikm)} · {outcome.grade.letter} ({outcome.grade.title})"
    axes.text(
        -0.345,
        1.09,
        index,
        transform=axes.transAxes,
        size=LARGE,
        weight="bold",
        color=INK,
        va="center",
        parse_math=False,
    )
    axes.set(xlim=(0, 100), ylim=(len(ELEMENTS) - 0.5, -0.5))
    for place, element in enumerate(ELEMENTS):
        value = half_up(outcome.averages[element] * 25)
        letter = grade(value).letter
        axes.barh(place, float(value), height=0.72, color=GRADES[letter])
        axes.text(
            -1.5, place, labels[f"element.{element}"], size=SMALL, color=INK, ha="right", va="center", parse_math=False
        )
        axes.text(float(value) + 1, place, f"{_spoken(value)} {letter}", size=SMALL, color=INK, va="center")


def _bare(axes: "Axes") -> None:
    """The numbers stand at the bars: no frame, no ticks."""
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
        spine.set_color(GRID)


def _spoken(number: Decimal) -> str:
    """With a decimal comma, as Indonesia writes it; a whole share without decimals."""
    return str(int(number) if number == int(number) and number.as_tuple().exponent == -1 else number).replace(".", ",")


if __name__ == "__main__":
    sys.stdout.buffer.write(report_chart(*pickle.load(sys.stdin.buffer)))
