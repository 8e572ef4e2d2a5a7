"""Attribution: rules that split outcomes, one from data that knows a channel without effect, and what is no touch."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from services.journeys.estimates.attribution import Attribution, aligned
from services.journeys.policy import attribution_driven as data
from services.journeys.policy.attribution import UNKNOWN, Path, by_rules, credit, rarer_together, within
from services.journeys.policy.questions import EstimateState, Question, View
from shared.contracts import applications as facts
from shared.contracts import contacts, conversations, scoring
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.testing import builders
from tests.journeys.world import CLUJ, World

THREE = Path(((30.0, "booth"), (10.0, "email"), (3.0, "phone")), True)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("first", {"booth": 1.0, "email": 0.0, "phone": 0.0}),
        ("last", {"booth": 0.0, "email": 0.0, "phone": 1.0}),
        ("linear", {"booth": 1 / 3, "email": 1 / 3, "phone": 1 / 3}),
        ("position", {"booth": 0.4, "email": 0.2, "phone": 0.4}),
        ("decay", {"booth": 0.0440, "email": 0.3187, "phone": 0.6373}),  # 2^(−27/7) : 2^(−1) : 1
    ],
)
def test_each_rule_splits_one_outcome(rule: str, expected: dict[str, float]) -> None:
    found = credit(THREE, rule)
    assert {name: pytest.approx(share, abs=5e-4) for name, share in expected.items()} == found


def test_an_outcome_without_a_touch_is_unknown_and_touches_after_it_or_too_old_are_none() -> None:
    assert within([(-1.0, "phone"), (0.0, "flyer"), (90.0, "booth"), (90.1, "email")], 90) == (
        (90.0, "booth"),
        (0.0, "flyer"),
    )
    found = by_rules([Path((), True), THREE, Path((), False)], 7.0, seed=1)
    assert found["first"][UNKNOWN]["value"] == 1.0
    assert sum(one["value"] for one in found["linear"].values()) == pytest.approx(2.0, abs=0.01)


def test_channels_that_hardly_anybody_met_stand_together() -> None:
    paths = [Path(((1.0, "email"),), True)] * 20 + [Path(((1.0, f"rare-{at}"),), False) for at in range(5)]
    _, channels = rarer_together(paths, most=3, least=10)
    assert channels == ["email", "other"]


def test_the_shapley_value_is_efficient_symmetric_and_gives_a_null_player_nothing() -> None:
    sets = np.array([[True, True, True, False], [False, False, True, True], [False] * 4])
    effects = np.array([0.8, 0.8, 0.0, -0.5])
    found = data.shapley(sets, -1.0, effects)
    worth = 1 / (1 + np.exp(-(-1.0 + sets @ effects))) - 1 / (1 + np.exp(1.0))
    assert found.sum(axis=1) == pytest.approx(worth)
    assert found[0, 0] == pytest.approx(found[0, 1])
    assert found[:, 2] == pytest.approx(0.0)
    assert found[2] == pytest.approx(0.0)


def test_the_logistic_model_is_the_one_that_statsmodels_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "RIDGE", 0.0)
    sets = np.array([[False, False], [True, False], [False, True], [True, True]])
    counts = np.array([[80.0, 20.0], [60.0, 40.0], [70.0, 15.0], [30.0, 33.0]])
    theirs = sm.GLM(counts[:, ::-1], sm.add_constant(sets.astype(float)), family=sm.families.Binomial()).fit()
    base, effects = data.fitted(sets, counts)
    assert [base, *effects] == pytest.approx(list(theirs.params), abs=1e-6)


EFFECTS, BASE, MEET = np.array([1.0, 0.0, -0.4, 0.6]), -1.5, np.array([0.4, 0.3, 0.2, 0.15])


def population(seed: int, n: int) -> tuple[Any, Any]:
    """Whom the four channels met (the second often follows the first), and who came to the outcome."""
    chance = np.random.default_rng(seed)
    met = chance.random((n, 4)) < MEET
    met[:, 1] |= met[:, 0] & (chance.random(n) < 0.4)
    return met, chance.random(n) < 1 / (1 + np.exp(-(BASE + met @ EFFECTS)))


def paths_of(met: Any, reached: Any) -> list[Path]:
    return [
        Path(tuple((1.0, "abcd"[at]) for at in np.nonzero(row)[0]), bool(one))
        for row, one in zip(met, reached, strict=True)
    ]


def test_on_simulated_people_credits_are_right_a_channel_without_effect_gets_none_and_intervals_cover() -> None:
    """Over 120 populations of 2,500 the intervals cover 95.0 % (570 of 600); here are fewer, for the sake of time."""
    many, n, runs = 100_000, 1500, 16
    met, _ = population(999, many)
    sets, inverse = np.unique(met, axis=0, return_inverse=True)
    counts = np.bincount(inverse.ravel(), minlength=len(sets))
    shares = counts @ data.shapley(sets, BASE, EFFECTS)
    truth = np.concatenate(([many / (1 + np.exp(-BASE))], shares)) * n / many
    covered, found = 0, []
    for seed in range(runs):
        told = data.driven(paths_of(*population(seed, n)), list("abcd"), seed)["channels"]
        found.append([told[name]["value"] for name in ("base", *"abcd")])
        covered += sum(told[name]["low"] <= truth[at] <= told[name]["high"] for at, name in enumerate(told))
    assert covered / (5 * runs) >= 0.9
    means, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(runs)
    assert abs(means[2]) < 3 * error[2]  # the channel that does nothing
    assert np.all(np.abs(means - truth) < 4 * error)


def test_credits_add_up_to_the_outcomes_and_few_people_are_not_enough() -> None:
    met, reached = population(3, 800)
    told = data.driven(paths_of(met, reached), list("abcd"), 1)
    assert sum(one["value"] for one in told["channels"].values()) == pytest.approx(reached.sum(), abs=0.05)
    few = data.driven(paths_of(met[:40], reached[:40]), list("abcd"), 1)
    assert (few["note"], few["channels"]) == ("not enough data", {})


def test_who_has_not_reached_the_outcome_had_as_much_time_to_be_met() -> None:
    """Touches come at an even pace and do nothing; with all time counted for the one and not for the other they would
    seem to keep people from the outcome."""
    day, end = 86_400.0, 400 * 86_400.0
    chance = np.random.default_rng(5)
    rows = []
    for _ in range(4000):
        start = float(chance.uniform(0, 200)) * day
        at = start + float(chance.exponential(20)) * day if chance.random() < 0.5 else None
        pace = chance.exponential(60, 12).cumsum() * day
        rows.append([start, at, [[start + float(one), "email"] for one in pace if (at or end) >= start + one]])
    paths = aligned(rows, end, 1000, 1)
    met = {
        side: np.mean([bool(path.touches) for path in paths if path.reached is side]) for side in (True, False)
    }  # fmt: skip
    assert met[True] == pytest.approx(met[False], abs=0.03)
    touched = {at: [bool(one[2]) for one in rows if (one[1] is not None) is at] for at in (True, False)}
    assert np.mean(touched[False]) - np.mean(touched[True]) > 0.5  # so it was before they were aligned


async def test_touches_are_contacts_and_ways_in_before_the_outcome(world: World) -> None:
    """A booth in autumn, a labelled link later, the sign-up by a flyer's code, a call; then the application."""
    visitor = new_id()
    came: dict[str, Any] = {"channel": "web", "source_id": None, "source_kind": None, "medium": "social"}
    link = conversations.VisitorCame(
        interaction_id=new_id(), visitor_id=visitor, at=datetime(2026, 1, 2, tzinfo=UTC), campaign="spring",
        origin="instagram", **came,
    )  # fmt: skip
    await world.at(2026, 1, 2, link)
    await world.at(2026, 1, 5, builders.person(world.person_id, sending_entity_id=CLUJ))
    known = scoring.VisitorIdentified(visitor_id=visitor, person_id=world.person_id)
    flyer = {**came, "source_id": new_id(), "source_kind": "flyer", "medium": None, "campaign": None}
    code = conversations.PersonCame(
        interaction_id=new_id(), person_id=world.person_id, at=datetime(2026, 1, 5, 9, tzinfo=UTC), **flyer
    )
    met = {"person_id": world.person_id, "source_id": None, "imported": False}
    booth = contacts.ContactRecorded(
        interaction_id=new_id(), channel="in_person", kind="booth", at=datetime(2025, 12, 1, tzinfo=UTC), **met
    )
    late = contacts.ContactRecorded(
        interaction_id=new_id(), channel="phone", kind="call", at=datetime(2026, 3, 1, tzinfo=UTC), **met
    )
    await world.at(2026, 1, 6, known, code, booth)
    await world.at(2026, 1, 9, facts.ApplicationSubmitted(**world.about, product=Product.talent))
    await world.at(2026, 3, 2, late)
    question = Question("attribution", 1, View.everything, None, {"outcome": "applied"})
    loaded = await world.room.read(Attribution().load, question)
    told = Attribution().compute(loaded, 1)
    assert (told["n"], told["unknown"]) == (1, 0)
    first = Attribution().compute({**loaded, "rows": loaded["rows"]}, 1)["rules"]
    assert first == told["rules"]  # the same lots for the same question
    (row,) = (one for one in loaded["rows"] if one[1] is not None)
    assert sorted(label for _, label in row[2]) == ["booth", "flyer", "phone", "social"]
    (path,) = (path for path in aligned(loaded["rows"], loaded["end"], 90, 1) if path.reached)
    assert [channel for _, channel in path.touches] == ["booth", "social", "flyer"]
    asked = {"outcome": "applied", "by": "campaign"}
    by = await world.room.read(Attribution().load, Question("attribution", 1, View.everything, None, asked))
    labels = {label for one in by["rows"] for _, label in one[2]}
    assert "spring" in labels
    assert any(label.startswith("source:") for label in labels)


async def test_attribution_is_asked_for_and_read_by_staff(world: World) -> None:
    await world.whole_story()
    client = await world.room.client(world.se)
    reply = await client.get("/v1/attribution", params={"outcome": "approved"})
    assert (reply.status_code, reply.json()["state"]) == (200, EstimateState.absent)
    assert (await client.post("/v1/attribution", json={"params": {"outcome": "approved"}})).status_code == 202
    assert (await client.get("/v1/attribution", params={"outcome": "nothing"})).status_code == 422
    assert (await (await world.room.client(world.ep)).get("/v1/attribution")).status_code == 403
