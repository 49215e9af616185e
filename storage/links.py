"""Two accounts of one person: one-time codes that join them, and the way apart again."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from domain.messages import Address
from storage.tables import cases, forms, identities, link_codes, metadata, people


class Links:
    """The codes that are out, and the people that they join."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offer(self, person_id: int, code: str, expires_at: datetime) -> None:
        """Let this code join somebody's other account; an earlier code of theirs is void."""
        self.withdraw(person_id)
        self._connection.execute(link_codes.insert().values(person_id=person_id, code=code, expires_at=expires_at))

    def withdraw(self, person_id: int) -> None:
        """Let nobody use a person's code any more."""
        self._connection.execute(delete(link_codes).where(link_codes.c.person_id == person_id))

    def owner(self, code: str, now: datetime) -> int | None:
        """Whose code this is, while it is valid."""
        return self._connection.execute(
            select(link_codes.c.person_id).where(link_codes.c.code == code, link_codes.c.expires_at > now)
        ).scalar_one_or_none()

    def use(self, code: str, now: datetime) -> bool:
        """Make a code void by using it; of two who do so at once, only one has."""
        used = delete(link_codes).where(link_codes.c.code == code, link_codes.c.expires_at > now)
        return self._connection.execute(used).rowcount == 1

    def wrong_codes(self, person_id: int, since: datetime) -> int:
        """How many wrong codes a person has tried since then."""
        row = self._connection.execute(
            select(people.c.wrong_codes, people.c.wrong_codes_since).where(people.c.id == person_id)
        ).one()
        return row.wrong_codes if row.wrong_codes_since is not None and row.wrong_codes_since > since else 0

    def note_wrong_code(self, person_id: int, tried_before: int, now: datetime) -> None:
        """Count a wrong code; the time runs from the first of them."""
        facts = {"wrong_codes": tried_before + 1, **({} if tried_before else {"wrong_codes_since": now})}
        self._connection.execute(update(people).where(people.c.id == person_id).values(**facts))

    def channels(self, person_id: int) -> set[str]:
        """The messengers on which we know a person."""
        return set(
            self._connection.execute(select(identities.c.channel).where(identities.c.person_id == person_id)).scalars()
        )

    def join(self, kept: int, other: int) -> None:
        """Make one person of two: accounts, cases and forms of the other are the kept one's from now on.

        The kept person's open form stays open; the other's waits in the drawer, unless there is no other open.
        """
        self._connection.execute(delete(link_codes).where(link_codes.c.person_id.in_([kept, other])))
        has_open = self._connection.execute(
            select(func.count()).where(forms.c.person_id == kept, forms.c.active)
        ).scalar_one()
        if has_open:
            self._connection.execute(update(forms).where(forms.c.person_id == other).values(active=False))
        for table in metadata.tables.values():
            for key in table.foreign_keys:
                if key.column is people.c.id:
                    self._connection.execute(update(table).where(key.parent == other).values({key.parent.name: kept}))
        self._keep_consent(kept, other)
        self._keep_tries(kept, other)
        self._connection.execute(delete(people).where(people.c.id == other))

    def _keep_consent(self, kept: int, other: int) -> None:
        """Whichever of the two accepted the privacy notice, the person did."""
        given = self._connection.execute(
            select(people.c.notice_version, people.c.notice_at).where(people.c.id == other)
        ).one()
        if given.notice_version is not None:
            self._connection.execute(
                update(people)
                .where(people.c.id == kept, people.c.notice_version.is_(None))
                .values(notice_version=given.notice_version, notice_at=given.notice_at)
            )

    def _keep_tries(self, kept: int, other: int) -> None:
        """Whoever tried codes as one of the two has tried them."""
        tried = self._connection.execute(
            select(people.c.wrong_codes, people.c.wrong_codes_since).where(people.c.id == other)
        ).one()
        self._connection.execute(
            update(people)
            .where(people.c.id == kept, people.c.wrong_codes < tried.wrong_codes)
            .values(wrong_codes=tried.wrong_codes, wrong_codes_since=tried.wrong_codes_since)
        )

    def part(self, address: Address, now: datetime) -> int:
        """Let an account belong to a person of its own again, with the cases that were begun there and their forms.

        Returns that person. Everything else stays with the other account.
        """
        mine = (identities.c.channel == address.channel, identities.c.chat == address.chat)
        before = self._connection.execute(
            select(*(column for column in people.c if column is not people.c.created_at))
            .join(identities, identities.c.person_id == people.c.id)
            .where(*mine)
            .limit(1)
        ).one()
        told = dict(before._mapping)
        kept = told.pop("id")
        person_id: int = self._connection.execute(
            people.insert().values(**told, created_at=now).returning(people.c.id)
        ).scalar_one()
        self._connection.execute(update(identities).where(*mine).values(person_id=person_id))
        here = (
            cases.c.person_id == kept,
            cases.c.opened_channel == address.channel,
            cases.c.opened_chat == address.chat,
        )
        theirs = forms.c.case_id.in_(select(cases.c.id).where(*here))
        self._connection.execute(update(forms).where(theirs).values(person_id=person_id))
        self._connection.execute(update(cases).where(*here).values(person_id=person_id))
        return person_id
