"""The ladder: what it tells with no, few and many labels, that reasons add up, and when it is silent."""

import json
from datetime import timedelta
from math import fsum, log

import numpy as np
import pytest

from services.scoring.policy.learning import Abstain, Example, Ladder, Prior, measures, train
from tests.scoring.learning.people import BEGAN, FIELDS, RULES, chances, examples, rows

SIZES = (0, 30, 150, 600)
JUDGED = rows(1500, 99)


@pytest.fixture(scope="module")
def ladders() -> dict[int, Ladder]:
    return {size: train(examples(size, 1), RULES, seed=7) for size in SIZES}


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


@pytest.mark.parametrize("size", SIZES)
def test_base_and_reasons_add_up_to_what_is_shown(ladders: dict[int, Ladder], size: int) -> None:
    for row in JUDGED[:300]:
        chance = ladders[size].chance(row)
        total = fsum([chance.base_log_odds, *[term.log_odds for term in chance.terms]])
        assert total == pytest.approx(log_odds(chance.probability), abs=1e-12)
        assert all(term.log_odds == round(term.log_odds, 4) != 0 for term in chance.terms)
        assert len({term.code for term in chance.terms}) == len(chance.terms)
        assert [abs(term.log_odds) for term in chance.terms] == sorted(
            (abs(term.log_odds) for term in chance.terms), reverse=True
        )


@pytest.mark.parametrize("size", SIZES)
def test_many_rows_at_once_are_told_the_same_as_one_by_one(ladders: dict[int, Ladder], size: int) -> None:
    odd = [
        {},
        {"visits": None, "field": "forestry"},
        {"visits": 1e9, "silent_days": -3, "referred": "maybe"},
        {"visits": "x"},
    ]
    together = ladders[size].probabilities([*JUDGED[:200], *odd])
    alone = [ladders[size].chance(row).probability for row in [*JUDGED[:200], *odd]]
    assert together == pytest.approx(alone, abs=4e-4)


def test_without_labels_the_rules_speak(ladders: dict[int, Ladder]) -> None:
    row = {"visits": 3.0, "silent_days": 17.0}
    chance = ladders[0].chance(row)
    assert chance.probability == pytest.approx(1 / (1 + np.exp(-RULES.log_odds(row))), abs=1e-4)
    assert {term.code for term in chance.terms} == {"visits", "silence"}
    assert (chance.evidence, chance.abstains) == (0, None)
    assert chance.interval[0] < chance.probability < chance.interval[1]


def test_more_labels_foretell_better_and_surer(ladders: dict[int, Ladder]) -> None:
    true = chances(JUDGED)
    off = {size: np.abs(ladder.probabilities(JUDGED) - true).mean() for size, ladder in ladders.items()}
    assert off[0] > off[150] > off[600]
    plain = {size: train(examples(size, 1), RULES, seed=7, trees=False) for size in SIZES}
    found = {size: [ladder.chance(row).interval for row in JUDGED[:100]] for size, ladder in plain.items()}
    unsure = {size: np.mean([high - low for low, high in intervals]) for size, intervals in found.items()}
    assert unsure[0] > unsure[30] > unsure[150] > unsure[600]


def test_from_two_hundred_labels_trees_have_a_say(ladders: dict[int, Ladder]) -> None:
    assert [bool(ladders[size].forest) for size in (0, 30, 150)] == [False] * 3
    assert ladders[600].forest
    assert ladders[600].stack.weights.min() >= -1  # the base may be below 0
    assert ladders[600].stack.weights[1:].min() >= 0


def test_a_model_is_kept_as_json_and_comes_back_whole(ladders: dict[int, Ladder]) -> None:
    for ladder in ladders.values():
        document = json.loads(json.dumps(ladder.document(), allow_nan=False))
        back = Ladder.of_document(document, RULES)
        assert [back.chance(row) for row in JUDGED[:50]] == [ladder.chance(row) for row in JUDGED[:50]]
        assert back.document() == ladder.document()


def test_a_model_made_round_other_rules_is_refused(ladders: dict[int, Ladder]) -> None:
    document = ladders[30].document()
    with pytest.raises(ValueError, match="other rules"):
        Ladder.of_document(document, Prior(0.0, RULES.weights))
    with pytest.raises(ValueError, match="format"):
        Ladder.of_document(document | {"format": "ladder-0"}, RULES)


def test_it_is_silent_about_what_it_never_saw(ladders: dict[int, Ladder]) -> None:
    known = ladders[600].chance({"visits": 2.0, "silent_days": 3.0, "field": "it", "referred": False, "noise": 25.0})
    strange = ladders[600].chance({"visits": 900.0, "silent_days": 3.0, "field": "it", "referred": "?", "noise": -99.0})
    nothing = ladders[600].chance({})
    assert (known.abstains, strange.abstains, nothing.abstains) == (
        None,
        Abstain.unlike_training,
        Abstain.unlike_training,
    )


def test_it_is_silent_when_evidence_is_thin() -> None:
    same = [Example({"a": float(at % 2)}, bool(at % 2), BEGAN) for at in range(3)]
    assert train(same, Prior(0.0, {}), 1).chance({"a": 0.0}).abstains is Abstain.thin_evidence
    many = [Example({"a": float(at % 2)}, at % 3 == 0, BEGAN) for at in range(300)]
    assert train(many, Prior(0.0, {}), 1).chance({"a": 0.0}).abstains is None


def test_where_nothing_varies_it_tells_the_share() -> None:
    same = [Example({"a": 1.0}, at % 3 == 0, BEGAN + timedelta(minutes=at)) for at in range(300)]
    assert train(same, Prior(0.0, {}), 1).chance({"a": 1.0}).probability == pytest.approx(1 / 3, abs=0.02)


def test_unknown_is_not_no() -> None:
    given = [
        Example({"paid": [True, False, None][at % 3], "x": 1.0 * (at % 7)}, at % 3 == 2, BEGAN) for at in range(300)
    ]
    ladder = train(given, Prior(-1.0, {}), 1)
    assert ladder.chance({"paid": None, "x": 1.0}).probability > 0.8
    assert ladder.chance({"paid": False, "x": 1.0}).probability < 0.2


@pytest.mark.parametrize(
    ("trees", "size", "fields"),
    [
        (False, 400, ("it", "marketing", "teaching")),
        (True, 400, ("it", "marketing", "teaching")),
        (True, 1_000, FIELDS),
    ],
    ids=["no trees, no interaction", "trees, no interaction", "trees, an interaction"],
)
def test_the_interval_holds_the_true_chance(trees: bool, size: int, fields: tuple[str, ...]) -> None:
    """Where the world is as the Bayesian model takes it to be, and where only trees can see how it is."""
    held = []
    for seed in range(10):
        given = [example for example in examples(size, seed) if example.row["field"] in (*fields, None)]
        ladder = train(given, RULES, seed, trees=trees)
        judged = [row for row in rows(120, 500 + seed) if row["field"] in fields]
        for row, true in zip(judged, chances(judged), strict=True):
            low, high = ladder.chance(row).interval
            held.append(low <= true <= high)
    assert np.mean(held) >= (0.93 if trees else 0.90)


def test_examples_of_no_weight_are_not_there() -> None:
    given = examples(120, 3)
    nothing = [Example(one.row, not one.label, one.at, 0.0) for one in given]
    assert train([*given, *nothing], RULES, 1).document() == train(given, RULES, 1).document()


def test_label_by_label_it_comes_to_what_training_at_once_finds() -> None:
    given = examples(400, 5)
    ladder = train(given[:100], RULES, 1)
    before = measures.log_loss(ladder.probabilities(JUDGED), chances(JUDGED) > 0.5).value
    for example in given[100:]:
        ladder.learn(example.row, example.label)
    whole = train(given, RULES, 1, trees=False)
    assert ladder.evidence == 400
    assert np.corrcoef(ladder.probabilities(JUDGED), whole.probabilities(JUDGED))[0, 1] > 0.9
    assert measures.log_loss(ladder.probabilities(JUDGED), chances(JUDGED) > 0.5).value < before


def test_a_ladder_that_learned_on_goes_on_from_its_document() -> None:
    given = examples(60, 6)
    ladder = train(given[:20], RULES, 1)
    for example in given[20:45]:
        ladder.learn(example.row, example.label)
    back = Ladder.of_document(ladder.document(), RULES)
    for example in given[45:]:
        ladder.learn(example.row, example.label)
        back.learn(example.row, example.label)
    assert back.probabilities(JUDGED) == pytest.approx(ladder.probabilities(JUDGED), abs=1e-6)
