"""Whatever rows hold: training and telling go through, reasons add up, and the model is JSON."""

import json
from datetime import timedelta
from math import fsum, isfinite, log

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.scoring.policy.learning import Example, Ladder, Prior, train
from tests.scoring.learning.people import BEGAN, number

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # each try is a training
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**400)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.sampled_from(["", "a", "b", "unknown", "other"])
)
ROWS = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), VALUES, max_size=4)
RULES = Prior(
    -1.0,
    {"a": lambda row: 0.3 if number(row, "a") > 0 else 0.0, "rule": lambda row: -0.2 if row.get("b") is None else 0.0},
)


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(st.lists(st.tuples(ROWS, st.booleans()), max_size=40), st.lists(ROWS, min_size=1, max_size=5))
def test_any_rows_are_learned_from_and_told_about(known: list, asked: list) -> None:
    examples = [Example(row, label, BEGAN + timedelta(hours=at)) for at, (row, label) in enumerate(known)]
    ladder = train(examples, RULES, 1)
    document = json.loads(json.dumps(ladder.document(), allow_nan=False))
    together = ladder.probabilities(asked)
    for row, many in zip(asked, together, strict=True):
        chance = ladder.chance(row)
        assert Ladder.of_document(document, RULES).chance(row) == chance
        assert abs(chance.probability - many) < 1e-3
        total = fsum([chance.base_log_odds, *[term.log_odds for term in chance.terms]])
        assert abs(total - log(chance.probability / (1 - chance.probability))) < 1e-9
        assert isfinite(total)
        assert len({term.code for term in chance.terms}) == len(chance.terms)
        assert 0 <= chance.interval[0] <= chance.probability <= chance.interval[1] <= 1
    for row in asked:
        ladder.learn(row, True)
    assert isfinite(ladder.chance({}).probability)


@settings(max_examples=3, deadline=None, phases=QUICK)
@given(st.lists(st.tuples(ROWS, st.booleans()), min_size=3, max_size=12))
def test_so_are_very_many_of_them(known: list) -> None:
    given = [*known, ({"a": 1.0}, True), ({"a": 2.0}, False)] * 60
    examples = [Example(row, label, BEGAN + timedelta(hours=at)) for at, (row, label) in enumerate(given)]
    ladder = train(examples[:260], RULES, 1)
    rows = [row for row, _ in known]
    for row, many in zip(rows, ladder.probabilities(rows), strict=True):
        assert abs(ladder.chance(row).probability - many) < 1e-3
