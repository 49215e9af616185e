"""What arrived: every event once, and those that could not be handled, kept aside."""

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

    def newest(self, channel: str) -> datetime | None:
        """When the last event of a channel was noted."""
        at: datetime | None = self._connection.execute(
            select(func.max(inbox.c.at)).where(inbox.c.channel == channel)
        ).scalar_one()
        return at

    def count_aside(self) -> int:
        return self._connection.execute(
            select(func.count()).select_from(inbox).where(inbox.c.aside.is_not(None))
        ).scalar_one()
