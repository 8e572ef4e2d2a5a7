"""How good and how fast the learning part of scoring is, on public data, beside every baseline in the same run."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np

from bench import leads
from bench.leads import BANK, BANK_WITH_YEAR, SETS, DataSet
from examples.scoring.campaign import BEGAN
from services.scoring.policy.learning import Example, Ladder, Prior, measures, train
from services.scoring.policy.learning.baselines import NaiveBayes, base_rate
from services.scoring.policy.learning.evaluation import Report, doubling, in_time, report, stream
from shared.testing.trials import Figures, Trial

SEED = 2026
SIZES, SHORT_SIZES = (0, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000), (0, 50, 200, 1_000, 4_000)
DRAWS, FEW_DRAWS, SPLITS = 10, 2, 5
BELOW_RULES, BELOW_BEST = 0.010, 0.012
MOST_US, MOST_US_WITH_TREES, MOST_US_TO_LEARN, BATCH_S, REFIT_S = 20.0, 60.0, 50.0, 2.0, 10.0
MANY = 100_000
LATE = {"bank marketing": 600, "X Education": 150}  # leads that come before the label of one is heard
Split = tuple[list[Example], list[Example]]
Told = Callable[[Sequence[Example], Sequence[Example], Prior], Sequence[float]]


# --- the models that are compared: (learn from, judge by, the rules) → probabilities


def _rules(_: Sequence[Example], judged: Sequence[Example], prior: Prior) -> Sequence[float]:
    return train([], prior, SEED).probabilities([one.row for one in judged]).tolist()


def _base_rate(known: Sequence[Example], judged: Sequence[Example], _: Prior) -> Sequence[float]:
    return [base_rate(known)] * len(judged)


def _naive_bayes(known: Sequence[Example], judged: Sequence[Example], _: Prior) -> Sequence[float]:
    model, otherwise = NaiveBayes.learned(known), base_rate(known)
    told = [model.probability(one.row) for one in judged]
    return [otherwise if one is None else one for one in told]


def _blank(known: Sequence[Example], judged: Sequence[Example], _: Prior) -> Sequence[float]:
    return _told(train(known, Prior(0.0, {}), SEED, trees=False), judged)


def _bayes(known: Sequence[Example], judged: Sequence[Example], prior: Prior) -> Sequence[float]:
    return _told(train(known, prior, SEED, trees=False), judged)


def _ladder(known: Sequence[Example], judged: Sequence[Example], prior: Prior) -> Sequence[float]:
    return _told(train(known, prior, SEED), judged)


def _told(ladder: Ladder, judged: Sequence[Example]) -> Sequence[float]:
    return ladder.probabilities([one.row for one in judged]).tolist()


MODELS: dict[str, Told] = {
    "rules set by hand": _rules,
    "base rate": _base_rate,
    "naive Bayes as Odoo": _naive_bayes,
    "Bayesian logistic, no rules": _blank,
    "Bayesian logistic round the rules": _bayes,
    "ladder": _ladder,
}


def at_random(examples: Sequence[Example], seed: int = SEED) -> Split:
    """70 % and 30 %, drawn; their order says nothing, so they have one time."""
    shuffled = [replace(one, at=BEGAN) for one in examples]
    random.Random(seed).shuffle(shuffled)
    cut = round(0.7 * len(shuffled))
    return shuffled[:cut], shuffled[cut:]


# --- quality


async def quality(full: bool) -> Figures:
    return await asyncio.to_thread(_quality, full)


def _quality(full: bool) -> Figures:
    figures: Figures = {"curves": {}, "short": []}
    for data in SETS:
        examples = leads.examples(data)
        if examples is None:
            figures[data.name] = "not measured: DATA names no folder with it"
            continue
        for split, (known, judged) in {"later": in_time(examples), "random": at_random(examples)}.items():
            labels = [one.label for one in judged]
            for name, model in MODELS.items():
                found = report(model(known, judged, data.prior), labels)
                figures[f"{data.name}, {split} 30 %, {name}"] = _line(found)
        figures["curves"][data.name] = _curve(data, at_random(examples), full, figures["short"])
        if full:
            for drawn in (data, BANK_WITH_YEAR) if data is BANK else (data,):
                figures[f"{drawn.name}, {SPLITS} random 30 %, ladder"] = _over_draws(drawn)
        for late in (0, LATE[data.name]):
            told = stream(examples, data.prior, SEED, late, doubling(200, len(examples)) if full else ())
            name = f"{data.name}, one by one, labels {late} leads late"
            figures[name] = _line(report(told, [one.label for one in examples]))
    return figures


def _over_draws(data: DataSet) -> str:
    """The mean over splits: one split alone is off by up to 0.01 of AUC."""
    found = []
    for draw in range(SPLITS):
        known, judged = at_random(leads.examples(data) or [], draw)
        found.append(report(_ladder(known, judged, data.prior), [one.label for one in judged]))
    areas, losses = (
        [one.value or 0.0 for one in column] for column in zip(*((f.auc, f.log_loss) for f in found), strict=True)
    )
    return f"AUC {np.mean(areas):.3f} (deviation {np.std(areas):.3f}), log loss {np.mean(losses):.3f}"


def _line(found: Report) -> str:
    auc, loss = found.auc, found.log_loss
    return (
        f"AUC {auc.value:.3f} ({auc.low:.3f} … {auc.high:.3f}), log loss {loss.value:.3f} ({loss.low:.3f} …"
        f" {loss.high:.3f}), Brier {found.brier.value:.4f}, ECE {found.ece.value:.3f}, lift {found.lift.value:.2f},"
        f" n {auc.n:,}"
    )


def _curve(data: DataSet, split: Split, full: bool, short: list[str]) -> dict[str, dict[str, float]]:
    """Mean AUC by number of labels; says in `short` where the ladder stays behind."""
    known, judged = split
    labels = [one.label for one in judged]
    sizes = [size for size in (SIZES if full else SHORT_SIZES) if size <= len(known)]
    curve: dict[str, dict[str, float]] = {}
    for size in sizes:
        draws = 1 if not size else (DRAWS if full else FEW_DRAWS) if size <= 1_000 else 2 if full else 1
        found: dict[str, list[float]] = {name: [] for name in MODELS}
        for draw in range(draws):
            chosen = random.Random(SEED + 1000 * draw + size).sample(known, size)
            for name, model in MODELS.items():
                auc = measures.auc(model(chosen, judged, data.prior), labels).value
                found[name].append(auc or 0.5)
        means = {name: round(float(np.mean(values)), 4) for name, values in found.items()}
        curve[str(size)] = means
        short += _behind(data.name, size, means)
    return curve


def _behind(name: str, size: int, means: dict[str, float]) -> list[str]:
    ladder, best = means["ladder"], max(means.values())
    short = []
    if ladder < means["rules set by hand"] - BELOW_RULES:
        short.append(f"{name} with {size} labels: {ladder:.3f}, the rules {means['rules set by hand']:.3f}")
    if ladder < best - BELOW_BEST:
        short.append(f"{name} with {size} labels: {ladder:.3f}, the best {best:.3f}")
    return short


def stays_behind(figures: Figures, strict: bool) -> list[str]:
    return list(figures["short"])


# --- speed


def _examples(count: int) -> list[Example]:
    """Bank data, as often as it takes, slightly stirred so that no two rounds are alike."""
    shipped = BANK.examples()
    draw, found = random.Random(SEED), []
    while len(found) < count:
        turn = len(found) // len(shipped)
        for one in shipped:
            row = {**one.row, "balance": float(one.row["balance"] or 0) + draw.random()} if turn else one.row
            found.append(replace(one, row=row, at=BEGAN + timedelta(minutes=len(found))))
    return found[:count]


def _trained(examples: Sequence[Example], *, trees: bool = True) -> Ladder:
    """Without regard to time, in which the bank's trees have nothing to say: they shall be there to be measured."""
    return train(examples, BANK.prior, SEED, trees=trees, in_time=False)


def _each(do: Callable[[Any], Any], given: Sequence[Any]) -> list[float]:
    took = []
    for one in given:
        began = time.perf_counter_ns()
        do(one)
        took.append((time.perf_counter_ns() - began) / 1000)
    return sorted(took)


async def score_us(full: bool) -> Figures:
    return await asyncio.to_thread(_score_us, full)


def _score_us(full: bool) -> Figures:
    """A row, its probability, all reasons, interval and whether to be silent; and a label learned."""
    examples = random.Random(SEED).sample(BANK.examples(), 12_000)
    rows = [one.row for one in examples[-(5_000 if full else 1_000) :]]
    without, with_trees = (_trained(examples[:6_000], trees=trees) for trees in (False, True))
    figures: Figures = {}
    for name, ladder in (("no_trees", without), ("trees", with_trees)):
        _each(ladder.chance, rows[:200])
        took = _each(ladder.chance, rows)
        figures |= {f"{name}_p50_us": median(took), f"{name}_p99_us": took[int(0.99 * len(took))]}
    took = _each(lambda one: without.learn(one.row, one.label), examples[6_000 : 6_000 + len(rows)])
    figures |= {"learn_p50_us": median(took), "learn_p99_us": took[int(0.99 * len(took))]}
    figures |= {"features": without.layout.end, "trees": with_trees.forest.trees if with_trees.forest else 0}
    return figures


def scores_slowly(figures: Figures, strict: bool) -> list[str]:
    limits = {"no_trees_p50_us": MOST_US, "trees_p50_us": MOST_US_WITH_TREES, "learn_p50_us": MOST_US_TO_LEARN}
    return [f"{name} {figures[name]:.1f}, {limit} allowed" for name, limit in limits.items() if figures[name] > limit]


async def batch(full: bool) -> Figures:
    return await asyncio.to_thread(_batch, full)


def _batch(full: bool) -> Figures:
    examples = _examples(MANY)
    ladder, rows = _trained(random.Random(SEED).sample(examples, 10_000)), [one.row for one in examples]
    ladder.probabilities(rows[:1000])
    took = []
    for _ in range(5 if full else 2):
        began = time.process_time()
        ladder.probabilities(rows)
        took.append(time.process_time() - began)
    return {"batch_scores_per_s": MANY / median(took), "seconds": median(took), "rows": MANY}


def rescores_slowly(figures: Figures, strict: bool) -> list[str]:
    slow = figures["seconds"] > BATCH_S
    return [f"{MANY:,} leads in {figures['seconds']:.2f} s, {BATCH_S} allowed"] if slow else []


async def train_s(full: bool) -> Figures:
    return await asyncio.to_thread(_train_s, full)


def _train_s(full: bool) -> Figures:
    """The whole ladder: widths, folds, trees, weights."""
    figures: Figures = {}
    for count in (30_000, MANY) if full else (30_000,):
        examples = _examples(count)
        began = time.process_time()
        _trained(examples)
        figures[f"of_{count}_s"] = time.process_time() - began
    return figures


def trains_slowly(figures: Figures, strict: bool) -> list[str]:
    slow = figures["of_30000_s"] > REFIT_S
    return [f"30,000 examples in {figures['of_30000_s']:.1f} s, {REFIT_S} allowed"] if slow else []


QUALITY = Trial(
    "quality",
    "probabilities on public data: the last 30 % in time and a random 30 %, every baseline, and the learning curve",
    quality,
    stays_behind,
)
SCORE_US = Trial("score_us", "one score with reasons on one core; one label learned", score_us, scores_slowly)
BATCH = Trial("batch_scores_per_s", "leads rescored at once, by the processor time of one core", batch, rescores_slowly)
TRAIN_S = Trial("train_s", "training the ladder, processor time of one core", train_s, trains_slowly)
