"""What the office owes people: messages in order, each sent at least once, and posts that show how things stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, update

from domain.messages import Address, Button, Rows
from storage.tables import outbox, posts
from storage.upsert import insert

CLAIM_LASTS = timedelta(minutes=2)
MOST_LOOKED_AT = 500
Kind = Literal["send", "mark", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message that the office owes: to send, to `mark` (change the buttons of `target`) or to delete."""

    id: int = 0
    address: Address
    text: str = ""
    rows: Rows = ()
    kind: Kind = "send"
    target: str = ""
    document_id: int | None = None
    file_name: str = ""
    protected: bool = False
    keep_for: int | None = None
    case_id: int | None = None
    urgent: bool = False
    attempts: int = 0
    key: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OwedPost:
    """A post that does not show yet what it should: `message` is empty while it was never sent."""

    name: str
    address: Address
    text: str
    rows: Rows
    wanted: int
    message: str
    attempts: int


OWE = outbox.insert().values(state="owed")
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
        self._connection.execute(OWE, _facts(message, due_at))

    def owe_once(self, key: str, message: Owed, due_at: datetime) -> bool:
        """Owe a message under a key; False when that key was used before, and then nothing is owed."""
        return (
            self._connection.execute(
                insert(self._connection, outbox)
                .values(state="owed", **{**_facts(message, due_at), "key": key})
                .on_conflict_do_nothing()
            ).rowcount
            == 1
        )

    def owe_latest(self, key: str, message: Owed, due_at: datetime) -> None:
        """Owe a message that takes the place of an unsent one under the same key."""
        self._connection.execute(update(outbox).where(outbox.c.key == key, outbox.c.state != "owed").values(key=None))
        self._connection.execute(delete(outbox).where(outbox.c.key == key))
        self._connection.execute(OWE, {**_facts(message, due_at), "key": key})

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys under which something was owed before."""
        return set(self._connection.execute(select(outbox.c.key).where(outbox.c.key.in_(list(keys)))).scalars())

    def owed_at(self, key: str) -> datetime | None:
        """When the message under this key was due, or None when there never was one."""
        return self._connection.execute(select(outbox.c.due_at).where(outbox.c.key == key)).scalar_one_or_none()

    def forget(self, key_prefix: str) -> None:
        """Do not send any more what waits under keys that begin so."""
        self._connection.execute(
            delete(outbox).where(outbox.c.key.startswith(key_prefix, autoescape=True), outbox.c.state == "owed")
        )

    def claim(self, channel: str, now: datetime, busy: Sequence[str] = (), limit: int = 50) -> list[Owed]:
        """The next due message of each chat of a channel; nobody else gets it, nor a later one of that chat, meanwhile.

        Chats in `busy` are left alone.
        """
        heads = self._heads(channel, now, busy)
        free = [row.id for row in heads if row.claimed_at is None or row.claimed_at < now - CLAIM_LASTS][:limit]
        rows = self._connection.execute(
            update(outbox)
            .where(
                outbox.c.id.in_(free),
                outbox.c.state == "owed",
                or_(outbox.c.claimed_at.is_(None), outbox.c.claimed_at < now - CLAIM_LASTS),
            )
            .values(claimed_at=now)
            .returning(outbox)
        ).all()
        return [
            Owed(
                id=row.id,
                address=Address(row.channel, row.chat),
                text=row.text,
                rows=unpack(row.rows),
                kind=row.kind,
                target=row.target,
                document_id=row.document_id,
                file_name=row.file_name,
                protected=row.protected,
                keep_for=row.keep_for,
                case_id=row.case_id,
                urgent=row.urgent,
                attempts=row.attempts,
                key=row.key,
            )
            for row in sorted(rows, key=lambda row: (not row.urgent, row.due_at, row.id))
        ]

    def _heads(self, channel: str, now: datetime, busy: Sequence[str]) -> list[Any]:
        """The first due message of each chat, urgent ones in front.

        Only so many are looked at: a long queue must not make the next message slow. Chats that get one are busy at
        the next look, and then others come into view.
        """
        ripe = (
            select(outbox.c.id, outbox.c.chat, outbox.c.claimed_at)
            .where(
                outbox.c.state == "owed",
                outbox.c.due_at <= now,
                outbox.c.channel == channel,
                outbox.c.chat.not_in(busy),
            )
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(MOST_LOOKED_AT)
        )
        heads: dict[str, Any] = {}
        for rows in (self._connection.execute(ripe.where(outbox.c.urgent)), self._connection.execute(ripe)):
            for row in rows:
                heads.setdefault(row.chat, row)
        return list(heads.values())

    def unclaim(self, older_than: datetime | None = None) -> None:
        """Give back what a process had claimed and did not send before it ended."""
        mine = outbox.c.claimed_at.is_not(None) if older_than is None else outbox.c.claimed_at < older_than
        self._connection.execute(update(outbox).where(outbox.c.state == "owed", mine).values(claimed_at=None))

    def record_sent(self, owed: Owed, messages: Sequence[str], now: datetime) -> None:
        """A message went out; one that may not stay in a chat is owed its deletion."""
        self._connection.execute(RECORD, {"row_id": owed.id, "now": now, "ids": list(messages)})
        if owed.keep_for is not None:
            for message in messages:
                self.owe(
                    Owed(address=owed.address, kind="delete", target=message), now + timedelta(seconds=owed.keep_for)
                )

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
        due_at: datetime | None = self._connection.execute(
            select(func.min(outbox.c.due_at)).where(
                outbox.c.state == "owed", outbox.c.claimed_at.is_(None), outbox.c.channel == channel
            )
        ).scalar_one()
        return due_at

    def count_owed(self, now: datetime) -> int:
        return self._connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.state == "owed", outbox.c.due_at <= now)
        ).scalar_one()

    def move_chat(self, old: Address, new: Address) -> None:
        """A group got a new address: everything owed there goes to the new one."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.channel == old.channel, outbox.c.chat == old.chat, outbox.c.state == "owed")
            .values(chat=new.chat)
        )
        # Messages do not move with a group: every post is written anew.
        self._connection.execute(
            update(posts)
            .where(posts.c.channel == old.channel, posts.c.chat == old.chat)
            .values(chat=new.chat, message="", wanted=posts.c.wanted + 1)
        )


class Posts:
    """Messages that are kept up to date in place, such as the card of a case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def show(self, name: str, address: Address, text: str, rows: Rows, now: datetime) -> None:
        """Let a post say this; changes that come quickly one after the other are shown together.

        In another chat it is written anew: a message cannot be moved.
        """
        elsewhere = or_(posts.c.channel != address.channel, posts.c.chat != address.chat)
        facts = {"channel": address.channel, "chat": address.chat, "text": text, "rows": pack(rows)}
        statement = insert(self._connection, posts).values(name=name, wanted=1, shown=0, due_at=now, **facts)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={
                    **facts,
                    "message": case((elsewhere, ""), else_=posts.c.message),
                    "wanted": posts.c.wanted + 1,
                    "due_at": now,
                    "attempts": 0,
                },
                where=or_(posts.c.text != facts["text"], posts.c.rows != statement.excluded.rows, elsewhere),
            )
        )

    def adopt(self, name: str, address: Address, message: str, now: datetime) -> None:
        """Let a message that was sent already be a post from now on."""
        place = {"channel": address.channel, "chat": address.chat, "message": message}
        self._connection.execute(
            insert(self._connection, posts)
            .values(name=name, text="", rows=[], wanted=1, shown=1, due_at=now, **place)
            .on_conflict_do_update(index_elements=["name"], set_=place)
        )

    def leave(self, name: str) -> None:
        """Let a post stay as it is; when it is shown again, it is a new message."""
        self._connection.execute(delete(posts).where(posts.c.name == name))

    def repost(self, name: str, now: datetime) -> None:
        """Show a post again at the end of the chat."""
        self._connection.execute(
            update(posts).where(posts.c.name == name).values(message="", wanted=posts.c.wanted + 1, due_at=now)
        )

    def owed(self, channel: str, now: datetime, busy: Sequence[str] = (), limit: int = 30) -> list[OwedPost]:
        """Posts of a channel that have to be brought up to date, new ones first; chats in `busy` are left alone."""
        rows = self._connection.execute(
            select(posts)
            .where(
                posts.c.wanted > posts.c.shown,
                posts.c.due_at <= now,
                posts.c.channel == channel,
                posts.c.chat.not_in(busy),
            )
            .order_by(posts.c.message != "", posts.c.due_at)
            .limit(limit)
        )
        return [
            OwedPost(
                row.name,
                Address(row.channel, row.chat),
                row.text,
                unpack(row.rows),
                row.wanted,
                row.message,
                row.attempts,
            )
            for row in rows
        ]

    def record_shown(self, post: OwedPost, message: str) -> None:
        self._connection.execute(
            update(posts)
            .where(posts.c.name == post.name)
            .values(shown=post.wanted, message=message, attempts=0, error=None)
        )

    def put_off(self, name: str, until: datetime, why: str) -> None:
        self._connection.execute(
            update(posts).where(posts.c.name == name).values(due_at=until, attempts=posts.c.attempts + 1, error=why)
        )

    def give_up(self, post: OwedPost, why: str) -> None:
        self._connection.execute(update(posts).where(posts.c.name == post.name).values(shown=post.wanted, error=why))

    def lost(self, name: str) -> None:
        """Somebody deleted the message: write it anew."""
        self._connection.execute(update(posts).where(posts.c.name == name).values(message=""))

    def next_due(self, channel: str) -> datetime | None:
        due_at: datetime | None = self._connection.execute(
            select(func.min(posts.c.due_at)).where(posts.c.wanted > posts.c.shown, posts.c.channel == channel)
        ).scalar_one()
        return due_at


def pack(rows: Rows) -> list[list[list[str]]]:
    """Buttons as plain data."""
    return [[[button.label, button.data, button.url] for button in row] for row in rows]


def unpack(rows: Any) -> Rows:
    """Plain data as buttons."""
    return tuple(tuple(Button(*button) for button in row) for row in rows or ())


def _facts(message: Owed, due_at: datetime) -> dict[str, Any]:
    return {
        "key": None,
        "channel": message.address.channel,
        "chat": message.address.chat,
        "kind": message.kind,
        "target": message.target,
        "text": message.text,
        "rows": pack(message.rows) if message.rows else None,
        "document_id": message.document_id,
        "file_name": message.file_name,
        "protected": message.protected,
        "keep_for": message.keep_for,
        "case_id": message.case_id,
        "urgent": message.urgent,
        "due_at": due_at,
    }
