"""How a model is judged: later slices, learning curves, and streams where labels come in late."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from services.scoring.policy.learning import measures, train
from services.scoring.policy.learning.evaluation import (
    doubling,
    in_time,
    ladder_model,
    learning_curve,
    stream,
)
from services.scoring.policy.learning.stacking import FOLDS, folds, later_folds, recent
from tests.scoring.learning.people import BEGAN, RULES, examples


def test_the_later_slice_is_later_and_one_moment_stays_together() -> None:
    given = [replace(one, at=BEGAN + timedelta(days=at // 10)) for at, one in enumerate(examples(100, 1))]
    early, late = in_time(given[::-1], share=0.65)
    assert len(early) == 70
    assert max(one.at for one in early) < min(one.at for one in late)
    assert in_time([], 0.7) == ([], [])


def test_a_learning_curve_draws_without_putting_back_and_rises() -> None:
    judged, sizes = examples(800, 2), []

    def make(drawn: list) -> object:
        sizes.append(len({id(one) for one in drawn}))
        return ladder_model(train(drawn, RULES, 1, trees=False))

    curve = learning_curve(examples(900, 3), judged, [20, 800], make, seed=1, draws=3)
    assert sizes == [20] * 3 + [800] * 3
    few, many = (np.mean([found.auc.value for found in curve[size]]) for size in (20, 800))
    assert few < many


def test_a_stream_tells_before_it_hears_and_late_labels_are_heard_late() -> None:
    given = examples(400, 4)
    at_once, late = stream(given, RULES, 1), stream(given, RULES, 1, late=100)
    rules = train([], RULES, 1).probabilities([one.row for one in given])
    assert late[:100] == [train([], RULES, 1).chance(one.row).probability for one in given[:100]]
    assert at_once[0] == late[0]
    assert at_once[1] != late[1]
    labels = [one.label for one in given[200:]]
    losses = [measures.log_loss(told[200:], labels).value for told in (at_once, rules.tolist())]
    assert losses[0] < losses[1]


def test_a_stream_that_is_trained_anew_knows_new_columns() -> None:
    given = examples(150, 5)
    anew = stream(given, RULES, 1, refits=doubling(50, 150))
    assert doubling(50, 250) == [50, 100, 200]
    assert anew[:50] == stream(given[:50], RULES, 1)
    assert anew[51:] != stream(given, RULES, 1)[51:]


def test_what_is_foretold_in_time_lies_after_all_that_was_learned_from() -> None:
    order = np.random.default_rng(1).permutation(103)
    place = np.argsort(order)
    found = later_folds(order)
    assert all(place[learn].max() < place[foretell].min() for learn, foretell in found)
    assert sorted(np.concatenate([place[foretell] for _, foretell in found])) == list(range(52, 103))
    weights = recent(found)
    assert (weights[0], weights[-1]) == (0.5 ** (FOLDS - 1), 1.0)


def test_without_an_order_each_example_is_foretold_once_by_all_others() -> None:
    found = folds(23, 1)
    assert sorted(np.concatenate([foretell for _, foretell in found])) == list(range(23))
    assert all(set(learn) | set(foretell) == set(range(23)) for learn, foretell in found)
    assert all(not set(learn) & set(foretell) for learn, foretell in found)
