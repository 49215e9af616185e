"""The survey at the office: invited in civil hours, told to the admins without a name, set aside without an answer."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from domain.cases import Case
from domain.messages import Address, Inbound
from domain.survey import ELEMENTS, Response
from handlers.hear import hear, set_aside
from handlers.survey import look_after
from storage.tables import inbox, outbox
from tests.handlers.conftest import ADI, SITI, VERA, Day, wib


def rate(day: Day, **scores: int) -> None:
    day.uow.surveys.keep(Response("registrasi", "2026-07", {**dict.fromkeys(ELEMENTS, 4), **scores}))


def resolved(day: Day, at: str = "2026-07-16 10:00") -> Case:
    case = day.verified()
    day.now = wib(at)
    day.tap(VERA, f"s.resolve.{case.id}")
    day.news()
    return day.uow.cases.get(case.id)


def press(day: Day, data: str, key: str = "9") -> None:
    """What Siti presses in her own chat."""
    facts: dict[str, Any] = {"kind": "tap", "data": data, "message": "70", "click": "1", "username": "siti"}
    hear(Inbound(channel="telegram", key=key, sender=SITI, chat=SITI, **facts), day.uow, day.office, day.now)


def test_a_late_result_is_told_at_once_and_the_survey_in_the_morning(day: Day) -> None:
    case = resolved(day, "2026-07-16 22:30")
    assert case.survey == "invited"
    due = day.connection.execute(select(outbox.c.due_at).where(outbox.c.text.contains("9 pertanyaan"))).scalar_one()
    assert due == wib("2026-07-17 07:00")


def test_the_admins_hear_of_low_scores_each_morning_and_no_more_than_a_few(day: Day) -> None:
    for _ in range(12):
        rate(day, waktu=1)
    rate(day)
    day.news()
    first = [chat for chat, text in day.tick("2026-07-17 08:00") if "dinilai rendah" in text]
    assert first == [ADI] * 10
    assert [chat for chat, text in day.tick("2026-07-17 09:00") if "dinilai rendah" in text] == []
    assert [chat for chat, text in day.tick("2026-07-20 08:00") if "dinilai rendah" in text] == [ADI] * 2


def test_a_fee_is_told_apart_from_what_was_rated_low(day: Day) -> None:
    scores = {**dict.fromkeys(ELEMENTS, 3), "biaya": 1, "waktu": 2}
    day.uow.surveys.keep(Response("registrasi", "2026-07", scores, "Antre"))
    rate(day, biaya=3)
    day.news()
    told = sorted(text for _, text in day.tick("2026-07-16 08:00") if "Survei" in text)
    assert [text.splitlines()[1] for text in told if "biaya bukan" in text] == [
        "Registrasi & Verifikasi, Juli 2026: Murah. Semua layanan gratis; mohon periksa, mungkin ada pungutan."
        " Survei ini tanpa nama.",
        "Registrasi & Verifikasi, Juli 2026: Sangat mahal. Semua layanan gratis; mohon periksa, mungkin ada pungutan."
        " Survei ini tanpa nama.",
    ]
    [low] = [text for text in told if "dinilai rendah" in text]
    assert low.splitlines()[2:] == ["• Waktu: Kurang cepat", "  “Antre”"]


def test_what_was_begun_and_left_lying_is_thrown_away(day: Day) -> None:
    case = resolved(day)
    press(day, f"c.survey_start.{case.id}")
    form = day.uow.forms.for_case(case.id, "survey")
    assert form is not None
    press(day, f"f{form.id}.persyaratan.1", "10")
    look_after(day.uow, day.office, wib("2026-09-30 08:00"))
    assert day.uow.forms.find(form.id) is None
    questions = select(outbox.c.text).where(outbox.c.text.contains("dari 9"))
    assert day.connection.execute(questions).all() == []


@pytest.mark.parametrize("answering", [True, False])
def test_what_fails_in_the_survey_is_set_aside_without_the_answer(day: Day, answering: bool) -> None:
    case = resolved(day)
    if answering:
        press(day, f"c.survey_start.{case.id}")
    raw = json.dumps({"data": "f1.persyaratan.1"})
    set_aside(raw, "telegram", "11", Address("telegram", SITI), "why", day.uow, day.office, day.now)
    kept = day.connection.execute(select(inbox.c.raw, inbox.c.aside).where(inbox.c.key == "11")).one()
    assert kept == ("" if answering else raw, "why")


def test_not_now_half_way_keeps_what_was_answered(day: Day) -> None:
    case = resolved(day)
    press(day, f"c.survey_start.{case.id}")
    press(day, f"c.survey_later.{case.id}", "10")
    assert day.uow.forms.open_before(day.siti) is None
    assert day.uow.forms.for_case(case.id, "survey") is not None
    assert day.uow.cases.get(case.id).survey == "later"
    press(day, f"c.survey_no.{case.id}", "11")
    assert day.uow.forms.for_case(case.id, "survey") is None
    assert day.uow.cases.get(case.id).survey == "declined"
    press(day, f"c.survey_later.{case.id}", "12")
    assert day.uow.cases.get(case.id).survey == "declined"


def test_a_case_without_an_invitation_has_no_survey(day: Day) -> None:
    case = day.verified()
    press(day, f"c.survey_start.{case.id}")
    assert day.uow.forms.for_case(case.id, "survey") is None


def test_two_phones_at_once_answer_a_case_once(day: Day) -> None:
    case = resolved(day)
    press(day, f"c.survey_start.{case.id}")
    form = day.uow.forms.for_case(case.id, "survey")
    assert form is not None
    answered = dict.fromkeys(ELEMENTS, "4")
    day.uow.forms.save(form, {one: answered[one] for one in ELEMENTS[:-1]}, day.now)
    day.connection.exec_driver_sql("UPDATE \"case\" SET survey = 'answered'")
    press(day, f"f{form.id}.pengaduan.4", "10")
    assert day.uow.surveys.between("2026-01", "2026-12") == []
    assert any("sudah diisi" in text for _, text in day.news())
