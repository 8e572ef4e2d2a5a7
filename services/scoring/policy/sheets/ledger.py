"""How well decisions foretold what came of them, and what weights the outcomes would suggest.

One case is one sheet: its last decision before the outcome, whether it was won, and the answers as they stood then.
Withdrawn and pending ones are counted and teach nothing. What was refused is seldom pursued, so the cases that ended
are no fair sample of all; the report says how many had been refused.
"""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from services.scoring.policy.sheets.scores import Answer, Answers
from shared.proportions import wilson

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
LEAST = 10  # of either outcome, before a ranking is judged
LEAST_OF_SHARE = 10  # cases behind a share
LEAST_OF_ANSWER = 5  # cases with a +, and with a −, before a criterion is judged
BANDS = (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)


class SheetEnding(StrEnum):
    """What became of a sheet's subject."""

    pending = "pending"
    won = "won"
    lost = "lost"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Case:
    """A decision and how it ended. `rule` and `human` are whether it was decided to go on; None: not decided."""

    score: float
    rule: bool | None
    human: bool | None
    won: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n`; without a rate when there are too few."""

    part: int
    n: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The chance that one that was won had the higher score than one that was lost (AUC; ½ is chance)."""

    won: int
    lost: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` to below `high` (the last one included), and how many of them were won."""

    low: float
    high: float
    won: Share


@dataclass(frozen=True, slots=True)
class Lift:
    """Won with a + less won with a −, of one criterion; no difference when either has too few."""

    criterion: str
    plus: Share
    minus: Share
    difference: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How well past decisions foretold their outcomes."""

    cases: int
    refused_by_rule: int
    rule_right: Share
    human_right: Share
    overruled_right: Share
    area: Area
    bands: tuple[Band, ...]
    lifts: tuple[Lift, ...]


def record(cases: Sequence[Case], criteria: Sequence[str]) -> Record:
    """The report on these cases, for these criteria."""
    ruled = [case for case in cases if case.rule is not None]
    judged = [case for case in cases if case.human is not None]
    differing = [case for case in judged if case.rule is not None and case.human != case.rule]
    return Record(
        cases=len(cases),
        refused_by_rule=sum(case.rule is False for case in cases),
        rule_right=share(sum(case.rule == case.won for case in ruled), len(ruled)),
        human_right=share(sum(case.human == case.won for case in judged), len(judged)),
        overruled_right=share(sum(case.human == case.won for case in differing), len(differing)),
        area=area(cases),
        bands=tuple(_bands(cases)),
        lifts=tuple(lift(cases, criterion) for criterion in criteria),
    )


def share(part: int, n: int, least: int = LEAST_OF_SHARE) -> Share:
    """A share with Wilson's 95 % interval."""
    return Share(part, n, part / n, *wilson(part, n, Z)) if n >= least else Share(part, n)


def _bands(cases: Sequence[Case]) -> list[Band]:
    found = []
    for low, high in itertools.pairwise(BANDS):
        among = [case for case in cases if low <= case.score < high or case.score == high == BANDS[-1]]
        found.append(Band(low, high, share(sum(case.won for case in among), len(among))))
    return found


def area(cases: Sequence[Case]) -> Area:
    """AUC, ties counting half, with Newcombe's score interval: the values that would not make what was seen unlikely.

    R. G. Newcombe (2006), on effect sizes based on the Mann–Whitney statistic, part 2,
    Statistics in Medicine 25: 559–573, method 5. It holds for few cases, and at a perfect ranking.
    """
    won = [case.score for case in cases if case.won]
    lost = [case.score for case in cases if not case.won]
    if min(len(won), len(lost)) < LEAST:
        return Area(len(won), len(lost))
    pairs = len(won) * len(lost)
    beaten = sorted(lost)
    value = sum(bisect_left(beaten, one) + bisect_right(beaten, one) for one in won) / 2 / pairs
    each = (len(won) + len(lost)) / 2 - 1

    def apart(true: float) -> float:
        """How far a true value is from what was seen, less what chance would explain."""
        spread = true * (1 - true) * (1 + each * (1 - true) / (2 - true) + each * true / (1 + true)) / pairs
        return abs(value - true) - Z * math.sqrt(spread)

    low = _root(apart, 0.0, value) if value > 0 else 0.0
    high = _root(apart, 1.0, value) if value < 1 else 1.0
    return Area(len(won), len(lost), value, low, high)


def _root(apart: Callable[[float], float], outside: float, inside: float) -> float:
    """Where the difference becomes explicable, on the way from an end to what was seen."""
    for _ in range(50):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if apart(middle) > 0 else (outside, middle)
    return inside


def lift(cases: Sequence[Case], criterion: str) -> Lift:
    """What a + goes with, by Newcombe's hybrid score interval of the difference.

    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17: 873–890, method 10.
    """
    shares = []
    for answer in (Answer.plus, Answer.minus):
        among = [case.won for case in cases if case.answers.get(criterion, Answer.open) is answer]
        shares.append(share(sum(among), len(among), LEAST_OF_ANSWER))
    plus, minus = shares
    if plus.rate is None or minus.rate is None:
        return Lift(criterion, plus, minus)
    apart = plus.rate - minus.rate
    down = math.hypot(plus.rate - plus.low, minus.high - minus.rate)  # type: ignore[operator]
    up = math.hypot(plus.high - plus.rate, minus.rate - minus.low)  # type: ignore[operator]
    return Lift(criterion, plus, minus, apart, apart - down, apart + up)
