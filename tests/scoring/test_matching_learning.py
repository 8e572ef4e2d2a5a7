"""Matching learns: on populations with planted preferences of both sides, and on some where there are none.

The short form runs here; `SOJOURN_SIMULATIONS=40` runs that many populations of each kind.
"""

import os
from collections import defaultdict
from functools import cache
from math import sqrt
from statistics import fmean, stdev

import pytest

from services.scoring.policy.matching.fit import RULES, Judges
from services.scoring.policy.matching.ranking import Order
from services.scoring.policy.matching.rows import accepts_row, applies_row
from services.scoring.policy.matching.training import judges, learn
from tests.scoring.matching_population import History, Population, lists

POPULATIONS = int(os.environ.get("SOJOURN_SIMULATIONS", "1"))
SEEDS = range(1, POPULATIONS + 1)
pytestmark = pytest.mark.timeout(120 * POPULATIONS)


@cache
def trained(seed: int, structure: float = 1.0, people: int = 700) -> tuple[History, Judges]:
    """A market with its history and what was learned of it; made once, so that tests reseed its chance."""
    history = History(Population(seed, structure))
    history.run(people)
    return history, judges([learn(side, examples, seed=1) for side, examples in history.applied.items()])


def approved_per_list(history: History, told: Judges, people: int, k: int = 5) -> dict[Order, list[float]]:
    """How many of a list's places came to an acceptance, for EPs whom no model has seen."""
    world, found = history.population, {order: [] for order in Order}
    world.chance.seed(people)
    for _ in range(people):
        seeker = world.seeker()
        for order, offers in lists(history, seeker, told, k).items():
            both = [
                world.happens(world.applies(seeker, one)) and world.happens(world.accepts(seeker, one))
                for one in offers
            ]
            found[order].append(float(sum(both)))
    return found


def apart(one: list[float], other: list[float]) -> tuple[float, float]:
    """The 95 % interval of the difference per EP, each EP with both lists."""
    differences = [a - b for a, b in zip(one, other, strict=True)]
    half = 1.96 * stdev(differences) / sqrt(len(differences))
    return fmean(differences) - half, fmean(differences) + half


@pytest.mark.parametrize("seed", SEEDS)
def test_matching_beats_recency_and_popularity_where_both_sides_have_preferences(seed: int) -> None:
    history, told = trained(seed)
    assert told.names[0] == "pair-applies"
    found = approved_per_list(history, told, people=150)
    for order in (Order.recency, Order.popularity):
        low, _ = apart(found[Order.fit], found[order])
        assert low > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_learned_beats_the_rules_on_a_taste_that_no_rule_knows(seed: int) -> None:
    history, told = trained(seed)
    world, gained = history.population, []
    world.chance.seed(60)
    for _ in range(60):
        seeker = world.seeker()
        by = [lists(history, seeker, one, 5)[Order.fit] for one in (told, Judges())]
        chances = [sum(world.applies(seeker, o) * world.accepts(seeker, o) for o in offers) for offers in by]
        gained.append(chances[0] - chances[1])
    assert fmean(gained) > 0


def test_nothing_is_claimed_where_nothing_is_planted() -> None:
    """At 95 % one interval of forty lies above zero by chance; so many are borne that chance hardly passes them."""
    claims, tried = 0, 8 * POPULATIONS
    for seed in range(100, 100 + 4 * POPULATIONS):
        history, told = trained(seed, structure=0.0, people=300)
        found = approved_per_list(history, told, people=100)
        for order in (Order.recency, Order.popularity):
            low, _ = apart(found[Order.fit], found[order])
            claims += low > 0
    assert claims <= 0.025 * tried + 3 * sqrt(0.025 * 0.975 * tried)


def test_intervals_hold_the_true_share_of_pairs_of_like_probability() -> None:
    """An interval speaks of all pairs of like probability, as they come: of those that apply where hosts decide."""
    held: list[bool] = []
    for seed in range(1, 1 + max(4, POPULATIONS)):  # of one market all intervals hang together
        history, told = trained(seed)
        for interval, truths in _by_interval(history, told).items():
            held += [interval[0] <= fmean(truths) <= interval[1]] if len(truths) >= 100 else []
    assert len(held) >= 100
    assert fmean(held) >= 0.93


def _by_interval(history: History, told: Judges) -> dict[tuple[float, float], list[float]]:
    """True chances of fresh pairs by the interval that each is told: of either side, and of both."""
    world, truths = history.population, defaultdict(list)
    world.chance.seed(1)
    pairs = [(world.seeker(), history.known(world.chance.choice(world.offers))) for _ in range(8000)]
    one = told.applies.probabilities([applies_row(*pair, history.now) for pair in pairs])
    other = told.accepts.probabilities([accepts_row(*pair, history.now) for pair in pairs])
    for (seeker, offer), first, second in zip(pairs, one, other, strict=True):
        applies, accepts = world.applies(seeker, offer), world.accepts(seeker, offer)
        low, high = (proof.interval(float(chance)) for proof, chance in zip(told.proof, (first, second), strict=True))
        truths[low].append(applies)
        truths[low[0] * high[0], low[1] * high[1]].append(applies * accepts)
        if world.happens(applies):
            truths[high].append(accepts)
    return truths


def test_training_is_the_same_bit_for_bit_and_too_little_teaches_nothing() -> None:
    history = History(Population(5))
    history.run(150)
    examples = history.applied["applies"]
    one, other = (learn("applies", examples, seed=3) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.ladder.document() == other.ladder.document()
    assert learn("applies", examples[:100], seed=3) is None
    assert judges([None, None]).names == (RULES, RULES)


def test_what_becomes_known_later_changes_no_example() -> None:
    history = History(Population(6))
    history.run(50)
    before = [dict(example.row) for example in history.applied["applies"]]
    history.run(50)
    assert [dict(example.row) for example in history.applied["applies"][: len(before)]] == before


def test_applications_without_lists_teach_what_is_preferred_and_leave_the_level_to_the_rules() -> None:
    population = Population(7)
    history = History(population)
    examples = history.contrasted(700)
    learned = learn("applies", examples, seed=1)
    assert learned is not None
    assert learned.speaks
    assert learned.bins.bins == ()  # no interval: the draw says nothing of how often
    seekers = [population.seeker() for _ in range(40)]
    rows = [applies_row(seeker, offer, history.now) for seeker in seekers for offer in population.offers[:40]]
    truth = [population.applies(seeker, offer) for seeker in seekers for offer in population.offers[:40]]
    told = [float(one) for one in learned.ladder.probabilities(rows)]
    high = sorted(range(len(rows)), key=lambda place: told[place])[-200:]
    assert fmean(truth[place] for place in high) > 2 * fmean(truth)
    assert accepts_row(seekers[0], population.offers[0], history.now)["skills_share"] is not None
