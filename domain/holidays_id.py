"""Indonesia's holidays: the national ones and the shared leave days (cuti bersama), year by year."""

import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType, ModuleType

import holidays

COUNTRIES = "holidays.countries"


@cache
def indonesian_holidays(year: int) -> Mapping[date, str]:
    """The days of one year on which no office works, with their Indonesian names (SKB 3 Menteri on holidays and leave).

    Islamic holidays of coming years are estimates until they are decreed.
    """
    _leave_the_others()
    found = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})


def _leave_the_others() -> None:
    """The package loads 250 countries to look into one, at 8 MB and most of a second: here it finds an empty shelf."""
    if COUNTRIES not in sys.modules and (spec := find_spec(COUNTRIES)) is not None:
        shelf = ModuleType(COUNTRIES)
        shelf.__path__ = spec.submodule_search_locations or []
        sys.modules[COUNTRIES] = shelf
