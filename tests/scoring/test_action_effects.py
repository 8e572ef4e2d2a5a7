"""Effects of actions on simulated populations with planted effects: intervals hold what is true, chance is no finding.

`SOJOURN_SIMULATIONS` (default 1) multiplies the number of populations; 20 is the full form.
"""

import os
from itertools import product

import numpy as np
import pytest

from services.scoring.policy.effects import (
    ALPHA,
    Counts,
    Numbers,
    Verdict,
    always_valid,
    difference,
    verdict,
    verdicts,
)
from services.scoring.policy.uplift import measured, shrunk, weighed
from shared.proportions import wilson

TIMES = float(os.environ.get("SOJOURN_SIMULATIONS", "1"))
WORLDS = int(4_000 * TIMES)
SEED = 20261125
ACTIONS = 12  # looked at side by side, as in the catalogue


def drawn(
    rng: np.random.Generator, shape: tuple[int, ...], people: int, share: float, base: Numbers, effect: Numbers
) -> Counts:
    """Populations of so many people: who is treated is drawn with the share, who reaches the aim with the rates."""
    treated = rng.binomial(people, share, shape).astype(float)
    held = people - treated
    reached = rng.binomial(treated.astype(int), np.clip(base + effect, 0, 1), shape).astype(float)
    without = rng.binomial(held.astype(int), np.clip(base, 0, 1), shape).astype(float)
    return Counts(np.full(shape, share), treated, reached, held, without)


CASES = list(product((120, 600, 3_000), (0.5, 0.7, 0.9), (0.05, 0.24), (0.0, 0.04)))


def test_the_interval_of_one_look_holds_the_planted_effect_as_often_as_it_says() -> None:
    """95 % of worlds, over sizes, shares, base rates and effects; in no single case less than 93 %."""
    rng, found = np.random.default_rng(SEED), []
    for people, share, base, effect in CASES:
        counts = drawn(rng, (WORLDS, 1), people, share, np.array(base), np.array(effect))
        told = difference(counts)
        found.append(float(((told.low <= effect) & (effect <= told.high)).mean()))
    assert min(found) >= 0.93, dict(zip(CASES, found, strict=True))
    assert 0.94 <= np.mean(found) <= 0.975


def test_it_holds_when_committees_with_other_rates_chose_other_shares() -> None:
    """Pooled, a committee that treats more of better people would be taken for an effect; by strata it isn't."""
    rng = np.random.default_rng(SEED + 1)
    base, effect = np.array([0.10, 0.35]), 0.03
    counts = drawn(rng, (WORLDS, 2), 800, 0.5, base, np.array(effect))
    other = drawn(rng, (WORLDS, 2), 800, 0.9, base, np.array(effect))
    both = Counts(
        *(
            np.stack([getattr(counts, name)[:, 0], getattr(other, name)[:, 1]], axis=-1)
            for name in ("share", "treated", "treated_reached", "held", "held_reached")
        )
    )
    for told in (difference(both), always_valid(both)):
        assert ((told.low <= effect) & (effect <= told.high)).mean() >= 0.93
    pooled = both.treated_reached.sum(-1) / both.treated.sum(-1) - both.held_reached.sum(-1) / both.held.sum(-1)
    assert pooled.mean() > effect + 0.05


def nights(rng: np.random.Generator, worlds: int, base: float, effect: float, share: float) -> Counts:
    """Counts after each of 300 nights with 20 new people, looked at after every one: worlds × nights × one stratum."""
    shape = (worlds, 300)
    counts = drawn(rng, shape, 20, share, np.array(base), np.array(effect))
    names = ("treated", "treated_reached", "held", "held_reached")
    sums = (np.cumsum(getattr(counts, name), axis=1)[..., None] for name in names)
    return Counts(np.full((1, 1, 1), share), *sums)


@pytest.mark.parametrize(("base", "share"), [(0.05, 0.7), (0.24, 0.7), (0.24, 0.9), (0.5, 0.5)])
def test_without_an_effect_looking_every_night_finds_one_in_at_most_one_world_of_twenty(
    base: float, share: float
) -> None:
    counts = nights(np.random.default_rng(SEED + 2), WORLDS // 8, base, 0.0, share)
    _, works, harms = verdicts(counts, ALPHA)
    assert works.any(1).mean() <= 0.05
    assert (works | harms).any(1).mean() <= 0.05
    once = difference(counts)
    assert ((once.low > 0) | (once.high < 0)).any(1).mean() > 0.2  # what looking early does to intervals of one look


def test_of_a_whole_catalogue_without_effects_at_most_one_in_twenty_says_that_something_works() -> None:
    rng, worlds = np.random.default_rng(SEED + 3), WORLDS // 40
    false = np.zeros(worlds, dtype=bool)
    for _ in range(ACTIONS):
        _, works, _ = verdicts(nights(rng, worlds, 0.15, 0.0, 0.7), ALPHA / ACTIONS)
        false |= works.any(1)
    assert false.mean() <= 0.05


def test_the_bounds_for_all_looks_hold_the_planted_effect_at_all_of_them() -> None:
    effect = 0.06
    counts = nights(np.random.default_rng(SEED + 4), WORLDS // 8, 0.2, effect, 0.7)
    enough, works, _ = verdicts(counts, ALPHA)
    told = always_valid(counts)
    missed = enough & ((told.low > effect) | (effect > told.high))
    assert missed.any(1).mean() <= 0.05
    assert works[:, -1].mean() >= 0.8  # an effect of six points is found within 6,000 people


def test_the_effects_of_segments_hold_what_was_planted_and_are_nearer_to_it_than_the_bare_figures() -> None:
    """Segments of very different sizes, effects round a whole that differs from world to world."""
    rng, worlds = np.random.default_rng(SEED + 5), WORLDS // 4
    sizes = np.array([60, 200, 700, 2_500])
    whole = rng.normal(0, 0.05, (worlds, 1))
    truth = np.clip(whole + rng.normal(0, 0.02, (worlds, 4)), -0.2, 0.6)
    counts = drawn(rng, (worlds, 4), sizes, 0.7, np.array([0.22, 0.25, 0.3, 0.35]), truth)  # type: ignore[arg-type]
    one = Counts(*(getattr(counts, name)[..., None] for name in Counts.__slots__))
    gaps, variances = measured(one)
    told = shrunk(gaps, variances)
    inside = (told.low <= truth) & (truth <= told.high)
    assert inside.mean() >= 0.93
    assert inside.mean(0).min() >= 0.92
    assert ((told.difference - truth) ** 2).mean() < 0.5 * ((gaps - truth) ** 2).mean()


def test_a_segment_without_people_is_expected_to_be_as_the_others_are() -> None:
    rows = (("large", 0.7, 700, 210, 300, 60), ("nobody", 0.7, 0, 0, 0, 0))
    told = weighed(rows, 1).effects
    assert abs(told["nobody"][0] - told["large"][0]) < 0.03
    assert told["nobody"][2] - told["nobody"][1] > told["large"][2] - told["large"][1]


def test_before_there_are_enough_people_nothing_is_said() -> None:
    def seen(treated: int, reached: int, held: int, without: int) -> Verdict:
        return verdict(Counts.of([(0.7, treated, reached, held, without)]), ACTIONS)

    assert verdict(Counts.of([]), ACTIONS) is Verdict.none
    assert seen(49, 49, 49, 0) is Verdict.none
    assert seen(500, 5, 200, 4) is Verdict.none
    assert seen(700, 140, 300, 60) is Verdict.open
    assert seen(1400, 560, 600, 90) is Verdict.works
    assert seen(1400, 90, 600, 240) is Verdict.harms
    assert verdict(Counts.of([(1.0, 5_000, 2_000, 0, 0)])) is Verdict.none


def test_one_stratum_is_newcombes_interval() -> None:
    """The example of the paper (table II, 56/70 − 48/80): 0.0524 … 0.3339."""
    told = difference(Counts.of([(0.5, 70, 56, 80, 48)]))
    assert [round(float(one), 4) for one in (told.difference, told.low, told.high)] == [0.2, 0.0524, 0.3339]
    low, high = wilson(56, 70, 1.959963984540054)
    only = difference(Counts.of([(0.5, 70, 56, 10**9, 0)]))
    assert (float(only.low), float(only.high)) == pytest.approx((low, high), abs=1e-4)
