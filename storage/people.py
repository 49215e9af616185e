"""Who the office talks to: people, the addresses under which a channel knows them, and the staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from domain.cases import STAFF_CHANNEL, Role, StaffMember
from domain.messages import Address
from storage.cases import Cases
from storage.forms import Form
from storage.prepared import Prepared
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
    chat: str = ""
    heard_at: datetime | None = None
    stopped: bool = False
    username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A chat through which a person can be reached, and whether it stands open."""

    address: Address
    person_id: int
    reachable: bool
    stopped: bool
    heard_at: datetime | None
    open_until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether we may write freely there."""
        return self.open_until is None or now < self.open_until

    def takes_news(self, now: datetime) -> bool:
        """Whether something that nobody asked for can be told there now."""
        return self.reachable and not self.stopped and self.is_open(now)


MEET = Prepared(
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
        identities.c.chat,
        identities.c.heard_at,
        identities.c.stopped_at,
        identities.c.username,
    )
    .select_from(
        identities.join(people, people.c.id == identities.c.person_id)
        .outerjoin(forms, and_(forms.c.person_id == people.c.id, forms.c.active))
        .outerjoin(staff, and_(staff.c.user_id == identities.c.external_id, identities.c.channel == STAFF_CHANNEL))
    )
    .where(identities.c.channel == bindparam("channel"), identities.c.external_id == bindparam("sender"))
)

WELCOME = Prepared(people.insert().returning(people.c.id), ("name", "language", "created_at"))
KNOW = Prepared(
    identities.insert().inline(), ("channel", "external_id", "person_id", "chat", "username", "phone", "heard_at")
)
ACKNOWLEDGE = Prepared(
    update(people)
    .where(people.c.id == bindparam("person"))
    .values(notice_version=bindparam("version"), notice_at=bindparam("now"))
)


class People:
    """The people whom the office knows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meet(self, channel: str, sender: str) -> Caller | None:
        """Everything a turn needs to know of the person behind (channel, sender), in one look."""
        row = MEET.run(self._connection, {"channel": channel, "sender": sender}).first()
        if row is None:
            return None
        form = Form(row[5], row[6], row[7], row[8]) if row[5] is not None else None
        member = StaffMember(row[9], row[10], frozenset(map(Role, row[11]))) if row[9] is not None else None
        return Caller(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4] is None,
            form,
            member,
            chat=row[12],
            heard_at=row[13],
            stopped=row[14] is not None,
            username=row[15],
        )

    def welcome(
        self,
        channel: str,
        sender: str,
        *,
        chat: str,
        name: str,
        username: str,
        language: str,
        now: datetime,
        phone: str = "",
        heard_at: datetime | None = None,
    ) -> None:
        """Note down a person who appears for the first time."""
        created = WELCOME.run(self._connection, {"name": name, "language": language, "created_at": now}).one()
        KNOW.run(
            self._connection,
            {
                "channel": channel,
                "external_id": sender,
                "person_id": created[0],
                "chat": chat,
                "username": username,
                "phone": phone,
                "heard_at": heard_at,
            },
        )

    def also_known_as(self, channel: str, known: str, other: str, chat: str, phone: str) -> None:
        """Note another id of somebody we know, and let all that we owe them go to this chat from now on."""
        both = (identities.c.channel == channel, identities.c.external_id.in_([known, other]))
        row = self._connection.execute(
            select(identities).where(identities.c.channel == channel, identities.c.external_id == known)
        ).one()
        facts = {**row._mapping, "external_id": other}
        self._connection.execute(insert(self._connection, identities).values(facts).on_conflict_do_nothing())
        chats, stopped = [], []
        for one in self._connection.execute(select(identities).where(*both)):
            chats.append(one.chat)
            stopped += [one.stopped_at] if one.stopped_at else []
        # Whoever asked for quiet under one of the names gets it under both.
        now = {"chat": chat, "phone": phone or row.phone, "stopped_at": min(stopped, default=None)}
        self._connection.execute(update(identities).where(*both).values(now))
        Cases(self._connection).opened_elsewhere(channel, chats, chat)

    def rename(self, channel: str, sender: str, username: str) -> None:
        """Note somebody's username as it is now; whoever had it before has it no longer."""
        here = identities.c.channel == channel
        if username:
            taken = (here, identities.c.username == username, identities.c.external_id != sender)
            self._connection.execute(update(identities).where(*taken).values(username=""))
        own = (here, identities.c.external_id == sender)
        self._connection.execute(update(identities).where(*own).values(username=username))

    def acknowledge_notice(self, person_id: int, version: str, now: datetime) -> None:
        """Keep that the person read and accepted the privacy notice (UU 27/2022 art. 24: proof of consent)."""
        ACKNOWLEDGE.run(self._connection, {"person": person_id, "version": version, "now": now})

    def addresses(self, person_id: int, now: datetime) -> list[Address]:
        """Where the person can be reached, best first: what takes messages now, and of those what they used last."""
        doors = sorted(
            self._doors(identities.c.person_id == person_id),
            key=lambda door: (
                not door.reachable,
                door.stopped,
                not door.is_open(now),
                -(door.heard_at.timestamp() if door.heard_at else 0),
                door.address.channel,
            ),
        )
        return [door.address for door in doors]

    def doors(self, channel: str, chats: Iterable[str]) -> dict[str, Door]:
        """The private chats among these, as they stand."""
        found = self._doors(identities.c.channel == channel, identities.c.chat.in_(list(chats)))
        return {door.address.chat: door for door in found}

    def door(self, address: Address) -> Door | None:
        return self.doors(address.channel, [address.chat]).get(address.chat)

    def _doors(self, *which: Any) -> list[Door]:
        # A person with two ids has one chat: the rows say the same.
        rows = self._connection.execute(select(identities).where(*which)).all()
        found = {
            (row.channel, row.chat): Door(
                address=Address(row.channel, row.chat),
                person_id=row.person_id,
                reachable=row.unreachable_at is None,
                stopped=row.stopped_at is not None,
                heard_at=row.heard_at,
                open_until=row.open_until,
            )
            for row in rows
        }
        return list(found.values())

    def heard(self, address: Address, at: datetime, open_until: datetime | None) -> None:
        """The person wrote at that moment: the door stands open until then, and whoever knocks next may do so."""
        earlier = or_(identities.c.heard_at.is_(None), identities.c.heard_at <= at)
        self._change(address, earlier, heard_at=at, open_until=open_until, knocked_at=None)

    def close(self, address: Address, now: datetime) -> None:
        """The messenger says that the person has been silent for too long."""
        self._change(address, open_until=now)

    def knock(self, address: Address, now: datetime) -> bool:
        """Note that somebody is asked to write; False when they have been asked since they last did."""
        return self._change(address, identities.c.knocked_at.is_(None), knocked_at=now) > 0

    def stop(self, address: Address, since: datetime | None) -> None:
        """Whether the person wants to hear only what they asked for: since when, or None when not any more."""
        self._change(address, stopped_at=since)

    def remember_shown(self, address: Address, buttons: Sequence[tuple[int, str, str]]) -> None:
        """The buttons that the person sees now, as lines with numbers."""
        self._change(address, shown=[list(button) for button in buttons])

    def shown(self, address: Address) -> list[tuple[int, str, str]]:
        """Number, label and data of the buttons that the person sees."""
        found = self._connection.execute(
            select(identities.c.shown).where(identities.c.channel == address.channel, identities.c.chat == address.chat)
        ).scalars()
        return [(number, label, data) for number, label, data in next(iter(found), None) or ()]

    def _change(self, address: Address, *which: Any, **facts: Any) -> int:
        """Change what is known of a chat, under whichever id the person appears there."""
        here = (identities.c.channel == address.channel, identities.c.chat == address.chat, *which)
        return self._connection.execute(update(identities).where(*here).values(**facts)).rowcount

    def speak(self, person_id: int, language: str) -> None:
        """From now on the person reads this language."""
        self._connection.execute(update(people).where(people.c.id == person_id).values(language=language))

    def language_at(self, address: Address) -> str | None:
        """The language of whoever sits in a private chat, if we know them."""
        return self._connection.execute(
            select(people.c.language)
            .join(identities, identities.c.person_id == people.c.id)
            .where(identities.c.channel == address.channel, identities.c.chat == address.chat)
            .limit(1)
        ).scalar_one_or_none()

    def name(self, person_id: int) -> str:
        name: str = self._connection.execute(select(people.c.name).where(people.c.id == person_id)).scalar_one()
        return name

    def language(self, person_id: int) -> str:
        language: str = self._connection.execute(select(people.c.language).where(people.c.id == person_id)).scalar_one()
        return language

    def mark_unreachable(self, address: Address, since: datetime | None) -> None:
        """Keep whether a private chat takes our messages: since when not, or None when it does again."""
        self._change(address, unreachable_at=since)

    def is_quiet(self, person_id: int) -> bool:
        """Whether the person wants to hear only answers, wherever we could write to them."""
        rows = self._connection.execute(
            select(identities.c.stopped_at).where(
                identities.c.person_id == person_id, identities.c.unreachable_at.is_(None)
            )
        ).all()
        return bool(rows) and all(row.stopped_at is not None for row in rows)

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

    def by_username(self, username: str) -> list[tuple[str, str]]:
        """The user id and name of everybody whom we know under a username."""
        rows = self._connection.execute(
            select(identities.c.external_id, people.c.name)
            .join(people, people.c.id == identities.c.person_id)
            .where(identities.c.channel == STAFF_CHANNEL, identities.c.username == username.lower())
            .order_by(identities.c.external_id)
        )
        return [(row.external_id, row.name) for row in rows]
