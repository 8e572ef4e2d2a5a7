"""The funnel with other rates: draws against a known truth, the same by one seed, and from what the room counted."""

from datetime import UTC, datetime

import numpy as np
import pytest
from scipy import stats

from services.journeys.estimates.rates import FunnelRates
from services.journeys.estimating import Estimating
from services.journeys.model.narrowing import caller_of
from services.journeys.policy.chances import Step, simulate
from services.journeys.policy.questions import Question, View
from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.testing import builders
from tests.journeys.world import CLUJ, UPPSALA, World


def test_the_present_is_drawn_around_what_was_observed_and_a_moved_rate_around_itself() -> None:
    found = simulate([Step("accepted", 120, 1000), Step("signed", 60, 120, moved=0.75)], 1000, 1000, 1)["steps"]
    assert found[0]["difference"] == {"mean": 0, "low": 0, "high": 0}
    assert found[1]["present"]["mean"] == pytest.approx(60, abs=1.5)
    assert found[1]["scenario"]["mean"] == pytest.approx(90, abs=2)
    assert found[1]["difference"]["low"] > 10


def test_the_spread_is_that_of_a_beta_binomial() -> None:
    """One step: the exact distribution of who passes, from scipy."""
    for passed, n, volume in ((30, 100, 500), (2, 9, 40), (40_000, 90_000, 80_000)):
        found = simulate([Step("accepted", passed, n)], volume, volume, 2)["steps"][0]["present"]
        exact = stats.betabinom(volume, passed + 0.5, n - passed + 0.5)
        tolerance = 0.12 * exact.std() + 1
        assert found["mean"] == pytest.approx(exact.mean(), abs=0.05 * exact.std() + 0.5)
        assert found["low"] == pytest.approx(exact.ppf(0.025), abs=tolerance)
        assert found["high"] == pytest.approx(exact.ppf(0.975), abs=tolerance)


def test_the_interval_holds_what_comes_out_of_known_rates() -> None:
    """400 pasts and futures of one funnel: the future lies in the interval drawn from the past."""
    chance, held, n = np.random.default_rng(9), 0, 400
    for seed in range(n):
        first = chance.binomial(600, 0.2)
        second = chance.binomial(first, 0.6)
        found = simulate([Step("accepted", first, 600), Step("signed", second, first)], 600, 600, seed)
        future = chance.binomial(chance.binomial(600, 0.2), 0.6)
        held += found["steps"][1]["present"]["low"] <= future <= found["steps"][1]["present"]["high"]
    assert held / n >= 0.93


def test_the_same_seed_draws_the_same_and_nothing_observed_is_no_error() -> None:
    steps = [Step("accepted", 12, 100), Step("signed", 0, 0)]
    assert simulate(steps, 50, 100, 3) == simulate(steps, 50, 100, 3)
    assert simulate(steps, 50, 100, 3) != simulate(steps, 50, 100, 4)
    assert simulate(steps, 0, 0, 1)["steps"][1]["scenario"] == {"mean": 0, "low": 0, "high": 0}


async def crowd(world: World, count: int, accepted: int, rejected: int) -> None:
    room = world.room
    room.clock.set(datetime(2026, 1, 5, 9, tzinfo=UTC))
    for place in range(count):
        ids = builders.about(sending_entity_id=CLUJ, hosting_entity_id=UPPSALA)
        await room.hear(facts.ApplicationSubmitted(**ids, product=Product.talent))
        if place < accepted:
            await room.hear(facts.ApplicationAccepted(**ids))
        elif place < accepted + rejected:
            await room.hear(facts.ApplicationRejected(**ids, reason="timeline", ours=False))


async def test_rates_are_of_those_whose_outcome_is_known(world: World) -> None:
    await crowd(world, 20, accepted=6, rejected=4)
    question = Question("funnel-rates", 1, View.sending, CLUJ)
    kind = FunnelRates()
    found = kind.compute(
        await world.room.read(kind.load, question, caller=caller_of(question.view, question.entity_id)), 1
    )
    steps = {step["step"]: (step["passed"], step["n"], step["open"]) for step in found["steps"]}
    assert found["volume"] == 20
    assert steps["accepted"] == (6, 10, 10)
    assert steps["signed"] == (0, 0, 6)


async def test_a_scenario_is_asked_by_its_address_once_the_rates_are_worked_out(world: World) -> None:
    await crowd(world, 20, accepted=6, rejected=4)
    client = await world.room.client(world.se)
    empty = (await client.get("/v1/funnel-simulation")).json()
    assert (empty["state"], empty["steps"]) == ("absent", [])
    await client.post("/v1/estimates/funnel-rates", json={})
    assert await Estimating(world.room.runtime).step()
    found = (await client.get("/v1/funnel-simulation", params={"accepted": 0.9, "volume": 100})).json()
    first = found["steps"][0]
    assert (first["passed"], first["n"], first["moved"], found["volume"], found["observed_volume"]) == (
        6,
        10,
        0.9,
        100,
        20,
    )
    assert first["scenario"]["mean"] == pytest.approx(
        86.4, abs=3
    )  # Jeffreys' prior draws 0.9 of ten people to 9.5 of 11
    assert (await client.get("/v1/funnel-simulation", params={"accepted": 1.5})).status_code == 422
    assert (await (await world.room.client(world.ep)).get("/v1/funnel-simulation")).status_code == 403
