"""News of messages that were sent: how far each has come; it never goes back."""

from typing import Any, Final

from sqlalchemy import Connection, update

from domain.messages import RANKS, Receipt
from storage.tables import receipts
from storage.upsert import insert

DELIVERED: Final = RANKS.index("delivered")


class Receipts:
    """How far the messages have come that a messenger took from us."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, receipt: Receipt) -> int | None:
        """Note news of a message. The number of the owed message when this is new and it failed, else None.

        News may come late, twice and in the wrong order, and even before we know which message it is about.
        """
        facts = {"rank": receipt.rank, "fate": receipt.fate, "code": receipt.code}
        new = insert(self._connection, receipts).values(channel=receipt.channel, message=receipt.message, **facts)
        if self._connection.execute(new.on_conflict_do_nothing()).rowcount == 1:
            return None
        # What was delivered cannot fail any more, and what failed cannot go on.
        limit = DELIVERED if receipt.fate else receipt.rank
        changed = self._connection.execute(
            update(receipts)
            .where(*_this(receipt.channel, receipt.message), receipts.c.rank < limit)
            .values(**facts)
            .returning(receipts.c.outbox_id)
        ).first()
        return changed.outbox_id if changed is not None and receipt.fate else None

    def expect(self, channel: str, message: str, outbox_id: int) -> Receipt | None:
        """A message was taken under this number; returns the news that it has failed already."""
        statement = insert(self._connection, receipts).values(
            channel=channel, message=message, outbox_id=outbox_id, rank=0
        )
        row = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "message"], set_={"outbox_id": outbox_id}
            ).returning(receipts.c.rank, receipts.c.fate, receipts.c.code)
        ).one()
        return Receipt(channel, message, row.rank, row.fate, row.code) if row.fate else None


def _this(channel: str, message: str) -> tuple[Any, ...]:
    return receipts.c.channel == channel, receipts.c.message == message
