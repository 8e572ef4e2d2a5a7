"""Segments that are found: planted ones come back, and where nothing is planted nothing is found."""

from typing import Any

import numpy as np
import pytest

from services.scoring.handlers.segment_work import searched
from services.scoring.policy.segments.catalogue import FIELDS, Party, Sort
from services.scoring.policy.segments.columns import plain_columns, scaled
from services.scoring.policy.segments.conditions import condition_errors, holds
from services.scoring.policy.segments.describing import Trait, lift_of
from services.scoring.policy.segments.found import Finding, adjusted_rand, search

EMPTY = {
    name: [] if field.sort is Sort.codes else 0 if field.sort is Sort.number else None
    for name, field in FIELDS[Party.ep].items()
}


def planted(seed: int, size: int = 150) -> tuple[list[dict[str, Any]], list[int]]:
    """Three kinds of people: explorers who browse, planners who are called, teachers who come by e-mail."""
    chance = np.random.default_rng(seed)
    kinds = [
        (("talent", "SE", "web"), {"visits.90": 14, "opportunities.90": 6}),
        (("volunteer", "BR", "phone"), {"contacts.90": 5, "visits.90": 1}),
        (("teacher", "IN", "email"), {"mails.90": 7, "forms.90": 2}),
    ]
    rows, truth = [], []
    for kind, (codes, means) in enumerate(kinds):
        for _ in range(size):
            row = dict(EMPTY)
            for place, name in enumerate(("wants.products", "wants.countries", "channels")):
                other = kinds[chance.integers(3)][0][place]
                row[name] = [codes[place] if chance.random() < 0.9 else other]
            for name in ("visits.90", "opportunities.90", "contacts.90", "mails.90", "forms.90"):
                row[name] = int(chance.poisson(means.get(name, 0.3)))
            rows.append(row)
            truth.append(kind)
    return rows, truth


def unrelated(seed: int, people: int = 450) -> list[dict[str, Any]]:
    """The same fields, each drawn for itself."""
    rows, _ = planted(seed, people // 3)
    chance = np.random.default_rng(seed + 1000)
    for name in EMPTY:
        values = [row[name] for row in rows]
        for row, place in zip(rows, chance.permutation(len(rows)), strict=True):
            row[name] = values[place]
    return rows


def agreement(labels: Any, truth: list[int]) -> float:
    table = np.zeros((8, 8))
    for a, b in zip(labels, truth, strict=True):
        table[a, b] += 1
    return adjusted_rand(table)


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_segments_are_found_with_their_number(seed: int) -> None:
    rows, truth = planted(seed)
    columns, values = plain_columns(rows, Party.ep)
    found = search(columns, scaled(columns, values), seed)
    assert found.finding is Finding.found
    assert len(found.stability) == 3
    assert min(found.stability) > 0.9
    assert agreement(found.labels, truth) > 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_where_fields_have_nothing_to_do_with_each_other_nothing_is_found(seed: int) -> None:
    rows = unrelated(seed)
    columns, values = plain_columns(rows, Party.ep)
    found = search(columns, scaled(columns, values), seed)
    assert found.finding is Finding.not_stable
    assert not any(one.stands for one in found.tried)


def test_few_people_are_no_basis() -> None:
    rows, _ = planted(1, 60)
    report = searched(rows, Party.ep, 1)
    assert (report["finding"], report["people"], report["found"]) == ("not_enough_people", 180, [])


def test_nobody_at_all_is_no_basis_either() -> None:
    assert searched([], Party.ep, 1)["finding"] == "not_enough_people"
    assert searched([dict(EMPTY)] * 300, Party.ep, 1)["finding"] == "not_enough_people"


def test_a_found_segment_is_told_in_words_and_by_a_rule_that_fits_others() -> None:
    rows, _ = planted(4)
    report = searched(rows, Party.ep, 4)
    assert searched(rows, Party.ep, 4) == report
    for one in report["found"]:
        assert one["traits"][0]["lift"] > 2
        assert one["traits"][0]["low"] > 1
        assert not condition_errors(one["condition"], Party.ep)
        assert one["precision"]["rate"] > 0.8
        assert one["recall"]["rate"] > 0.7
    fresh, truth = planted(5)
    for one in report["found"]:
        inside = [kind for row, kind in zip(fresh, truth, strict=True) if holds(one["condition"], row)]
        assert max(inside.count(kind) for kind in range(3)) / len(inside) > 0.8


def test_the_lift_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, trait = np.random.default_rng(1), Trait("channels", FIELDS[Party.ep]["channels"].about, value="web")
    held = 0
    for _ in range(500):
        inside, outside = int(chance.binomial(120, 0.5)), int(chance.binomial(400, 0.25))
        one = lift_of(trait, inside, 120, outside, 400, 1.96)
        held += one.low <= 2.0 <= one.high
    assert 0.93 <= held / 500 <= 0.98


def test_the_adjusted_rand_index_is_as_worked_out_by_hand() -> None:
    assert adjusted_rand(np.array([[3.0, 0], [0, 3.0]])) == 1
    assert adjusted_rand(np.array([[2.0, 1], [1, 2.0]])) == pytest.approx((2 - 36 / 15) / (6 - 36 / 15))
