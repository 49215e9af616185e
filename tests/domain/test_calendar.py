"""The office's calendar: holidays, hours, Ramadan, closures, and when nobody is disturbed."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Interval, Period
from domain.calendar_file import CalendarMistakes, parse_calendar
from domain.holidays_id import indonesian_holidays
from tests.domain.offices import MAKASSAR_CALENDAR, bogor, bogor_calendar, makassar_calendar, noon, wib

# SKB 3 Menteri as known in November 2026: a change here means that due times have changed.
NATIONAL = {
    2024: (
        "01-01 02-08 02-10 02-14 03-11 03-29 03-31 04-10 04-11 05-01 05-09 05-23 06-01 06-17 07-07 "
        "08-17 09-16 11-27 12-25"
    ),
    2025: ("01-01 01-27 01-29 03-29 03-31 04-01 04-18 04-20 05-01 05-12 05-29 06-01 06-06 06-27 08-17 09-05 12-25"),
    2026: ("01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25"),
    2027: (
        "01-01 01-05 02-06 03-08 03-10 03-11 03-26 03-28 05-01 05-06 05-17 05-20 06-01 06-06 08-15 08-17 12-25 12-26"
    ),
}
SHARED_LEAVE = {
    2024: "02-09 03-12 04-08 04-09 04-12 04-15 05-10 05-24 06-18 12-26",
    2025: "01-28 03-28 04-02 04-03 04-04 04-07 05-13 05-30 06-09 08-18 12-26",
    2026: "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
    2027: "02-05 03-09 03-12 03-15 03-25 05-18 05-19 12-24",
}

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2024, 1, 1), date(2027, 11, 1))


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_holidays_of_a_known_year_have_not_changed(year: int) -> None:
    found = indonesian_holidays(year)
    leave = [f"{day:%m-%d}" for day in sorted(found) if found[day].startswith("Cuti Bersama")]
    assert leave == SHARED_LEAVE[year].split()
    assert [f"{day:%m-%d}" for day in sorted(found) if f"{day:%m-%d}" not in leave] == NATIONAL[year].split()


def test_a_year_without_shared_leave_is_named() -> None:
    assert bogor_calendar().years_without_data(range(2024, 2030)) == (2028, 2029)


def test_shared_leave_that_the_office_added_counts_as_known() -> None:
    settings_ = bogor("calendar.toml")
    settings_["libur"]["tambah"] = [{"tanggal": date(2028, 12, 26), "nama": "Cuti bersama Natal"}]
    calendar = parse_calendar(settings_, indonesian_holidays)
    assert calendar.years_without_data(range(2027, 2030)) == (2029,)
    assert not calendar.is_working_day(date(2028, 12, 26))


def test_a_year_without_ramadan_is_named() -> None:
    assert bogor_calendar().years_without_ramadan(range(2026, 2029)) == (2028,)


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 8, 17), "Hari Kemerdekaan Republik Indonesia"),
        (date(2026, 12, 24), "Cuti Bersama Hari Raya Natal"),
        (date(2026, 11, 24), None),
        (date(2026, 11, 28), None),
    ],
)
def test_a_holiday_has_its_name(day: date, holiday: str | None) -> None:
    assert bogor_calendar().holiday(day) == holiday


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 8, 17), False),
        (date(2026, 12, 24), False),
    ],
)
def test_the_office_works_from_monday_to_friday_except_on_holidays(day: date, works: bool) -> None:
    assert bogor_calendar().is_working_day(day) is works


def test_an_office_adds_and_removes_holidays() -> None:
    settings_ = bogor("calendar.toml")
    settings_["libur"] = {
        "tambah": [{"tanggal": date(2026, 11, 25), "nama": "Pemilihan ulang"}],
        "hapus": [{"tanggal": date(2026, 8, 25), "nama": "Maulid bergeser"}],
    }
    calendar = parse_calendar(settings_, indonesian_holidays)
    assert calendar.holiday(date(2026, 11, 25)) == "Pemilihan ulang"
    assert calendar.is_working_day(date(2026, 8, 25))


def test_staff_close_the_office_and_the_calendar_before_stays_as_it_was() -> None:
    before, flood = bogor_calendar(), date(2026, 11, 25)
    after = before.closing({flood: "Banjir"}).closing({date(2026, 11, 26): "Masih banjir"})
    assert [before.is_working_day(flood), after.is_working_day(flood)] == [True, False]
    assert after.holiday(flood) == "Banjir"
    assert after.next_working_day(date(2026, 11, 24)) == date(2026, 11, 27)


def test_hours_are_split_by_the_break_and_come_in_utc() -> None:
    assert bogor_calendar().hours_on(date(2026, 11, 24)) == (
        Interval(datetime(2026, 11, 24, 0, 30, tzinfo=UTC), datetime(2026, 11, 24, 5, tzinfo=UTC)),
        Interval(datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    ("monday", "hours"),
    [(date(2026, 11, 23), 37.5), (date(2026, 3, 2), 32.5), (date(2027, 2, 8), 32.5)],
)
def test_a_week_has_the_hours_of_perpres_21_2023(monday: date, hours: float) -> None:
    week = (monday + timedelta(days=day) for day in range(7))
    worked = sum((open_.end - open_.start for day in week for open_ in bogor_calendar().hours_on(day)), timedelta())
    assert worked == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-24 07:00", "2026-11-24 07:30"),
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 12:00", "2026-11-24 13:00"),
        ("2026-11-24 16:00", "2026-11-25 07:30"),
        ("2026-11-27 12:30", "2026-11-27 13:00"),
        ("2026-11-27 16:30", "2026-11-30 07:30"),
        ("2026-03-16 16:00", "2026-03-17 08:00"),
        ("2026-03-17 15:30", "2026-03-25 07:30"),
    ],
)
def test_the_next_opening_is_now_or_when_somebody_comes(now: str, opening: str) -> None:
    assert bogor_calendar().next_opening(wib(now)) == wib(opening)
    assert bogor_calendar().is_open(wib(now)) is (now == opening)


@pytest.mark.parametrize(
    ("start", "until", "hours"),
    [
        ("2026-11-24 11:00", "2026-11-24 14:00", 2),
        ("2026-11-27 16:00", "2026-11-30 08:00", 1),
        ("2026-11-28 08:00", "2026-11-29 20:00", 0),
        ("2026-11-24 10:00", "2026-11-24 09:00", 0),
        ("2026-11-24 10:00", "2026-11-23 10:00", 0),
    ],
)
def test_open_time_leaves_out_breaks_nights_and_days_off(start: str, until: str, hours: int) -> None:
    assert bogor_calendar().open_time(wib(start), wib(until)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "next_"),
    [
        ("2026-11-28 06:59", "2026-11-28 07:00"),
        ("2026-11-28 07:00", "2026-11-28 07:00"),
        ("2026-11-28 19:59", "2026-11-28 19:59"),
        ("2026-11-28 20:00", "2026-11-29 07:00"),
    ],
)
def test_nobody_is_disturbed_in_the_evening_or_at_night(now: str, next_: str) -> None:
    assert bogor_calendar().next_civil(wib(now)) == wib(next_)
    assert bogor_calendar().is_civil(wib(now)) is (now == next_)


def test_working_days_are_counted_over_weekends_and_holidays() -> None:
    assert bogor_calendar().working_day_after(date(2026, 12, 22), 3) == date(2026, 12, 29)


def test_a_day_is_the_day_at_the_office() -> None:
    assert bogor_calendar().today(datetime(2026, 11, 24, 17, 30, tzinfo=UTC)) == date(2026, 11, 25)
    assert bogor_calendar().whole_day(date(2026, 11, 25)).start == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_a_moment_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        bogor_calendar().today(datetime(2026, 11, 24, 10))  # noqa: DTZ001


def test_an_office_that_never_opens_is_not_searched_for_ever() -> None:
    closed = bogor_calendar().closing({date(2026, 1, 1) + timedelta(days=day): "Tutup" for day in range(800)})
    with pytest.raises(ValueError, match="no working day"):
        closed.next_working_day(date(2026, 1, 1))


def test_another_office_has_its_own_zone_hours_and_saturdays() -> None:
    calendar = makassar_calendar()
    assert calendar.zone_label == "WITA"
    assert calendar.is_working_day(date(2026, 11, 28))
    assert calendar.hours_on(date(2026, 11, 28)) == (
        Interval(datetime(2026, 11, 28, 0, tzinfo=UTC), datetime(2026, 11, 28, 3, tzinfo=UTC)),
    )
    assert not calendar.is_working_day(date(2026, 8, 17))
    assert calendar.civil == Period(time(8), time(17))


@given(MOMENTS)
def test_at_the_next_opening_the_office_is_open_and_was_not_before(now: datetime) -> None:
    calendar = bogor_calendar()
    opening = calendar.next_opening(now)
    assert calendar.is_open(opening)
    assert opening >= now
    assert opening == now or calendar.open_time(now, opening) == timedelta()


@given(MOMENTS)
def test_the_next_civil_moment_is_civil_and_within_a_night(now: datetime) -> None:
    next_ = bogor_calendar().next_civil(now)
    assert bogor_calendar().is_civil(next_)
    assert timedelta() <= next_ - now <= timedelta(hours=11)


@given(DAYS)
def test_the_next_working_day_is_the_first_one(day: date) -> None:
    calendar = bogor_calendar()
    next_ = calendar.next_working_day(day)
    between = [day + timedelta(days=gap) for gap in range(1, (next_ - day).days)]
    assert calendar.is_working_day(next_)
    assert not any(calendar.is_working_day(other) for other in between)


@given(DAYS)
def test_the_office_is_open_at_no_time_of_a_day_off(day: date) -> None:
    calendar = bogor_calendar()
    assert bool(calendar.hours_on(day)) is calendar.is_working_day(day)
    assert calendar.today(noon(day)) == day


def _misspell_zone(file: dict[str, Any]) -> None:
    file["zona_waktu"] = "Asia/Bogor"


def _forget_zone(file: dict[str, Any]) -> None:
    del file["zona_waktu"]


def _never_open(file: dict[str, Any]) -> None:
    file["jam_kantor"] = {}
    file["panggilan"] |= {day: [] for day in ("senin", "selasa", "rabu", "kamis", "jumat")}


def _backwards(file: dict[str, Any]) -> None:
    file["jam_ramadan"]["senin"] = ["15.00-08.00"]


def _no_such_hour(file: dict[str, Any]) -> None:
    file["jam_wajar"]["setiap_hari"] = "07.00-25.00"


def _forget_the_night(file: dict[str, Any]) -> None:
    file["jam_wajar"] = {}


def _overlap(file: dict[str, Any]) -> None:
    file["jam_kantor"]["senin"] = ["07.30-13.00", "12.00-16.00"]


def _call_at_night(file: dict[str, Any]) -> None:
    file["panggilan"]["jumat"] = ["19.00-20.00"]


def _unreadable_call(file: dict[str, Any]) -> None:
    file["panggilan"]["jumat"] = ["pagi"]


def _long_ramadan(file: dict[str, Any]) -> None:
    file["ramadan"][0]["sampai"] = date(2026, 4, 30)


def _remove_a_plain_day(file: dict[str, Any]) -> None:
    file["libur"]["hapus"] = [{"tanggal": date(2026, 11, 24), "nama": "Salah"}]


def _remove_nothing(file: dict[str, Any]) -> None:
    file["libur"]["hapus"] = [{"nama": "Salah"}]


def _no_ramadan_hours(file: dict[str, Any]) -> None:
    del file["jam_ramadan"]


def _quote_a_date(file: dict[str, Any]) -> None:
    file["ramadan"][1]["mulai"] = "2027-02-08"
    file["ramadan"][1]["sampai"] = "2027-03-09"


def _misspell_a_day(file: dict[str, Any]) -> None:
    file["jam_kantor"]["jum'at"] = file["jam_kantor"].pop("jumat")
    file["panggilan"]["jumat"] = []


@pytest.mark.parametrize(
    ("spoil", "mistakes"),
    [
        (
            _misspell_zone,
            ('zona_waktu: "Asia/Bogor" bukan zona waktu; misalnya Asia/Jakarta, Asia/Makassar, Asia/Jayapura',),
        ),
        (_forget_zone, ("zona_waktu: wajib diisi",)),
        (
            _never_open,
            (
                "jam_kantor: sedikitnya satu hari harus memiliki jam",
                "panggilan.senin: sedikitnya satu hari harus memiliki jam panggilan",
            ),
        ),
        (_backwards, ('jam_ramadan.senin: "15.00-08.00" bukan rentang jam; tulis seperti "07.30-12.00"',)),
        (_no_such_hour, ('jam_wajar.setiap_hari: "07.00-25.00" bukan rentang jam; tulis seperti "07.30-12.00"',)),
        (_forget_the_night, ("jam_wajar.setiap_hari: wajib diisi",)),
        (_overlap, ("jam_kantor.senin: jam harus berurutan dan tidak tumpang-tindih",)),
        (_call_at_night, ("panggilan.jumat: 19.00-20.00 berada di luar jam_kantor hari itu",)),
        (_unreadable_call, ('panggilan.jumat: "pagi" bukan rentang jam; tulis seperti "07.30-12.00"',)),
        (_long_ramadan, ("ramadan[0].sampai: harus sesudah mulai, paling lama 30 hari",)),
        (
            _remove_a_plain_day,
            ("libur.hapus[0].tanggal: 2026-11-24 memang bukan hari libur, jadi tidak ada yang dihapus",),
        ),
        (_remove_nothing, ("libur.hapus[0].tanggal: wajib diisi",)),
        (_no_ramadan_hours, ("jam_ramadan: wajib diisi",)),
        (
            _quote_a_date,
            (
                "ramadan[1].mulai: harus berupa tanggal seperti 2026-02-19",
                "ramadan[1].sampai: harus berupa tanggal seperti 2026-02-19",
            ),
        ),
        (_misspell_a_day, ('jam_kantor.jum\'at: tidak dikenal; mungkin maksudnya "jumat"?',)),
    ],
)
def test_a_mistake_in_the_calendar_is_named_with_its_place(
    spoil: Callable[[dict[str, Any]], None], mistakes: tuple[str, ...]
) -> None:
    file = bogor("calendar.toml")
    spoil(file)
    with pytest.raises(CalendarMistakes) as found:
        parse_calendar(file, indonesian_holidays)
    assert found.value.mistakes == mistakes


def test_all_mistakes_are_named_at_once() -> None:
    file = tomllib.loads(MAKASSAR_CALENDAR)
    file["panggilan"] |= {"kapasitas": 0, "lama_menit": "30"}
    file["libur"] = {"tambah": [{"tanggal": date(2026, 1, 2)}]}
    file["ramadan"] = [{"nama": "Ramadan 1447 H", "mulai": date(2026, 2, 19), "sampai": date(2026, 2, 18)}]
    with pytest.raises(CalendarMistakes) as found:
        parse_calendar(file, indonesian_holidays)
    assert found.value.mistakes == (
        "jam_ramadan: wajib diisi",
        "ramadan[0].sampai: harus sesudah mulai, paling lama 30 hari",
        "libur.tambah[0].nama: wajib diisi",
        "panggilan.lama_menit: harus berupa bilangan bulat",
        "panggilan.kapasitas: paling sedikit 1, tertulis 0",
    )
