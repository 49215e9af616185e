"""What people have answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.prepared import Prepared
from storage.tables import forms


@dataclass(frozen=True, slots=True)
class Form:
    """One person's answers to one flow; where they stand is derived from the answers."""

    id: int
    flow: str
    case_id: int | None
    answers: Mapping[str, Any]


SAVE = Prepared(
    update(forms)
    .where(forms.c.id == bindparam("form_id"))
    .values(answers=bindparam("now_answers"), updated_at=bindparam("now"))
)
BEGIN = Prepared(
    forms.insert().returning(forms.c.id), ("person_id", "flow", "case_id", "answers", "active", "updated_at")
)
PUT_AWAY = Prepared(update(forms).where(forms.c.person_id == bindparam("person"), forms.c.active).values(active=False))


class Forms:
    """The forms that people fill in: at most one each is open, others wait in a drawer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self, person_id: int, flow: str, case_id: int | None, now: datetime, answers: Mapping[str, Any] | None = None
    ) -> Form:
        """A new form, lying open before the person."""
        self.put_away(person_id)
        answers = dict(answers or {})
        facts = {"person_id": person_id, "flow": flow, "case_id": case_id, "answers": answers, "updated_at": now}
        created = BEGIN.run(self._connection, {"active": True, **facts}).one()
        return Form(created[0], flow, case_id, answers)

    def save(self, form: Form, answers: Mapping[str, Any], now: datetime) -> Form:
        SAVE.run(self._connection, {"form_id": form.id, "now_answers": answers, "now": now})
        return Form(form.id, form.flow, form.case_id, answers)

    def put_away(self, person_id: int) -> None:
        """Close whatever form lies open; its answers stay."""
        PUT_AWAY.run(self._connection, {"person": person_id})

    def throw_away(self, form_id: int) -> None:
        self._connection.execute(forms.delete().where(forms.c.id == form_id))

    def throw_away_older(self, flow: str, than: datetime) -> list[Form]:
        """Throw away the forms of a flow that nobody has touched since then, and tell which they were."""
        rows = self._connection.execute(
            forms.delete()
            .where(forms.c.flow == flow, forms.c.updated_at < than)
            .returning(forms.c.id, forms.c.case_id, forms.c.answers)
        )
        return [Form(row.id, flow, row.case_id, row.answers) for row in rows]

    def take_out(self, person_id: int, form_id: int, now: datetime) -> None:
        """Lay a form from the drawer open again."""
        self.put_away(person_id)
        self._connection.execute(update(forms).where(forms.c.id == form_id).values(active=True, updated_at=now))

    def open_before(self, person_id: int) -> Form | None:
        """The form that lies open before a person."""
        row = self._connection.execute(select(forms).where(forms.c.person_id == person_id, forms.c.active)).first()
        return Form(row.id, row.flow, row.case_id, row.answers) if row else None

    def find(self, form_id: int) -> Form | None:
        row = self._connection.execute(select(forms).where(forms.c.id == form_id)).first()
        return Form(row.id, row.flow, row.case_id, row.answers) if row else None

    def for_case(self, case_id: int, flow: str) -> Form | None:
        """The newest form of that flow on a case."""
        row = self._connection.execute(
            select(forms).where(forms.c.case_id == case_id, forms.c.flow == flow).order_by(forms.c.id.desc()).limit(1)
        ).first()
        return Form(row.id, row.flow, row.case_id, row.answers) if row else None
