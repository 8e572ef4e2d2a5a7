"""Experiments with letters and times: how many people they need, who gets what, and when a figure may be believed.

Looking early costs something: what may be spent by a share t of the planned people follows O'Brien and Fleming's
boundary in the form of Lan and DeMets (Biometrika 70, 1983), each side by itself: alpha*(t) = 4 - 4 Phi(z / sqrt(t))
with z of 1 - alpha/4, as R's ldbounds and gsDesign have it. The boundary at each look is found by the recursive
integration of Armitage, McPherson and Rowe (J. R. Stat. Soc. A 132, 1969).
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from uuid import UUID

from shared.proportions import wilson

NORMAL = NormalDist()
POINTS = 161  # of Simpson's rule across the region in which one goes on
FURTHEST = 8.0  # standard errors: what lies beyond has no weight
UNDECIDED = "undecided"


def sample_size(baseline: float, effect: float, alpha: float, power: float, variants: int = 2) -> int:
    """People a variant so that a rate of `baseline + effect` is told from `baseline`: two-sided, two proportions.

    With more than two variants alpha is shared by the comparisons with the first one (Bonferroni).
    """
    other = baseline + effect
    share = alpha / (variants - 1)
    both = (baseline + other) * (1 - (baseline + other) / 2)
    apart = baseline * (1 - baseline) + other * (1 - other)
    reach = NORMAL.inv_cdf(1 - share / 2) * math.sqrt(both) + NORMAL.inv_cdf(power) * math.sqrt(apart)
    return math.ceil((reach / effect) ** 2)


def variant_of(experiment: UUID, person: UUID, variants: int) -> int:
    """Which variant a person gets: the same one always, and independent of any other experiment."""
    digest = hashlib.sha256(experiment.bytes + person.bytes).digest()
    return int.from_bytes(digest[:8]) * variants >> 64


def spent(share: float, alpha: float) -> float:
    """How much of alpha may be used up by this share (0 to 1) of the planned people."""
    if share <= 0:
        return 0.0
    return 4 - 4 * NORMAL.cdf(NORMAL.inv_cdf(1 - alpha / 4) / math.sqrt(min(share, 1.0)))


def boundaries(shares: Sequence[float], alpha: float) -> list[float]:
    """The |z| at which each of these looks decides; `shares` grow, and lie in (0, 1]."""
    found: list[float] = []
    region: list[tuple[float, float]] = [(0.0, 1.0)]  # where one may be, and how likely, before the next look
    before = 0.0
    for share in shares:
        step = math.sqrt(share - before)
        loss = spent(share, alpha) - spent(before, alpha)
        bound = _solve(region, step, math.sqrt(share), loss)
        found.append(bound)
        region = _onward(region, step, bound * math.sqrt(share))
        before = share
    return found


def _solve(region: Sequence[tuple[float, float]], step: float, root: float, loss: float) -> float:
    low, high = 0.0, FURTHEST
    for _ in range(60):
        middle = (low + high) / 2
        edge = middle * root
        crossed = sum(
            weight * (NORMAL.cdf((at - edge) / step) + NORMAL.cdf((-edge - at) / step)) for at, weight in region
        )
        low, high = (middle, high) if crossed > loss else (low, middle)
    return (low + high) / 2


def _onward(region: Sequence[tuple[float, float]], step: float, edge: float) -> list[tuple[float, float]]:
    """Where one may be after a look that didn't decide, as points with Simpson's weights."""
    width = 2 * edge / (POINTS - 1)
    found = []
    for number in range(POINTS):
        at = -edge + number * width
        density = sum(weight * NORMAL.pdf((at - there) / step) / step for there, weight in region)
        simpson = 1 if number in (0, POINTS - 1) else 4 if number % 2 else 2
        found.append((at, density * simpson * width / 3))
    return found


@dataclass(frozen=True, slots=True)
class Arm:
    """What became of one variant: people who got it, and those of them with whom the metric came."""

    people: int
    successes: int

    @property
    def rate(self) -> float:
        return self.successes / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant beside the first one: difference of the rates, its interval at this look, z, and the boundary."""

    difference: float
    low: float
    high: float
    z: float
    boundary: float

    @property
    def decides(self) -> bool:
        return abs(self.z) >= self.boundary


def compare(control: Arm, other: Arm, boundary: float) -> Compared:
    """Pooled z for the decision; the interval is as wide as the boundary asks, so that looking often gains nothing."""
    if not control.people or not other.people:
        return Compared(0.0, -1.0, 1.0, 0.0, boundary)
    gap = other.rate - control.rate
    pooled = (control.successes + other.successes) / (control.people + other.people)
    error = math.sqrt(pooled * (1 - pooled) * (1 / control.people + 1 / other.people))
    own = math.sqrt(sum(arm.rate * (1 - arm.rate) / arm.people for arm in (control, other)))
    z = gap / error if error else 0.0
    reach = boundary * own
    return Compared(gap, max(-1.0, gap - reach), min(1.0, gap + reach), z, boundary)


def interval(arm: Arm, boundary: float) -> tuple[float, float]:
    """Wilson's interval of a rate, at the confidence of this look."""
    if not arm.people:
        return 0.0, 1.0
    return wilson(arm.successes, arm.people, boundary)


def verdict(arms: Sequence[Arm], compared: Sequence[Compared], share: float) -> int | str | None:
    """The variant that won (0 is the first), `undecided` at the end, or None: go on."""
    better = [number for number, one in enumerate(compared, 1) if one.decides and one.difference > 0]
    if better:
        return max(better, key=lambda number: arms[number].rate)
    if compared and all(one.decides for one in compared):
        return 0
    return UNDECIDED if share >= 1 else None
