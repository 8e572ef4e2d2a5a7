"""Dual-sided experiences, pure: what the EP and the enabler of one experience say, side by side.

Groups are those of NPS (promoter 9–10, passive 7–8, detractor 0–6). An experience is *asymmetric* when one side is a
promoter and the other a detractor: a good figure of one side hides the trouble of the other.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.journeys.policy.quantiles import Z, student
from services.journeys.policy.shares import FAIR
from shared.proportions import Rate, rate_of


class Group(StrEnum):
    """The group of an NPS answer; a promoter here is who scores 9–10, not the last stage of the funnel."""

    promoter = "promoter"
    passive = "passive"
    detractor = "detractor"


class Asymmetry(StrEnum):
    """Which side is glad while the other isn't."""

    ep_glad = "ep_glad"
    enabler_glad = "enabler_glad"


WORTH = {Group.promoter: 1, Group.passive: 0, Group.detractor: -1}
GLAD = {Asymmetry.ep_glad: (Group.promoter, Group.detractor), Asymmetry.enabler_glad: (Group.detractor, Group.promoter)}
Pair = tuple[Group, Group]  # of the EP, of the enabler


def group_of(score: int) -> Group:
    """The group of a score of 0–10."""
    if score >= 9:
        return Group.promoter
    return Group.passive if score >= 7 else Group.detractor


@dataclass(frozen=True, slots=True)
class Gap:
    """A mean difference of pairs (EP − enabler) with Student's interval; none where all differ alike or n < 2."""

    n: int
    ep: float | None
    enabler: float | None
    gap: float | None
    low: float | None
    high: float | None
    enough: bool


def gap_of(n: int, ep: float, enabler: float, squares: float) -> Gap:
    """From the sums of both sides and of the squared differences of n pairs; Student's interval of paired differences
    (1908, “The probable error of a mean”, Biometrika 6: 1–25)."""
    if n == 0:
        return Gap(0, None, None, None, None, None, False)
    gap = (ep - enabler) / n
    low = high = None
    variance = (squares - n * gap**2) / (n - 1) if n > 1 else 0.0
    if variance > 1e-12:
        half = student(n - 1) * math.sqrt(variance / n)
        low, high = gap - half, gap + half
    return Gap(n, ep / n, enabler / n, gap, low, high, n >= FAIR)


def nps_gap(counts: Mapping[Pair, int]) -> Gap:
    """NPS of both sides over the same experiences, −100…100, and their gap."""
    n = sum(counts.values())
    sums = [100.0 * sum(count * WORTH[pair[side]] for pair, count in counts.items()) for side in (0, 1)]
    squares = 1e4 * sum(count * (WORTH[ep] - WORTH[enabler]) ** 2 for (ep, enabler), count in counts.items())
    return gap_of(n, sums[0], sums[1], squares)


def cells(counts: Mapping[Pair, int]) -> list[tuple[Group, Group, Rate | None]]:
    """The nine cells, row by row of the EP's group: each a share of all pairs with Wilson's interval."""
    n = sum(counts.values())
    return [(ep, enabler, rate_of(counts.get((ep, enabler), 0), n, Z)) for ep in Group for enabler in Group]


def asymmetric(counts: Mapping[Pair, int]) -> dict[Asymmetry, Rate | None]:
    """How many experiences are asymmetric, by which side is glad."""
    n = sum(counts.values())
    return {which: rate_of(counts.get(pair, 0), n, Z) for which, pair in GLAD.items()}
