"""The minutes of a video call: who attended, which originals were shown, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import KeepTogether  # type: ignore[import-untyped]

from storage.printing import pages
from storage.printing.pages import Labels, styled

Original = Literal["", "matches", "differs"]
Result = Literal["passed", "failed", "missed"]

LABELS: Final = frozenset(
    {
        pages.PAGE_LABEL,
        "minutes.title",
        "minutes.number",
        "minutes.service",
        "minutes.company",
        "minutes.started",
        "minutes.ended",
        "minutes.attended",
        "minutes.attendee",
        "minutes.role",
        "minutes.originals",
        "minutes.position",
        "minutes.document",
        "minutes.original",
        "minutes.unseen",
        "minutes.matches",
        "minutes.differs",
        "minutes.result",
        "minutes.passed",
        "minutes.failed",
        "minutes.missed",
        "minutes.remark",
        "minutes.officer",
        "minutes.note",
    }
)
"""The keys that `labels` must have; `minutes.note` is the paragraph at the end and may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who took part in the call."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedDocument:
    """One document whose original was asked for."""

    name: str
    original: Original
    """Whether the original matches what was sent; empty where it was not shown."""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What the minutes say; times are already written out."""

    number: str
    office: str
    unit: str
    service: str
    company: str
    started: str
    ended: str
    attendees: Sequence[Attendee]
    documents: Sequence[ComparedDocument]
    result: Result
    officer: str
    """The member of staff who held the call, with their role."""
    remark: str = ""


def print_minutes(minutes: Minutes, labels: Labels) -> bytes:
    """The minutes as a PDF; the same minutes and words always give the same bytes."""
    result = labels[f"minutes.{minutes.result}"]
    story = [
        *pages.letterhead(minutes.office, minutes.unit, labels["minutes.title"]),
        pages.facts(
            [
                (labels["minutes.number"], minutes.number),
                (labels["minutes.service"], minutes.service),
                (labels["minutes.company"], minutes.company),
                (labels["minutes.started"], minutes.started),
                (labels["minutes.ended"], minutes.ended),
            ]
        ),
        *_part(
            labels["minutes.attended"],
            pages.grid(
                [labels["minutes.position"], labels["minutes.attendee"], labels["minutes.role"]],
                [[styled(str(n)), styled(one.name), styled(one.role)] for n, one in enumerate(minutes.attendees, 1)],
                (10 * mm, 90 * mm, pages.WIDTH - 100 * mm),
            ),
        ),
        *_compared(minutes.documents, labels),
        pages.gap(6),
        KeepTogether(
            [
                pages.facts([(labels["minutes.result"], result), (labels["minutes.remark"], minutes.remark)]),
                pages.facts([(labels["minutes.officer"], minutes.officer)]),
                pages.gap(6),
                styled(labels["minutes.note"], size=8.5, pale=True),
            ]
        ),
    ]
    return pages.printed(f"{labels['minutes.title']} {minutes.number}", minutes.number, labels, story)


def _compared(documents: Sequence[ComparedDocument], labels: Labels) -> list[Any]:
    """Which originals were shown; nothing, where nobody came to show any."""
    if not documents:
        return []
    table = pages.grid(
        [labels["minutes.position"], labels["minutes.document"], labels["minutes.original"]],
        [_row(number, document, labels) for number, document in enumerate(documents, 1)],
        (10 * mm, 90 * mm, pages.WIDTH - 100 * mm),
    )
    return _part(labels["minutes.originals"], table)


def _part(title: str, table: Any) -> list[Any]:
    return [pages.gap(6), styled(title, bold=True, size=10.5), pages.gap(1), table]


def _row(number: int, document: ComparedDocument, labels: Labels) -> list[Any]:
    outcome = styled(labels[f"minutes.{document.original or 'unseen'}"], bold=document.original != "matches")
    remark = [styled(document.remark, size=8.5, pale=True)] if document.remark else []
    return [styled(str(number)), styled(document.name), [outcome, *remark]]
