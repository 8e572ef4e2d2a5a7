"""Improvements of a journey, pure: their kinds, and what changed around a launch."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from services.journeys.policy.quantiles import Z

LEAST = 30  # observations on each side before a difference is spoken of


class ImprovementKind(StrEnum):
    """How far an idea is, from what was noticed to what customers get."""

    insight = "insight"
    challenge = "challenge"
    concept = "concept"
    prototype = "prototype"
    planned = "planned"
    launched = "launched"


@dataclass(frozen=True, slots=True)
class Heap:
    """Observations of a measure on one side of a launch: how many, their mean and variance (n − 1)."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Change:
    """After less before, with the 95 % interval."""

    estimate: float
    low: float
    high: float


def change(before: Heap, after: Heap) -> Change | None:
    """The difference of two means (shares are means of 0 and 1); None from fewer than 30 on a side.

    Standard error of unpooled variances (Welch 1947), normal quantile. A share that is 0 or 1 on a side has no
    variance of its own: it is given that of one success and one failure more (Agresti & Caffo 2000).
    """
    if min(before.n, after.n) < LEAST:
        return None
    half = Z * sqrt(_square(before) + _square(after))
    estimate = after.mean - before.mean
    return Change(estimate, estimate - half, estimate + half)


def compared(here: Sequence[Heap], there: Sequence[Heap]) -> Change | None:
    """Difference in differences: the change where it was launched, less the change of those without it meanwhile.

    It is no proof of a cause: it takes for granted that both would have gone on alike (Angrist & Pischke 2009, 5.2).
    """
    if min(heap.n for heap in (*here, *there)) < LEAST:
        return None
    (was, now), (other_was, other_now) = here, there
    half = Z * sqrt(sum(map(_square, (was, now, other_was, other_now))))
    estimate = (now.mean - was.mean) - (other_now.mean - other_was.mean)
    return Change(estimate, estimate - half, estimate + half)


def _square(heap: Heap) -> float:
    """The squared standard error of a mean."""
    if heap.variance > 0:
        return heap.variance / heap.n
    part = 1 / (heap.n + 2)
    return part * (1 - part) / heap.n


def around(heaps: Mapping[str, Heap]) -> dict[str, Any]:
    """What heaps called `here:before`, `there:after` … say: the change, the one against others, and what to doubt.

    `no_control`: nobody is without it. `was_moving`: the time before differs from the time before that, so that the
    change may be a swing back (regression to the mean) or a course that was under way. `too_few`: of one side.
    """
    none = Heap(0, 0.0, 0.0)
    earlier, before, after = (heaps.get(f"here:{name}", none) for name in ("earlier", "before", "after"))
    there = [heaps.get(f"there:{name}", none) for name in ("before", "after")]
    plain, other = change(before, after), compared((before, after), there)
    moved = change(earlier, before)
    doubts = ["too_few"] if plain is None else []
    doubts += ["no_control"] if other is None else ["as_if_alike"]
    doubts += ["was_moving"] if moved and (moved.low > 0 or moved.high < 0) else []
    return {
        "earlier": _told(earlier), "before": _told(before), "after": _told(after),
        "others_before": _told(there[0]), "others_after": _told(there[1]),
        "change": asdict(plain) if plain else None, "against_others": asdict(other) if other else None,
        "doubts": doubts,
    }  # fmt: skip


def _told(heap: Heap) -> dict[str, Any]:
    return {"n": heap.n, "mean": round(heap.mean, 4) if heap.n else None}
