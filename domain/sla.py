"""The promise of the standard: finished within 1x24 hours, counted on working days only.

The standard says "maksimal 1x24 jam (hari kerja) setelah berkas lengkap diverifikasi" (service standard, nos. 5, 12
and 19; SOP-LPSE.KTBGR-020 and -021). It is read literally: 24 hours by the clock, of which only those lying on working
days count.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.calendar import Calendar, Interval


def due(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """When so many hours have passed; the last of them may end at midnight."""
    left = timedelta(hours=hours)
    spans = _working_spans(start, calendar)
    span = next(spans)
    while left > span.end - span.start:
        left -= span.end - span.start
        span = next(spans)
    return span.start + left


def moment(start: datetime, hours: float, calendar: Calendar, fraction: float) -> datetime:
    """When this part of the hours has passed, for instance 0.8 of them."""
    return due(start, hours * fraction, calendar)


def _working_spans(start: datetime, calendar: Calendar) -> Iterator[Interval]:
    days = map(calendar.whole_day, calendar.working_days_from(calendar.today(start)))
    return (Interval(max(day.start, start.astimezone(UTC)), day.end) for day in days)
