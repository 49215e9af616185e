"""What is advised about the files that people sent, and which kept files are looked at once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select, update

from domain.cases import Page
from domain.messages import Address
from storage.documents import LIVE
from storage.preflight.rules import Advice
from storage.tables import cases, documents, pages

KEPT = pages.c.state == "kept"


@dataclass(frozen=True, slots=True)
class Remark:
    """One advice about a page; `place` tells which one, where its document has several."""

    document_id: int
    page_id: int
    place: int | None
    advice: Advice


@dataclass(frozen=True, slots=True)
class Twin:
    """Another document of the case that is the very same file."""

    need: str
    kind: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A kept file that is to be scanned or read, and what it is for."""

    page: Page
    document_id: int
    case_id: int
    person_id: int
    need: str
    kind: str
    first: bool
    name: str
    address: Address
    unscanned: bool
    unread: bool
    looks: int
    reading: bytes | None


@dataclass(frozen=True, slots=True)
class SealedReading:
    """What was read on the first page of a document, locked."""

    kind: str
    page: Page
    sealed: bytes


class Remarks:
    """The remarks on the pages of documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self,
        page_id: int,
        *,
        original: str,
        sheets: int,
        advice: Sequence[Advice],
        unscanned: bool,
        unread: bool,
        now: datetime,
    ) -> None:
        """What the first look at a file said, and what is still to be done with it."""
        self._change(
            page_id,
            original=original,
            sheets=sheets,
            advice=_pack(advice),
            unscanned=unscanned,
            unread=unread,
            look_at=now if unscanned or unread else None,
        )

    def add(self, page_id: int, advice: Sequence[Advice], *, instead_of: Sequence[str], told: datetime | None) -> None:
        """What came out later, instead of what came out of the same look before."""
        before = _unpack(self._connection.execute(select(pages.c.advice).where(pages.c.id == page_id)).scalar_one())
        kept = [one for one in before if one.key not in instead_of]
        news = {"advised_at": told} if advice else {}
        self._change(page_id, advice=_pack([*kept, *advice]), **news)

    def twins(self, case_id: int, document_id: int, original: str) -> list[Twin]:
        """Where else in a case the same file was sent, the newest first."""
        rows = self._connection.execute(
            select(documents.c.need, documents.c.kind, documents.c.state, documents.c.reason)
            .join(pages, pages.c.document_id == documents.c.id)
            .where(documents.c.case_id == case_id, documents.c.id != document_id, pages.c.original == original)
            .order_by(documents.c.id.desc())
        )
        return [Twin(row.need or "", row.kind or "", row.state, row.reason) for row in rows]

    def fingerprints(self, document_id: int) -> list[str]:
        """The SHA-256 of each file of a document as it was sent, whatever was cleaned in it afterwards."""
        sent = select(func.coalesce(pages.c.original, pages.c.sha256)).where(pages.c.document_id == document_id, KEPT)
        return list(self._connection.execute(sent.order_by(pages.c.id)).scalars())

    def sheets(self, document_id: int) -> int:
        """How many pages a document has, those inside its PDFs counted."""
        sheets: int = self._connection.execute(
            select(func.coalesce(func.sum(pages.c.sheets), 0)).where(pages.c.document_id == document_id, KEPT)
        ).scalar_one()
        return sheets

    def untold(self, case_id: int, since: datetime | None) -> list[Remark]:
        """What the provider has not been told; with `since` also what was told from then on."""
        told = pages.c.advised_at.is_(None)
        return self._remarks(
            documents.c.case_id == case_id,
            documents.c.state == "sent",
            told if since is None else or_(told, pages.c.advised_at >= since),
        )

    def told(self, remarks: Sequence[Remark], now: datetime) -> None:
        """The provider was told these."""
        for page_id in {remark.page_id for remark in remarks}:
            self._change(page_id, advised_at=now)

    def of_document(self, document_id: int) -> list[Remark]:
        return self._remarks(documents.c.id == document_id)

    def _remarks(self, *which: Any) -> list[Remark]:
        rows = self._connection.execute(
            select(pages.c.document_id, pages.c.id, pages.c.advice)
            .join(documents, documents.c.id == pages.c.document_id)
            .where(*which, KEPT, pages.c.advice.is_not(None))
            .order_by(pages.c.id)
        ).all()
        places = self._places({row.document_id for row in rows}) if rows else {}
        return [
            Remark(row.document_id, row.id, places.get(row.id), advice)
            for row in rows
            for advice in _unpack(row.advice)
        ]

    def _places(self, document_ids: set[int]) -> dict[int, int]:
        """Which page of its document each one is, in documents of several."""
        rows = self._connection.execute(
            select(pages.c.id, pages.c.document_id).where(pages.c.document_id.in_(document_ids)).order_by(pages.c.id)
        )
        of: dict[int, list[int]] = {}
        for row in rows:
            of.setdefault(row.document_id, []).append(row.id)
        return {page: place for ids in of.values() if len(ids) > 1 for place, page in enumerate(ids, 1)}

    # What is looked at once more

    def is_unscanned(self, document_id: int) -> bool:
        """Whether the virus scanner has not said yet that a document is clean."""
        return (
            self._connection.execute(
                select(pages.c.id).where(pages.c.document_id == document_id, KEPT, pages.c.unscanned).limit(1)
            ).first()
            is not None
        )

    def due(self, now: datetime, *, scan: bool, read: bool) -> KeptPage | None:
        """The next kept file to scan or to read."""
        wanted = [wish for wish, can in ((pages.c.unscanned, scan), (pages.c.unread, read)) if can]
        if not wanted:
            return None
        row = self._connection.execute(
            select(
                pages,
                documents.c.case_id,
                documents.c.need,
                documents.c.kind,
                cases.c.person_id,
                select(func.min(pages.c.id))
                .where(pages.c.document_id == documents.c.id)
                .correlate(documents)
                .scalar_subquery()
                .label("first_id"),
            )
            .join(documents, documents.c.id == pages.c.document_id)
            .join(cases, cases.c.id == documents.c.case_id)
            .where(pages.c.look_at <= now, KEPT, or_(*wanted))
            .order_by(pages.c.unscanned.desc(), pages.c.look_at, pages.c.id)
            .limit(1)
        ).first()
        return _kept_page(row) if row else None

    def put_off(self, page_id: int, until: datetime | None) -> None:
        """Look at it later, or never again by itself."""
        self._change(page_id, look_at=until, looks=pages.c.looks + 1)

    def scanned(self, page_id: int) -> None:
        """The virus scanner found nothing."""
        self._change(page_id, unscanned=False, look_at=case((pages.c.unread, pages.c.look_at)))

    def read(self, page_id: int, sealed: bytes | None) -> None:
        """A page was read, or cannot be."""
        news = {"reading": sealed} if sealed is not None else {}
        self._change(page_id, unread=False, look_at=case((pages.c.unscanned, pages.c.look_at)), **news)

    def look_again(self, document_id: int, now: datetime) -> None:
        """A document turns out to be for something else: compare what is written on it with that."""
        self._connection.execute(
            update(pages).where(pages.c.document_id == document_id, KEPT).values(unread=True, look_at=now, looks=0)
        )

    def readings(self, case_id: int, besides: int) -> list[SealedReading]:
        """What was read on the other documents of a case."""
        rows = self._connection.execute(
            select(pages, documents.c.kind)
            .join(documents, documents.c.id == pages.c.document_id)
            .where(
                documents.c.case_id == case_id,
                documents.c.id != besides,
                documents.c.state.in_(LIVE),
                documents.c.kind != "",
                pages.c.reading.is_not(None),
            )
            .order_by(pages.c.id)
        )
        return [SealedReading(row.kind, _page(row), row.reading) for row in rows]

    def count(self) -> tuple[int, int]:
        """How many kept files wait for the virus scanner, and how many to be read."""
        return tuple(  # type: ignore[return-value]
            self._connection.execute(select(func.count()).select_from(pages).where(KEPT, wish)).scalar_one()
            for wish in (pages.c.unscanned, pages.c.unread)
        )

    def _change(self, page_id: int, **values: object) -> None:
        self._connection.execute(update(pages).where(pages.c.id == page_id).values(**values))


def _pack(advice: Sequence[Advice]) -> list[list[object]] | None:
    return [[one.key, dict(one.facts)] for one in advice] or None


def _unpack(packed: Any) -> list[Advice]:
    return [Advice(key, facts) for key, facts in packed or ()]


def _page(row: Any) -> Page:
    return Page(row.id, row.stored, row.wrapped_key, row.key_id, row.sha256, row.size, row.mime, row.suffix, row.sheets)


def _kept_page(row: Any) -> KeptPage:
    return KeptPage(
        page=_page(row),
        document_id=row.document_id,
        case_id=row.case_id,
        person_id=row.person_id,
        need=row.need or "",
        kind=row.kind or "",
        first=row.first_id == row.id,
        name=row.claimed_name,
        address=Address(row.channel, row.chat),
        unscanned=row.unscanned,
        unread=row.unread,
        looks=row.looks,
        reading=row.reading,
    )
