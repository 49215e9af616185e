"""What providers sent, version by version and page by page; the files themselves lie in the vault."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, select, update

from domain.cases import Document, Page
from storage.prepared import Prepared
from storage.tables import documents, outbox, pages

LIVE = ("sent", "accepted", "returned")


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


NAMES = tuple(_live().selected_columns.keys())
NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("ref", "album", "claimed_name"), ""),
    **dict.fromkeys(("stored", "wrapped_key", "key_id", "sha256", "mime", "suffix", "original", "advice", "reading")),
    "state": "gone",
    "photo": False,
    "unscanned": False,
    "unread": False,
    "look_at": None,
    "advised_at": None,
}
"""What is left of a file that is forgotten."""
OF_CASE = Prepared(_live(documents.c.case_id == bindparam("case")))
ONE = Prepared(_live(documents.c.id == bindparam("document")))


class Documents:
    """The documents of the cases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, case_id: int, need: str, kind: str, *, more: bool, now: datetime, note: str = "") -> int:
        """A new version of a document, with a note; `more`: pages may follow. An older version steps back."""
        version = self._step_back(case_id, need, kind) if need else 1
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
        row = self._connection.execute(
            select(documents.c.id, documents.c.case_id)
            .join(pages, pages.c.document_id == documents.c.id)
            .where(pages.c.id == page_id, pages.c.state == "owed")
        ).first()
        if row is None:
            return False
        self._bury(row.case_id, pages.c.id == page_id)
        left = self._connection.execute(select(func.count()).where(pages.c.document_id == row.id)).scalar_one()
        if not left:
            self._forget(row.id)
        return True

    def _bury(self, case_id: int, which: ColumnElement[bool]) -> None:
        """Keep of files nothing but that they came, and their size: how much somebody sends in a day is counted."""
        came = self._connection.execute(select(func.max(pages.c.due_at)).where(which)).scalar_one()
        if came is None:
            return
        nobodys = {"case_id": case_id, "need": "", "kind": "", "version": 1, "state": "replaced", "created_at": came}
        grave = self._connection.execute(documents.insert().values(nobodys).returning(documents.c.id)).scalar_one()
        self._connection.execute(update(pages).where(which).values(document_id=grave, **NOTHING))

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

    def key_ids(self) -> frozenset[str]:
        """Under which keys files were locked, as the first and the last one tell: a change of key lies between."""
        locked = select(pages.c.key_id).where(pages.c.key_id.is_not(None), pages.c.state == "kept")
        found = [self._connection.scalar(locked.order_by(end).limit(1)) for end in (pages.c.id, pages.c.id.desc())]
        return frozenset(key_id for key_id in found if key_id is not None)

    def page_ids(self, document_id: int) -> list[int]:
        rows = self._connection.execute(
            select(pages.c.id).where(pages.c.document_id == document_id).order_by(pages.c.id)
        )
        return list(rows.scalars())

    def move_page(self, page_id: int, document_id: int) -> None:
        self._connection.execute(update(pages).where(pages.c.id == page_id).values(document_id=document_id))

    def place(self, document_id: int, need: str, kind: str, *, more: bool) -> None:
        """Say what a document is for; a live one for the same requirement steps back."""
        case_id = self._connection.execute(
            select(documents.c.case_id).where(documents.c.id == document_id)
        ).scalar_one()
        version = self._step_back(case_id, need, kind)
        self._connection.execute(
            update(documents)
            .where(documents.c.id == document_id)
            .values(need=need, kind=kind, version=version, open=more)
        )

    def _step_back(self, case_id: int, need: str, kind: str) -> int:
        """What was sent for a requirement makes room for a newer version; tells which version that is."""
        same = (documents.c.case_id == case_id, documents.c.need == need, documents.c.kind == kind)
        version: int = 1 + self._connection.execute(select(func.count()).where(*same)).scalar_one()
        self._connection.execute(
            update(documents).where(*same, documents.c.state.in_(LIVE)).values(state="replaced", open=False)
        )
        return version

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
        gone = select(documents.c.id).where(documents.c.case_id == case_id)
        known = list(self._connection.execute(gone).scalars())
        self._bury(case_id, pages.c.document_id.in_(known))
        self._connection.execute(delete(documents).where(documents.c.id.in_(known)))

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
