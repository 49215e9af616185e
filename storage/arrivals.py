"""Files on their way in: which are still to be fetched, which came together, and how much came from one person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from domain.messages import Address, IncomingFile
from storage.documents import LIVE
from storage.prepared import Prepared
from storage.tables import cases, documents, pages

OLDEST = Prepared(
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
    .where(pages.c.state == "owed", pages.c.due_at <= bindparam("now"), pages.c.channel == bindparam("on"))
    .order_by(func.row_number().over(partition_by=pages.c.chat, order_by=pages.c.id), pages.c.id)
    .limit(bindparam("most"))
)


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


class Arrivals:
    """The files that people sent, as they arrive."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        rows = OLDEST.run(self._connection, {"now": now, "on": channel, "most": limit}).all()
        return [
            OwedPage(number, document, case, person, need, kind, Address(on, chat), *others)
            for number, document, case, person, need, kind, on, chat, *others in rows
        ]

    def put_off(self, page_id: int, until: datetime) -> None:
        """Fetch this file later."""
        self._connection.execute(
            update(pages).where(pages.c.id == page_id).values(due_at=until, attempts=pages.c.attempts + 1)
        )

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
