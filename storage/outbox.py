"""What the office owes people: messages in order, each sent at least once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Text, bindparam, delete, func, or_, select, type_coerce, update

from domain.messages import Address
from storage.owed import READ, WRITTEN, Owed, owed_of, row_of
from storage.prepared import Prepared, none_of
from storage.tables import outbox, receipts
from storage.upsert import insert

CLAIM_LASTS = timedelta(minutes=2)
MOST_LOOKED_AT = 100

OWE = Prepared(outbox.insert().inline(), WRITTEN)
NEXT_DUE = Prepared(
    select(func.min(outbox.c.due_at)).where(
        outbox.c.state == "owed", outbox.c.claimed_at.is_(None), outbox.c.channel == bindparam("on")
    )
)


def _ripe(dialect: Dialect) -> Select[Any]:
    """What is due in chats that may get something now, the first of it."""
    return (
        select(outbox.c.id, outbox.c.chat, outbox.c.claimed_at)
        .where(
            outbox.c.state == "owed",
            outbox.c.due_at <= bindparam("now"),
            outbox.c.channel == bindparam("on"),
            none_of(dialect, outbox.c.chat, "busy"),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(MOST_LOOKED_AT)
    )


RIPE = (Prepared(lambda dialect: _ripe(dialect).where(outbox.c.urgent)), Prepared(_ripe))
"""Urgent ones first, then all."""
CLAIM = Prepared(
    update(outbox)
    .where(
        outbox.c.id == bindparam("row_id"),
        outbox.c.state == "owed",
        or_(outbox.c.claimed_at.is_(None), outbox.c.claimed_at < bindparam("stale")),
    )
    .values(claimed_at=bindparam("now"))
    .returning(*READ)
)
RECORD = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"))
    .values(state="sent", sent_at=bindparam("now"), messages=bindparam("ids"), claimed_at=None)
)


class Outbox:
    """The messages that are owed and those that were sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owe(self, message: Owed, due_at: datetime) -> None:
        """Owe a message from that moment on."""
        OWE.run(self._connection, row_of(message, due_at))

    def owe_once(self, key: str, message: Owed, due_at: datetime) -> bool:
        """Owe a message under a key; False when that key was used before, and then nothing is owed."""
        return (
            self._connection.execute(
                insert(self._connection, outbox).values(row_of(message, due_at, key)).on_conflict_do_nothing()
            ).rowcount
            == 1
        )

    def owe_latest(self, key: str, message: Owed, due_at: datetime) -> None:
        """Owe a message that takes the place of an unsent one under the same key."""
        self._connection.execute(update(outbox).where(outbox.c.key == key, outbox.c.state != "owed").values(key=None))
        self._connection.execute(delete(outbox).where(outbox.c.key == key))
        OWE.run(self._connection, row_of(message, due_at, key))

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys under which something was owed before."""
        return set(self._connection.execute(select(outbox.c.key).where(outbox.c.key.in_(list(keys)))).scalars())

    def is_owed(self, key: str) -> bool:
        """Whether a message under this key waits to be sent."""
        return (
            self._connection.execute(select(outbox.c.id).where(outbox.c.key == key, outbox.c.state == "owed")).first()
            is not None
        )

    def troubles(self, case_id: int) -> dict[str, int]:
        """How many messages about a case did not arrive (`failed`) or wait for the person (`held`)."""
        rows = self._connection.execute(
            select(outbox.c.state, func.count())
            .where(outbox.c.case_id == case_id, outbox.c.kind == "send", outbox.c.state.in_(("failed", "held")))
            .group_by(outbox.c.state)
        )
        return {row[0]: row[1] for row in rows}

    def owed_at(self, key: str) -> datetime | None:
        """When the message under this key was due, or None when there never was one."""
        return self._connection.execute(select(outbox.c.due_at).where(outbox.c.key == key)).scalar_one_or_none()

    def forget_form(self, case_id: int, form_id: int) -> None:
        """Keep nothing of what a form about a case asked: of an anonymous one, even how much it was tells too much."""
        asked = (outbox.c.case_id == case_id, type_coerce(outbox.c.rows, Text).contains(f'"f{form_id}.'))
        self._connection.execute(delete(outbox).where(*asked))

    def forget_asked(self, address: Address, form_id: int) -> None:
        """Keep nothing of what a form asked in a chat: its questions repeat what was answered."""
        self._connection.execute(
            delete(outbox).where(
                outbox.c.channel == address.channel,
                outbox.c.chat == address.chat,
                outbox.c.state != "owed",
                type_coerce(outbox.c.rows, Text).contains(f'"f{form_id}.'),
            )
        )

    def claim(self, channel: str, now: datetime, busy: Sequence[str] = (), limit: int = 50) -> list[Owed]:
        """The next due message of each chat of a channel; nobody else gets it, nor a later one of that chat, meanwhile.

        Chats in `busy` are left alone.
        """
        stale = now - CLAIM_LASTS
        heads = self._heads({"on": channel, "now": now, "busy": list(busy)})
        free = [number for number, claimed_at in heads if claimed_at is None or claimed_at < stale][:limit]
        claimed = (
            CLAIM.run(self._connection, {"row_id": number, "now": now, "stale": stale}).first() for number in free
        )
        return [owed_of(row) for row in claimed if row is not None]

    def _heads(self, wanted: Mapping[str, Any]) -> list[tuple[int, datetime | None]]:
        """The first due message of each chat and when it was claimed, urgent ones in front.

        Only so many are looked at: a long queue must not make the next message slow. Chats that get one are busy at
        the next look, and then others come into view.
        """
        heads: dict[str, tuple[int, datetime | None]] = {}
        for ripe in RIPE:
            for number, chat, claimed_at in ripe.run(self._connection, wanted).all():
                heads.setdefault(chat, (number, claimed_at))
        return list(heads.values())

    def unclaim(self) -> None:
        """Give back what a process had claimed and did not send before it ended."""
        claimed = (outbox.c.state == "owed", outbox.c.claimed_at.is_not(None))
        self._connection.execute(update(outbox).where(*claimed).values(claimed_at=None))

    def record_sent(self, owed: Owed, messages: Sequence[str], now: datetime) -> None:
        """A message went out; one that may not stay in a chat is owed its deletion."""
        self._connection.execute(RECORD, {"row_id": owed.id, "now": now, "ids": list(messages)})
        if owed.keep_for is not None:
            for message in messages:
                self.owe(
                    Owed(address=owed.address, kind="delete", target=message), now + timedelta(seconds=owed.keep_for)
                )

    def forget_secret(self, message_id: int) -> None:
        """A secret is where it belongs: its text stays there alone."""
        self._connection.execute(update(outbox).where(outbox.c.id == message_id, outbox.c.secret).values(text=""))

    def forget_secret_of(self, channel: str, message: str) -> None:
        """The same, for a message that the messenger calls so."""
        ours = select(receipts.c.outbox_id).where(receipts.c.channel == channel, receipts.c.message == message)
        self._connection.execute(
            update(outbox).where(outbox.c.id == ours.scalar_subquery(), outbox.c.secret).values(text="")
        )

    def forget_old_secrets(self, before: datetime) -> None:
        """The same, for all that went out before then, whether or not there was news of it."""
        self._connection.execute(
            update(outbox).where(outbox.c.secret, outbox.c.state == "sent", outbox.c.sent_at < before).values(text="")
        )

    def hold(self, message_id: int, why: str) -> None:
        """Keep a message until the person writes; it keeps its place."""
        self._connection.execute(
            update(outbox).where(outbox.c.id == message_id).values(state="held", claimed_at=None, error=why)
        )

    def let_go(self, address: Address, *, unasked: bool) -> int:
        """Owe again what was held for a chat; what nobody asked for only if they want it. Tells how many."""
        return self._connection.execute(
            update(outbox)
            .where(
                outbox.c.channel == address.channel,
                outbox.c.chat == address.chat,
                outbox.c.state == "held",
                *(() if unasked else (outbox.c.unasked.is_(False),)),
            )
            .values(state="owed", error=None)
        ).rowcount

    def keys_owed(self, address: Address, beginning: str) -> list[str]:
        """The keys that begin so, under which something is owed to a chat."""
        here = (outbox.c.channel == address.channel, outbox.c.chat == address.chat, outbox.c.state == "owed")
        found = self._connection.execute(select(outbox.c.key).where(*here, outbox.c.key.startswith(beginning)))
        return [str(key) for key in found.scalars()]

    def drop(self, key: str) -> None:
        """What is owed under a key need not be said any more."""
        self._connection.execute(delete(outbox).where(outbox.c.key == key, outbox.c.state == "owed"))

    def send_elsewhere(self, message_id: int, address: Address) -> None:
        """Owe a message in another chat of the same person."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id)
            .values(channel=address.channel, chat=address.chat, state="owed", claimed_at=None, attempts=0, error=None)
        )

    def owe_again(self, message_id: int, due_at: datetime, why: str | None = None) -> None:
        """Owe a message once more that was sent and did not arrive."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id)
            .values(state="owed", due_at=due_at, claimed_at=None, attempts=outbox.c.attempts + 1, error=why)
        )

    def failed(self, case_id: int) -> list[Owed]:
        """The messages about a case that did not arrive, in the order in which they were owed.

        Without those whose text is forgotten.
        """
        rows = self._connection.execute(
            select(*READ)
            .where(outbox.c.case_id == case_id, outbox.c.state == "failed", outbox.c.kind == "send")
            .where(or_(outbox.c.secret.is_(False), outbox.c.text != ""))
            .order_by(outbox.c.id)
        )
        return [owed_of(row) for row in rows]

    def find(self, message_id: int) -> Owed | None:
        row = self._connection.execute(select(*READ).where(outbox.c.id == message_id)).first()
        return owed_of(row) if row else None

    def sent_at(self, message_id: int) -> datetime | None:
        """When the messenger last took a message from us."""
        return self._connection.execute(select(outbox.c.sent_at).where(outbox.c.id == message_id)).scalar_one_or_none()

    def release(self, message_id: int, why: str) -> None:
        """A message did not go out this time; it keeps its place before the later ones of its chat."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id)
            .values(claimed_at=None, attempts=outbox.c.attempts + 1, error=why)
        )

    def give_up(self, message_id: int, why: str) -> None:
        """This message will never go out."""
        self._connection.execute(
            update(outbox).where(outbox.c.id == message_id).values(state="failed", claimed_at=None, error=why)
        )

    def next_due(self, channel: str) -> datetime | None:
        """When the next unclaimed message of a channel is due."""
        due_at: datetime | None = NEXT_DUE.run(self._connection, {"on": channel}).one()[0]
        return due_at

    def count_owed(self, now: datetime) -> int:
        return self._connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.state == "owed", outbox.c.due_at <= now)
        ).scalar_one()

    def clear(self, address: Address, now: datetime) -> None:
        """Let what is to leave a chat leave it now, and send no more documents there."""
        here = (outbox.c.channel == address.channel, outbox.c.chat == address.chat)
        leaving = (*here, outbox.c.kind == "delete", outbox.c.state == "owed", outbox.c.due_at > now)
        self._connection.execute(update(outbox).where(*leaving).values(due_at=now))
        coming = (*here, outbox.c.keep_for.is_not(None), outbox.c.state.in_(("owed", "held", "failed")))
        self._connection.execute(delete(outbox).where(*coming))

    def move_chat(self, old: Address, new: Address) -> None:
        """A chat got a new address: everything owed or held there goes to the new one."""
        here = (outbox.c.channel == old.channel, outbox.c.chat == old.chat)
        self._connection.execute(
            update(outbox).where(*here, outbox.c.state.in_(("owed", "held"))).values(chat=new.chat)
        )
