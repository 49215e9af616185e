"""Who the office talks to: people, the addresses under which a channel knows them, and the staff."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from domain.cases import Role, StaffMember
from domain.messages import Address
from storage.forms import Form
from storage.tables import forms, identities, people, staff
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a message, the form they are filling in, and their place in the office if they have one."""

    person_id: int
    name: str
    language: str
    notice_version: str | None
    reachable: bool
    form: Form | None
    staff: StaffMember | None


MEET = (
    select(
        people.c.id,
        people.c.name,
        people.c.language,
        people.c.notice_version,
        identities.c.unreachable_at,
        forms.c.id,
        forms.c.flow,
        forms.c.case_id,
        forms.c.answers,
        staff.c.user_id,
        staff.c.name,
        staff.c.roles,
    )
    .select_from(
        identities.join(people, people.c.id == identities.c.person_id)
        .outerjoin(forms, and_(forms.c.person_id == people.c.id, forms.c.active))
        .outerjoin(staff, and_(staff.c.user_id == identities.c.external_id, identities.c.channel == "telegram"))
    )
    .where(identities.c.channel == bindparam("channel"), identities.c.external_id == bindparam("sender"))
)


class People:
    """The people whom the office knows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meet(self, channel: str, sender: str) -> Caller | None:
        """Everything a turn needs to know of the person behind (channel, sender), in one look."""
        row = self._connection.execute(MEET, {"channel": channel, "sender": sender}).first()
        if row is None:
            return None
        form = Form(row[5], row[6], row[7], row[8]) if row[5] is not None else None
        member = StaffMember(row[9], row[10], frozenset(map(Role, row[11]))) if row[9] is not None else None
        return Caller(row[0], row[1], row[2], row[3], row[4] is None, form, member)

    def welcome(
        self, channel: str, sender: str, *, chat: str, name: str, username: str, language: str, now: datetime
    ) -> None:
        """Note down a person who writes for the first time."""
        created = self._connection.execute(
            people.insert().values(name=name, language=language, created_at=now).returning(people.c.id)
        )
        self._connection.execute(
            identities.insert().values(
                channel=channel, external_id=sender, person_id=created.scalar_one(), chat=chat, username=username
            )
        )

    def acknowledge_notice(self, person_id: int, version: str, now: datetime) -> None:
        """Keep that the person read and accepted the privacy notice (UU 27/2022 art. 24: proof of consent)."""
        self._connection.execute(
            update(people).where(people.c.id == person_id).values(notice_version=version, notice_at=now)
        )

    def addresses(self, person_id: int) -> list[Address]:
        """Where the person can be reached, best first."""
        rows = self._connection.execute(
            select(identities.c.channel, identities.c.chat)
            .where(identities.c.person_id == person_id)
            .order_by(identities.c.unreachable_at.is_not(None), identities.c.channel)
        )
        return [Address(row.channel, row.chat) for row in rows]

    def language(self, person_id: int) -> str:
        language: str = self._connection.execute(select(people.c.language).where(people.c.id == person_id)).scalar_one()
        return language

    def mark_unreachable(self, address: Address, since: datetime | None) -> None:
        """Keep whether a private chat takes our messages: since when not, or None when it does again."""
        self._connection.execute(
            update(identities)
            .where(identities.c.channel == address.channel, identities.c.chat == address.chat)
            .values(unreachable_at=since)
        )

    def is_unreachable(self, person_id: int) -> bool:
        """Whether none of the person's chats takes our messages."""
        rows = self._connection.execute(
            select(identities.c.unreachable_at).where(identities.c.person_id == person_id)
        ).all()
        return bool(rows) and all(row.unreachable_at is not None for row in rows)


class Staff:
    """The members of the office, as an admin appointed them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, user_id: str) -> StaffMember | None:
        row = self._connection.execute(select(staff).where(staff.c.user_id == user_id)).first()
        return StaffMember(row.user_id, row.name, frozenset(map(Role, row.roles))) if row else None

    def everybody(self) -> list[StaffMember]:
        rows = self._connection.execute(select(staff).order_by(staff.c.name, staff.c.user_id))
        return [StaffMember(row.user_id, row.name, frozenset(map(Role, row.roles))) for row in rows]

    def with_role(self, role: Role) -> list[StaffMember]:
        return [member for member in self.everybody() if role in member.roles]

    def appoint(self, member: StaffMember, by: str, now: datetime) -> None:
        """Give somebody a name and roles in the office, or change them."""
        facts = {
            "name": member.name,
            "roles": sorted(role.value for role in member.roles),
            "granted_by": by,
            "granted_at": now,
        }
        self._connection.execute(
            insert(self._connection, staff)
            .values(user_id=member.user_id, **facts)
            .on_conflict_do_update(index_elements=["user_id"], set_=facts)
        )

    def dismiss(self, user_id: str) -> None:
        self._connection.execute(delete(staff).where(staff.c.user_id == user_id))

    def by_username(self, username: str) -> tuple[str, str] | None:
        """The user id and name behind a Telegram username, if that person ever wrote to us."""
        row = self._connection.execute(
            select(identities.c.external_id, people.c.name)
            .join(people, people.c.id == identities.c.person_id)
            .where(identities.c.channel == "telegram", identities.c.username == username.lower())
        ).first()
        return (row.external_id, row.name) if row else None
