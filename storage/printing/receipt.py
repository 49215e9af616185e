"""The receipt for the provider: which documents the office has, so that either side can prove it later."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import segno
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import Image  # type: ignore[import-untyped]

from storage.printing import pages
from storage.printing.pages import Labels, styled

LABELS: Final = frozenset(
    {
        pages.PAGE_LABEL,
        "receipt.title",
        "receipt.number",
        "receipt.service",
        "receipt.company",
        "receipt.at",
        "receipt.corrected",
        "receipt.position",
        "receipt.document",
        "receipt.fingerprint",
        "receipt.next",
        "receipt.as_of",
        "receipt.promise",
        "receipt.fee",
        "receipt.note",
    }
)
"""The keys that `labels` must have; `receipt.note` is the paragraph below the list and may be empty."""

SHORT: Final = 12  # letters of a fingerprint that are enough for two people on the telephone
QR_WIDTH: Final = 30 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedDocument:
    """One document that the office has."""

    name: str
    fingerprints: Sequence[str]
    """The SHA-256 of each of its files."""
    pages: str = ""
    """How many pages it has, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receipt says; times are already written out."""

    number: str
    office: str
    unit: str
    service: str
    company: str
    at: str
    corrected: str = ""
    """When documents were last sent again; empty where none were."""
    documents: Sequence[ReceivedDocument]
    next: str
    """What happens next, by whom and until when, as it stood at `as_of`."""
    as_of: str
    promise: str
    """How long the service takes at most, as the standard has it."""
    fee: str


def print_receipt(receipt: Receipt, labels: Labels) -> bytes:
    """The receipt as a PDF; the same receipt and words always give the same bytes."""
    known = pages.facts(
        [
            (labels["receipt.number"], receipt.number),
            (labels["receipt.service"], receipt.service),
            (labels["receipt.company"], receipt.company),
            (labels["receipt.at"], receipt.at),
            (labels["receipt.corrected"], receipt.corrected),
        ],
        pages.WIDTH - QR_WIDTH,
    )
    story = [
        *pages.letterhead(receipt.office, receipt.unit, labels["receipt.title"]),
        pages.beside(known, _qr(receipt.number), QR_WIDTH),
        pages.gap(6),
        pages.grid(
            [labels["receipt.position"], labels["receipt.document"], labels["receipt.fingerprint"]],
            [_row(number, document) for number, document in enumerate(receipt.documents, 1)],
            (10 * mm, 66 * mm, pages.WIDTH - 76 * mm),
        ),
        pages.gap(6),
        pages.facts(
            [
                (labels["receipt.next"], receipt.next),
                (labels["receipt.as_of"], receipt.as_of),
                (labels["receipt.promise"], receipt.promise),
                (labels["receipt.fee"], receipt.fee),
            ]
        ),
        pages.gap(6),
        styled(labels["receipt.note"], size=8.5, pale=True),
    ]
    return pages.printed(f"{labels['receipt.title']} {receipt.number}", receipt.number, labels, story)


def _row(number: int, document: ReceivedDocument) -> list[Any]:
    pages_told = [styled(document.pages, size=8.5, pale=True)] if document.pages else []
    return [
        styled(str(number)),
        [styled(document.name), *pages_told],
        [line for sha256 in document.fingerprints for line in _fingerprint(sha256)],
    ]


def _fingerprint(sha256: str) -> list[Any]:
    return [styled(sha256[:SHORT], bold=True), styled(sha256, size=6.5, pale=True)]


def _qr(number: str) -> Any:
    picture = BytesIO()
    segno.make(number, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    return Image(BytesIO(picture.getvalue()), QR_WIDTH, QR_WIDTH)
