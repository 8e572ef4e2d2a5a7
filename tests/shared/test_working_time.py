"""When terms end: clock hours and working hours, in the entity's zone, over clock changes and holidays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.working_time import Counts, WorkingTime, after_days, after_hours, hours_between

CLUJ = WorkingTime("Europe/Bucharest")
CAIRO = WorkingTime("Africa/Cairo", frozenset({7, 1, 2, 3, 4}), time(8), time(14))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_24_clock_hours_are_24_hours_whatever_day_it_is() -> None:
    assert after_hours(at(2026, 3, 28, 20), 24, Counts.clock, CLUJ) == at(2026, 3, 29, 20)


def test_working_hours_run_only_while_the_entity_is_open() -> None:
    # Friday 16:00 in Cluj (UTC+2): one hour is left of that day, seven more are worked on Monday from 9.
    assert after_hours(at(2026, 3, 6, 14), 8, Counts.working, CLUJ) == at(2026, 3, 9, 14)


def test_a_term_that_begins_at_night_begins_when_the_entity_opens() -> None:
    assert after_hours(at(2026, 3, 4, 1), 2, Counts.working, CLUJ) == at(2026, 3, 4, 9)


def test_each_entity_has_a_weekend_of_its_own() -> None:
    thursday = at(2026, 3, 5, 6)  # 8:00 in Cairo and in Cluj
    assert after_hours(thursday, 8, Counts.working, CAIRO) == at(2026, 3, 8, 8)
    assert after_hours(thursday, 8, Counts.working, CLUJ) == at(2026, 3, 5, 15)


def test_a_holiday_is_not_worked() -> None:
    labour_day = WorkingTime("Europe/Bucharest", holidays=frozenset({date(2026, 5, 1)}))
    assert after_hours(at(2026, 4, 30, 13), 2, Counts.working, labour_day) == at(2026, 5, 4, 7)


def test_seven_days_end_at_the_same_wall_time_over_a_clock_change() -> None:
    # Clocks in Romania went forward on 29 March 2026.
    assert after_days(at(2026, 3, 25, 10), 7, Counts.clock, CLUJ) == at(2026, 4, 1, 9)


def test_working_days_end_when_the_entity_closes() -> None:
    assert after_days(at(2026, 3, 5, 8), 2, Counts.working, CLUJ) == at(2026, 3, 9, 15)


def test_an_entity_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="weekdays"):
        WorkingTime(weekdays=frozenset())
    with pytest.raises(ValueError, match="opens before"):
        WorkingTime(opens=time(17), closes=time(9))


@given(start=MOMENTS, hours=st.integers(0, 80), more=st.integers(0, 20), zone=st.sampled_from(["Europe/Bucharest",
       "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]))  # fmt: skip
def test_a_longer_term_never_ends_earlier_and_a_working_one_never_before_a_clock_one(
    start: datetime, hours: int, more: int, zone: str
) -> None:
    office = WorkingTime(zone)
    ends = after_hours(start, hours, Counts.working, office)
    assert ends <= after_hours(start, hours + more, Counts.working, office)
    assert ends >= after_hours(start, hours, Counts.clock, office)


@given(start=MOMENTS, hours=st.integers(1, 60))
def test_counted_minute_by_minute_the_same_time_is_worked(start: datetime, hours: int) -> None:
    start = start.replace(second=0, microsecond=0)
    ends = after_hours(start, hours, Counts.working, CLUJ)
    worked, day = timedelta(), start.date() - timedelta(days=1)
    while day <= ends.date() + timedelta(days=1):
        if CLUJ.works_on(day):
            opens, closes = CLUJ.window(day)
            worked += max(timedelta(), min(closes, ends) - max(opens, start))
        day += timedelta(days=1)
    assert worked == timedelta(hours=hours)


@given(start=MOMENTS, hours=st.floats(0, 60), zone=st.sampled_from(["Europe/Bucharest", "Pacific/Auckland"]))
def test_the_hours_of_a_term_are_those_that_it_was_made_of(start: datetime, hours: float, zone: str) -> None:
    office = WorkingTime(zone, holidays=frozenset({date(2026, 5, 1)}))
    ends = after_hours(start, hours, Counts.working, office)
    assert hours_between(start, ends, office) == pytest.approx(hours, abs=1e-6)
    assert hours_between(ends, start, office) == 0


def test_nights_weekends_and_holidays_are_no_time() -> None:
    office = WorkingTime("Europe/Bucharest", holidays=frozenset({date(2026, 3, 9)}))
    # Friday 16:00 in Bucharest to Tuesday 10:00: an hour, a weekend, a holiday, and an hour.
    assert hours_between(at(2026, 3, 6, 14), at(2026, 3, 10, 8), office) == 2
