"""How a model of one side's decision is learned, and whether it may speak.

It is judged on the last 30 % in time by what was learned from the earlier 70 %, and speaks only where the rules' log
loss is above its own by an interval that leaves zero out. Then it is trained on everything. Else the rules go on: where
there is nothing to learn, nothing is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from services.scoring.policy.learning import Example, Ladder, Prior, train
from services.scoring.policy.learning.evaluation import in_time
from services.scoring.policy.matching.fit import ACCEPTS_RULES, APPLIES_RULES, RULES, SIDES, Judges, Rules
from services.scoring.policy.matching.measures import Z
from services.scoring.policy.matching.proof import Bins, prove

LEAST, LEAST_LATE, LEAST_OF_EACH = 200, 100, 20
SIDE_RULES: dict[str, Rules] = dict(zip(SIDES, (APPLIES_RULES, ACCEPTS_RULES), strict=True))


def prior_of(side: str) -> Prior:
    rules = SIDE_RULES[side]
    return Prior(rules.base, rules.weights)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Learned:
    """A model of one side with its figures. `gain` is the rules' log loss less its own on the later slice.

    `bins` prove, on that slice, the probabilities of whoever speaks.
    """

    side: str
    speaks: bool
    labels: int
    yes: int
    late: int
    gain: float | None
    interval: tuple[float, float] | None
    bins: Bins
    ladder: Ladder


def learn(side: str, examples: Sequence[Example], seed: int) -> Learned | None:
    """None when there is too little to learn from. Without trees: a list asks for hundreds of pairs at once."""
    yes = sum(example.label for example in examples)
    if len(examples) < LEAST or min(yes, len(examples) - yes) < LEAST_OF_EACH:
        return None
    early, late = in_time(examples)
    trial = train(early, prior_of(side), seed, trees=False)
    told = [float(chance) for chance in trial.probabilities([example.row for example in late])]
    ruled = SIDE_RULES[side].probabilities([dict(example.row) for example in late])
    gain, interval = _gain(late, told, ruled)
    speaks = interval is not None and interval[0] > 0
    bins = _proved(late, told if speaks else ruled)
    ladder = train(examples, prior_of(side), seed, trees=False)
    return Learned(side, speaks, len(examples), yes, len(late), gain, interval, bins, ladder)


def _proved(examples: Sequence[Example], told: Sequence[float]) -> Bins:
    """Contrasts were drawn, so that their share says nothing: only what was shown or decided counts."""
    return prove([(chance, one.label) for chance, one in zip(told, examples, strict=True) if one.weight == 1.0])


def _gain(
    late: Sequence[Example], told: Sequence[float], ruled: Sequence[float]
) -> tuple[float | None, tuple[float, float] | None]:
    apart = [
        one.weight * (_loss(by_rules, one.label) - _loss(chance, one.label))
        for one, by_rules, chance in zip(late, ruled, told, strict=True)
    ]
    n = len(apart)
    if n < LEAST_LATE:
        return None, None
    middle = sum(apart) / n
    half = Z * sqrt(sum((one - middle) ** 2 for one in apart) / (n - 1) / n)
    return middle, (middle - half, middle + half)


def _loss(chance: float, label: bool) -> float:
    return -log(max(1e-12, chance if label else 1 - chance))


def judges(learned: Sequence[Learned | None]) -> Judges:
    """Who judges each side after this: those who may speak, else the rules; with what proves either."""
    known = {one.side: one for one in learned if one is not None}
    speaking = {side for side, one in known.items() if one.speaks}
    told: dict[str, Any] = {side: known[side].ladder if side in speaking else SIDE_RULES[side] for side in SIDES}
    names = tuple(f"pair-{side}" if side in speaking else RULES for side in SIDES)
    proof = tuple(known[side].bins if side in known else None for side in SIDES)
    return Judges(told["applies"], told["accepts"], names, proof)  # type: ignore[arg-type]
