"""Indonesia's holidays are known, and only Indonesia's."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from domain.holidays_id import indonesian_holidays

LOADED = """
import sys
from domain.holidays_id import indonesian_holidays
indonesian_holidays(2026)
print(*sorted(name for name in sys.modules if name.startswith("holidays.countries.")))
"""


def test_national_days_and_shared_leave_are_known() -> None:
    days = indonesian_holidays(2026)
    assert days[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert any(name.startswith("Cuti Bersama") for name in days.values())


def test_no_other_country_takes_time_and_memory() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["holidays.countries.indonesia"]
