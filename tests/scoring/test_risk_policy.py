"""Experience at risk, the pure part: what a stay looks like at a moment, and whether risks mean what they say."""

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.fitting.stays import fitted
from services.scoring.policy.learning import Example, Ladder, measures, train
from services.scoring.policy.risk import (
    BASE,
    CLOSED_BY,
    PRIOR,
    Level,
    Seen,
    Sign,
    Stay,
    harm,
    in_words,
    level_of,
    marks,
    row_of,
    settled_on,
)
from shared.ids import new_id

STAY = Stay(new_id(), date(2026, 3, 2), date(2026, 5, 24))
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TODAY = date(2026, 4, 1)
DAY = timedelta(days=1)
FULL = os.environ.get("SOJOURN_TEST_POPULATIONS") == "full"


def seen(sign: Sign, subject: str = "one", days_ago: float = 10, value: float | None = None) -> Seen:
    at = NOW - days_ago * DAY
    return Seen(sign, subject, at, at, value)


def looked(*signs: Seen) -> dict[str, Any]:
    return dict(row_of(STAY, signs, NOW, TODAY))


@pytest.mark.parametrize(
    ("metric", "score", "worth"),
    [("ces1", 1, 0), ("ces1", 5, 1), ("ces2", 7, 0), ("ces2", 1, 1), ("csat", 5, 0), ("csat", 1, 1), ("ces2", 4, 0.5)],
)
def test_scores_of_either_direction_are_harm_from_none_to_all(metric: str, score: int, worth: float) -> None:
    assert harm(metric, score) == worth


COUNTED = {
    Sign.standard_missed: "standards_missed", Sign.standard_denied: "standards_denied",
    Sign.task_overdue: "tasks_overdue", Sign.question_overdue: "questions_overdue",
    Sign.facts_missing: "facts_missing",
}  # fmt: skip
PAIRS = [(opens, closing) for opens, several in CLOSED_BY.items() for closing in sorted(several)]


@pytest.mark.parametrize(("opens", "closing"), PAIRS)
def test_what_is_open_counts_until_it_is_closed_and_again_when_it_opens_again(opens: Sign, closing: Sign) -> None:
    name = COUNTED[opens]
    assert looked(seen(opens), seen(opens, "two"))[name] == 2
    assert looked(seen(opens), seen(closing, days_ago=5))[name] == 0
    assert looked(seen(opens), seen(closing, days_ago=5), seen(opens, days_ago=2))[name] == 1


def test_a_silence_is_what_nobody_took_up_for_a_week() -> None:
    assert looked(seen(Sign.survey_sent, days_ago=6.9))["surveys_unanswered"] == 0
    assert looked(seen(Sign.survey_sent, days_ago=7))["surveys_unanswered"] == 1
    assert looked(seen(Sign.survey_sent, days_ago=9), seen(Sign.survey_answered, days_ago=1))["surveys_unanswered"] == 0
    assert looked(seen(Sign.paper_sent, "a"), seen(Sign.paper_sent, "b"))["papers_unopened"] == 2


def test_what_is_not_known_is_unknown_and_not_nothing() -> None:
    assert (looked()["effort"], looked()["dissatisfaction"]) == (None, None)
    assert PRIOR.weights["effort"]({}) == 0
    assert PRIOR.weights["effort"](looked(seen(Sign.effort, value=0.0))) < 0
    assert PRIOR.weights["effort"](looked(seen(Sign.effort, value=1.0))) > 1


WORTH = st.sampled_from([None, 0.0, 0.5, 1.0])
SIGN = st.builds(seen, st.sampled_from(list(Sign)), st.sampled_from("abc"), st.floats(-20, 40), WORTH)


@settings(max_examples=200, deadline=None)
@given(st.lists(SIGN, max_size=20), st.randoms(use_true_random=False))
def test_order_repetition_and_the_future_change_nothing(signs: list[Seen], rng: random.Random) -> None:
    """The future in both senses: what happens later, and what happened before and is heard of later."""
    shuffled = rng.sample(signs, len(signs)) + rng.choices(signs, k=2) if signs else []
    later = [replace(one, sign=rng.choice(list(Sign)), known_at=NOW + DAY, value=1.0) for one in signs]
    ahead = [replace(one, at=NOW + DAY) for one in later]
    assert looked(*shuffled, *later, *ahead) == looked(*signs)


def test_the_rules_say_the_base_rate_of_a_stay_of_which_nothing_is_known_and_more_with_each_trouble() -> None:
    rules = train((), PRIOR, seed=0)
    quiet = rules.chance(looked())
    assert quiet.probability == pytest.approx(BASE, abs=1e-3)
    assert (quiet.terms, quiet.abstains, quiet.evidence) == ((), None, 0)
    trouble = [seen(Sign.question_overdue), seen(Sign.standard_denied), seen(Sign.effort, value=0.9)]
    said = [rules.chance(looked(*trouble[:many])).probability for many in range(4)]
    assert said == sorted(said)
    assert said[-1] > 0.4
    odds = rules.chance(looked(*trouble))
    assert odds.base_log_odds + sum(term.log_odds for term in odds.terms) == pytest.approx(
        np.log(odds.probability / (1 - odds.probability)), abs=1e-9
    )
    words = [in_words(term.code, term.log_odds, looked(*trouble)) for term in odds.terms]
    assert words[0].startswith("effort 90% of the worst (+")


def test_an_alarm_holds_until_it_is_calm_and_a_model_that_abstains_raises_none() -> None:
    assert level_of(0.41, None, Level.calm, 0.25, 0.4) is Level.alarm
    assert level_of(0.30, None, Level.alarm, 0.25, 0.4) is Level.alarm
    assert level_of(0.30, None, Level.watch, 0.25, 0.4) is Level.watch
    assert level_of(0.24, None, Level.alarm, 0.25, 0.4) is Level.calm
    assert level_of(0.99, "thin_evidence", Level.alarm, 0.25, 0.4) is Level.unknown


def test_the_days_of_a_stay_that_count() -> None:
    assert marks(STAY) == [date(2026, 3, 10), date(2026, 4, 13), date(2026, 5, 16)]
    assert settled_on(STAY) == date(2026, 7, 23)


# --- populations whose truth is known


EFFORTS = [None, *np.linspace(0, 1, 7).tolist()]


def population(rng: np.random.Generator, stays: int, planted: float) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Looks at ended stays, and how likely each really went wrong: what signs truly do is `planted` times this."""
    rows, odds = [], np.empty(stays)
    for number in range(stays):
        missed, overdue, effort = int(rng.poisson(0.5)), int(rng.poisson(0.2)), EFFORTS[rng.integers(0, 8)]
        counts = {"standards_missed": missed, "questions_overdue": overdue, "effort": effort}
        rows.append(looked() | counts | {"surveys_unanswered": int(rng.integers(0, 2))})
        hardship = 0 if effort is None else 2.4 * effort - 1
        odds[number] = -2.2 + planted * (0.7 * missed + 1.2 * overdue + hardship)
    return rows, 1 / (1 + np.exp(-odds))


def examples(rng: np.random.Generator, rows: list[dict[str, Any]], truth: np.ndarray) -> list[Example]:
    came = zip(rows, rng.random(len(rows)) < truth, strict=True)
    return [Example(row, bool(bad), NOW + number * DAY) for number, (row, bad) in enumerate(came)]


def learned(
    seed: int, planted: float, stays: int, later: int = 2_000
) -> tuple[Ladder, list[dict[str, Any]], np.ndarray]:
    rng = np.random.default_rng(seed)
    rows, truth = population(rng, stays, planted)
    return train(examples(rng, rows, truth), PRIOR, seed, trees=False), *population(rng, later, planted)


def test_learned_risks_mean_what_they_say_on_later_stays_and_tell_them_apart_better_than_the_rules() -> None:
    ladder, rows, truth = learned(7, 1.0, 1_500)
    came = np.random.default_rng(8).random(len(rows)) < truth
    said = ladder.probabilities(rows)
    assert measures.mean_ratio(said, came).value == pytest.approx(1, abs=0.15)  # 1,500 stays tell their rate to ± 15 %
    rules = train((), PRIOR, seed=0).probabilities(rows)
    assert (measures.log_loss(said, came).value or 9) < (measures.log_loss(rules, came).value or 0)
    assert (measures.auc(said, came).value or 0) > 0.6


@pytest.mark.parametrize("stays", [60, 400])
def test_the_intervals_cover_the_truth(stays: int) -> None:
    """95 % intervals hold the true risk of at least 93 % of later stays, over many populations."""
    held, all_ = 0, 0
    for seed in range(200 if FULL else 40):
        ladder, rows, truth = learned(100 + seed, 0.7, stays, 60)
        for row, true in zip(rows, truth, strict=True):
            low, high = ladder.chance(row).interval
            held, all_ = held + (low <= true <= high), all_ + 1
    assert held / all_ >= 0.93, f"{held / all_:.3f} of {all_}"


def test_where_signs_say_nothing_alarms_are_rare_once_it_is_known() -> None:
    """With no effect planted, the true risk is 10 %: at most one stay in twenty raises an alarm."""
    alarms = []
    for seed in range(20 if FULL else 4):
        ladder, rows, _ = learned(200 + seed, 0.0, 1_500)
        risks = ladder.probabilities(rows).tolist()
        alarms += [level_of(risk, None, Level.calm, 0.25, 0.4) is Level.alarm for risk in risks]
    assert np.mean(alarms) <= 0.05


def test_the_same_stays_and_seed_give_the_same_model_and_late_stays_judge_it() -> None:
    rng = np.random.default_rng(3)
    rows, truth = population(rng, 300, 1.0)
    given = [{"row": one.row, "label": one.label, "at": one.at.isoformat()} for one in examples(rng, rows, truth)]
    made, again = fitted(given, 5), fitted(list(reversed(given)), 5)
    assert (made["digest"], made["figures"]) == (again["digest"], again["figures"])
    assert (made["figures"]["early"], made["figures"]["late"]) == (210, 90)
    assert {"log_loss", "auc", "low", "high"} == set(made["figures"]["rules"])
    assert Ladder.of_document(made["document"], PRIOR).evidence == 300
