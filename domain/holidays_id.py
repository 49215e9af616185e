"""Indonesia's holidays: the national ones and the shared leave days (cuti bersama), year by year."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

import holidays


@cache
def indonesian_holidays(year: int) -> Mapping[date, str]:
    """The days of one year on which no office works, with their Indonesian names (SKB 3 Menteri on holidays and leave).

    The first call takes a second or two. Islamic holidays of coming years are estimates until they are decreed.
    """
    found = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})
