"""Posts: messages that show how things stand and are kept up to date in place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Dialect, Select, bindparam, case, delete, func, or_, select, update

from domain.messages import Address, Rows
from storage.outbox import Outbox
from storage.owed import Owed, pack, unpack
from storage.prepared import Prepared, none_of
from storage.tables import outbox, posts
from storage.upsert import insert

MANY = 30
NEXT_DUE = Prepared(
    select(func.min(posts.c.due_at)).where(posts.c.wanted > posts.c.shown, posts.c.channel == bindparam("on"))
)


def _wanted(dialect: Dialect) -> Select[Any]:
    """What does not show yet what it should, new ones first, in chats that may get something now."""
    return (
        select(
            posts.c.name,
            posts.c.channel,
            posts.c.chat,
            posts.c.text,
            posts.c.rows,
            posts.c.wanted,
            posts.c.message,
            posts.c.attempts,
        )
        .where(
            posts.c.wanted > posts.c.shown,
            posts.c.due_at <= bindparam("now"),
            posts.c.channel == bindparam("on"),
            none_of(dialect, posts.c.chat, "busy"),
        )
        .order_by(posts.c.message != "", posts.c.due_at)
        .limit(bindparam("most"))
    )


WANTED = Prepared(_wanted)
TAPPED = Prepared(lambda dialect: _wanted(dialect).where(posts.c.message != "", posts.c.rows != []))
OWED_AS = "post:"
"""What is owed under this and a name becomes the post of that name once it is sent: posts themselves have no files."""
TIDY_UP = timedelta(minutes=1)
"""An old copy leaves the chat when the new ones are there: nobody waits for that."""


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


class Posts:
    """Messages that are kept up to date in place, such as the card of a case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def show(self, name: str, address: Address, text: str, rows: Rows, now: datetime) -> bool:
        """Let a post say this from then on; False when it does already. Quick changes are shown together.

        In another chat it is written anew: a message cannot be moved.
        """
        elsewhere = or_(posts.c.channel != address.channel, posts.c.chat != address.chat)
        facts = {"channel": address.channel, "chat": address.chat, "text": text, "rows": pack(rows)}
        statement = insert(self._connection, posts).values(name=name, wanted=1, shown=0, due_at=now, **facts)
        changed = self._connection.execute(
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
        return changed.rowcount == 1

    def adopt(self, name: str, address: Address, message: str, now: datetime, text: str = "", rows: Rows = ()) -> None:
        """Let a message that was sent already be a post from now on."""
        place = {"channel": address.channel, "chat": address.chat, "message": message}
        self._connection.execute(
            insert(self._connection, posts)
            .values(name=name, text=text, rows=pack(rows), wanted=1, shown=1, due_at=now, **place)
            .on_conflict_do_update(index_elements=["name"], set_=place)
        )

    def send(self, name: str, message: Owed, now: datetime) -> bool:
        """Owe a message, perhaps with a file, that is this post once it is sent; an older copy leaves its chat then.

        False when it is on its way to that chat already.
        """
        key = OWED_AS + name
        waiting = self._connection.execute(
            select(outbox.c.chat).where(outbox.c.key == key, outbox.c.state == "owed")
        ).scalar_one_or_none()
        if waiting == message.address.chat:
            return False
        Outbox(self._connection).owe_latest(key, message, now)
        self.take_back(name, now + TIDY_UP)
        return True

    def keep(self, owed: Owed, messages: Sequence[str], now: datetime) -> None:
        """A message went out; if it was owed as a post, it is one from now on."""
        if owed.key is not None and owed.key.startswith(OWED_AS) and messages:
            name = owed.key.removeprefix(OWED_AS)
            self.adopt(name, owed.address, messages[-1], now, owed.text, owed.rows)

    def with_buttons(self, beginning: str) -> list[tuple[str, str]]:
        """Name and text of the posts whose names begin so and that have buttons."""
        rows = self._connection.execute(
            select(posts.c.name, posts.c.text).where(
                posts.c.name.startswith(beginning, autoescape=True), posts.c.rows != []
            )
        )
        return [(row.name, row.text) for row in rows]

    def count(self, beginning: str) -> int:
        """How many posts there are whose names begin so."""
        named = posts.c.name.startswith(beginning, autoescape=True)
        found: int = self._connection.execute(select(func.count()).where(named)).scalar_one()
        return found

    def take_back(self, name: str, due_at: datetime) -> None:
        """Let a post with buttons leave its chat; when it is shown again, it is a new message."""
        self._owe_deletion(name, due_at)
        self.leave(name)

    def clear(self, address: Address, due_at: datetime) -> None:
        """Let every post leave a chat: nothing in it is for that reader any more."""
        here = (posts.c.channel == address.channel, posts.c.chat == address.chat)
        gone = self._connection.execute(delete(posts).where(*here).returning(posts.c.message)).scalars().all()
        for message in filter(None, gone):
            Outbox(self._connection).owe(Owed(address=address, kind="delete", target=message), due_at)

    def _owe_deletion(self, name: str, due_at: datetime) -> None:
        row = self._connection.execute(select(posts).where(posts.c.name == name)).first()
        # Without buttons it tells how something ended, and stays.
        if row is not None and row.message and row.rows:
            address = Address(row.channel, row.chat)
            Outbox(self._connection).owe(Owed(address=address, kind="delete", target=row.message), due_at)

    def disarm(self, names: Iterable[str], due_at: datetime) -> None:
        """Take the buttons off those of the posts that have some: what they did is over."""
        self._connection.execute(
            update(posts)
            .where(posts.c.name.in_(list(names)), posts.c.rows != [])
            .values(rows=[], wanted=posts.c.wanted + 1, due_at=due_at, attempts=0)
        )

    def move_chat(self, old: Address, new: Address) -> None:
        """A group got a new address. Messages do not move with it: every post is written anew."""
        self._connection.execute(
            update(posts)
            .where(posts.c.channel == old.channel, posts.c.chat == old.chat)
            .values(chat=new.chat, message="", wanted=posts.c.wanted + 1)
        )

    def leave(self, name: str) -> None:
        """Let a post stay as it is; when it is shown again, it is a new message."""
        self._connection.execute(delete(posts).where(posts.c.name == name))

    def repost(self, name: str, now: datetime) -> None:
        """Show a post again at the end of the chat, and no longer further up."""
        self._owe_deletion(name, now)
        self._connection.execute(
            update(posts).where(posts.c.name == name).values(message="", wanted=posts.c.wanted + 1, due_at=now)
        )

    def owed(
        self, channel: str, now: datetime, busy: Sequence[str] = (), limit: int = MANY, *, tapped: bool = False
    ) -> list[OwedPost]:
        """Posts of a channel that have to be brought up to date, new ones first; chats in `busy` are left alone.

        With `tapped` only those that stand in their chat with buttons: there somebody may have tapped just now.
        """
        wanted = {"on": channel, "now": now, "busy": list(busy), "most": limit}
        return [
            OwedPost(name, Address(on, chat), text, unpack(rows), version, message, attempts)
            for name, on, chat, text, rows, version, message, attempts in (TAPPED if tapped else WANTED)
            .run(self._connection, wanted)
            .all()
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
        due_at: datetime | None = NEXT_DUE.run(self._connection, {"on": channel}).one()[0]
        return due_at
