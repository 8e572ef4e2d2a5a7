"""Survey figures with their uncertainty: NPS by adjusted Wald, means by Student's t; none from too few answers."""

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

from services.surveys.policy.metrics import Scale

LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
ADJUSTED_WALD, STUDENT_T = "adjusted-wald", "student-t"


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with 95 % confidence, and by which method that was worked out."""

    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Answers of one metric: how many, their sum and sum of squares, and for NPS the outer two buckets."""

    n: int
    total: int
    squares: int
    promoters: int = 0
    detractors: int = 0


def nps(counts: Counts) -> tuple[float, Interval]:
    """NPS on −100…100 and its interval; needs n ≥ 1.

    Adjusted Wald adds ¾ promoter, ¾ detractor and 3 to n: it keeps its 95 % at n = 5, where plain Wald has 80 %. Its
    centre isn't the NPS.
    """
    n = counts.n + 3
    promoters, detractors = (counts.promoters + 0.75) / n, (counts.detractors + 0.75) / n
    centre = promoters - detractors
    half = _Z * math.sqrt((promoters + detractors - centre**2) / n)
    low, high = 100 * (centre - half), 100 * (centre + half)
    score = 100 * (counts.promoters - counts.detractors) / counts.n
    return score, Interval(max(-100.0, low), min(100.0, high), ADJUSTED_WALD)


def mean(counts: Counts, scale: Scale) -> tuple[float, Interval | None]:
    """The mean of scores on a scale and its t interval, cut to the scale; needs n ≥ 2.

    When all answers are alike the t interval has no width, which would claim a certainty that isn't there: then none.
    """
    average = counts.total / counts.n
    spread = counts.n * counts.squares - counts.total**2  # whole numbers: nothing is lost where all are alike
    if spread == 0:
        return average, None
    variance = spread / counts.n / (counts.n - 1)
    half = t_quantile((1 + LEVEL) / 2, counts.n - 1) * math.sqrt(variance / counts.n)
    return average, Interval(max(float(scale.low), average - half), min(float(scale.high), average + half), STUDENT_T)


@cache
def t_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t with `freedom` degrees, for probabilities from ½ up; by bisection to 1e-10."""
    low, high = 0.0, 1.0
    while _t_cdf(high, freedom) < probability:
        low, high = high, high * 2
    while high - low > 1e-10 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_cdf(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _t_cdf(t: float, freedom: int) -> float:
    """P(T ≤ t) for t ≥ 0, from the incomplete beta function."""
    return 1 - _beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b); the continued fraction converges fast on its own side."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction 1 + d1/(1 + d2/(1 + …)) of the incomplete beta function."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, 500):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / (1 + term * lower)
        upper = 1 + term / upper
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return value
