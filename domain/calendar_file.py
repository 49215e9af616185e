"""Reads the office's calendar and names every mistake in it at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.calendar import Calendar, CallRules, Period, Ramadan, Week
from domain.office_file import OfficeMistakes, Table
from domain.toml_lines import NO_LINES, Lines

WEEKDAYS: Final = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

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
    week = _week(root.table("jam_kantor"))
    if not any(week):
        root.wrong("jam_kantor", "sedikitnya satu hari harus memiliki jam")
    leave = root.table("libur", optional=True)
    undisturbed = root.table("jam_wajar")
    calendar = Calendar(
        zone=_zone(root),
        zone_label=root.text("singkatan_zona"),
        week=week,
        ramadan_week=_week(root.table("jam_ramadan")) if root.has("ramadan") else week,
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
        length=timedelta(minutes=table.number("lama_menit", least=5)),
        capacity=table.number("kapasitas", least=1),
        notice=timedelta(hours=table.number("paling_lambat_dipesan_jam")),
        horizon=table.number("hari_kerja_ke_depan", least=1),
        change_notice=timedelta(hours=table.number("paling_lambat_diubah_jam")),
        max_changes=table.number("paling_banyak_diubah"),
    )
    table.finish()
    return rules


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


def _week(table: Table) -> Week:
    week = _days(table)
    table.finish()
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
    if text:
        table.wrong(key, f'"{text}" bukan rentang jam; tulis seperti "07.30-12.00"')
    return _NEVER


def _wall(hour: str, minute: str) -> time:
    return time(int(hour), int(minute))
