"""Scorecards: periods, verdicts, figures against scipy and a known truth; in the room made, aimed, counted, retired."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from scipy import stats

from services.journeys.estimates.scorecard import ScorecardFigures
from services.journeys.estimating import Estimating
from services.journeys.model.narrowing import caller_of
from services.journeys.policy import measures
from services.journeys.policy.measures import CATALOGUE, Figure, Measure
from services.journeys.policy.questions import Question, View
from services.journeys.policy.scorecards import (
    Rhythm,
    State,
    Target,
    period_of,
    periods_until,
    target_for,
    verdict,
)
from shared.contracts import applications as facts
from shared.contracts import cases, surveys
from shared.contracts.fields import Product
from shared.contracts.notifications import StandardsClosed
from shared.contracts.scorecards import TargetSet
from shared.ids import new_id
from shared.testing import builders, callers
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World

CARD = {"measure": "nps_ep", "side": "sending", "rhythm": "month", "zone": "Europe/Bucharest", "target": 10}


# --- pure


def test_periods_are_calendar_ones_and_know_their_ends() -> None:
    day = date(2026, 5, 17)
    assert [period_of(day, rhythm).name for rhythm in Rhythm] == ["2026-05", "2026-Q2", "2026"]
    assert period_of(day, Rhythm.quarter).last == date(2026, 6, 30)
    assert period_of(date(2026, 12, 31), Rhythm.month).last == date(2026, 12, 31)
    assert [one.name for one in periods_until(date(2026, 2, 3), Rhythm.quarter, 3)] == ["2025-Q3", "2025-Q4", "2026-Q1"]


def test_the_target_of_a_period_is_the_one_that_held_on_its_last_day() -> None:
    targets = [Target(40, date(2026, 1, 1)), Target(50, date(2026, 7, 1)), Target(55, date(2026, 7, 1))]
    found = [
        target_for(targets, period_of(day, Rhythm.quarter))
        for day in (date(2025, 12, 1), date(2026, 6, 1), date(2026, 9, 1))
    ]
    assert found == [None, 40, 55]
    assert target_for([*targets, Target(None, date(2026, 8, 1))], period_of(date(2026, 9, 1), Rhythm.quarter)) is None


@pytest.mark.parametrize(
    ("measure", "figure", "target", "today", "expected"),
    [
        (Measure.nps_ep, Figure(40, 50, 30, 65), 40, date(2026, 7, 2), (State.met, False)),
        (Measure.nps_ep, Figure(40, 50, 42, 65), 40, date(2026, 7, 2), (State.met, True)),
        (Measure.nps_ep, Figure(40, 20, 5, 35), 40, date(2026, 7, 2), (State.not_met, True)),
        (Measure.nps_ep, Figure(40, 50, 42, 65), 40, date(2026, 6, 30), (State.too_early, False)),
        (Measure.nps_ep, Figure(4, 50, -10, 80), 40, date(2026, 7, 2), (State.too_few, False)),
        (Measure.nps_ep, Figure(40, 50, 42, 65), None, date(2026, 7, 2), (State.no_target, False)),
        (Measure.signed, Figure(200, 0.9, 0.85, 0.93), 0.5, date(2026, 7, 2), (State.too_early, False)),
        (Measure.signed, Figure(200, 0.9, 0.85, 0.93), 0.5, date(2026, 8, 1), (State.met, True)),
        (Measure.signed, Figure(29, 0.9, 0.7, 0.97), 0.5, date(2026, 8, 1), (State.too_few, False)),
        (Measure.days_to_approval, Figure(40, 20, 15, 24), 25, date(2026, 7, 2), (State.met, True)),
        (Measure.days_to_approval, Figure(40, 30, 22, 35), 25, date(2026, 7, 2), (State.not_met, False)),
        (Measure.realizations, Figure(12, 12, 6, 21), 10, date(2026, 5, 2), (State.met, True)),
        (Measure.realizations, Figure(8, 8, 3, 16), 10, date(2026, 5, 2), (State.too_early, False)),
        (Measure.realizations, Figure(8, 8, 3, 16), 10, date(2026, 7, 1), (State.not_met, True)),
    ],
)
def test_a_figure_is_judged_when_it_can_be(
    measure: Measure, figure: Figure, target: float | None, today: date, expected: tuple[State, bool]
) -> None:
    found = verdict(measure, figure, target, period_of(date(2026, 5, 1), Rhythm.quarter), today)
    assert (found.state, found.sure) == expected


def test_intervals_are_those_of_scipy() -> None:
    values = np.random.default_rng(1).gamma(2, 10, 41)
    mean = measures.mean_of(float(values.sum()), float((values**2).sum()), 41, -1e9, 1e9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (mean.low, mean.high) == pytest.approx((expected.low, expected.high))
    middle = stats.quantile_test(values, p=0.5).confidence_interval(0.95)
    median = measures.median_of(values.tolist())
    assert median.value == pytest.approx(float(np.median(values)))
    assert (median.low, median.high) == pytest.approx((middle.low, middle.high))
    assert measures.median_of([3.0, 5.0]).low is None
    count = measures.count_of(12)
    assert (count.low, count.high) == pytest.approx(tuple(stats.chi2.ppf([0.025, 0.975], [24, 26]) / 2))
    assert measures.count_of(0).low == 0


def test_intervals_keep_their_promise_on_known_populations() -> None:
    """NPS of 25 answers, the median of 30 days, counts of a rate of 9: 95 % of them hold the truth, and 93 at least."""
    chance, held, n = np.random.default_rng(4), np.zeros(3), 1000
    for _ in range(n):
        promoters, _, detractors = chance.multinomial(25, [0.5, 0.3, 0.2])
        nps = measures.nps_of(int(promoters), int(detractors), 25)
        days = measures.median_of(chance.exponential(20, 30).tolist())
        count = measures.count_of(int(chance.poisson(9)))
        for place, (figure, truth) in enumerate(((nps, 30.0), (days, 20 * np.log(2)), (count, 9.0))):
            assert figure.low is not None
            assert figure.high is not None
            held[place] += figure.low <= truth <= figure.high
    assert (held / n >= 0.93).all(), held


# --- in the room


async def made(world: World, caller: Any = None, **values: Any) -> dict[str, Any]:
    client = await world.room.client(caller or world.se)
    reply = await client.post("/v1/scorecards", json={**CARD, **values})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def test_a_scorecard_is_counted_by_the_worker_and_judged(world: World) -> None:
    room = world.room
    room.clock.set(datetime(2026, 5, 3, 9, tzinfo=UTC))
    for score in (10, 9, 9, 10, 9, 3):
        await room.hear(
            builders.answered(builders.experience(sending_entity_id=CLUJ, hosting_entity_id=UPPSALA), {"nps": score})
        )
    room.clock.set(datetime(2026, 6, 2, 9, tzinfo=UTC))
    card = await made(world)
    assert (card["now"]["state"], card["working"], card["entity"]) == ("too_early", True, "Cluj")
    assert await Estimating(room.runtime).step()
    client = await room.client(world.se)
    found = (await client.get(f"/v1/scorecards/{card['id']}")).json()
    before = found["before"]
    assert (before["period"], before["n"], round(before["value"], 1)) == ("2026-05", 6, 66.7)
    assert before["target"] is None  # it holds from June on
    path = f"/v1/scorecards/{card['id']}/targets"
    reply = await client.post(path, json={"value": 60, "from_on": "2026-05-31"}, headers={"If-Match": '"1"'})
    assert reply.status_code == 200, reply.text
    assert (reply.json()["before"]["target"], reply.json()["before"]["state"]) == (60, "met")
    assert [one["value"] for one in (await client.get(path)).json()["items"]] == [60, 10]
    assert [(one.number, one.value) for one in await room.said(TargetSet)] == [(1, 10.0), (2, 60.0)]


async def counted(world: World, measure: Measure) -> tuple[int, float | None]:
    """n and value of April, as the worker's process counts them for the sending side."""
    params = {"measure": str(measure), "rhythm": "month", "zone": "Europe/Bucharest"}
    question = Question("scorecard", 1, View.sending, CLUJ, params)
    kind = ScorecardFigures()
    data = await world.room.read(kind.load, question, caller=caller_of(question.view, question.entity_id))
    found = kind.compute(data, 1)["figures"]["2026-04"]
    return found["n"], found["value"]


async def test_every_measure_is_counted_from_what_was_told(world: World) -> None:
    """One case of everything in April 2026, counted in May."""
    room = world.room
    stay = world.stay
    await world.at(2026, 4, 1, facts.ApplicationSubmitted(**world.about, product=Product.talent))
    await world.at(2026, 4, 3, facts.ApplicationAccepted(**world.about))
    await world.at(2026, 4, 5, facts.AcceptanceNoteSigned(**world.about, terms=builders.TERMS))
    await world.at(2026, 4, 11, builders.approved(stay))
    await world.at(2026, 4, 20, facts.ExperienceRealized(**stay))
    answered = builders.answered(stay, {"nps": 9, "ces2": 6})
    asked = {name: getattr(answered, name) for name in surveys.SurveyFact.model_fields}
    soon = datetime(2026, 5, 1, tzinfo=UTC)
    await world.at(2026, 4, 21, surveys.SurveyInvited(**asked, language="ro", expires_at=soon), answered)
    case = new_id()
    await world.at(2026, 4, 22, world.case(surveys.QualityCaseOpened, case, owner="sending", acknowledge_by=soon))
    await world.at(2026, 4, 23, world.case(cases.QualityCaseAcknowledged, case, in_time=True))
    whose = {name: stay[name] for name in ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")}
    counts = {"asked": 16, "kept": 12, "late": 1, "missed": 2, "denied": 1, "not_needed": 0, "conflicts": 0}
    await world.at(2026, 4, 24, StandardsClosed(**whose, catalogue="2026", **counts, unkept=[], flag=False))
    room.clock.set(datetime(2026, 5, 2, 9, tzinfo=UTC))
    values = {measure: await counted(world, measure) for measure in Measure}
    expected = dict.fromkeys(("accepted", "signed", "approved", "realized", "response_ep", "cases_in_time"), (1, 1.0))
    expected |= {"nps_ep": (1, 100.0), "ces_ep": (1, 6.0), "standards_kept": (1, 0.75), "days_to_approval": (1, 10.0)}
    expected |= {"approvals": (1, 1.0)}
    assert {measure: values[measure] for measure in expected} == expected
    assert values["nps_enabler"] == values["response_enabler"] == values["touchpoints_in_time"] == (0, None)
    assert set(CATALOGUE) == set(Measure)


async def test_scorecards_are_kept_by_managers_of_the_committee_and_seen_by_nobody_beside_it(world: World) -> None:
    card = await made(world)
    path = f"/v1/scorecards/{card['id']}"
    for caller, status in (
        (world.se, 200), (callers.national_manager(WORLD), 200), (callers.auditor(), 200), (world.he, 404),
        (callers.hosting_manager(CLUJ), 404), (callers.sending_manager(UPPSALA), 404), (world.ep, 403),
    ):  # fmt: skip
        assert (await (await world.room.client(caller)).get(path)).status_code == status, caller
    client = await world.room.client(world.se)
    for wrong in ({"side": "hosting"}, {"entity_id": str(UPPSALA)}, {"target": 400}):
        reply = await client.post("/v1/scorecards", json={**CARD, **wrong})
        assert reply.status_code == 422, wrong
    reply = await (await world.room.client(callers.global_manager())).post("/v1/scorecards", json=CARD)
    assert reply.json()["errors"][0]["pointer"] == "#/entity_id"


async def test_owner_and_note_change_by_version_and_a_retired_card_stays_as_it_is(world: World) -> None:
    card = await made(world)
    client, path, owner = await world.room.client(world.se), f"/v1/scorecards/{card['id']}", str(new_id())
    body = {"owner_id": owner, "note": "Reviewed each month"}
    assert (await client.put(path, json=body)).status_code == 428
    changed = (await client.put(path, json=body, headers={"If-Match": '"1"'})).json()
    assert (changed["owner_id"], changed["note"], changed["version"]) == (owner, "Reviewed each month", 2)
    assert (await client.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412
    retired = await client.post(f"{path}/retirement", headers={"If-Match": '"2"'})
    assert retired.json()["state"] == "retired"
    assert (await client.put(path, json=body, headers={"If-Match": '"3"'})).status_code == 409
    assert (await client.get("/v1/scorecards")).json()["items"] == []
    assert len((await client.get("/v1/scorecards", params={"state": "retired"})).json()["items"]) == 1
