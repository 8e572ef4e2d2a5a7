"""People's own words on a chance: until when one counts, and how they did against the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt

from services.scoring.policy.life import Z95
from shared.proportions import wilson

LEAST = 20  # below this, nothing is compared


class Verdict(StrEnum):
    """Hot: will get there. Cold: won't. For those who would not put a number to it."""

    hot = "hot"
    cold = "cold"


@dataclass(frozen=True, slots=True)
class Judged:
    """One override whose horizon is over: what somebody said, what the model had said, and what happened."""

    probability: float | None
    verdict: Verdict | None
    said: float | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Share:
    """How many of them got there, with Wilson's 95 % interval."""

    n: int
    reached: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """People against the model by squared error on the same cases: `gain` above 0 means that people were nearer.

    None with fewer than `LEAST` cases in which both gave a probability.
    """

    n: int
    people: float | None = None
    model: float | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None


def compared(cases: Sequence[Judged]) -> Compared:
    both = [(one.probability, one.said, one.reached) for one in cases if one.probability is not None]
    pairs = [((p - y) ** 2, (said - y) ** 2) for p, said, y in both if said is not None]
    n = len(pairs)
    if n < LEAST:
        return Compared(n)
    gains = [model - people for people, model in pairs]
    gain = sum(gains) / n
    spread = sqrt(sum((one - gain) ** 2 for one in gains) / (n - 1) / n)
    people, model = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    return Compared(n, people, model, gain, gain - Z95 * spread, gain + Z95 * spread)


def share_of(cases: Sequence[Judged], verdict: Verdict) -> Share | None:
    """How those did whom somebody called hot, or cold; None without a case."""
    chosen = [one.reached for one in cases if one.verdict is verdict]
    return Share(len(chosen), sum(chosen), *wilson(sum(chosen), len(chosen), Z95)) if chosen else None


def counts(ended_at: datetime | None, until: datetime, now: datetime) -> bool:
    """Whether an override still stands."""
    return ended_at is None and now < until
