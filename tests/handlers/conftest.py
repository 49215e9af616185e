"""A day at the office: a real database, the repository's own office, and its staff: Rina, Tono, Vera and Adi."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from domain.cases import Case, Event, Role, StaffMember, State
from domain.catalogue import needed_documents
from domain.messages import Address, Inbound, IncomingFile, Toast
from domain.slots import slots
from handlers import remind, staff
from handlers.office import Office
from storage.database import make_engine
from storage.tables import metadata, outbox, posts
from storage.unit_of_work import UnitOfWork
from tests.offices import GROUP, bogor

RINA, TONO, VERA, ADI, SITI = "11", "12", "21", "31", "501"
STAFF = {
    RINA: ("Rina", Role.TUS),
    TONO: ("Tono", Role.TUS),
    VERA: ("Vera", Role.VERIFIKATOR),
    ADI: ("Adi", Role.ADMIN),
}
TOLD = {
    "form": "CV",
    "company": "CV Maju Bersama",
    "npwp": "013121660091000",
    "user_id": "maju",
    "email": "siti@maju.co.id",
    "director": "Siti Aminah",
    "mobile": "+6281234567890",
    "bearer": "direktur",
}


def wib(text: str) -> datetime:
    """A moment by Bogor's clock, such as 2026-07-15 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)


class Day:
    """What happens at the office, one thing after the other."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.uow = UnitOfWork(connection)
        self.office: Office = bogor()
        self.now = wib("2026-07-15 09:00")
        self._read = 0
        self._cases = 0
        for user_id, (name, role) in STAFF.items():
            self.uow.staff.appoint(StaffMember(user_id, name, frozenset({role})), "settings", self.now)
            self.meet(user_id, name)
        self.meet(SITI, "Siti")

    def meet(self, user_id: str, name: str) -> int:
        self.uow.people.welcome(
            "telegram", user_id, chat=user_id, name=name, username=name.lower(), language="id", now=self.now
        )
        caller = self.uow.people.meet("telegram", user_id)
        assert caller is not None
        return caller.person_id

    @property
    def siti(self) -> int:
        caller = self.uow.people.meet("telegram", SITI)
        assert caller is not None
        return caller.person_id

    # What staff do

    def tap(self, user_id: str, data: str, *, private: bool = False) -> Toast:
        inbound = self._inbound(user_id, "tap", private, data=data, message="77", click="1")
        answer = self._hear(inbound)
        assert isinstance(answer, Toast)
        return answer

    def write(self, user_id: str, text: str, *, private: bool = False) -> str:
        """The text of the answers in the chat where it was written."""
        self.news()
        self._hear(self._inbound(user_id, "text", private, text=text))
        chat = user_id if private else GROUP
        return "\n".join(said for where, said in self.news() if where == chat)

    def explain(self, user_id: str, text: str) -> None:
        """Write what the open form `reason` asks for."""
        caller = self.uow.people.meet("telegram", user_id)
        assert caller is not None
        assert caller.form is not None
        assert caller.staff is not None
        self.uow.forms.put_away(caller.person_id)
        staff.give_reason(caller.form, caller.staff, text, self.uow, self.office, self.now)

    def _inbound(self, user_id: str, kind: Any, private: bool, **facts: str) -> Inbound:
        chat = user_id if private else GROUP
        own: dict[str, Any] = dict(facts)
        return Inbound(channel="telegram", key="1", sender=user_id, chat=chat, kind=kind, private=private, **own)

    def _hear(self, inbound: Inbound) -> Toast | staff.NotStaff | None:
        member = self.uow.staff.find(inbound.sender)
        if inbound.private:
            assert member is not None
            return staff.hear_private(inbound, member, self.uow, self.office, self.now)
        return staff.hear_group(inbound, member, self.uow, self.office, self.now)

    def tick(self, at: str = "") -> list[tuple[str, str]]:
        """Let the schedule look at the clock, and return what it owes."""
        self.news()
        if at:
            self.now = wib(at)
        remind.tick(self.uow, self.office, self.now)
        return self.news()

    # What can be seen

    def news(self) -> list[tuple[str, str]]:
        """The chat and text of whatever was owed since the last look."""
        rows = self.connection.execute(select(outbox).where(outbox.c.id > self._read).order_by(outbox.c.id)).all()
        if rows:
            self._read = rows[-1].id
        return [(row.chat, row.text.replace("\ue000", "").replace("\ue001", "")) for row in rows]

    def post(self, name: str) -> tuple[str, str, list[str]]:
        """Chat, text and the data of the buttons of a post."""
        row = self.connection.execute(select(posts).where(posts.c.name == name)).one()
        text = row.text.replace("\ue000", "").replace("\ue001", "")
        return row.chat, text, [button[1] for line in row.rows for button in line]

    def links(self) -> list[tuple[str, str]]:
        """The chat and address of every link on a button that was owed."""
        rows = self.connection.execute(select(outbox).where(outbox.c.rows.is_not(None)).order_by(outbox.c.id))
        return [(row.chat, url) for row in rows for line in row.rows for _, _, url in line if url]

    def taken_back(self) -> list[tuple[str, str]]:
        """The chat and number of every message that is owed its deletion."""
        rows = self.connection.execute(select(outbox).where(outbox.c.kind == "delete").order_by(outbox.c.id))
        return [(row.chat, row.target) for row in rows]

    def show_posts(self) -> None:
        """Let every post be shown, as the sender does, the first as message 100."""
        rows = self.connection.execute(select(posts).order_by(posts.c.name)).all()
        for number, row in enumerate(rows, 100):
            shown = {"shown": row.wanted, "message": row.message or str(number)}
            self.connection.execute(posts.update().where(posts.c.name == row.name).values(shown))

    def state(self, case: Case) -> State:
        return self.uow.cases.get(case.id).state

    def holder(self, case: Case) -> str | None:
        return self.uow.cases.get(case.id).holder_id

    def story(self, case: Case) -> list[tuple[str, str]]:
        return [(one.actor, one.what) for one in self.uow.cases.story(case.id)]

    # How far a case has come

    def submitted(self) -> Case:
        uow = self.uow
        case = uow.cases.begin(self.siti, "registrasi", self.now, Address("telegram", SITI))
        self._cases += 1
        uow.cases.describe(case.id, TOLD["company"], TOLD)
        for need in needed_documents(self.office.catalogue.service("registrasi"), "CV", "direktur"):
            if not need.optional:
                self.send(case, need.id, need.kinds[0].id)
        uow.cases.move(case, Event.SUBMIT, self.now, number=f"REG-2026-{self._cases:04}", submitted_at=self.now)
        return uow.cases.get(case.id)

    def send(self, case: Case, need: str, kind: str) -> None:
        document = self.uow.documents.begin(case.id, need, kind, more=False, now=self.now)
        page = self.uow.arrivals.owe_page(document, Address("telegram", SITI), IncomingFile("ref"), self.now)
        self.uow.documents.keep_page(
            page,
            stored=f"s{page}",
            wrapped_key=b"k",
            key_id="k",
            sha256="x",
            size=1,
            mime="application/pdf",
            suffix="pdf",
        )

    def complete(self) -> Case:
        case = self.submitted()
        for document in self.uow.documents.of_case(case.id):
            self.uow.documents.judge(document.id, "accepted", self.now)
        self.uow.cases.move(case, Event.COMPLETE, self.now)
        return self.uow.cases.get(case.id)

    def booked(self, starts: str, holder: str | None = RINA) -> Case:
        case = self.complete()
        slot = next(one for one in slots(self.office.calendar, self.now) if one.starts_at == wib(starts))
        assert self.uow.appointments.book(case.id, slot.starts_at, slot.ends_at, slot.capacity, "room", self.now)
        self.uow.cases.move(case, Event.BOOK, self.now, holder_id=holder)
        return self.uow.cases.get(case.id)

    def verified(self, at: str = "") -> Case:
        """A case whose call was passed, through the buttons."""
        case = self.booked("2026-07-16 09:00")
        self.now = wib(at or "2026-07-16 09:00")
        self.match_everything(case)
        self.tap(RINA, f"s.pass.{case.id}", private=True)
        return self.uow.cases.get(case.id)

    def match_everything(self, case: Case) -> None:
        self.tap(RINA, f"s.attended_direktur.{case.id}", private=True)
        for document in self.originals(case):
            self.tap(RINA, f"s.original.{case.id}.{document}", private=True)

    def originals(self, case: Case) -> list[int]:
        self.tap(RINA, f"s.sheet.{case.id}", private=True)
        _, _, buttons = self.post(f"sheet:{case.id}")
        return [int(data.rsplit(".", 1)[1]) for data in buttons if data.startswith("s.original.")]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    engine = make_engine(f"sqlite:///{tmp_path}/loket.db")
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield Day(connection)
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()
