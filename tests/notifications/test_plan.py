"""A plan that can't work is refused whole, with every fault named by where it is."""

import pytest

from services.notifications import plan, texts
from services.notifications.plan import PlanError, parse

GOOD = """
plan: test
version: 3
touchpoints:
  - code: hello
    title: Hello
    audience: ep
    trigger: {anchor: start, days: -3, at: "10:00"}
    channels: [email]
    letter: first-day-reminder
    needs: [person]
    late: {policy: skip}
    weight: nudge
"""


def faults(text: str) -> list[str]:
    with pytest.raises(PlanError) as refused:
        parse(text)
    return refused.value.faults


def test_the_shipped_plan_is_good_and_shown_as_json() -> None:
    shown = plan.shown(plan.current())
    assert shown["version"] == plan.shipped().version >= 4
    departure = next(entry for entry in shown["touchpoints"] if entry["code"] == "departure-document")
    given = {name: value for name, value in departure["trigger"].items() if value}
    assert given == {"anchor": "end", "days": -14, "at": "09:00:00", "zone": "host"}


def test_a_plan_is_read_as_it_stands() -> None:
    read = parse(GOOD)
    assert (read.plan, read.version, read.touchpoints[0].trigger.at.hour) == ("test", 3, 10)  # type: ignore[union-attr]
    assert parse(GOOD.replace('"10:00"', "10:00")) == read


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ("code: hello", "code: Hello There", "code: it is made of small letters"),
        ("anchor: start", "anchor: middle", "trigger/anchor"),
        ("anchor: start, days: -3", "days: -3", "either an event or an anchor"),
        ("anchor: start", "anchor: start, event: survey-invited", "either an event or an anchor"),
        (', at: "10:00"', "", "an anchor needs `at`"),
        ('"10:00"', '"25:00"', "trigger/at"),
        ("days: -3", "days: -900", "beyond a year"),
        ("days: -3", "days: three", "trigger/days"),
        ("channels: [email]", "channels: [pigeon]", "channels"),
        ("letter: first-day-reminder", "letter: nobody-wrote-it", "isn't written in ro"),
        ("needs: [person]", "needs: [shoe_size]", "nobody knows shoe_size"),
        ("weight: nudge", "weight: nudge\n    colour: red", "colour"),
        ("weight: nudge", "weight: nudge\n    document: nothing", "isn't written in sv"),
        ("weight: nudge", "weight: nudge\n    proves: {standard: s17, due: {anchor: end}}", "no exchange standard"),
        ("weight: nudge", "weight: nudge\n    weight: nudge", "weight appears twice"),
        ("policy: skip", "policy: skip, after_hours: -1", "after_hours"),
        ("version: 3", "version: 0", "it starts at 1"),
        ("plan: test", "plan: [", "expected"),
    ],
)
def test_a_fault_is_named_where_it_is(wrong: str, right: str, fault: str) -> None:
    assert any(fault in found for found in faults(GOOD.replace(wrong, right)))


def test_all_faults_come_at_once() -> None:
    second = GOOD.partition("touchpoints:\n")[2].replace("[person]", "[shoe_size]").replace("first-day", "last-day")
    found = faults(GOOD + second)
    assert any("the code hello appears twice" in fault for fault in found)
    assert any("shoe_size" in fault for fault in found)
    assert sum("isn't written in" in fault for fault in found) == len(texts.languages())


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "plan: &a [*a]", "!!python/object:os.system {}", "a: 1\n\tb: 2"]
)
def test_nonsense_is_no_plan(text: str) -> None:
    assert faults(text)
