"""A training, from cases to a model with its figures: measured on a later time slice first, then trained on all."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from services.scoring.policy.chances import prior_of
from services.scoring.policy.examples import Case, split
from services.scoring.policy.learning import Example, Ladder, train
from services.scoring.policy.learning.baselines import NaiveBayes, base_rate
from services.scoring.policy.learning.delays import DelayCurve, Open, completed
from services.scoring.policy.learning.evaluation import report
from services.scoring.policy.life import spread
from services.scoring.policy.transitions import Way

POLICY = Path(__file__).parents[1] / "policy"
LEARNED_BY = (
    "features.py",
    "rules.py",
    "enablers.py",
    "enabler_rules.py",
    "spells.py",
    "transitions.py",
    "examples.py",
    "learning",
)
Tell = Callable[[int], None]


class TooFew(Exception):
    """Too few labels, or all of one kind, or nothing that tells one case from another."""


@cache
def code_version() -> str:
    """The first 12 digits of a digest of all code that decides what a model is like."""
    digest = hashlib.sha256()
    for name in LEARNED_BY:
        place = POLICY / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def learn(
    cases: Sequence[Case], way: Way, seed: int, until: datetime, *, late_share: float, least: int
) -> dict[str, Any]:
    """The model as a document with its figures. The same cases, code and seed give the same, bit for bit."""
    first = [case for case in cases if case.first and case.label is not None]
    labels, reached = len(first), sum(bool(case.label) for case in first)
    if labels < least or not 0 < reached < labels or all(case.row == cases[0].row for case in cases):
        raise TooFew
    metrics = _measured(cases, way, seed, until, late_share)
    ladder = _ladder(cases, way, seed, until)
    document = ladder.document() | {"evidence": labels}  # spells, not the moments of each
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return {
        "document": document,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "window_from": min(case.at for case in cases).isoformat(),
        "window_to": until.isoformat(),
        "labels": labels,
        "reached": reached,
        "features": sorted({name for case in cases for name in case.row}),
        "metrics": metrics,
        "reference": _reference(cases),
        "code_version": code_version(),
    }


def _ladder(cases: Sequence[Case], way: Way, seed: int, until: datetime) -> Ladder:
    return train(_examples(cases, way, seed, until), prior_of(way), seed)


def _examples(cases: Sequence[Case], way: Way, seed: int, until: datetime) -> list[Example]:
    """Those with a label as they are; open ones as both, by the curve of delays of those that got there.

    All moments weigh alike, so much that there is as much weight as there are spells. An open case weighs 1 in
    learning, so that so large a share of them is drawn.
    """
    weight = sum(case.first for case in cases) / max(1, len(cases))
    final = [Example(case.row, case.label, case.at, weight) for case in cases if case.label is not None]
    opened = [Open(case.row, case.at, until - case.at) for case in cases if case.label is None and case.draw < weight]
    delays = [(case.settled_at - case.at, until - case.at) for case in cases if case.label and case.settled_at]
    curve = DelayCurve.of_cases(delays, way.horizon)
    return completed(final, opened, curve, prior_of(way), seed)


def _measured(cases: Sequence[Case], way: Way, seed: int, until: datetime, late_share: float) -> dict[str, Any]:
    """The model, rules, the base rate and naive Bayes on the same later cases, each from the earlier ones alone."""
    parts = split(cases, until, late_share)
    if parts is None or not any(case.label is not None for case in parts.early):
        return {"late": 0}
    final = [Example(one.row, one.label, one.at) for one in parts.early if one.label is not None]
    ladder, naive, rate = _ladder(parts.early, way, seed, parts.at), NaiveBayes.learned(final), base_rate(final)
    rows, reached = [one.row for one in parts.late], [bool(one.label) for one in parts.late]
    rules = Ladder.of_document(train([], prior_of(way), seed).document(), prior_of(way))
    said: dict[str, list[float]] = {
        "model": ladder.probabilities(rows).tolist(),
        "rules": rules.probabilities(rows).tolist(),
        "base_rate": [rate] * len(rows),
        "naive_bayes": [rate if (one := naive.probability(row)) is None else one for row in rows],
    }
    about = {"split_at": parts.at.isoformat(), "early": len(final), "late": len(rows)}
    return about | {name: asdict(report(given, reached)) for name, given in said.items()}


def _reference(cases: Sequence[Case]) -> dict[str, Any]:
    names = sorted({name for case in cases for name in case.row})
    single = [case.row for case in cases if case.single]
    values = {name: [float(row[name]) for row in single if row.get(name) is not None] for name in names}
    return {name: asdict(spread(known)) for name, known in values.items() if known}
