"""The figures of a month: what is counted when, and what nobody can make look better."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusal import Refused
from domain.report import (
    Kept,
    Month,
    MonthlyReport,
    NoShow,
    Passage,
    Period,
    Return,
    Spread,
    Step,
    Waiting,
    monthly_report,
    promises,
    spread,
    weeks_of,
)
from domain.survey import ELEMENTS, Response
from tests.domain.offices import bogor_calendar, makassar_calendar, wib

NOVEMBER = Month(2026, 11)
DECEMBER_7 = wib("2026-12-07 09:00")
HOUR = timedelta(hours=1)


def passage(service: str = "REG", **moments: str) -> Passage:
    return Passage(service=service, **{f"{step}_at": wib(moment) for step, moment in moments.items()})


def report(
    *passages: Passage,
    returns: tuple[Return, ...] = (),
    no_shows: tuple[NoShow, ...] = (),
    responses: tuple[Response, ...] = (),
    now: datetime = DECEMBER_7,
) -> MonthlyReport:
    return monthly_report(
        NOVEMBER,
        services=("REG", "UBH"),
        passages=passages,
        returns=returns,
        no_shows=no_shows,
        responses=responses,
        calendar=bogor_calendar(),
        now=now,
    )


def waiting(of: MonthlyReport, step: Step) -> Waiting:
    (found,) = (one for one in of.waiting if one.step is step)
    return found


class TestMonth:
    @pytest.mark.parametrize("typed", ["2026-11", " 2026-11 "])
    def test_it_is_read_as_it_is_typed(self, typed: str) -> None:
        assert Month.parse(typed) == NOVEMBER
        assert str(NOVEMBER) == "2026-11"

    def test_the_zero_may_be_missing(self) -> None:
        assert str(Month.parse("2026-2")) == "2026-02"

    @pytest.mark.parametrize("typed", ["", "2026", "2026-13", "2026-00", "11-2026", "november", "2026-11-01"])
    def test_anything_else_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused, match="invalid"):
            Month.parse(typed)

    def test_it_has_as_many_days_as_the_calendar_says(self) -> None:
        assert (NOVEMBER.first, NOVEMBER.last) == (date(2026, 11, 1), date(2026, 11, 30))
        assert (Month(2026, 12).last, Month(2028, 2).last) == (date(2026, 12, 31), date(2028, 2, 29))

    def test_the_month_before_january_lies_in_the_year_before(self) -> None:
        assert Month(2027, 1).before == Month(2026, 12)
        assert NOVEMBER.before == Month(2026, 10)

    def test_it_begins_at_midnight_of_the_office(self) -> None:
        assert NOVEMBER.interval(bogor_calendar()).start == datetime(2026, 10, 31, 17, tzinfo=UTC)
        assert NOVEMBER.interval(makassar_calendar()).start == datetime(2026, 10, 31, 16, tzinfo=UTC)

    def test_its_weeks_add_up_to_it(self) -> None:
        assert weeks_of(NOVEMBER)[:2] == (
            (date(2026, 11, 1), date(2026, 11, 1)),
            (date(2026, 11, 2), date(2026, 11, 8)),
        )
        assert weeks_of(NOVEMBER)[-1] == (date(2026, 11, 30), date(2026, 11, 30))

    @given(st.builds(Month, st.integers(2000, 2099), st.integers(1, 12)))
    def test_no_day_of_any_month_is_missing_from_its_weeks(self, month: Month) -> None:
        weeks = weeks_of(month)
        days = [first + timedelta(n) for first, last in weeks for n in range((last - first).days + 1)]
        assert (days[0], days[-1], len(days)) == (month.first, month.last, (month.last - month.first).days + 1)
        assert all(first.weekday() == 0 for first, _ in weeks[1:])


class TestPeriod:
    def test_it_is_a_month_or_a_whole_year(self) -> None:
        assert Period.parse("2026-11") == Period(NOVEMBER, NOVEMBER)
        assert Period.parse(" 2026 ") == Period(Month(2026, 1), Month(2026, 12)) == Period.year(2026)

    @pytest.mark.parametrize("typed", ["", "26", "1999", "2026-13", "2026 2027", "tahun ini", "٢٠٢٦"])
    def test_anything_else_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused, match="invalid"):
            Period.parse(typed)

    def test_it_begins_and_ends_at_midnight_of_the_office(self) -> None:
        span = Period.year(2026).interval(bogor_calendar())
        assert (span.start, span.end) == (wib("2026-01-01 00:00"), wib("2027-01-01 00:00"))


class TestVolume:
    def test_each_thing_is_counted_in_the_month_in_which_it_happened(self) -> None:
        total = report(
            passage(submitted="2026-10-31 23:59", resolved="2026-11-03 10:00"),
            passage(submitted="2026-11-01 00:00", rejected="2026-11-05 10:00"),
            passage(submitted="2026-11-30 23:59", cancelled="2026-12-01 00:00"),
        ).total
        assert (total.submitted, total.resolved, total.rejected, total.cancelled) == (2, 1, 1, 0)

    def test_services_stand_in_the_order_of_the_office_even_without_a_case(self) -> None:
        services = report(passage("UID", submitted="2026-11-02 10:00")).services
        assert [(one.service, one.volume.submitted) for one in services] == [("REG", 0), ("UBH", 0), ("UID", 1)]

    def test_weeks_and_services_add_up_to_the_total(self) -> None:
        made = report(
            *(passage(submitted=f"2026-11-{day:02} 10:00", resolved=f"2026-11-{day:02} 15:00") for day in range(1, 31)),
            passage("UBH", submitted="2026-11-30 10:00"),
        )
        assert sum(week.submitted for week in made.weeks) == 31 == made.total.submitted
        assert sum(one.volume.submitted for one in made.services) == 31
        assert sum(week.resolved for week in made.weeks) == 30 == made.total.resolved

    def test_a_month_without_anything_is_a_report_too(self) -> None:
        made = report()
        assert made.total.submitted == 0
        assert made.total.promise == Kept(0, 0)
        assert made.total.promise.percent is None
        assert all(wait.count == 0 and wait.office is None for wait in made.waiting)
        assert made.contentment.outcome.ikm is None
        assert not made.contentment.enough


class TestPromise:
    def test_it_is_kept_when_the_product_was_there_by_the_due_time(self) -> None:
        on_time = passage(verified="2026-11-03 10:00", due="2026-11-04 10:00", resolved="2026-11-04 10:00")
        late = passage(verified="2026-11-03 10:00", due="2026-11-04 10:00", resolved="2026-11-04 10:01")
        assert report(on_time, late).total.promise == Kept(2, 1)

    def test_it_counts_in_the_month_in_which_it_fell_due(self) -> None:
        case = passage(verified="2026-10-30 15:00", due="2026-11-02 15:00", resolved="2026-10-30 16:00")
        assert report(case).total.promise == Kept(1, 1)

    def test_a_product_that_is_still_missing_is_late(self) -> None:
        assert report(passage(verified="2026-11-03 10:00", due="2026-11-04 10:00")).total.promise == Kept(1, 0)

    def test_what_is_not_due_yet_is_neither_kept_nor_broken(self) -> None:
        case = passage(verified="2026-11-03 10:00", due="2026-11-04 10:00")
        assert report(case, now=wib("2026-11-04 09:59")).total.promise == Kept(0, 0)

    def test_it_is_shown_with_one_decimal(self) -> None:
        assert Kept(3, 2).percent == Decimal("66.7")
        assert str(Kept(16, 16).percent) == "100.0"

    @given(st.lists(st.tuples(st.integers(0, 800), st.one_of(st.none(), st.integers(0, 800)))))
    def test_no_more_promises_are_kept_than_fell_due(self, cases: list[tuple[int, int | None]]) -> None:
        start = wib("2026-10-25 00:00")
        rows = [
            Passage(
                service="REG",
                due_at=start + due * HOUR,
                resolved_at=None if resolved is None else start + resolved * HOUR,
            )
            for due, resolved in cases
        ]
        kept = promises(rows, NOVEMBER.interval(bogor_calendar()), DECEMBER_7)
        assert 0 <= kept.kept <= kept.due <= len(rows)


class TestWaiting:
    def test_a_wait_over_a_weekend_is_short_by_the_office_and_long_by_the_clock(self) -> None:
        made = report(passage(submitted="2026-11-06 15:30", checked="2026-11-09 08:30"))
        assert waiting(made, Step.CHECK) == Waiting(
            step=Step.CHECK,
            count=1,
            office=Spread(2 * HOUR, 2 * HOUR),  # Friday until 16.30, Monday from 7.30
            clock=Spread(65 * HOUR, 65 * HOUR),
        )

    def test_every_step_has_its_own_wait(self) -> None:
        made = report(
            passage(
                submitted="2026-11-03 08:00",
                checked="2026-11-03 09:00",
                complete="2026-11-03 09:00",
                booked="2026-11-03 11:00",
                called="2026-11-03 14:00",
                verified="2026-11-03 14:30",
                due="2026-11-04 14:30",
                resolved="2026-11-03 14:45",
            )
        )
        clock = [wait.clock.median if wait.clock else None for wait in made.waiting]
        assert [wait.step for wait in made.waiting] == [Step.CHECK, Step.BOOKING, Step.CALL, Step.PRODUCT]
        assert clock == [HOUR, 2 * HOUR, 3 * HOUR, HOUR / 4]

    def test_it_belongs_to_the_month_in_which_it_ended(self) -> None:
        before = passage(submitted="2026-10-30 10:00", checked="2026-11-02 10:00")
        after = passage(submitted="2026-11-30 10:00", checked="2026-12-01 10:00")
        unfinished = passage(submitted="2026-11-03 10:00")
        assert waiting(report(before, after, unfinished), Step.CHECK).count == 1

    def test_moments_in_the_wrong_order_are_no_wait(self) -> None:
        assert waiting(report(passage(complete="2026-11-03 10:00", booked="2026-11-03 09:00")), Step.BOOKING).count == 0

    @pytest.mark.parametrize(
        ("hours", "median", "p90"),
        [((5,), 5, 5), ((1, 3), 2, 3), ((9, 1, 2), 2, 9), (tuple(range(1, 11)), 5.5, 9), (tuple(range(1, 12)), 6, 10)],
    )
    def test_half_waited_no_longer_than_the_median_and_nine_of_ten_than_p90(
        self, hours: tuple[int, ...], median: float, p90: int
    ) -> None:
        assert spread([number * HOUR for number in hours]) == Spread(median * HOUR, p90 * HOUR)

    @given(st.lists(st.timedeltas(timedelta(), timedelta(days=90)), min_size=1))
    def test_the_median_is_never_beyond_p90_nor_either_beyond_what_happened(self, waits: list[timedelta]) -> None:
        found = spread(waits)
        assert found is not None
        assert min(waits) <= found.median <= found.p90
        assert found.p90 in waits
        assert sum(wait <= found.p90 for wait in waits) * 10 >= len(waits) * 9


class TestReturnsAndCalls:
    def test_reasons_are_counted_the_commonest_first(self) -> None:
        at = wib("2026-11-10 10:00")
        made = report(
            returns=(
                *(Return("REG", at, "buram") for _ in range(2)),
                Return("UBH", at, "tanpa_meterai"),
                Return("REG", at, "terpotong"),
                Return("REG", wib("2026-12-01 00:00"), "terpotong"),
            )
        )
        assert made.returns == (("buram", 2), ("tanpa_meterai", 1), ("terpotong", 1))
        assert made.total.returned == 4
        assert [one.volume.returned for one in made.services] == [3, 1]

    def test_calls_to_which_nobody_came_are_counted(self) -> None:
        made = report(no_shows=(NoShow("UBH", wib("2026-11-10 10:00")), NoShow("UBH", wib("2026-10-10 10:00"))))
        assert [one.volume.no_shows for one in made.services] == [0, 1]


class TestSurvey:
    def test_only_answers_of_the_month_count(self) -> None:
        made = report(
            passage("UBH", resolved="2026-11-10 10:00"),
            responses=(
                Response("UBH", "2026-11", dict.fromkeys(ELEMENTS, 4)),
                Response("UBH", "2026-10", dict.fromkeys(ELEMENTS, 1)),
            ),
        )
        assert made.contentment.outcome.ikm == Decimal(100)
        assert (made.contentment.served, made.contentment.advised, made.contentment.enough) == (1, 1, True)
        assert [one.contentment.outcome.respondents for one in made.services] == [0, 1]

    def test_remarks_stand_in_an_order_that_does_not_tell_who_was_first(self) -> None:
        scores = dict.fromkeys(ELEMENTS, 2)
        given = ("Petugas lama membalas", "Antre lama", "", "Antre lama")
        made = report(responses=tuple(Response("REG", "2026-11", scores, why) for why in given))
        assert made.remarks == ("Antre lama", "Petugas lama membalas")
