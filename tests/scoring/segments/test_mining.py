"""Corridors: a log worked out by hand, a process whose truth is known, and what is not told of few."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from services.scoring.policy.corridors.mining import BEGIN, REACHED, STOPPED, Case, Corridor, Happened, mine, quantile
from services.scoring.policy.corridors.picture import picture
from services.scoring.policy.corridors.ways import WAYS, Trace, Walked, case_of
from services.scoring.policy.features import Step
from shared.contracts.surveys import Party

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def case(steps: str, reached: bool | None, gap: float = 1.0) -> Case:
    """One letter an activity, `gap` days apart."""
    happened = [Happened(name, T0 + timedelta(days=place * gap), UUID(int=place)) for place, name in enumerate(steps)]
    end = happened[-1].at + timedelta(days=gap) if reached else None
    return Case(happened, reached, end)


def edge(corridor: Corridor, first: str, then: str) -> tuple[int, int, float | None, float | None]:
    found = next(one for one in corridor.edges if (one.first, one.then) == (first, then))
    return found.cases, found.times, found.conversion and found.conversion.rate, found.wait and found.wait.median


def test_a_log_that_was_worked_out_by_hand() -> None:
    # abc reached twice (gaps 1 and 3 days), aabc reached, ab stopped, acab stopped, a goes on.
    cases = [case("abc", True), case("abc", True, 3), case("aabc", True)]
    cases += [case("ab", False), case("acab", False), case("a", None)]
    corridor = mine(cases, 1)
    assert (corridor.cases, corridor.open) == (6, 1)
    assert corridor.conversion is not None
    assert (corridor.conversion.part, corridor.conversion.n) == (3, 5)
    assert corridor.time is not None
    assert (corridor.time.n, corridor.time.median, corridor.time.p90) == (3, 4.0, pytest.approx(8.0))
    assert edge(corridor, BEGIN, "a") == (6, 6, 0.6, None)
    assert edge(corridor, "a", "b") == (5, 5, 0.6, 1.0)
    assert edge(corridor, "a", "a") == (1, 1, 1.0, 1.0)
    assert edge(corridor, "b", "c") == (3, 3, 1.0, 1.0)
    assert edge(corridor, "c", REACHED) == (3, 3, 1.0, 1.0)
    assert edge(corridor, "b", STOPPED) == (2, 2, 0.0, None)
    by = {one.name: one for one in corridor.activities}
    assert (by["a"].cases, by["a"].times, by["a"].repeated, by["a"].returned) == (6, 8, 1, 1)
    assert by["b"].stopped is not None
    assert (by["b"].stopped.part, by["b"].stopped.n) == (2, 5)
    assert [(one.steps, one.cases) for one in corridor.variants] == [
        (("a", "b", "c"), 3), (("a",), 1), (("a", "b"), 1), (("a", "c", "a", "b"), 1),
    ]  # fmt: skip


def test_quantiles_are_those_of_type_seven() -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.9) == pytest.approx(3.7)
    assert quantile([5.0], 0.9) == 5.0


def simulated(people: int, seed: int) -> list[Case]:
    """visit → (0.6 call, else form); a call converts with 0.7, a form with 0.2; 3 in 10 visits repeat; known waits."""
    chance, cases = Random(seed), []
    for person in range(people):
        at, steps = T0, [("visit", T0)]
        while chance.random() < 0.3:
            at += timedelta(days=chance.expovariate(1.0))
            steps.append(("visit", at))
        called = chance.random() < 0.6
        at += timedelta(days=chance.expovariate(1 / (2.0 if called else 5.0)))
        steps.append(("call" if called else "form", at))
        reached = chance.random() < (0.7 if called else 0.2)
        happened = [Happened(name, moment, UUID(int=person * 100 + n)) for n, (name, moment) in enumerate(steps)]
        cases.append(Case(happened, reached, at + timedelta(days=1) if reached else None))
    return cases


def test_a_simulated_process_gives_back_its_truth() -> None:
    corridor = mine(simulated(5_000, 7), 10)
    edges = {(one.first, one.then): one for one in corridor.edges}
    call, form = edges["visit", "call"], edges["visit", "form"]
    assert call.cases / 5_000 == pytest.approx(0.6, abs=0.02)
    for one, truth, mean in ((call, 0.7, 2.0), (form, 0.2, 5.0)):
        assert one.conversion is not None
        assert one.wait is not None
        assert one.conversion.low <= truth <= one.conversion.high
        assert one.wait.median == pytest.approx(mean * 0.6931, rel=0.08)
        assert one.wait.p90 == pytest.approx(mean * 2.3026, rel=0.08)
    visit = next(one for one in corridor.activities if one.name == "visit")
    assert visit.repeated / 5_000 == pytest.approx(0.3, abs=0.02)
    assert visit.times / 5_000 == pytest.approx(1 / 0.7, rel=0.03)
    assert [one.steps for one in corridor.variants] == [("visit", "call"), ("visit", "form")]


def test_intervals_of_conversion_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(200):
        corridor = mine(simulated(80, seed), 10)
        found = next(one for one in corridor.edges if (one.first, one.then) == ("visit", "call"))
        assert found.conversion is not None
        held += found.conversion.low <= 0.7 <= found.conversion.high
    assert held >= 183  # 200 × 0.95, less three standard deviations


def test_what_few_walked_is_not_told() -> None:
    cases = [case("ab", True)] * 10 + [case("xay", False)] * 9
    corridor = mine(cases, 10)
    assert {one.name for one in corridor.activities} == {"a", "b"}
    assert not [one for one in corridor.edges if {"x", "y"} & {one.first, one.then}]
    assert [one.steps for one in corridor.variants] == [("a", "b")]
    assert (corridor.hidden_edges, corridor.hidden_variants) == (4, 1)
    assert mine(cases[:9], 10) == Corridor(False, 0, 0, None, None)


def trace(name: str, day: float, step: Step | None = None) -> Trace:
    return Trace(name, T0 + timedelta(days=day), UUID(int=int(day * 10)), step)


def test_a_way_ends_where_it_reaches_stops_when_it_falls_silent_and_else_goes_on() -> None:
    way = WAYS[Party.ep][Walked.applied]
    visits = [trace("visit", 0), trace("registered", 2, Step.registered)]
    applied = [*visits, trace("submitted", 3, Step.submitted), trace("call", 4)]
    now = T0 + timedelta(days=5)
    reached = case_of(applied, way, now)
    assert reached is not None
    assert ([one.activity for one in reached.steps], reached.reached) == (["visit", "registered"], True)
    assert case_of(visits, way, now).reached is None  # type: ignore[union-attr]
    assert case_of(visits, way, now + timedelta(days=90)).reached is False  # type: ignore[union-attr]
    assert case_of(applied, way, T0 + timedelta(days=1)).reached is None  # type: ignore[union-attr]
    assert case_of(visits, WAYS[Party.ep][Walked.realized], now) is None


def test_the_picture_has_a_box_for_each_activity_and_nothing_lies_on_anything() -> None:
    drawn = picture(mine(simulated(500, 1), 10))
    assert {box.name for box in drawn.boxes} == {BEGIN, "visit", "call", "form", REACHED, STOPPED}
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == len(places)
    assert all(box.x + 184 <= drawn.width and box.y + 58 <= drawn.height for box in drawn.boxes)
