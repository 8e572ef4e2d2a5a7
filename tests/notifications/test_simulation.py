"""Time travel: the same seed tells the same story, and what it tells is what the policies decide."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from services.notifications import plan
from services.notifications.plan import parse
from services.notifications.policy import Heard, Priority, Quiet, Status, Stay, learn
from services.notifications.simulation import Cohort, Life, Order, Rules, lives, rendering, replayed, simulate
from services.notifications.simulation.engine import Walk

PLAN = """
plan: tiny
version: 1
touchpoints:
  - code: hello
    title: Hello
    audience: ep
    trigger: {anchor: start, days: -3, at: "10:00"}
    letter: first-day-reminder
    needs: [pickup_place]
    late: {policy: skip, after_hours: 24}
    weight: nudge
    budget: care
  - code: farewell
    title: Farewell
    audience: ep
    trigger: {anchor: end, days: -14, at: "09:00"}
    letter: first-day-reminder
    late: {policy: send_now}
    weight: mandatory
    proves: {standard: departure_info, due: {anchor: end, days: -14}}
  - code: call
    title: Call
    kind: task
    audience: ep_manager
    trigger: {anchor: start, days: 1, at: "09:00"}
    task: {days: 2, remind: [0], escalate: [2]}
    late: {policy: send_now}
    weight: mandatory
"""
ZONE = "Europe/Stockholm"
FAR = datetime(2027, 1, 1, tzinfo=UTC)


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), UTC)


def life(*heard: tuple[datetime, Heard], later: datetime | None = None, diligence: float = 1.0) -> Life:
    return Life(1, 0, ZONE, "en", heard, {}, later or heard[0][0], {}, diligence)


def approved(on: str = "2026-02-01", start: str = "2026-03-02", end: str = "2026-05-24") -> tuple[datetime, Heard]:
    dates = {"start_on": date.fromisoformat(start), "end_on": date.fromisoformat(end), "zone": ZONE}
    return at(on), Heard(1, at(on), Status.approved, **dates)


def moved(on: str, end: str, sequence: int = 2) -> tuple[datetime, Heard]:
    return at(on), Heard(sequence, at(on), None, date(2026, 3, 2), date.fromisoformat(end), ZONE)


def walk(
    one: Life, source: str = PLAN, rules: Rules | None = None, until: datetime = FAR
) -> list[tuple[str, str, str]]:
    happened = Walk(parse(source), one, until, rules or Rules()).run()
    return [(event.what, event.entry.code, event.at.isoformat()[:16]) for event in happened]


def only(what: str, told: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(code, when) for word, code, when in told if word == what]


def test_messages_go_out_at_the_time_of_the_plan_in_the_hosts_zone() -> None:
    told = only("sent", walk(life(approved())))
    assert told == [("hello", "2026-02-27T09:00"), ("farewell", "2026-05-10T07:00")]  # summer time since 29 March


def test_an_extension_moves_what_waits_and_one_that_comes_late_moves_nothing_that_was_sent() -> None:
    told = walk(life(approved(), moved("2026-04-01", "2026-06-21")))
    assert only("sent", told)[1] == ("farewell", "2026-06-07T07:00")
    assert only("moved", told) == [("farewell", "2026-04-01T09:00")]


def test_shortened_so_that_it_is_overdue_it_goes_at_once_and_the_evidence_is_late() -> None:
    told = walk(life(approved(), moved("2026-04-20", "2026-04-26")))
    assert only("sent", told)[1] == ("farewell", "2026-04-20T09:00")
    assert only("evidence_late", told) == [("farewell", "2026-04-20T09:00")]


def test_a_broken_approval_cancels_what_waits_with_its_reason() -> None:
    gone = at("2026-02-10"), Heard(2, at("2026-02-10"), Status.approval_broken)
    told = walk(life(approved(), gone))
    assert only("sent", told) == []
    assert {code for code, _ in only("cancelled", told)} == {"hello", "farewell", "call"}


def test_a_message_waits_for_its_fact_and_is_skipped_when_that_comes_too_late() -> None:
    waits = walk(life(approved(), later=at("2026-02-27", 21)))
    assert ("waited", "hello", "2026-02-27T09:00") in waits
    assert ("deferred", "hello", "2026-02-27T21:00") in waits  # 22:00 in Stockholm: it is night
    assert ("sent", "hello", "2026-02-28T06:00") in waits
    late = walk(life(approved(), later=at("2026-03-01")))
    assert ("skipped", "hello", "2026-03-01T09:00") in late


def test_quiet_hours_pass_midnight_and_urgent_messages_pass_them() -> None:
    night = Rules(Quiet(time(22), time(10, 30)))
    told = only("sent", walk(life(approved()), rules=night))
    assert told[0] == ("hello", "2026-02-27T09:30")
    urgent = PLAN.replace("budget: care", "budget: care\n    priority: urgent")
    assert only("sent", walk(life(approved()), urgent, night))[0] == ("hello", "2026-02-27T09:00")


def test_a_task_is_opened_reminded_of_and_escalated_when_nobody_does_it() -> None:
    told = walk(life(approved(), diligence=-0.199), until=at("2026-03-10"))
    assert only("task_opened", told) == [("call", "2026-03-03T08:00")]
    assert only("task_reminder", told) == [("call", "2026-03-05T08:00")]
    assert only("task_escalated", told) == [("call", "2026-03-07T08:00")]
    assert only("task_done", told) == only("task_late", told) == []


def test_more_kind_messages_than_the_budget_of_a_week_are_counted() -> None:
    told = walk(life(approved()), rules=Rules(care=0))
    assert only("over_budget", told) == [("hello", "2026-02-27T09:00")]
    assert only("skipped", told) == [("hello", "2026-02-27T09:00")]  # a week later it would be too late
    assert "hello" not in dict(only("sent", told))


def test_the_same_seed_makes_the_same_report_and_another_one_another() -> None:
    order = Order((plan.current(),), Cohort(size=60, seed=5))
    one = simulate(order)
    assert simulate(order) == one
    assert simulate(Order(order.plans, replace(order.cohort, seed=6))) != one
    assert one["plans"][0]["experiences"] == 60
    assert one["plans"][0]["totals"]["sent"] > 60


def test_a_real_stay_is_heard_again_as_it_came() -> None:
    stay = Stay()
    for _, heard in next(iter(lives(Cohort(size=1, broken=0, extended=0, shortened=0)))).heard:
        stay = learn(stay, heard)
    again = Stay()
    for _, heard in replayed(stay):
        again = learn(again, heard)
    assert (again.steps.keys(), again.status, again.end_on) == (stay.steps.keys(), stay.status, stay.end_on)
    assert [step.at for step in again.steps.values()] == [step.at for step in stay.steps.values()]
    assert len(stay.steps) == 6


def test_a_larger_cohort_begins_with_the_smaller_one() -> None:
    small, large = Cohort(size=5), Cohort(size=9)
    assert list(lives(small)) == list(lives(large))[:5]


def test_the_difference_of_two_plans_names_only_what_differs() -> None:
    earlier = parse(PLAN.replace("days: -14, at", "days: -21, at"))
    without = parse(PLAN.partition("  - code: call")[0])
    cohort = Cohort(size=80)
    both = simulate(Order((parse(PLAN), earlier), cohort))["difference"]
    assert {row["touchpoint"] for row in both["touchpoints"]} <= {"farewell"}
    gone = simulate(Order((parse(PLAN), without), cohort))["difference"]["touchpoints"]
    assert [(row["touchpoint"], row["added"], row["removed"]) for row in gone] == [("call", False, True)]
    assert simulate(Order((parse(PLAN), parse(PLAN)), cohort))["difference"] == {
        "totals": {}, "touchpoints": [], "standards": []
    }  # fmt: skip


def test_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    simulate(Order((parse(PLAN),), Cohort(size=230)), lambda done, all_: told.append((done, all_)))
    assert told == [(100, 230), (200, 230), (230, 230)]


def test_staff_load_adds_up_week_by_week() -> None:
    figures = simulate(Order((parse(PLAN),), Cohort(size=100)))["plans"][0]
    last = {row["role"]: row for row in figures["staff_load"]}["ep_manager"]
    totals = figures["totals"]
    still = totals["task_opened"] - totals.get("task_done", 0) - totals.get("task_late", 0)
    assert last["open"] == still
    assert sum(row["count"] for row in figures["messages_per_week"]) == totals["sent"]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_mail_and_document_of_a_simulation_can_be_written(tmp_path: Path, language: str) -> None:
    wanted: list[object] = []
    order = Order((plan.current(),), Cohort(size=3, languages=(language,), broken=0))
    simulate(order, watch=lambda happened: wanted.extend(rendering.pieces(happened)))
    written = rendering.write(wanted, tmp_path)  # type: ignore[arg-type]
    assert written.failed == {}
    assert written.mails == len(wanted) == len(list(tmp_path.glob("*.eml")))
    assert written.documents == len(list(tmp_path.glob("*.pdf"))) > 0


# --- the digest

NUDGE = """
  - code: nudge-{n}
    title: Nudge
    audience: ep
    trigger: {{anchor: start, days: {day}, at: "{hour}:00"}}
    letter: first-day-reminder
    late: {{policy: skip, after_hours: 24}}
    weight: nudge
    budget: care
    priority: {priority}
"""


def nudges(*when: tuple[int, int], priority: str = "normal") -> str:
    rows = [NUDGE.format(n=n, day=day, hour=f"{hour:02}", priority=priority) for n, (day, hour) in enumerate(when)]
    return "plan: nudges\nversion: 1\ntouchpoints:" + "".join(rows)


def test_the_nudges_of_a_day_go_out_in_one_message_with_the_last_of_them() -> None:
    told = walk(life(approved()), nudges((-3, 10), (-3, 15), (-3, 12), (-2, 9)))
    assert [when for _, when in only("sent", told)] == ["2026-02-27T14:00", "2026-02-28T08:00"]
    assert [when for _, when in only("digested", told)] == ["2026-02-27T14:00"] * 2
    assert {code for what in ("sent", "digested") for code, _ in only(what, told)} == {f"nudge-{n}" for n in range(4)}


def test_urgent_ones_go_out_each_by_itself_and_there_are_more_mails_of_them() -> None:
    when = ((-3, 10), (-3, 15), (-3, 12), (-2, 9))
    mails = {kind: len(only("sent", walk(life(approved()), nudges(*when, priority=kind)))) for kind in Priority}
    assert mails == {Priority.normal: 2, Priority.urgent: 4}
    assert only("digested", walk(life(approved()), nudges(*when, priority="urgent"))) == []


def test_a_digest_counts_once_against_the_week() -> None:
    told = walk(life(approved()), nudges((-3, 10), (-3, 12), (-2, 9)), Rules(care=2))
    assert (len(only("sent", told)), len(only("digested", told)), only("over_budget", told)) == (2, 1, [])


def test_nothing_is_held_for_what_would_come_in_the_night() -> None:
    told = walk(life(approved()), nudges((-3, 10), (-3, 23)))
    assert only("sent", told) == [("nudge-0", "2026-02-27T09:00"), ("nudge-1", "2026-02-28T06:00")]
