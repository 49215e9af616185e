"""What is kept of the survey: service and month, in no order, and how far it has come with each case."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from domain.cases import Event, State
from domain.messages import Address, Button
from domain.survey import ELEMENTS, WAITING, Invitation, Response
from storage.database import make_engine
from storage.owed import Owed
from storage.tables import cases, outbox, survey_responses
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
SITI = Address("telegram", "501")
DAY = timedelta(days=1)


def response(period: str = "2026-11", why: str = "", **scores: int) -> Response:
    return Response("registrasi", period, {**dict.fromkeys(ELEMENTS, 4), **scores}, why)


def test_only_service_and_month_are_kept(uow: UnitOfWork, connection: Connection) -> None:
    uow.surveys.keep(response(waktu=2))
    [row] = connection.execute(select(survey_responses)).all()
    assert set(row._mapping) == {"id", "service", "period", "why", "untold", *ELEMENTS}


def test_the_order_in_which_people_answered_is_not_kept(uow: UnitOfWork) -> None:
    for number in range(40):
        uow.surveys.keep(response(why=f"{number:02}"))
    written = [one.why for one in uow.surveys.between("2026-11", "2026-11")]
    assert len(written) == 40
    assert written != sorted(written)


def test_not_even_the_database_tells_which_case_an_answer_is_about(url: str) -> None:
    engine = make_engine(url)
    for number in range(3):
        with engine.begin() as connection:
            uow = UnitOfWork(connection)
            uow.surveys.keep(response(why=f"{number}"))
            uow.remember(f"answered by {number}", "yes")
    with engine.begin() as connection:
        UnitOfWork(connection).surveys.mix("2026-11")
    with engine.begin() as connection:
        assert len(UnitOfWork(connection).surveys.between("2026-11", "2026-11")) == 3
        if connection.dialect.name == "postgresql":
            together = "select count(*) from survey_response s join setting t on s.xmin::text = t.xmin::text"
            assert connection.exec_driver_sql(together).scalar_one() == 0
            assert (
                connection.exec_driver_sql("select count(distinct xmin::text) from survey_response").scalar_one() == 1
            )
    engine.dispose()


def test_answers_are_found_by_their_months(uow: UnitOfWork) -> None:
    for period in ("2025-12", "2026-01", "2026-12", "2027-01"):
        uow.surveys.keep(response(period))
    assert sorted(one.period for one in uow.surveys.between("2026-01", "2026-12")) == ["2026-01", "2026-12"]
    assert uow.surveys.between("2024-01", "2024-12") == []


def test_what_the_admins_must_hear_of_waits_until_it_is_told(uow: UnitOfWork) -> None:
    uow.surveys.keep(response())
    uow.surveys.keep(response(biaya=3))
    uow.surveys.keep(response(waktu=2))
    uow.surveys.keep(response(biaya=1, why="Diminta uang"))
    untold = uow.surveys.untold(10)
    assert {(one.scores["waktu"], one.scores["biaya"]) for one in untold.values()} == {(2, 4), (4, 3), (4, 1)}
    assert len(uow.surveys.untold(1)) == 1
    uow.surveys.note_told(untold)
    assert uow.surveys.untold(10) == {}


def resolved(uow: UnitOfWork, connection: Connection, at: datetime) -> int:
    uow.people.welcome("telegram", f"5{at.day}", chat=f"5{at.day}", name="Siti", username="", language="id", now=NOW)
    caller = uow.people.meet("telegram", f"5{at.day}")
    assert caller is not None
    case = uow.cases.begin(caller.person_id, "registrasi", NOW, Address("telegram", caller.chat))
    connection.execute(cases.update().where(cases.c.id == case.id).values(state=State.RESOLVED, resolved_at=at))
    return case.id


def test_a_case_is_invited_answered_and_reminded_of_once(uow: UnitOfWork, connection: Connection) -> None:
    case = resolved(uow, connection, NOW)
    assert uow.cases.mark_survey(case, Invitation.INVITED, (Invitation.NONE,))
    assert not uow.cases.mark_survey(case, Invitation.INVITED, (Invitation.NONE,))
    assert uow.cases.mark_survey(case, Invitation.ANSWERED, WAITING)
    assert not uow.cases.mark_survey(case, Invitation.ANSWERED, WAITING)
    assert uow.cases.get(case).survey == "answered"


def test_surveys_that_nobody_answered_are_found_by_the_day_of_the_result(
    uow: UnitOfWork, connection: Connection
) -> None:
    old, due, young, answered = (resolved(uow, connection, NOW - days * DAY) for days in (20, 3, 1, 4))
    for case in (old, due, young, answered):
        uow.cases.mark_survey(case, Invitation.INVITED, (Invitation.NONE,))
    uow.cases.mark_survey(answered, Invitation.ANSWERED, WAITING)
    uow.cases.mark_survey(due, Invitation.LATER, WAITING)
    assert [case.id for case in uow.cases.unanswered_surveys(NOW - 10 * DAY, NOW - 2 * DAY)] == [due]
    assert not uow.cases.move(uow.cases.get(due), Event.RESOLVE, NOW)


def test_nothing_is_left_of_the_questions_of_a_form(uow: UnitOfWork, connection: Connection) -> None:
    case = resolved(uow, connection, NOW)
    for number, form in enumerate((1, 1, 12)):
        button = Button("Tidak sesuai", f"f{form}.waktu.1")
        uow.outbox.owe(Owed(address=SITI, text=f"Pertanyaan {number}", rows=((button,),), case_id=case), NOW)
    uow.outbox.owe(Owed(address=SITI, text="Akun sudah aktif", case_id=case), NOW)
    first = uow.outbox.claim("telegram", NOW)[0]
    uow.outbox.record_sent(first, ["1"], NOW)
    uow.outbox.forget_form(case, 1)
    texts = list(connection.execute(select(outbox.c.text).order_by(outbox.c.id)).scalars())
    assert texts == ["Pertanyaan 2", "Akun sudah aktif"]


def test_forms_that_nobody_finished_are_thrown_away(uow: UnitOfWork, connection: Connection) -> None:
    case = resolved(uow, connection, NOW)
    person = uow.cases.get(case).person_id
    old = uow.forms.begin(person, "survey", case, NOW - 61 * DAY, {"waktu": "1"})
    uow.forms.begin(person, "survey", case, NOW)
    uow.forms.begin(person, "letter", None, NOW - 61 * DAY)
    assert [form.id for form in uow.forms.throw_away_older("survey", NOW - 60 * DAY)] == [old.id]
    assert uow.forms.find(old.id) is None
