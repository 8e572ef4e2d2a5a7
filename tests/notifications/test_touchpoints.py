"""Every touchpoint of the customer flow is served: the page has no empty cell, and each entry comes when it should."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from services.notifications import plan
from services.notifications.plan import table
from services.notifications.policy import (
    CORRECTIONS,
    INTERNAL,
    OTHERS,
    Anchor,
    Around,
    Audience,
    Entry,
    Fact,
    Gone,
    Happening,
    Heard,
    Kind,
    Reached,
    Row,
    State,
    Status,
    Stay,
    Trigger,
    at_event,
    due_at,
    learn,
    plan_calendar,
)
from services.notifications.policy.days import moved
from tests.house.test_rules import _names

ITEMS = table.read(table.SOURCE.read_text(encoding="utf-8"))
PLAN = plan.shipped()
SAID = datetime(2026, 1, 5, 9, tzinfo=UTC)
START, END = date(2026, 4, 6), date(2026, 9, 25)
AROUND = Around("Europe/Stockholm", {Audience.ep: "Europe/Bucharest"}, {Fact.abroad: "yes"})
WAY = (Status.submitted, Status.accepted, Status.signed, Status.approved, Status.realized, Status.completed)
ENDS = {
    Happening.application_rejected: Status.rejected,
    Happening.application_withdrawn: Status.withdrawn,
    Happening.application_broken: Status.approval_broken,
}


def test_all_parties_and_phases_are_there() -> None:
    cells = {(item.party, item.phase) for item in ITEMS}
    parties = ("EP", "sending committee", "hosting committee", "enabler")
    phases = ("attraction", "consideration", "value delivery", "brand advocacy")
    assert {(party, phase) for party in parties for phase in phases} <= cells


def test_an_item_that_nothing_serves_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing serves"):
        table.read("- {party: EP, phase: attraction, item: dreams}")
    with pytest.raises(ValueError, match="no test shows"):
        table.read("- {party: EP, phase: attraction, item: dreams, other: [a.py:b]}")


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.party}: {item.item}"[:60])
def test_what_serves_an_item_is_there(item: table.Item) -> None:
    codes = {entry.code for entry in PLAN.touchpoints}
    assert [code for code in item.plan if code not in codes] == []
    places = [place.split(":", 1) for place in item.other] + [place.split("::", 1) for place in item.all_tests]
    assert [f"{path}: {name}" for path, name in places if name not in _names(path)] == []


def test_no_entry_of_the_plan_serves_nothing() -> None:
    named = {code for item in ITEMS for code in item.plan}
    assert [entry.code for entry in PLAN.touchpoints if entry.code not in named] == []


def stay_at(*statuses: Status) -> Stay:
    """A stay that went this way, a day a step."""
    stay = Stay()
    for sequence, status in enumerate(statuses, 1):
        dated = status not in (Status.submitted, Status.accepted, Status.signed)
        dates = {"start_on": START, "end_on": END, "zone": "Europe/Stockholm"} if dated else {}
        stay = learn(stay, Heard(sequence, SAID + timedelta(days=sequence), status, **dates))
    return stay


def reached(entry: Entry) -> Stay:
    """The stay at which the entry is wanted."""
    event, anchor = entry.trigger.event, entry.trigger.anchor
    if event in ENDS:
        return stay_at(*WAY[:4], ENDS[event])
    if event is Happening.calendar_stopped:
        return stay_at(*WAY[:4], Status.approval_broken)
    names = {f"application-{status}": WAY[: n + 1] for n, status in enumerate(WAY)}
    if event is not None and event in names:
        return stay_at(*names[event])
    if any("completed" in condition.is_in for condition in entry.when) or (
        entry.trigger.days > 0 and anchor is Anchor.end
    ):
        return stay_at(*WAY)
    return stay_at(*WAY[:4])


@pytest.mark.parametrize("entry", PLAN.touchpoints, ids=lambda entry: entry.code)
def test_every_entry_comes_when_its_trigger_says(entry: Entry) -> None:
    event = entry.trigger.event
    if event in OTHERS:
        step = Reached(1, SAID)
        slot = at_event(entry, step, None, AROUND)
        assert event in INTERNAL or due_at(slot) == SAID or slot.local_at == _after(entry.trigger)
        assert plan_calendar([entry], stay_at(*WAY[:4]), (), AROUND) == []
        return
    told = {Anchor.start: START, Anchor.end: END - timedelta(days=7)}
    out = [Gone("earlier", 1, 1, entry.audience, SAID, told)] if event in CORRECTIONS else []
    rows = plan_calendar([entry], reached(entry), out, AROUND)
    assert rows
    assert {row.state for row in rows} == {State.waiting}
    assert (entry.letter is not None) == (entry.kind is Kind.message)
    if entry.trigger.anchor in (Anchor.start, Anchor.end):
        _on_its_day(entry, rows)


def _after(trigger: Trigger) -> datetime | None:
    """The wall time of what is due some days after a happening of 5 January; None of what is due at once."""
    if trigger.at is None:
        return None
    return datetime.combine(moved(SAID.date(), trigger.months, trigger.weeks, trigger.days), trigger.at)


def _on_its_day(entry: Entry, rows: list[Row]) -> None:
    trigger = entry.trigger
    day = (START if trigger.anchor is Anchor.start else END) + timedelta(days=trigger.days)
    assert rows[0].slot.local_at == datetime.combine(day, trigger.at or time(9))
    if trigger.repeat:
        gaps = {(b.slot.local_at - a.slot.local_at).days for a, b in pairwise(rows)}
        assert gaps == {trigger.repeat.days}
        until = trigger.repeat.until
        assert until.anchor is Anchor.end
        assert rows[-1].slot.local_at.date() <= END + timedelta(days=until.days)
        assert len(rows) > 1
    else:
        assert len(rows) == 1


def test_the_page_names_every_item_and_every_entry() -> None:
    page = table.touchpoints_page()
    assert all(item.item in page for item in ITEMS)
    assert all(f"| `{entry.code}` |" in page for entry in PLAN.touchpoints)
    assert "|  |  |" not in page.partition("## The entries")[0].replace("|  | [", "")
