"""What arrived: every event once, and those that could not be handled, kept aside."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.prepared import Prepared, insert_unless_there
from storage.tables import inbox
from storage.upsert import insert

NOTE = Prepared(insert_unless_there(inbox), ("channel", "key", "at"))


class Inbox:
    """The events that reached the office."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, channel: str, key: str, now: datetime) -> bool:
        """Note an event down; False when it was noted before, so that a repeat changes nothing."""
        return NOTE.run(self._connection, {"channel": channel, "key": key, "at": now}).count == 1

    def set_aside(self, channel: str, key: str, raw: str, why: str, now: datetime) -> bool:
        """Keep an event that could not be handled, with the reason; False when it was noted before."""
        return (
            self._connection.execute(
                insert(self._connection, inbox)
                .values(channel=channel, key=key, at=now, raw=raw, aside=why)
                .on_conflict_do_nothing()
            ).rowcount
            == 1
        )

    def heard(self, channel: str, keys: Sequence[str]) -> set[str]:
        """Those of the events that are known already."""
        known = select(inbox.c.key).where(inbox.c.channel == channel, inbox.c.key.in_(keys))
        return set(self._connection.execute(known).scalars())

    def count_aside(self) -> int:
        return self._connection.execute(
            select(func.count()).select_from(inbox).where(inbox.c.aside.is_not(None))
        ).scalar_one()
