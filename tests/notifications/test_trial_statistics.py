"""Figures of experiments: sizes and boundaries as the literature has them, no more false alarms than were allowed."""

from collections import Counter
from random import Random
from uuid import uuid4

import pytest

from services.notifications.policy.trials import (
    UNDECIDED,
    Arm,
    boundaries,
    compare,
    interval,
    sample_size,
    spent,
    variant_of,
    verdict,
)


@pytest.mark.parametrize(
    ("baseline", "effect", "power", "people"),
    [(0.5, 0.25, 0.9, 77), (0.5, 0.1, 0.8, 388), (0.5, 0.1, 0.9, 519), (0.15, 0.15, 0.8, 121)],
)
def test_sizes_are_those_of_rs_power_prop_test(baseline: float, effect: float, power: float, people: int) -> None:
    # power.prop.test(p1 = .50, p2 = .75, power = .90) is its help page's example: n = 76.7; the others by hand.
    assert sample_size(baseline, effect, 0.05, power) == people


def test_a_third_variant_and_a_smaller_effect_need_more_people() -> None:
    two, three = sample_size(0.3, 0.1, 0.05, 0.8), sample_size(0.3, 0.1, 0.05, 0.8, 3)
    assert two < three < sample_size(0.3, 0.05, 0.05, 0.8)
    assert sample_size(0.3, -0.1, 0.05, 0.8) > 0


def test_boundaries_are_those_of_lan_and_demets() -> None:
    # Five equal looks, two-sided 0.05, O'Brien-Fleming-type spending (Lan & DeMets; R's ldbounds prints the same).
    found = boundaries([0.2, 0.4, 0.6, 0.8, 1.0], 0.05)
    assert found == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=0.002)
    assert boundaries([0.5, 1.0], 0.05) == pytest.approx([2.963, 1.969], abs=0.002)
    assert boundaries([1.0], 0.05) == pytest.approx([1.960], abs=0.001)


def test_alpha_is_spent_to_the_end_and_not_beyond() -> None:
    assert spent(0, 0.05) == 0
    assert spent(1, 0.05) == pytest.approx(0.05)
    assert spent(2, 0.05) == pytest.approx(0.05)
    assert spent(0.5, 0.05) == pytest.approx(0.00305, abs=0.00005)  # Lan & DeMets, half way


def test_five_looks_at_nothing_raise_no_more_false_alarms_than_allowed() -> None:
    chance, shares, people, alarms = Random(7), [0.2, 0.4, 0.6, 0.8, 1.0], 300, 0
    bounds = boundaries(shares, 0.05)
    naive = 0
    for _ in range(1_500):
        arms = [[chance.random() < 0.3 for _ in range(people)] for _ in range(2)]
        looks = [[Arm(int(people * s), sum(arm[: int(people * s)])) for arm in arms] for s in shares]
        zs = [compare(one, two, 1.96).z for one, two in looks]
        alarms += any(abs(z) >= bound for z, bound in zip(zs, bounds, strict=True))
        naive += any(abs(z) >= 1.96 for z in zs)
    assert alarms / 1_500 < 0.065
    assert naive / 1_500 > 0.10  # what peeking without correction would have cost


def test_people_are_shared_out_evenly_and_each_keeps_a_variant() -> None:
    experiment, people = uuid4(), [uuid4() for _ in range(6_000)]
    drawn = [variant_of(experiment, person, 3) for person in people]
    assert drawn == [variant_of(experiment, person, 3) for person in people]
    assert all(1_850 < count < 2_150 for count in Counter(drawn).values())
    other = [variant_of(uuid4(), person, 3) for person in people]
    assert sum(one == two for one, two in zip(drawn, other, strict=True)) < 2_300


def test_an_interval_is_never_outside_of_what_can_be() -> None:
    assert interval(Arm(0, 0), 1.96) == (0.0, 1.0)
    assert interval(Arm(20, 0), 1.96)[0] == 0
    low, high = interval(Arm(100, 30), 1.959964)
    assert (low, high) == pytest.approx((0.2189, 0.3958), abs=0.0005)  # Wilson (1927) for 30 of 100


def test_nothing_is_decided_before_the_boundary_and_undecided_is_an_answer() -> None:
    close = [Arm(100, 30), Arm(100, 34)]
    apart = [Arm(400, 100), Arm(400, 180)]
    worse = [Arm(400, 180), Arm(400, 100)]
    for arms, share, wanted in ((close, 0.5, None), (close, 1.0, UNDECIDED), (apart, 0.5, 1), (worse, 0.5, 0)):
        told = [compare(arms[0], arms[1], boundaries([share], 0.05)[0])]
        assert verdict(arms, told, share) == wanted
