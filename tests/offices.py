"""Bogor's office as handlers know it, read from the repository's own office folder."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from conversations.wording import load_wording
from domain.calendar_file import parse_calendar
from domain.catalogue_file import parse_catalogue
from domain.holidays_id import indonesian_holidays
from domain.office_settings import parse_office_settings
from handlers.office import Office

ROOT = Path(__file__).parents[1]
GROUP = "-1001"
BOT = "loket_bot"


@cache
def bogor() -> Office:
    """The office of the repository, with a staff group."""
    calendar = parse_calendar(_read("calendar.toml"), indonesian_holidays)
    return Office(
        catalogue=parse_catalogue(_read("catalogue.toml")),
        calendar=calendar,
        settings=parse_office_settings(_read("office.toml")),
        wording=load_wording(calendar.zone, calendar.zone_label, _staff_sentences()),
        staff_chat=GROUP,
        bot_name=BOT,
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "office" / name).read_text("utf-8"))


def _staff_sentences() -> dict[str, Any]:
    folder = ROOT / "conversations" / "wording"
    return {file.suffixes[0][1:]: tomllib.loads(file.read_text("utf-8")) for file in folder.glob("staff.*.toml")}
