"""What the schedule owes, to whom and when; however often and late it looks, nobody is told twice."""

from datetime import timedelta

import pytest

from domain.cases import Event, State
from domain.messages import Address
from tests.handlers.conftest import ADI, RINA, SITI, TONO, VERA, Day, wib
from tests.offices import GROUP


def told(news: list[tuple[str, str]], words: str) -> list[str]:
    """The chats that were told something with these words, in order."""
    return sorted(chat for chat, text in news if words in text)


def test_the_clock_climbs_from_the_holder_to_the_admin(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    assert case.due_at == wib("2026-07-17 09:00")
    day.tap(VERA, f"s.take.{case.id}")
    assert told(day.tick("2026-07-16 20:59"), "batas") == []
    assert told(day.tick("2026-07-16 21:00"), "batas") == [], "half the time has passed, but nobody is in the office"
    assert told(day.tick("2026-07-17 04:11"), "batas") == []
    assert told(day.tick("2026-07-17 04:12"), "sisa") == sorted([GROUP, VERA])
    assert told(day.tick("2026-07-17 09:00"), "batas") == []
    late = day.tick("2026-07-17 09:01")
    assert told(late, "TERLAMBAT") == sorted([GROUP, ADI])
    assert told(late, "Mohon maaf") == [SITI]
    assert day.tick("2026-07-17 09:02") == []
    assert ("schedule", "late") in day.story(case)


def test_half_of_the_time_is_told_to_the_holder_in_office_hours(day: Day) -> None:
    day.now = wib("2026-07-15 09:00")
    case = day.booked("2026-07-16 13:30")
    day.now = wib("2026-07-16 22:00")
    day.match_everything(case)
    day.tap(RINA, f"s.pass.{case.id}", private=True)
    day.tap(VERA, f"s.take.{case.id}")
    assert told(day.tick("2026-07-17 09:59"), "sisa") == []
    assert told(day.tick("2026-07-17 10:00"), "sisa") == [VERA]
    assert told(day.tick("2026-07-17 10:01"), "sisa") == []


def test_half_of_the_time_is_told_to_the_group_when_nobody_holds_the_case(day: Day) -> None:
    day.now = wib("2026-07-15 09:00")
    case = day.booked("2026-07-16 13:30")
    day.now = wib("2026-07-16 22:00")
    day.match_everything(case)
    day.tap(RINA, f"s.pass.{case.id}", private=True)
    assert told(day.tick("2026-07-17 10:00"), "sisa") == [GROUP]


def test_after_a_standstill_only_the_newest_mark_is_told(day: Day) -> None:
    day.verified("2026-07-16 09:00")
    news = day.tick("2026-07-18 23:00")
    assert told(news, "sisa") == []
    assert told(news, "TERLAMBAT") == sorted([GROUP, ADI])
    assert day.tick() == []


def test_a_provider_hears_of_a_broken_promise_in_the_morning(day: Day) -> None:
    case = day.booked("2026-07-16 09:00")
    day.now = wib("2026-07-16 21:30")
    day.match_everything(case)
    day.tap(RINA, f"s.pass.{case.id}", private=True)
    day.tick("2026-07-17 21:31")
    [due] = day.connection.exec_driver_sql("SELECT due_at FROM outbox WHERE key LIKE '%:provider'").scalars()
    assert str(due).startswith("2026-07-18 00:00"), "seven in the morning at the office"


def test_a_new_pass_after_a_sending_back_is_reminded_of_anew(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    assert told(day.tick("2026-07-17 05:00"), "sisa") == sorted([GROUP, VERA])
    day.now = wib("2026-07-17 08:00")
    day.tap(VERA, f"s.send_back.{case.id}")
    day.explain(VERA, "Belum lengkap")
    assert told(day.tick("2026-07-17 10:00"), "TERLAMBAT") == []
    returned = day.uow.cases.get(case.id)
    due = wib("2026-07-21 09:00")
    for event in (Event.SUBMIT, Event.COMPLETE, Event.BOOK):
        day.uow.cases.move(day.uow.cases.get(case.id), event, day.now)
    day.uow.cases.move(day.uow.cases.get(case.id), Event.PASS, day.now, verified_at=wib("2026-07-20 09:00"), due_at=due)
    assert returned.due_at is None
    assert told(day.tick("2026-07-21 05:00"), "sisa") == sorted([GROUP, VERA])


def test_a_case_that_nobody_takes_climbs_in_office_hours(day: Day) -> None:
    day.now = wib("2026-07-15 15:00")
    case = day.submitted()
    words = "belum diambil"
    assert told(day.tick("2026-07-15 20:00"), words) == []
    assert told(day.tick("2026-07-16 08:29"), words) == []
    assert told(day.tick("2026-07-16 08:30"), words) == [GROUP]
    assert told(day.tick("2026-07-16 08:31"), words) == []
    assert told(day.tick("2026-07-16 10:30"), words) == [RINA, TONO], "a verifikator cannot take it"
    assert told(day.tick("2026-07-16 15:30"), words) == [ADI]
    day.tap(RINA, f"s.take.{case.id}", private=True)
    assert day.holder(case) == RINA
    assert told(day.tick("2026-07-17 15:30"), words) == []


def test_calls_are_reminded_of_the_day_before_an_hour_and_ten_minutes(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    assert told(day.tick("2026-07-15 08:59"), case.number) == []
    [reminder] = [text for chat, text in day.tick("2026-07-15 09:00") if chat == SITI]
    assert "Kamis, 16 Juli 2026 pukul 09.00 WIB" in reminder
    assert "KTP Direktur" in reminder
    assert "https://" not in reminder
    assert day.links() == [(SITI, "https://meet.jit.si/room")]
    assert told(day.tick("2026-07-15 09:01"), case.number) == []
    assert told(day.tick("2026-07-16 08:00"), "Mengingatkan") == [SITI]
    assert told(day.tick("2026-07-16 08:50"), "10 menit lagi") == sorted([SITI, RINA])
    assert told(day.tick("2026-07-16 08:51"), case.number) == []


def test_a_time_is_offered_to_be_changed_only_while_it_can_be(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    day.booked("2026-07-16 09:00")
    offered = "SELECT count(*) FROM outbox WHERE chat = '501' AND rows LIKE '%c.reschedule.%'"
    assert told(day.tick("2026-07-15 09:00"), "Mengingatkan") == [SITI]
    assert day.connection.exec_driver_sql(offered).scalar_one() == 1
    assert told(day.tick("2026-07-16 08:00"), "Mengingatkan") == [SITI]
    assert day.connection.exec_driver_sql(offered).scalar_one() == 1


def test_after_a_standstill_only_the_newest_reminder_of_a_call_goes_out(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    news = day.tick("2026-07-16 08:55")
    assert told(news, case.number) == sorted([SITI, RINA])
    assert told(news, "dimulai 5 menit lagi") == sorted([SITI, RINA])


def test_what_was_booked_late_is_not_reminded_of_at_once(day: Day) -> None:
    day.now = wib("2026-07-15 15:00")
    case = day.booked("2026-07-16 09:00")
    assert told(day.tick("2026-07-15 15:01"), case.number) == []
    assert told(day.tick("2026-07-16 08:00"), "Mengingatkan") == [SITI]


def test_a_reminder_that_can_wait_does_not_come_at_night(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    day.booked("2026-07-16 09:00")
    assert told(day.tick("2026-07-15 22:00"), "Mengingatkan") == []
    assert told(day.tick("2026-07-16 07:00"), "Mengingatkan") == [SITI]


def test_at_the_booked_time_both_sides_get_the_way_in(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    assert told(day.tick("2026-07-16 09:00"), "dimulai sekarang") == [SITI]
    chat, text, _ = day.post(f"sheet:{case.id}")
    assert chat == RINA
    assert "+6281234567890" in text
    assert told(day.tick("2026-07-16 09:01"), case.number) == []


def test_a_call_that_nobody_holds_is_offered_to_the_group(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    day.booked("2026-07-16 09:00", holder=None)
    assert told(day.tick("2026-07-16 09:00"), "belum ada pemegangnya") == [GROUP]
    assert told(day.tick("2026-07-16 09:01"), "belum ada pemegangnya") == []
    assert told(day.tick("2026-07-16 09:10"), "hasilnya belum dicatat") == [GROUP]


def test_a_call_without_a_result_is_asked_for_and_nothing_is_decided(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    day.tick("2026-07-16 09:00")
    day.show_posts()
    assert told(day.tick("2026-07-16 09:10"), "hasilnya belum dicatat") == [RINA]
    assert [chat for chat, _ in day.taken_back()] == [RINA], "the sheet comes again, below"
    assert told(day.tick("2026-07-16 09:11"), "hasilnya belum dicatat") == []
    assert day.state(case) is State.BOOKED


def test_nobody_is_asked_for_a_result_in_the_middle_of_a_call(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    day.tick("2026-07-16 09:00")
    day.tap(RINA, f"s.attended_direktur.{case.id}", private=True)
    assert told(day.tick("2026-07-16 09:10"), "hasilnya belum dicatat") == []
    assert told(day.tick("2026-07-16 10:00"), "hasilnya belum dicatat") == [RINA]


def test_after_a_long_standstill_a_past_call_is_only_asked_for(day: Day) -> None:
    day.now = wib("2026-07-14 09:00")
    case = day.booked("2026-07-16 09:00")
    news = day.tick("2026-07-17 09:00")
    assert told(news, "hasilnya belum dicatat") == [RINA]
    assert told(news, "dimulai sekarang") == []
    chat, _, buttons = day.post(f"sheet:{case.id}")
    assert (chat, f"s.miss.{case.id}" in buttons) == (RINA, True)


def test_silent_providers_are_nudged_warned_and_left_to_sleep(day: Day) -> None:
    day.now = wib("2026-07-01 09:00")  # a Wednesday
    case = day.complete()
    waiting = "menunggu Bapak/Ibu memilih jadwal"
    assert told(day.tick("2026-07-03 08:00"), waiting) == []
    assert told(day.tick("2026-07-06 07:00"), waiting) == [], "the office is not open yet"
    assert told(day.tick("2026-07-06 08:00"), waiting) == [SITI]
    assert told(day.tick("2026-07-06 08:01"), waiting) == []
    assert told(day.tick("2026-07-07 08:00"), waiting) == []
    [warning] = [text for chat, text in day.tick("2026-07-10 08:00") if chat == SITI]
    assert "sampai Selasa, 21 Juli 2026" in warning
    assert told(day.tick("2026-07-20 08:00"), "hentikan sementara") == []
    assert told(day.tick("2026-07-21 08:00"), "hentikan sementara") == [SITI]
    now = day.uow.cases.get(case.id)
    assert (now.state, now.slept_in) == (State.DORMANT, State.COMPLETE)
    assert day.story(case)[-1] == ("schedule", "slept")


def test_nobody_sleeps_without_a_warning_even_after_a_standstill(day: Day) -> None:
    day.now = wib("2026-07-01 09:00")
    case = day.complete()
    assert told(day.tick("2026-08-03 08:00"), "masih menunggu Bapak/Ibu") == [SITI]
    assert told(day.tick("2026-08-04 08:00"), case.number) == []
    assert day.state(case) is State.COMPLETE
    day.tick("2026-08-12 08:00")
    assert day.state(case) is State.DORMANT


def test_a_provider_who_is_at_work_is_not_nudged(day: Day) -> None:
    day.now = wib("2026-07-01 09:00")
    case = day.uow.cases.begin(day.siti, "registrasi", day.now, Address("telegram", SITI))
    form = day.uow.forms.begin(day.siti, "registration", case.id, day.now)
    day.uow.forms.save(form, {"about": "go"}, wib("2026-07-03 09:00"))
    assert told(day.tick("2026-07-06 08:00"), "belum dikirim") == []
    assert told(day.tick("2026-07-08 08:00"), "belum dikirim") == [SITI]
    day.tick("2026-07-14 08:00")
    day.tick("2026-07-23 08:00")
    assert day.state(case) is State.DORMANT
    assert day.uow.forms.open_before(day.siti) is None
    assert day.uow.forms.for_case(case.id, "registration") is not None


def test_a_finished_case_is_closed_after_three_working_days(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    day.tap(VERA, f"s.resolve.{case.id}")
    day.tick("2026-07-20 08:00")
    assert day.state(case) is State.RESOLVED
    day.tick("2026-07-21 08:00")
    assert day.state(case) is State.CLOSED


def test_the_digest_comes_at_the_first_opening_of_a_working_day(day: Day) -> None:
    day.submitted()
    assert told(day.tick("2026-07-16 07:29"), "Rekap") == []
    assert told(day.tick("2026-07-16 07:30"), "Rekap") == [GROUP]
    assert told(day.tick("2026-07-16 13:00"), "Rekap") == []
    assert told(day.tick("2026-07-18 08:00"), "Rekap") == [], "a Saturday"
    day.write(ADI, "/libur 2026-07-20 banjir")
    assert told(day.tick("2026-07-20 08:00"), "Rekap") == []
    assert told(day.tick("2026-07-21 08:29"), "Rekap") == [GROUP]
    assert told(day.tick("2026-07-22 08:30"), "Rekap") == [], "too late for a digest of the morning"


def test_a_call_that_nobody_holds_is_told_to_the_group_while_there_is_time(day: Day) -> None:
    case = day.booked("2026-07-16 09:00", holder=None)
    day.tick("2026-07-16 08:00")
    news = day.tick("2026-07-16 08:50")
    assert told(news, "dimulai 10 menit lagi") == sorted([GROUP, SITI])
    assert day.post(f"card:{case.id}")[2] == [f"s.take.{case.id}"]


def test_a_day_that_is_closed_at_short_notice_does_not_count(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    said = day.write(ADI, "/libur 2026-07-17 banjir")
    assert "REG-2026-0001: Senin, 20 Juli pukul 09.00" in said
    assert day.uow.cases.get(case.id).due_at == wib("2026-07-20 09:00")
    assert "Batas Sen 20 Jul 09.00" in day.post(f"card:{case.id}")[1]
    assert told(day.tick("2026-07-17 09:01"), "TERLAMBAT") == []
    assert told(day.tick("2026-07-20 09:01"), "TERLAMBAT") == sorted([GROUP, ADI])


def test_a_day_that_is_opened_again_counts_again(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    day.write(ADI, "/libur 2026-07-17 banjir")
    day.write(ADI, "/libur buka 2026-07-17")
    assert day.uow.cases.get(case.id).due_at == wib("2026-07-17 09:00")
    texts = day.connection.exec_driver_sql(f"SELECT text FROM outbox WHERE chat = '{SITI}'").scalars().all()
    assert len([text for text in texts if "Hari kerja kantor berubah" in text]) == 2


def test_a_broken_promise_stays_broken(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    day.now = wib("2026-07-17 09:30")
    day.write(ADI, "/libur 2026-07-17 banjir")
    assert day.uow.cases.get(case.id).due_at == wib("2026-07-17 09:00")


def test_a_card_says_since_when_in_a_way_that_is_still_true_tomorrow(day: Day) -> None:
    case = day.submitted()
    day.tap(RINA, f"s.take.{case.id}")
    assert "sejak 09.00" in day.post(f"card:{case.id}")[1]
    day.tick("2026-07-16 07:30")
    assert "sejak Rab 15 Jul" in day.post(f"card:{case.id}")[1]


def test_a_reminder_brings_the_card_that_nobody_took_to_the_end_of_the_chat(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")
    day.show_posts()
    before = day.taken_back()
    day.tick("2026-07-17 04:12")
    assert [chat for chat, _ in day.taken_back()[len(before) :]] == [GROUP]
    assert day.post(f"card:{case.id}")[2] == [f"s.take.{case.id}"]


def test_cards_of_running_clocks_are_renewed_twice_an_hour(day: Day) -> None:
    case = day.verified("2026-07-16 09:00")

    def left() -> str:
        return day.post(f"card:{case.id}")[1].split("sisa ")[1].splitlines()[0]

    assert left() == "1 hari"
    day.tick("2026-07-16 10:00")
    assert left() == "23 jam"
    day.tick("2026-07-16 10:20")
    assert left() == "23 jam"
    day.tick("2026-07-16 10:31")
    assert left() == "22 jam 29 menit"


@pytest.mark.parametrize("minutes", [5, 61])
def test_however_often_the_clock_is_looked_at_everything_is_told_once(day: Day, minutes: int) -> None:
    day.now = wib("2026-07-14 09:00")
    day.booked("2026-07-16 09:00")
    day.submitted()
    while day.now < wib("2026-07-16 12:00"):
        day.now += timedelta(minutes=minutes)
        day.tick()
    keys = day.connection.exec_driver_sql("SELECT key FROM outbox WHERE key IS NOT NULL").scalars().all()
    assert len(keys) == len(set(keys))
    assert len([key for key in keys if key.startswith("call:1440:")]) == 1
    texts = day.connection.exec_driver_sql("SELECT chat || text FROM outbox").scalars().all()
    assert len(texts) == len(set(texts))
