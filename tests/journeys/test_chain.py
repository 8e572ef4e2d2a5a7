"""The service-profit chain's statistics: against scipy, on populations with a known truth, and where it keeps quiet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from services.journeys.estimates.chain import ServiceChain
from services.journeys.model.narrowing import caller_of
from services.journeys.policy.chain import LAGS, chain
from services.journeys.policy.questions import Question, View
from shared.contracts import surveys
from shared.ids import new_id
from shared.testing import builders
from tests.journeys.world import CLUJ, UPPSALA, WORLD, World

Numbers = NDArray[np.float64]


def wandering(chance: np.random.Generator, teams: int, rounds: int, memory: float) -> Numbers:
    """Series around a level: each remembers its last value (AR(1)); teams and rounds have levels of their own."""
    found = chance.normal(size=(teams, rounds))
    found[:, 0] /= np.sqrt(1 - memory**2)
    for place in range(1, rounds):
        found[:, place] += memory * found[:, place - 1]
    return found + chance.normal(size=(teams, 1)) + chance.normal(size=(1, rounds))


def told(team: Numbers, customers: Numbers, chance: np.random.Generator, missing: float = 0.1) -> dict[str, Any]:
    """As the room has it: some results were never published, some rounds had too few customers."""
    cells = []
    for (row, place), value in np.ndenumerate(team):
        cell: dict[str, Any] = {"entity": f"team-{row:03}", "round": str(place)}
        if chance.random() >= missing:
            cell["team"] = float(value)
        if chance.random() >= missing:
            cell["customers"] = float(customers[row, place])
        cells.append(cell)
    return {"rounds": [str(place) for place in range(team.shape[1])], "cells": cells}


def at(found: dict[str, Any], lag: int) -> dict[str, Any]:
    return next(one for one in found["lags"] if one["lag"] == lag)


def test_slope_and_r_are_those_of_a_regression_with_a_level_for_each_team_and_round() -> None:
    chance = np.random.default_rng(2)
    team, customers = (wandering(chance, 8, 6, 0.3) for _ in range(2))
    found = at(chain(told(team, customers, chance, missing=0), 1, 99), 0)
    rows, rounds = (place.ravel() for place in np.indices(team.shape))
    dummies = np.column_stack([rows[:, None] == np.arange(8), rounds[:, None] == np.arange(1, 6)]).astype(float)
    rest = [
        values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
        for values in (team.ravel(), customers.ravel())
    ]
    expected = stats.linregress(*rest)
    assert found["slope"] == pytest.approx(expected.slope)
    assert found["r"] == pytest.approx(expected.rvalue)


@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_teams_and_customers_who_have_nothing_to_do_with_each_other_alarm_in_one_case_of_twenty(memory: float) -> None:
    chance, alarms, of_one_lag, n = np.random.default_rng(5), 0, 0, 200
    for seed in range(n):
        team, customers = (wandering(chance, 12, 8, memory) for _ in range(2))
        found = chain(told(team, customers, chance), seed, 99)
        alarms += found["finding"]["p"] <= 0.05
        of_one_lag += at(found, 1)["p"] <= 0.05
    most = stats.binom.ppf(0.99, n, 0.05) / n
    assert alarms / n <= most
    assert of_one_lag / n <= most


def test_the_interval_holds_the_truth_and_the_lag_is_found() -> None:
    chance, held, found_lag, n = np.random.default_rng(16), 0, 0, 200
    for seed in range(n):
        team, customers = (wandering(chance, 14, 9, 0.3) for _ in range(2))
        customers[:, 1:] += 0.6 * team[:, :-1]
        found = chain(told(team, customers, chance), seed, 199)
        one = at(found, 1)
        held += one["low"] <= 0.6 <= one["high"]
        found_lag += found["finding"]["lag"] == 1 and found["finding"]["p"] <= 0.05
    assert held / n >= 0.93
    assert found_lag / n >= 0.8


def test_a_lag_at_which_customers_speak_first_is_shown_and_never_the_finding() -> None:
    chance = np.random.default_rng(8)
    team, customers = (wandering(chance, 20, 10, 0.0) for _ in range(2))
    team[:, 1:] += 2 * customers[:, :-1]
    found = chain(told(team, customers, chance), 1, 99)
    assert at(found, -1)["p"] == 0.01
    assert found["finding"]["lag"] >= 0


@pytest.mark.parametrize(("teams", "rounds"), [(4, 12), (30, 3), (6, 4)])
def test_too_few_teams_rounds_or_cells_are_said_and_nothing_is_worked_out(teams: int, rounds: int) -> None:
    chance = np.random.default_rng(1)
    data = told(*(wandering(chance, teams, rounds, 0.0) for _ in range(2)), chance, missing=0)
    found = chain(data, 1, 99)
    assert (found["state"], found["lags"], found["finding"]) == ("too_few", [], None)
    assert set(found["there"]) == set(found["needed"]) == {"teams", "cells", "rounds"}


def test_the_same_seed_gives_the_same_answer_and_no_data_is_no_error() -> None:
    chance = np.random.default_rng(4)
    data = told(*(wandering(chance, 8, 8, 0.2) for _ in range(2)), chance)
    assert chain(data, 3, 99) == chain(data, 3, 99)
    assert chain({"rounds": [], "cells": []}, 1)["state"] == "too_few"
    assert len(LAGS) == 5


# --- in the room


async def published(world: World, entity: UUID, closed: datetime, glad: int, served: list[int]) -> None:
    """A round's result of a committee, and what EPs whom it sent say three weeks later."""
    world.room.clock.set(closed)
    counts = {"enps": [0] * 6 + [10 - glad, 0, 0, glad, 0], "effort": [0, 0, 0, 2, 5, 3, 0]}
    name = f"{closed:%Y-%m}"
    await world.room.hear(
        surveys.PulsePublished(result_id=new_id(), round=name, entity_id=entity, asked=12, answered=10, counts=counts)
    )
    world.room.clock.set(closed + timedelta(days=21))
    for score in served:
        stay = builders.experience(sending_entity_id=entity, hosting_entity_id=UPPSALA)
        await world.room.hear(builders.answered(stay, {"nps": score, "ces2": 6}))


async def cells_of(
    world: World, view: View, entity: UUID | None, **params: Any
) -> dict[tuple[str, str], dict[str, Any]]:
    question = Question("service-chain", 1, view, entity, params)
    data = await world.room.read(ServiceChain().load, question, caller=caller_of(question.view, question.entity_id))
    return {(cell["entity"], cell["round"]): cell for cell in data["cells"]}


async def test_cells_are_made_of_published_results_and_enough_customers(world: World) -> None:
    """Five answers make a cell and four don't; what lies above committees holds the same answers and is left out."""
    first, second = datetime(2026, 1, 15, 6, tzinfo=UTC), datetime(2026, 4, 15, 6, tzinfo=UTC)
    await world.room.hear(builders.entity(WORLD, path=[WORLD], kind="world"))
    await published(world, CLUJ, first, 6, [10, 9, 9, 3, 8])
    await published(world, CLUJ, second, 4, [10, 9, 9, 3])
    await published(world, WORLD, first, 6, [])
    found = await cells_of(world, View.everything, None, served="sending")
    cluj = str(CLUJ)
    assert found[cluj, "2026-01"]["team"] == 20.0
    assert (found[cluj, "2026-01"]["customers"], found[cluj, "2026-01"]["customers_n"]) == (40.0, 5)
    assert "customers" not in found[cluj, "2026-04"]
    assert (str(WORLD), "2026-01") not in found
    hosting = await cells_of(world, View.everything, None, served="hosting")
    assert all("customers" not in cell for cell in hosting.values())  # no pulse of Uppsala was published


async def test_a_committee_sees_its_own_team_alone(world: World) -> None:
    closed = datetime(2026, 1, 15, 6, tzinfo=UTC)
    await published(world, CLUJ, closed, 6, [10, 9, 9, 3, 8])
    await published(world, UPPSALA, closed, 3, [10, 9, 9, 3, 8])
    assert set(await cells_of(world, View.sending, CLUJ)) == {(str(CLUJ), "2026-01")}
    assert len(await cells_of(world, View.both, WORLD)) == 2
