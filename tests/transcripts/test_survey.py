"""The survey after a case is finished: nine answers without a name, once, and never against somebody's will."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from domain.cases import Event
from domain.survey import ELEMENTS, Response
from handlers.office import Office
from handlers.survey import invite
from storage.database import make_engine
from storage.tables import cases, forms, inbox, metadata, outbox
from storage.unit_of_work import UnitOfWork
from tests.chat import Read
from tests.conftest import Counter, only

SITI = 4
"""She is the fourth whom the office met, after its staff."""
GOOD = """
    > [Sesuai]
    > [Mudah]
    > [Sangat cepat]
    > [Gratis]
    > [Sangat sesuai]
    > [Kompeten]
    > [Sangat sopan dan ramah]
    > [Baik]
"""
SCORES = dict(zip(ELEMENTS, (3, 3, 4, 4, 4, 3, 4, 3, 4), strict=True))


@pytest.fixture
async def finished(counter: Counter, siti: Read, hendra: Read) -> Read:
    """Bu Siti, whose account has just been activated; everybody reads on from here."""
    await siti("> /start\n< Silakan pilih layanan")
    await counter.loket.database.run(lambda uow: finish(uow, counter.loket.office, counter.clock.now()))
    counter.loket.ring()
    await counter.settle()
    hendra.look_away()
    return siti


def finish(uow: UnitOfWork, office: Office, now: datetime) -> None:
    """A case that went all its way, until the verifikator has activated the account."""
    case = uow.cases.begin(SITI, "registrasi", now, uow.people.addresses(SITI, now)[0])
    uow.cases.describe(case.id, "CV Maju Bersama", {})
    facts = {"number": "REG-2026-0001", "submitted_at": now, "verified_at": now, "resolved_at": now}
    for event in (Event.SUBMIT, Event.COMPLETE, Event.BOOK, Event.PASS, Event.RESOLVE):
        assert uow.cases.move(uow.cases.get(case.id), event, now, **facts)
    invite(uow, office, uow.cases.get(case.id), now)


async def responses(counter: Counter) -> list[Response]:
    return await counter.loket.database.run(lambda uow: uow.surveys.between("2026-01", "2026-12"))


async def invitation(counter: Counter) -> str:
    case = await counter.loket.database.run(lambda uow: uow.cases.get(1))
    return case.survey


def rows(counter: Counter, table: Any) -> list[dict[str, Any]]:
    """Everything that a table keeps."""
    engine = make_engine(counter.loket.settings.database_url)
    with engine.connect() as connection:
        found = [dict(row._mapping) for row in connection.execute(select(table))]
    engine.dispose()
    return found


async def test_nine_answers_are_kept_without_a_name(counter: Counter, finished: Read) -> None:
    await finished(
        """
        < Mohon kesediaan Bapak/Ibu menilai layanan kami: 9 pertanyaan [Isi survei] [Nanti] [Tidak, terima kasih]
        > [Isi survei]
        < tanpa nama … ketik batal … 1 dari 9. … kesesuaian persyaratan … [Tidak sesuai] [Sangat sesuai]
        """
    )
    await finished(GOOD)
    await finished("> [Dikelola dengan baik]\n< Terima kasih. Jawaban Bapak/Ibu kami simpan tanpa nama")
    assert await responses(counter) == [Response("registrasi", "2026-11", SCORES)]
    assert await invitation(counter) == "answered"


async def test_a_number_a_label_and_the_word_survey_work(counter: Counter, finished: Read) -> None:
    await finished("> survei\n< 1 dari 9\n> 3\n< 2 dari 9\n> sangat mudah\n< 3 dari 9 … kecepatan waktu\n> 4")
    await finished(
        "> bagus sekali\n< belum kami pahami … 4 dari 9\n> kembali\n< 3 dari 9\n> 3\n> gratis\n> 4\n> 4\n> 4\n> 4"
    )
    await finished("> 4\n< simpan tanpa nama")
    [response] = await responses(counter)
    assert list(response.scores.values()) == [3, 4, 3, 4, 4, 4, 4, 4, 4]


async def test_it_is_left_for_days_and_taken_up_again(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]\n> [Sesuai]\n> [Mudah]\n< 3 dari 9\n> menu\n< Silakan pilih layanan")
    await counter.wait(days=6)
    await finished("> lanjut\n< Selamat datang kembali. … 3 dari 9. … [Sangat cepat]")
    await finished("> 4\n> 4\n> 4\n> 3\n> 4\n> 3\n> 4\n< simpan tanpa nama")
    assert [one.scores for one in await responses(counter)] == [SCORES]


@only("telegram")
async def test_it_interrupts_a_draft_and_gives_it_back(finished: Read) -> None:
    await finished("> menu\n> 1\n< Registrasi [Lanjut]\n> survei\n< 1 dari 9")
    await finished("> batal\n< jawabannya kami hapus … Registrasi [Lanjut]")


async def test_it_can_be_declined(counter: Counter, finished: Read) -> None:
    await finished("> [Tidak, terima kasih]\n< Terima kasih sudah memakai layanan kami")
    assert await invitation(counter) == "declined"
    await counter.wait(days=8)
    assert [message.text for message in finished.news] == []


@only("telegram")
async def test_whoever_stops_half_way_has_answered_nothing(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]\n> [Sesuai]\n> [Tidak mudah]\n< 3 dari 9")
    old = finished.phone.newest
    await finished("> batal\n< jawabannya kami hapus")
    assert await responses(counter) == []
    assert await invitation(counter) == "declined"
    assert rows(counter, forms) == []
    finished.phone.tap("Cepat", on=old)
    await counter.settle()
    assert await responses(counter) == []
    await finished("> survei\n< tidak ada survei yang menunggu")


async def test_a_low_score_asks_why_and_the_admins_hear_it_in_the_morning(
    counter: Counter, finished: Read, hendra: Read, hendra_in_group: Read
) -> None:
    await finished(
        "> [Isi survei]\n> 3\n> 3\n> 1\n> 4\n> 4\n> 4\n> 2\n> 3\n> 4\n< Mohon ceritakan apa yang kurang [Lewati]"
    )
    await finished("> Dua kali ditelepon 0812-3456-7890 tentang REG-2026-0001, lama sekali\n< simpan tanpa nama")
    [response] = await responses(counter)
    assert response.why == "Dua kali ditelepon *********890 tentang •••, lama sekali"
    await counter.settle()
    assert hendra.news == [], "the hour would tell who it was"
    hendra_in_group.look_away()
    await counter.move_to(datetime(2026, 11, 25, 1, 5, tzinfo=UTC))
    await hendra(
        "< Survei: ada yang dinilai rendah … Registrasi … November 2026"
        " … Waktu: Tidak cepat … Perilaku: Kurang sopan dan ramah … “Dua kali ditelepon"
    )
    assert not any("REG-2026-0001" in message.text for message in hendra.news)
    assert not any("Survei" in message.text for message in hendra_in_group.news)
    await counter.wait(days=1)
    assert not any("Survei" in message.text for message in hendra.news), "they heard it once"


@only("telegram")
async def test_the_question_why_can_be_skipped(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]\n> 2\n> 3\n> 3\n> 4\n> 3\n> 3\n> 3\n> 3\n> 4\n> [Lewati]\n< simpan tanpa nama")
    assert [one.why for one in await responses(counter)] == [""]


@only("telegram")
async def test_a_fee_is_told_to_the_admins_in_the_morning(counter: Counter, finished: Read, hendra: Read) -> None:
    await finished("> [Isi survei]\n> 3\n> 3\n> 3\n> [Murah]\n> 3\n> 3\n> 3\n> 3\n> 4\n< simpan tanpa nama")
    assert hendra.news == [], "the hour would tell who it was"
    await counter.move_to(datetime(2026, 11, 25, 1, 5, tzinfo=UTC))
    [told] = [message for message in hendra.news if "Survei" in message.text]
    assert "biaya bukan “Gratis”" in told.text
    assert "Registrasi" in told.text
    assert "November 2026: Murah" in told.text
    assert not any(word in told.text for word in ("REG-", "Siti", "Maju Bersama"))


async def test_a_low_score_leaves_no_trace_beside_the_name(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]\n> 1\n> 2\n> 1\n> 2\n> 2\n> 1\n> 2\n> 1\n> 2")
    await finished("> Petugas minta uang rokok kepada saya, Siti dari CV Maju Bersama\n< simpan tanpa nama")
    [response] = await responses(counter)
    assert response.why == "Petugas minta uang rokok kepada saya, (…) dari (…)"
    kept = {table.name: rows(counter, table) for table in (cases, forms, inbox, outbox, metadata.tables["history"])}
    text = json.dumps(kept, default=str, ensure_ascii=False)
    assert kept["form"] == []
    assert "uang rokok" not in text
    assert "apa yang kurang" not in text
    assert "mahal" not in text
    assert not [label for label in ("✓ Tidak sesuai", "✓ Kurang", "✓ Buruk", "dari 9") if label in text]


async def test_not_even_how_much_was_asked_stays_beside_the_name(counter: Counter, finished: Read) -> None:
    before = len(rows(counter, outbox))
    await finished("> [Isi survei]\n> 1\n> 2\n> 3\n> 4\n> 3\n> 3\n> 3\n> 3\n> 3\n> Lama sekali\n< simpan tanpa nama")
    left = rows(counter, outbox)[before:]
    assert len([row for row in left if row["kind"] in ("send", "mark")]) == 1, "the thanks, and nothing else"


@only("telegram")
async def test_a_case_is_answered_once(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]")
    await finished(GOOD)
    await finished("> 4\n< simpan tanpa nama\n> survei\n< tidak ada survei yang menunggu\n> status\n< Sudah selesai")
    assert not finished.phone.newest.offers("Isi survei")
    assert len(await responses(counter)) == 1


@only("telegram")
async def test_old_buttons_of_the_survey_change_nothing(counter: Counter, finished: Read, budi: Read) -> None:
    invited = finished.phone.showing("9 pertanyaan")
    await finished("> [Isi survei]")
    first = finished.phone.newest
    await finished(GOOD)
    finished.phone.tap("Tidak sesuai", on=first)
    await finished("> [Dikelola dengan baik]\n< simpan tanpa nama")
    for button in ("Isi survei", "Nanti", "Tidak, terima kasih"):
        await finished(f"> [{button}] di 9 pertanyaan\n! sudah diisi")
    assert [one.scores for one in await responses(counter)] == [SCORES]
    await budi("> menu")
    for action in ("survey_start", "survey_no"):
        budi.phone.forge_tap(f"c.{action}.1", on=budi.phone.newest)
        await counter.settle()
    assert await invitation(counter) == "answered"
    assert invited is not None


@only("telegram")
async def test_somebody_elses_question_cannot_be_answered(counter: Counter, finished: Read, budi: Read) -> None:
    await finished("> [Isi survei]")
    form = await counter.loket.database.run(lambda uow: uow.forms.for_case(1, "survey"))
    assert form is not None
    await budi("> menu")
    budi.phone.forge_tap(f"f{form.id}.persyaratan.1", on=budi.phone.newest)
    budi.phone.forge_tap("c.survey_no.1", on=budi.phone.newest)
    await counter.settle()
    after = await counter.loket.database.run(lambda uow: uow.forms.for_case(1, "survey"))
    assert after is not None
    assert "persyaratan" not in after.answers
    assert await invitation(counter) == "invited"


@only("telegram")
async def test_a_repeated_message_answers_once(counter: Counter, finished: Read) -> None:
    await finished("> [Isi survei]\n> 3\n< 2 dari 9")
    counter.simulator.updates.repeat()
    await counter.settle()
    assert finished.news == []


@only("telegram")
async def test_it_speaks_english_with_those_who_chose_it(counter: Counter, finished: Read) -> None:
    await finished("> /bahasa\n> [English]")
    await finished("> survey\n< This survey is anonymous … 1 of 9. … [Do not fit] [Fit very well]\n> Fit\n< 2 of 9")
    await finished("> 4\n> 4\n> free\n> 4\n> 1\n> 4\n> 4\n> 4\n< Please tell us … [Skip]")
    await finished("> skip\n< We keep your answers without your name")
    [response] = await responses(counter)
    assert (response.scores["persyaratan"], response.scores["kompetensi"], response.why) == (3, 1, "")


@only("telegram")
async def test_it_is_reminded_of_once(counter: Counter, finished: Read) -> None:
    await finished("> [Nanti]\n< ketik survei")
    await counter.wait(days=1)
    assert finished.news == []
    await counter.wait(days=1)
    await finished("< masih dapat diisi … tidak kami ingatkan lagi [Isi survei] [Tidak, terima kasih]")
    for _ in range(5):
        await counter.wait(days=1)
    assert finished.news == []
    assert await invitation(counter) == "reminded"
    await finished("> [Isi survei]\n< 1 dari 9")


@only("telegram")
async def test_nobody_is_reminded_after_stop(counter: Counter, finished: Read) -> None:
    await finished("> stop\n< tidak mengirim kabar lagi")
    for _ in range(5):
        await counter.wait(days=1)
    assert finished.news == []
    assert await invitation(counter) == "invited"


@only("whatsapp")
async def test_nobody_is_knocked_out_of_bed_for_a_survey(counter: Counter, finished: Read) -> None:
    finished.look_away()
    await counter.wait(days=2)
    assert finished.news == [], "the window is shut: no knock for a survey"
    await finished("> menu")
    await counter.move_to(datetime(2026, 11, 27, 1, 5, tzinfo=UTC))
    assert [message.text for message in finished.news if "masih dapat diisi" in message.text]
