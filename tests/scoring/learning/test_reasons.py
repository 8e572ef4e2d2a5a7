"""What speaks for and against, and what could be done about it."""

import pytest

from services.scoring.policy.learning import Ladder, train
from services.scoring.policy.learning.reasons import top, what_would_change
from tests.scoring.learning.people import RULES, examples, rows

ROW = {"visits": 1.0, "silent_days": 20.0, "field": "teaching", "referred": False, "noise": 24.0}


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return train(examples(500, 1), RULES, 1)


def test_the_heaviest_reasons_for_and_against_come_first(ladder: Ladder) -> None:
    for row in rows(50, 3):
        pro, con = top(ladder.chance(row), 2)
        assert all(term.log_odds > 0 for term in pro)
        assert all(term.log_odds < 0 for term in con)
        assert max(len(pro), len(con)) <= 2
        left = [term for term in ladder.chance(row).terms if term.log_odds > 0 and term not in pro]
        assert all(term.log_odds <= pro[-1].log_odds for term in left)


def test_what_would_change_it_is_what_can_be_done_the_most_first(ladder: Ladder) -> None:
    candidates = {"call": {"silent_days": 0.0}, "nothing": {}, "invite": {"visits": 9.0, "silent_days": 0.0}}
    before = dict(ROW)
    effects = what_would_change(ladder, ROW, candidates, actionable={"silent_days", "visits"})
    assert effects[0].code == "invite"
    assert [one.difference for one in effects] == sorted((one.difference for one in effects), reverse=True)
    assert before == ROW
    for effect in effects:
        told = ladder.chance({**ROW, **candidates[effect.code]})
        assert effect.chance == told
        assert effect.difference == told.probability - ladder.chance(ROW).probability
        low, high = effect.odds_interval
        assert low <= effect.odds_difference <= high
    assert effects[0].sure
    assert [(one.difference, one.sure) for one in effects if one.code == "nothing"] == [(0.0, False)]


def test_what_nobody_can_act_upon_is_refused(ladder: Ladder) -> None:
    with pytest.raises(ValueError, match="move would change field, which nobody can act upon"):
        what_would_change(ladder, ROW, {"move": {"field": "it"}}, actionable={"silent_days"})
