"""Draws docs/pictures/scoring-*.svg: how true the probabilities are, what the likeliest are worth, how it learns."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

import numpy as np

from examples.scoring.bank import SEED, Split, splits, told_by
from examples.scoring.campaign import BANK
from examples.scoring.drawing import Chart, Series
from services.scoring.policy.learning import measures, train
from services.scoring.policy.learning.baselines import NaiveBayes

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = {"rules": "#0b5fa5", "naive Bayes": "#b34700", "ladder": "#2f6b1f"}
SIZES, DRAWS = (0, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000), 5
Told = Mapping[str, Sequence[float]]


def calibration(told: Told, labels: Sequence[bool]) -> Chart:
    series = [Series("told = true", [(0, 0), (0.8, 0.8)], dashed=True)]
    for name in ("naive Bayes", "ladder"):
        bins = measures.calibration(told[name], labels)
        points = [(one.mean_probability, one.rate) for one in bins]
        series.append(Series(name, points, COLOURS[name], [(one.low, one.high) for one in bins]))
    ticks = [tick / 10 for tick in range(9)]
    words = "Ten bins of equal count: the mean of what was told, the share that came true, and its 95 % interval."
    return Chart("How true the probabilities are", words, "told", "came true", (0, 0.8), (0, 0.8), series, ticks, ticks)


def gains(told: Told, labels: Sequence[bool]) -> Chart:
    true, shares = np.array(labels), np.linspace(0, 1, 41)
    series = [Series("by chance", [(0, 0), (1, 1)], dashed=True)]
    for name, given in told.items():
        order = np.argsort(-np.array(given), kind="stable")
        reached = np.concatenate([[0], np.cumsum(true[order])]) / true.sum()
        points = [(float(share), float(reached[round(share * len(true))])) for share in shares]
        series.append(Series(name, points, COLOURS[name]))
    ticks = [tick / 5 for tick in range(6)]
    words = "The share of those who subscribed among the likeliest, by how many of the likeliest are called."
    return Chart(
        "What calling the likeliest is worth", words, "called", "subscribed", (0, 1), (0, 1), series, ticks, ticks
    )


def curve(split: Split) -> Chart:
    known, judged = split
    rows, labels = [one.row for one in judged], [one.label for one in judged]
    found: dict[str, list[tuple[float, float]]] = {"rules": [], "naive Bayes": [], "ladder": []}
    rules = measures.auc(train([], BANK.prior, SEED).probabilities(rows), labels).value or 0.5
    for size in SIZES:
        ladders, bayes = [], []
        for draw in range(DRAWS if 0 < size <= 1000 else 1):
            chosen = random.Random(SEED + 1000 * draw + size).sample(known, size)
            ladders.append(measures.auc(train(chosen, BANK.prior, SEED).probabilities(rows), labels).value or 0.5)
            model = NaiveBayes.learned(chosen)
            bayes.append(measures.auc([model.probability(row) or 0.5 for row in rows], labels).value or 0.5)
        found["rules"].append((size, rules))
        found["ladder"].append((size, mean(ladders)))
        found["naive Bayes"] += [(size, mean(bayes))] if size else []
    series = [Series(name, points, COLOURS[name], dashed=name == "rules") for name, points in found.items()]
    words = "Mean AUC on the same rows by the number of labels that were learned from, up to 1,000 over five draws."
    labels_, heights = [0, 25, 100, 500, 2_000, 10_000], [0.55, 0.6, 0.65, 0.7, 0.75, 0.8]
    return Chart(
        "How it learns", words, "labels", "AUC", (0, SIZES[-1]), (0.55, 0.82), series, labels_, heights, by_tens=True
    )


def draw(folder: Path = FOLDER) -> list[Path]:
    split = splits(BANK.examples())["a random 30 %"]
    told, labels = told_by(split), [one.label for one in split[1]]
    charts = {"calibration": calibration(told, labels), "gains": gains(told, labels), "curve": curve(split)}
    for name, chart in charts.items():
        (folder / f"scoring-{name}.svg").write_text(chart.svg(), encoding="utf-8")
    return [folder / f"scoring-{name}.svg" for name in charts]


if __name__ == "__main__":
    print("\n".join(str(path) for path in draw()))
