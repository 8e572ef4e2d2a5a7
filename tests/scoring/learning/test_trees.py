"""Trees as flat arrays tell what scikit-learn's booster tells, one by one and many at once, with exact reasons."""

import json

import numpy as np
import pytest

from services.scoring.policy.learning.bayes import Data
from services.scoring.policy.learning.growing import Grown, grown
from services.scoring.policy.learning.trees import Forest

COUNT = 1200
CATEGORIES = {1: 6, 3: 4}  # column 1 has a place that never occurs


def matrix(seed: int, count: int = COUNT) -> np.ndarray:
    draw = np.random.default_rng(seed)
    columns = [
        draw.normal(size=count),
        draw.choice([0, 1, 2, 4, 5], count),
        draw.poisson(2, count),
        draw.integers(0, 4, count),
    ]
    raw = np.column_stack([*columns, draw.normal(size=count)]).astype(float)
    raw[draw.random(raw.shape) < 0.1] = np.nan
    return raw


@pytest.fixture(scope="module")
def booster() -> Grown:
    raw, draw = matrix(1), np.random.default_rng(2)
    odds = (
        np.nan_to_num(raw[:, 0]) + 2 * (raw[:, 1] == 4) - 1.5 * np.isnan(raw[:, 2]) + (raw[:, 3] == 2) * (raw[:, 4] > 0)
    )
    labels = (draw.random(COUNT) < 1 / (1 + np.exp(-odds))).astype(float)
    return grown(Data(raw, labels, draw.random(COUNT) + 0.5), CATEGORIES, seed=3, rounds=60)


@pytest.fixture(scope="module")
def forest(booster: Grown) -> Forest:
    return booster.forest()


def asked(row: np.ndarray) -> list[float | int | None]:
    return [
        None if np.isnan(value) else int(value) if column in CATEGORIES else float(value)
        for column, value in enumerate(row)
    ]


def test_they_tell_what_the_booster_tells(booster: Grown, forest: Forest) -> None:
    raw = matrix(9)
    assert forest.log_odds(raw) == pytest.approx(booster.staged(raw)[-1], abs=1e-6)


def test_thresholds_themselves_go_left_as_in_the_booster(booster: Grown, forest: Forest) -> None:
    thresholds = sorted({node.threshold for node in forest.nodes if node.column == 0})
    raw = matrix(4, len(thresholds))
    raw[:, 0] = thresholds
    assert forest.log_odds(raw) == pytest.approx(booster.staged(raw)[-1], abs=1e-6)


def test_one_row_ends_where_many_rows_end_and_its_reasons_add_up(forest: Forest) -> None:
    raw = matrix(9, 200)
    together = forest.log_odds(raw)
    for row, total in zip(raw, together, strict=True):
        assert forest.base + sum(forest.shares(asked(row))) == pytest.approx(total, abs=1e-9)


def test_a_column_that_is_never_asked_brings_nothing() -> None:
    raw = matrix(5)
    raw[:, 4] = 1.0
    labels = (np.nan_to_num(raw[:, 0]) > 0).astype(float)
    forest = grown(Data(raw, labels, np.ones(COUNT)), CATEGORIES, seed=1, rounds=10).forest()
    assert all(forest.shares(asked(row))[4] == 0 for row in raw[:20])
    assert any(forest.shares(asked(row))[0] for row in raw[:20])


def test_a_place_that_never_occurred_is_unknown_to_the_trees(booster: Grown, forest: Forest) -> None:
    raw = matrix(6, 50)
    raw[:, 1] = 3
    unknown = raw.copy()
    unknown[:, 1] = np.nan
    assert forest.log_odds(raw) == pytest.approx(forest.log_odds(unknown))
    assert forest.log_odds(raw) == pytest.approx(booster.staged(raw)[-1], abs=1e-6)


def test_they_come_back_from_json(forest: Forest) -> None:
    back = Forest.of_document(json.loads(json.dumps(forest.document(), allow_nan=False)))
    assert back.document() == forest.document()
    assert np.array_equal(back.log_odds(matrix(7)), forest.log_odds(matrix(7)))
