"""What providers sent, version by version and page by page; the files themselves lie in the vault."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, select, update

from domain.cases import Document, Page
from domain.messages import Address, IncomingFile
from storage.prepared import Prepared
from storage.tables import cases, documents, outbox, pages

LIVE = ("sent", "accepted", "returned")


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A file that somebody sent and that has not been fetched yet."""

    id: int
    document_id: int
    case_id: int
    person_id: int
    need: str
    kind: str
    address: Address
    ref: str
    album: str
    name: str
    attempts: int
    photo: bool = False


def _live(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Live documents with what has come of them so far, built once: it is asked at every turn about documents."""
    kept = func.coalesce(func.sum(case((pages.c.state == "kept", 1), else_=0)), 0)
    owed = func.coalesce(func.sum(case((pages.c.state == "owed", 1), else_=0)), 0)
    return (
        select(
            documents.c.id,
            documents.c.case_id,
            documents.c.need,
            documents.c.kind,
            documents.c.version,
            documents.c.state,
            documents.c.open,
            documents.c.reason,
            documents.c.note,
            documents.c.original,
            kept.label("pages"),
            owed.label("arriving"),
            func.min(pages.c.claimed_name).label("name"),
        )
        .outerjoin(pages, pages.c.document_id == documents.c.id)
        .where(documents.c.state != "replaced", *which)
        .group_by(documents.c.id)
        .order_by(documents.c.id)
    )


NAMES = (
    "id",
    "case_id",
    "need",
    "kind",
    "version",
    "state",
    "open",
    "reason",
    "note",
    "original",
    "pages",
    "arriving",
    "name",
)
OF_CASE = Prepared(_live(documents.c.case_id == bindparam("case")))
ONE = Prepared(_live(documents.c.id == bindparam("document")))


class Documents:
    """The documents of the cases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, case_id: int, need: str, kind: str, *, more: bool, now: datetime, note: str = "") -> int:
        """A new version of a document, with a note; `more`: pages may follow. An older version steps back."""
        version = 1
        if need:
            same = (documents.c.case_id == case_id, documents.c.need == need, documents.c.kind == kind)
            version = 1 + self._connection.execute(select(func.count()).where(*same)).scalar_one()
            self._connection.execute(
                update(documents).where(*same, documents.c.state.in_(LIVE)).values(state="replaced", open=False)
            )
        document_id: int = self._connection.execute(
            documents.insert()
            .values(
                case_id=case_id,
                need=need,
                kind=kind,
                version=version,
                state="sent",
                open=more,
                note=note,
                created_at=now,
            )
            .returning(documents.c.id)
        ).scalar_one()
        return document_id

    def owe_page(self, document_id: int, address: Address, file: IncomingFile, now: datetime) -> int:
        """Note that a file is to be fetched and added to a document."""
        page_id: int = self._connection.execute(
            pages.insert()
            .values(
                document_id=document_id,
                state="owed",
                channel=address.channel,
                chat=address.chat,
                ref=file.ref,
                album=file.album,
                claimed_name=file.name,
                photo=file.photo,
                due_at=now,
            )
            .returning(pages.c.id)
        ).scalar_one()
        return page_id

    def owed_pages(self, now: datetime, limit: int, channel: str) -> list[OwedPage]:
        """The files to fetch from a channel: the oldest of each chat, then the second of each, and so on.

        Whoever sends many must not keep the others waiting.
        """
        turn = func.row_number().over(partition_by=pages.c.chat, order_by=pages.c.id)
        rows = self._connection.execute(
            select(
                pages.c.id,
                pages.c.document_id,
                documents.c.case_id,
                cases.c.person_id,
                documents.c.need,
                documents.c.kind,
                pages.c.channel,
                pages.c.chat,
                pages.c.ref,
                pages.c.album,
                pages.c.claimed_name,
                pages.c.attempts,
                pages.c.photo,
            )
            .join(documents, documents.c.id == pages.c.document_id)
            .join(cases, cases.c.id == documents.c.case_id)
            .where(pages.c.state == "owed", pages.c.due_at <= now, pages.c.channel == channel)
            .order_by(turn, pages.c.id)
            .limit(limit)
        )
        return [
            OwedPage(
                row.id,
                row.document_id,
                row.case_id,
                row.person_id,
                row.need,
                row.kind,
                Address(row.channel, row.chat),
                row.ref,
                row.album,
                row.claimed_name,
                row.attempts,
                row.photo,
            )
            for row in rows
        ]

    def put_off(self, page_id: int, until: datetime) -> None:
        """Fetch this file later."""
        self._connection.execute(
            update(pages).where(pages.c.id == page_id).values(due_at=until, attempts=pages.c.attempts + 1)
        )

    def keep_page(
        self,
        page_id: int,
        *,
        stored: str,
        wrapped_key: bytes,
        key_id: str,
        sha256: str,
        size: int,
        mime: str,
        suffix: str,
    ) -> bool:
        """The file lies in the vault; False when the page is no longer wanted or was kept before."""
        changed = self._connection.execute(
            update(pages)
            .where(pages.c.id == page_id, pages.c.state == "owed")
            .values(
                state="kept",
                stored=stored,
                wrapped_key=wrapped_key,
                key_id=key_id,
                sha256=sha256,
                size=size,
                mime=mime,
                suffix=suffix,
            )
        )
        return changed.rowcount == 1

    def take_out(self, page_id: int) -> bool:
        """Forget a kept file that may not stay; False when it has gone already."""
        return self._connection.execute(delete(pages).where(pages.c.id == page_id)).rowcount == 1

    def drop_page(self, page_id: int) -> bool:
        """Forget a file that could not be taken, and its document when nothing is left of it."""
        document_id = self._connection.execute(
            select(pages.c.document_id).where(pages.c.id == page_id, pages.c.state == "owed")
        ).scalar_one_or_none()
        if document_id is None:
            return False
        self._connection.execute(delete(pages).where(pages.c.id == page_id))
        left = self._connection.execute(select(func.count()).where(pages.c.document_id == document_id)).scalar_one()
        if not left:
            self._forget(document_id)
        return True

    def _forget(self, document_id: int) -> None:
        """Remove an empty document; the version that it replaced comes back."""
        row = self._connection.execute(select(documents).where(documents.c.id == document_id)).one()
        self._connection.execute(delete(documents).where(documents.c.id == document_id))
        if not row.need:
            return
        previous = self._connection.execute(
            select(documents.c.id, documents.c.reason).where(
                documents.c.case_id == row.case_id,
                documents.c.need == row.need,
                documents.c.kind == row.kind,
                documents.c.state == "replaced",
                documents.c.version == row.version - 1,
                select(pages.c.id).where(pages.c.document_id == documents.c.id, pages.c.state == "kept").exists(),
            )
        ).first()
        if previous:
            self._connection.execute(
                update(documents)
                .where(documents.c.id == previous.id)
                .values(state="returned" if previous.reason else "sent")
            )

    def of_case(self, case_id: int) -> list[Document]:
        """The live documents of a case, in the order in which they came."""
        return [_document(row) for row in OF_CASE.run(self._connection, {"case": case_id}).all()]

    def find(self, document_id: int) -> Document | None:
        row = ONE.run(self._connection, {"document": document_id}).first()
        return _document(row) if row else None

    def received(self, person_id: int, since: datetime) -> tuple[int, int]:
        """How many files came from a person since then, and their bytes; also those that nobody needs any more."""
        files, size = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(pages.c.size), 0))
            .select_from(pages)
            .join(documents, documents.c.id == pages.c.document_id)
            .join(cases, cases.c.id == documents.c.case_id)
            .where(cases.c.person_id == person_id, pages.c.due_at >= since)
        ).one()
        return files, size

    def forget_superseded(self, case_id: int) -> list[str]:
        """Let go of the files of versions that were replaced before anybody looked at them; returns their names.

        What staff returned stays, with the reason. While a newer version is on its way, the older one may come back.
        """
        newer, coming = documents.alias(), pages.alias()
        on_its_way = (
            select(coming.c.id)
            .join(newer, newer.c.id == coming.c.document_id)
            .where(newer.c.case_id == case_id, newer.c.need == documents.c.need, coming.c.state == "owed")
        )
        needed = select(outbox.c.id).where(outbox.c.document_id == documents.c.id, outbox.c.state.in_(("owed", "held")))
        superseded = select(documents.c.id).where(
            documents.c.case_id == case_id,
            documents.c.state == "replaced",
            documents.c.reason == "",
            ~on_its_way.exists(),
            ~needed.exists(),
        )
        mine = (pages.c.state == "kept", pages.c.document_id.in_(superseded))
        names = self._connection.execute(select(pages.c.stored).where(*mine)).scalars().all()
        self._connection.execute(
            update(pages).where(pages.c.stored.in_(names)).values(state="gone", stored=None, wrapped_key=None)
        )
        return list(names)

    def pages_of(self, document_id: int) -> list[Page]:
        rows = self._connection.execute(
            select(
                pages.c.id,
                pages.c.stored,
                pages.c.wrapped_key,
                pages.c.key_id,
                pages.c.sha256,
                pages.c.size,
                pages.c.mime,
                pages.c.suffix,
                pages.c.sheets,
            )
            .where(pages.c.document_id == document_id, pages.c.state == "kept")
            .order_by(pages.c.id)
        )
        return [Page(*row) for row in rows]

    def page_ids(self, document_id: int) -> list[int]:
        rows = self._connection.execute(
            select(pages.c.id).where(pages.c.document_id == document_id).order_by(pages.c.id)
        )
        return list(rows.scalars())

    def in_album(self, case_id: int, album: str) -> int | None:
        """The document that earlier pieces of the same album went to."""
        return self._connection.execute(
            select(documents.c.id)
            .join(pages, pages.c.document_id == documents.c.id)
            .where(documents.c.case_id == case_id, pages.c.album == album, documents.c.state.in_(LIVE))
            .order_by(documents.c.id.desc())
            .limit(1)
        ).scalar_one_or_none()

    def unanswered_album(self, case_id: int, since: datetime, *, answered: bool) -> str:
        """The album of the newest file of a case, if it came since then and has not been answered.

        `answered` tells that no answer waits: then only a file that is still on its way has none.
        """
        of_case = (
            select(pages.c.album, pages.c.due_at)
            .join(documents, documents.c.id == pages.c.document_id)
            .where(documents.c.case_id == case_id)
        )
        newest = self._connection.execute(of_case.order_by(pages.c.id.desc()).limit(1)).first()
        if newest is None or newest.due_at < since:
            return ""
        on_its_way = of_case.where(pages.c.album == newest.album, pages.c.state == "owed").limit(1)
        if answered and self._connection.execute(on_its_way).first() is None:
            return ""
        album: str = newest.album
        return album

    def move_page(self, page_id: int, document_id: int) -> None:
        self._connection.execute(update(pages).where(pages.c.id == page_id).values(document_id=document_id))

    def place(self, document_id: int, need: str, kind: str, *, more: bool) -> None:
        """Say what a document is for; a live one for the same requirement steps back."""
        case_id = self._connection.execute(
            select(documents.c.case_id).where(documents.c.id == document_id)
        ).scalar_one()
        same = (documents.c.case_id == case_id, documents.c.need == need, documents.c.kind == kind)
        version = 1 + self._connection.execute(select(func.count()).where(*same)).scalar_one()
        self._connection.execute(
            update(documents).where(*same, documents.c.state.in_(LIVE)).values(state="replaced", open=False)
        )
        self._connection.execute(
            update(documents)
            .where(documents.c.id == document_id)
            .values(need=need, kind=kind, version=version, open=more)
        )

    def reopen(self, document_id: int) -> None:
        """Another piece of the same album came: ask whether the document has all its pages now."""
        self._connection.execute(update(documents).where(documents.c.id == document_id).values(open=True))

    def close(self, document_id: int) -> None:
        """No further pages follow."""
        self._connection.execute(update(documents).where(documents.c.id == document_id).values(open=False))

    def discard(self, document_id: int) -> None:
        """The provider takes a document back."""
        self._connection.execute(
            update(documents).where(documents.c.id == document_id).values(state="replaced", open=False)
        )

    def forget_all(self, case_id: int) -> None:
        """Remove every document of a case for good: with their keys gone, the files in the vault cannot be read."""
        of_case = select(documents.c.id).where(documents.c.case_id == case_id)
        self._connection.execute(delete(pages).where(pages.c.document_id.in_(of_case)))
        self._connection.execute(delete(documents).where(documents.c.case_id == case_id))

    def judge(self, document_id: int, state: str, now: datetime, reason: str = "", note: str = "") -> bool:
        """TUS's word on a document: `accepted` or `returned`; False when the document was replaced meanwhile."""
        changed = self._connection.execute(
            update(documents)
            .where(documents.c.id == document_id, documents.c.state.in_(LIVE))
            .values(state=state, reason=reason, note=note, judged_at=now, open=False)
        )
        return changed.rowcount == 1

    def compare_original(self, document_id: int, outcome: str) -> bool:
        """What the video call showed of an original: `matches` or `differs`."""
        changed = self._connection.execute(
            update(documents).where(documents.c.id == document_id, documents.c.state.in_(LIVE)).values(original=outcome)
        )
        return changed.rowcount == 1

    def forget_originals(self, case_id: int) -> None:
        """A new call looks at every original again."""
        self._connection.execute(update(documents).where(documents.c.case_id == case_id).values(original=""))

    def stored_names(self) -> set[str]:
        """Every file of the vault that a page knows."""
        rows = self._connection.execute(select(pages.c.stored).where(pages.c.stored.is_not(None)))
        return {name for name in rows.scalars() if name}


def _document(row: tuple[Any, ...]) -> Document:
    facts = dict(zip(NAMES, row, strict=True))
    return Document(**{**facts, "name": facts["name"] or "", "kind": facts["kind"] or ""})
