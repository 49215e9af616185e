"""Reads the office's calendar and names every mistake in it at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, CallRules, Period, Ramadan, Week
from domain.office_file import OfficeMistakes, Table
from domain.toml_lines import NO_LINES, Lines

WEEKDAYS: Final = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

LONGEST_CALL: Final = 240  # minutes
MOST_CALLS: Final = 100
FURTHEST: Final = 90
"""Working days; whoever looks for a time looks through all of them."""

_PERIOD: Final = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})")
_NEVER: Final = Period(time.min, time.min)


class CalendarMistakes(OfficeMistakes):
    """Everything that is wrong in a calendar."""


def parse_calendar(
    mapping: Mapping[str, Any], public_holidays: Callable[[int], Mapping[date, str]], lines: Lines = NO_LINES
) -> Calendar:
    """The calendar from the read file; CalendarMistakes names everything that is wrong with it."""
    mistakes: list[str] = []
    root = Table(mapping, mistakes, lines=lines)
    week = _open_week(root, "jam_kantor")
    leave = root.table("libur", optional=True)
    undisturbed = root.table("jam_wajar")
    calendar = Calendar(
        zone=_zone(root),
        zone_label=root.text("singkatan_zona"),
        week=week,
        ramadan_week=_open_week(root, "jam_ramadan") if root.has("ramadan") else week,
        ramadans=tuple(_ramadan(table) for table in root.tables("ramadan")),
        public_holidays=public_holidays,
        added=dict(_named_day(table) for table in leave.tables("tambah")),
        removed=dict(_removed_day(table, public_holidays) for table in leave.tables("hapus")),
        calls=_calls(root.table("panggilan"), week),
        civil=_period(undisturbed, "setiap_hari", undisturbed.text("setiap_hari")),
    )
    _apart(root, calendar.ramadans)
    leave.finish()
    undisturbed.finish()
    root.finish("jam_ramadan")
    if mistakes:
        raise CalendarMistakes(mistakes)
    return calendar


def _zone(root: Table) -> ZoneInfo:
    name = root.text("zona_waktu")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        if name:
            root.wrong("zona_waktu", f'"{name}" bukan zona waktu; misalnya Asia/Jakarta, Asia/Makassar, Asia/Jayapura')
    return ZoneInfo("UTC")


def _calls(table: Table, office_week: Week) -> CallRules:
    week = _days(table)
    for name, calls, office in zip(WEEKDAYS, week, office_week, strict=True):
        for call in calls:
            if call is not _NEVER and not any(hours.holds(call) for hours in office):
                table.wrong(name, f"{call.start:%H.%M}-{call.end:%H.%M} berada di luar jam_kantor hari itu")
    rules = CallRules(
        week=week,
        length=timedelta(minutes=table.number("lama_menit", least=5, most=LONGEST_CALL)),
        capacity=table.number("kapasitas", least=1, most=MOST_CALLS),
        notice=timedelta(hours=table.number("paling_lambat_dipesan_jam")),
        horizon=table.number("hari_kerja_ke_depan", least=1, most=FURTHEST),
        change_notice=timedelta(hours=table.number("paling_lambat_diubah_jam")),
        max_changes=table.number("paling_banyak_diubah"),
    )
    _bookable(table, rules)
    table.finish()
    return rules


def _bookable(table: Table, rules: CallRules) -> None:
    """Where nothing can ever be booked, every case would stop in the middle."""
    if not any(rules.week):
        table.wrong("senin", "sedikitnya satu hari harus memiliki jam panggilan")
    for name, periods in zip(WEEKDAYS, rules.week, strict=True):
        for period in periods:
            if period is not _NEVER and _length(period) < rules.length:
                minutes = rules.length // timedelta(minutes=1)
                table.wrong(name, f"{period.start:%H.%M}-{period.end:%H.%M} lebih pendek dari lama_menit ({minutes})")
    if rules.notice >= timedelta(days=rules.horizon):
        table.wrong("paling_lambat_dipesan_jam", "melewati hari_kerja_ke_depan, jadi tidak ada jam yang dapat dipesan")


def _length(period: Period) -> timedelta:
    return datetime.combine(date.min, period.end) - datetime.combine(date.min, period.start)


def _ramadan(table: Table) -> Ramadan:
    ramadan = Ramadan(table.text("nama"), table.day("mulai"), table.day("sampai"))
    if not 0 <= (ramadan.last - ramadan.first).days <= 30:
        table.wrong("sampai", "harus sesudah mulai, paling lama 30 hari")
    table.finish()
    return ramadan


def _apart(root: Table, ramadans: Sequence[Ramadan]) -> None:
    for earlier, later in pairwise(sorted(ramadans, key=lambda one: one.first)):
        if later.first <= earlier.last:
            root.wrong("ramadan", f'"{earlier.name}" dan "{later.name}" tumpang-tindih')


def _named_day(table: Table) -> tuple[date, str]:
    found = table.day("tanggal"), table.text("nama")
    table.finish()
    return found


def _removed_day(table: Table, public_holidays: Callable[[int], Mapping[date, str]]) -> tuple[date, str]:
    day, name = _named_day(table)
    if day > date.min and day not in public_holidays(day.year):
        table.wrong("tanggal", f"{day} memang bukan hari libur, jadi tidak ada yang dihapus")
    return day, name


def _open_week(root: Table, key: str) -> Week:
    table = root.table(key)
    week = _days(table)
    table.finish()
    if root.has(key) and not any(week):
        root.wrong(key, "sedikitnya satu hari harus memiliki jam")
    return week


def _days(table: Table) -> Week:
    return tuple(_periods(table, name) for name in WEEKDAYS)


def _periods(table: Table, key: str) -> tuple[Period, ...]:
    periods = tuple(_period(table, key, text) for text in table.texts(key))
    if any(earlier.end > later.start for earlier, later in pairwise(periods)):
        table.wrong(key, "jam harus berurutan dan tidak tumpang-tindih")
    return periods


def _period(table: Table, key: str, text: str) -> Period:
    found = _PERIOD.fullmatch(text.strip())
    try:
        period = Period(_wall(found[1], found[2]), _wall(found[3], found[4])) if found else _NEVER
    except ValueError:
        period = _NEVER
    if period.start < period.end:
        return period
    if text or key in WEEKDAYS:
        table.wrong(key, f'"{text}" bukan rentang jam; tulis seperti "07.30-12.00"')
    return _NEVER


def _wall(hour: str, minute: str) -> time:
    return time(int(hour), int(minute))
