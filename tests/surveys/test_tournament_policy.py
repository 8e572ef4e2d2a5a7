"""The contest of metrics, on customers whose truth is planted."""

import math
from random import Random
from uuid import UUID

import pytest

from services.surveys.policy.tournament import Report, Seen, Verdict, auc, contest, fit
from shared.contracts.surveys import Metric

METRICS = [Metric.nps, Metric.ces2, Metric.csat]


def customers(n: int, seed: int, drive: Metric | None = None, strength: float = 0.8) -> list[Seen]:
    """Independent scores; `drive` alone moves the odds of doing it."""
    chance, found = Random(seed), []
    for number in range(n):
        scores = {
            Metric.nps: chance.randint(0, 10),
            Metric.ces2: chance.randint(1, 7),
            Metric.csat: chance.randint(1, 5),
        }
        middle = {Metric.nps: 5, Metric.ces2: 4, Metric.csat: 3}
        odds = strength * (scores[drive] - middle[drive]) if drive else 0.0
        did = chance.random() < 1 / (1 + math.exp(-odds))
        found.append(Seen(UUID(int=number), number, scores, did))
    return found


def test_a_metric_that_drives_what_customers_do_wins() -> None:
    report = contest(customers(1_500, 1, Metric.ces2), METRICS, seed=7)
    assert (report.verdict, report.winner) == (Verdict.won, "ces2")
    assert (report.fitted_on, report.judged_on) == (900, 600)
    best = report.standings[0]
    assert best.auc_low <= best.auc <= best.auc_high
    assert {one.contender: one.auc for one in report.standings}["ces2"] > 0.75
    assert best.log_loss < report.base_log_loss


def test_where_nothing_drives_it_the_contest_is_undecided() -> None:
    """Over twenty worlds without an effect the level of 95 % allows about one wrong winner."""
    verdicts = [contest(customers(300, seed), METRICS, seed=1, resamples=400).verdict for seed in range(20)]
    assert verdicts.count(Verdict.undecided) >= 18
    assert Verdict.not_enough_data not in verdicts


@pytest.mark.parametrize("n", [0, 1, 90, 245])
def test_too_few_customers_are_not_enough(n: int) -> None:
    report = contest(customers(n, 3, Metric.nps), METRICS, seed=1)
    assert (report.verdict, report.winner, report.standings) == (Verdict.not_enough_data, None, ())


def test_an_outcome_that_nearly_nobody_has_is_not_enough() -> None:
    rare = [Seen(one.customer, one.at, one.scores, number % 50 == 0) for number, one in enumerate(customers(1_000, 2))]
    assert contest(rare, METRICS, seed=1).verdict is Verdict.not_enough_data


def test_the_same_answers_and_seed_give_the_same_report_in_any_order() -> None:
    answers = customers(400, 5, Metric.nps, 0.2)
    assert contest(answers, METRICS, seed=3) == contest(answers[::-1], METRICS, seed=3)


def test_what_comes_later_changes_nothing_of_what_is_fitted_on() -> None:
    """The forecasts of the judged ones come from the earlier ones alone: turn the later outcomes, and AUC turns."""
    answers = customers(1_000, 4, Metric.ces2)
    turned = [
        Seen(one.customer, one.at, one.scores, one.did if number < 600 else not one.did)
        for number, one in enumerate(answers)
    ]
    straight, crooked = (_auc(contest(one, METRICS, seed=1), "ces2") for one in (answers, turned))
    assert crooked == pytest.approx(1 - straight)


def test_one_answer_a_customer_counts_the_newest() -> None:
    answers = customers(500, 6, Metric.nps)
    older = [Seen(one.customer, one.at - 1_000, dict.fromkeys(METRICS, 1), not one.did) for one in answers]
    assert contest([*older, *answers], METRICS, seed=2) == contest(answers, METRICS, seed=2)


def test_who_did_not_answer_all_metrics_is_left_out() -> None:
    answers = customers(500, 6, Metric.nps)
    partial = [Seen(UUID(int=10_000 + n), n, {Metric.nps: 9}, True) for n in range(300)]
    assert contest([*answers, *partial], METRICS, seed=2) == contest(answers, METRICS, seed=2)


def test_the_fit_is_that_of_a_two_by_two_table_worked_by_hand() -> None:
    """Odds 10/30 without and 40/20 with: intercept ln(1/3), slope ln(2) − ln(1/3) = ln 6."""
    rows = [([1.0, 0.0], True, 10), ([1.0, 0.0], False, 30), ([1.0, 1.0], True, 40), ([1.0, 1.0], False, 20)]
    assert fit(rows) == pytest.approx([math.log(1 / 3), math.log(6)], abs=1e-3)


def test_the_area_is_that_of_the_pairs_counted_one_by_one() -> None:
    cells = [((1,), False), ((1,), True), ((2,), False), ((2,), True), ((3,), True)]
    counts = [3, 1, 2, 2, 4]
    did = [(score, n) for ((score,), done), n in zip(cells, counts, strict=True) if done]
    did_not = [(score, n) for ((score,), done), n in zip(cells, counts, strict=True) if not done]
    won = sum(a * b * ((x > y) + (x == y) / 2) for x, a in did for y, b in did_not)
    assert auc(counts, cells, [[0, 1], [2, 3], [4]]) == pytest.approx(won / (7 * 5))


def _auc(report: Report, contender: str) -> float:
    return next(one.auc for one in report.standings if one.contender == contender)
