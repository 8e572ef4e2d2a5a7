"""The history of an application from the dates that another system kept."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.applications.policy import LIVE, ORDER, Status
from services.applications.policy.histories import history

ZONE = "Asia/Tokyo"
START, END = date(2019, 6, 3), date(2019, 8, 25)
APPLIED = datetime(2019, 3, 1, 16, tzinfo=UTC)


def told(status: Status, **at: datetime) -> list[tuple[str, str, str]]:
    moments = {Status(name): moment for name, moment in at.items() if name != "ended"}
    steps, _ = history(status, {Status.open: APPLIED, **moments}, at.get("ended"), START, END, ZONE)
    return [(step.status.value, step.at.isoformat()[:16], step.on.isoformat()) for step in steps]


def test_days_are_those_of_the_hosts_zone() -> None:
    assert told(Status.open) == [("open", "2019-03-01T16:00", "2019-03-02")]


def test_what_has_no_date_takes_the_one_before_and_is_told() -> None:
    steps, assumed = history(Status.realized, {Status.open: APPLIED}, None, START, END, ZONE)
    assert [step.status for step in steps] == list(ORDER[:5])
    assert {step.at for step in steps} == {APPLIED}
    assert steps[-1].on == START
    assert assumed == [f"{name} has no date" for name in ("accepted", "in_progress", "approved", "realized")]


def test_an_exit_went_as_far_as_its_dates_tell() -> None:
    matched, ended = APPLIED + timedelta(days=3), APPLIED + timedelta(days=9)
    assert told(Status.rejected, ended=ended)[0:] == [
        ("open", "2019-03-01T16:00", "2019-03-02"),
        ("rejected", "2019-03-10T16:00", "2019-03-11"),
    ]
    assert [step[0] for step in told(Status.rejected, accepted=matched, ended=ended)] == [
        "open",
        "accepted",
        "rejected",
    ]
    assert [step[0] for step in told(Status.approval_broken, ended=ended)] == [
        "open", "accepted", "in_progress", "approved", "approval_broken",
    ]  # fmt: skip


def test_completion_is_the_day_after_the_end_in_the_hosts_zone() -> None:
    assert told(Status.completed)[-1] == ("completed", "2019-08-25T15:00", "2019-08-26")


MOMENTS = st.none() | st.datetimes(datetime(2019, 1, 1), datetime(2019, 12, 31), timezones=st.just(UTC))


@given(st.sampled_from(Status), st.dictionaries(st.sampled_from(ORDER), MOMENTS), MOMENTS)
def test_steps_are_in_order_and_end_where_the_application_stands(status, at, ended) -> None:
    steps, _ = history(status, {**at, Status.open: APPLIED}, ended, START, END, ZONE)
    assert steps[-1].status is status
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    passed = [step.status for step in steps if step.status in ORDER]
    assert passed == list(ORDER[: len(passed)])
    assert status in LIVE | {Status.completed} or len(steps) == len(passed) + 1
