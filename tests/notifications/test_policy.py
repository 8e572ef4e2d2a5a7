"""The calendar's rules: fixed vectors in time, and that only the final dates count."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from services.notifications import plan
from services.notifications.policy import (
    FINAL,
    Anchor,
    Audience,
    Do,
    DueRule,
    Entry,
    Gone,
    Happening,
    Heard,
    Late,
    LatePolicy,
    Plan,
    Proof,
    Reached,
    Row,
    Slot,
    State,
    Status,
    Stay,
    Trigger,
    Weight,
    due_at,
    evidence_due,
    is_late,
    learn,
    missing,
    pause,
    plan_calendar,
    steps,
)


def small() -> Plan:
    return plan.parse((Path(__file__).parent / "small.yaml").read_text(encoding="utf-8"))


NINE = Trigger(anchor=Anchor.end, days=-14, at=time(9))
APPROVED = datetime(2026, 2, 2, 9, tzinfo=UTC)


def stay(end_on: date, zone: str, **values: object) -> Stay:
    approved = {Happening.application_approved: Reached(1, APPROVED)}
    return Stay(Status.approved, date(2026, 1, 5), end_on, zone, APPROVED, 1, 1, approved, **values)  # type: ignore[arg-type]


def slot(trigger: Trigger, known: Stay) -> Slot:
    """When a touchpoint of this trigger is due."""
    entry = Entry("one", "One", Audience.ep, trigger, Late(LatePolicy.send_now), Weight.mandatory, letter="one")
    (row,) = plan_calendar([entry], known)
    return row.slot


@pytest.mark.parametrize(
    ("end_on", "zone", "at", "expected"),
    [
        # the ordinary case, and the same wall time on both sides of a change of the clocks
        (date(2026, 5, 24), "Europe/Stockholm", time(9), "2026-05-10T07:00Z"),
        (date(2026, 4, 11), "Europe/Bucharest", time(9), "2026-03-28T07:00Z"),
        (date(2026, 4, 12), "Europe/Bucharest", time(9), "2026-03-29T06:00Z"),
        # 03:30 does not exist on 29 March in Bucharest: it shifts forward to 04:30
        (date(2026, 4, 12), "Europe/Bucharest", time(3, 30), "2026-03-29T01:30Z"),
        # 03:30 happens twice on 25 October in Bucharest: the first one counts
        (date(2026, 11, 8), "Europe/Bucharest", time(3, 30), "2026-10-25T00:30Z"),
        # 29 February, and the same fortnight in a year without one
        (date(2028, 3, 14), "Asia/Kolkata", time(9), "2028-02-29T03:30Z"),
        (date(2027, 3, 14), "Asia/Kolkata", time(9), "2027-02-28T03:30Z"),
        # the far sides of the date line
        (date(2026, 5, 24), "Pacific/Kiritimati", time(9), "2026-05-09T19:00Z"),
        (date(2026, 5, 24), "Pacific/Pago_Pago", time(9), "2026-05-10T20:00Z"),
        # Samoa skipped 30 December 2011 altogether: that morning is the next one
        (date(2012, 1, 13), "Pacific/Apia", time(9), "2011-12-30T19:00Z"),
        (date(2012, 1, 14), "Pacific/Apia", time(9), "2011-12-30T19:00Z"),
        (date(2026, 5, 24), "Pacific/Apia", time(9), "2026-05-09T20:00Z"),
        # a half-hour change of the clocks
        (date(2026, 4, 19), "Australia/Lord_Howe", time(9), "2026-04-04T22:30Z"),
        (date(2026, 4, 18), "Australia/Lord_Howe", time(9), "2026-04-03T22:00Z"),
    ],
)
def test_the_departure_document_is_due_fourteen_calendar_days_before_the_end(
    end_on: date, zone: str, at: time, expected: str
) -> None:
    when = slot(Trigger(anchor=Anchor.end, days=-14, at=at), stay(end_on, zone))
    assert when.local_at == datetime.combine(end_on - timedelta(days=14), at)
    assert due_at(when) == datetime.fromisoformat(expected)


def test_the_shipped_plan_says_nine_oclock_two_weeks_before_the_end() -> None:
    entry = plan.current().entry("departure-document")
    assert entry is not None
    assert entry.trigger == NINE
    assert entry.late.policy is LatePolicy.send_now
    assert entry.proves == Proof("departure_info", DueRule(Anchor.end, -14))


def test_an_event_starts_a_touchpoint_at_the_moment_it_was_said() -> None:
    when = slot(Trigger(event=Happening.application_approved), stay(date(2026, 5, 24), "Asia/Kathmandu"))
    assert when.local_at == datetime(2026, 2, 2, 14, 45)
    assert due_at(when) == APPROVED


def test_a_standard_is_in_time_up_to_its_last_day() -> None:
    proof = Proof("departure_info", DueRule(Anchor.end, -14))
    assert evidence_due(proof, stay(date(2026, 5, 24), "Europe/Stockholm")) == date(2026, 5, 10)


def test_late_begins_behind_the_grace() -> None:
    late, due = Late(LatePolicy.skip, 12), datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert not is_late(late, due, due + timedelta(hours=12))
    assert is_late(late, due, due + timedelta(hours=12, seconds=1))


def test_what_is_missing_comes_in_the_order_of_the_plan() -> None:
    assert missing(["person", "pickup_place", "pickup_on"], {"person", "other"}) == ["pickup_place", "pickup_on"]


def test_pauses_grow_to_five_minutes() -> None:
    assert [pause(tries).total_seconds() for tries in (0, 1, 2, 8, 9, 1000)] == [1, 2, 4, 256, 300, 300]


def test_only_known_stays_have_a_calendar() -> None:
    entries = small().for_applications()
    assert plan_calendar(entries, Stay()) == []
    assert plan_calendar(entries, Stay(status=Status.withdrawn)) == []
    assert plan_calendar(entries, Stay(start_on=date(2026, 1, 5), end_on=date(2026, 5, 24), zone="UTC")) == []


def test_a_sent_touchpoint_is_wanted_no_more_and_never_touched() -> None:
    entries, known = small().for_applications(), stay(date(2026, 5, 24), "UTC")
    held = {row.key: row for row in plan_calendar(entries, known)}
    sent = held["departure-document", 1]
    held[sent.key] = Row(sent.code, State.sent, sent.slot)
    moved = stay(date(2026, 8, 1), "UTC")
    assert {step.row.code for step in steps(plan_calendar(entries, moved), held)} == set()
    gone = Gone("departure-document", 1, 1, Audience.ep, APPROVED)
    assert "departure-document" not in {row.code for row in plan_calendar(entries, moved, [gone])}


def test_steps_say_what_to_do() -> None:
    entries, known = small().for_applications(), stay(date(2026, 5, 24), "UTC")
    wanted = plan_calendar(entries, known)
    assert {step.do for step in steps(wanted, {})} == {Do.schedule}
    held = {row.key: row for row in wanted}
    assert steps(wanted, held) == []
    gone = plan_calendar(entries, learn(known, Heard(2, APPROVED, Status.withdrawn)))
    assert {(step.do, step.row.reason) for step in steps(gone, held)} == {(Do.cancel, "application_withdrawn")}
    later = plan_calendar(entries, stay(date(2026, 6, 24), "UTC"))
    assert [(step.do, step.row.code) for step in steps(later, held)] == [(Do.move, "departure-document")]


def test_final_states_are_sent_done_and_failed() -> None:
    assert {State.sent, State.done, State.failed} == FINAL
