"""How often a 95 % interval of NPS from few answers holds the true NPS, by method. Counted out and not simulated.

All ways in which n answers can fall into three buckets are gone through, each with its chance. Who answers is like the
guests of San Francisco airport in 2017: 52.3 % promoters, 12.5 % detractors.
"""

import math
from collections.abc import Callable, Iterator

from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Reading
from services.surveys.policy.figures.distributions import Z, z_p
from services.surveys.policy.figures.scores import nps_moments
from shared.contracts.surveys import Metric

PROMOTERS, DETRACTORS = 1436 / 2746, 342 / 2746
SIZES = (5, 10, 20)
Ends = tuple[float, float]


def outcomes(n: int, promoters: float = PROMOTERS, detractors: float = DETRACTORS) -> Iterator[tuple[int, int, float]]:
    """Promoters, detractors, and how likely so many of each are among n answers."""
    logs = math.log(promoters), math.log(detractors), math.log(1 - promoters - detractors)
    for a in range(n + 1):
        for b in range(n - a + 1):
            parts = (a, b, n - a - b)
            log = math.lgamma(n + 1) + sum(k * p - math.lgamma(k + 1) for k, p in zip(parts, logs, strict=True))
            yield a, b, math.exp(log)


def histogram(promoters: int, detractors: int, n: int) -> Histogram:
    return Histogram.of(Metric.nps, {10: promoters, 7: n - promoters - detractors, 3: detractors})


def wald(answers: Histogram) -> Ends:
    promoters, detractors = figures.scores.nps_counts(answers)
    value, variance = nps_moments(promoters / answers.n, detractors / answers.n, answers.n)
    half = Z * math.sqrt(variance)
    return value - half, value + half


def bootstrap(answers: Histogram) -> Ends:
    found = figures.bootstrap(Metric.nps, Reading.nps, answers)
    return found.low, found.high


def adjusted_wald(answers: Histogram) -> Ends:
    found = figures.scores.nps(answers).interval
    assert found
    return found.low, found.high


METHODS: dict[str, Callable[[Histogram], Ends]] = {
    "Wald": wald,
    "bootstrap": bootstrap,
    "adjusted Wald": adjusted_wald,
}


def coverage(method: Callable[[Histogram], Ends], n: int) -> tuple[float, float]:
    """How often the interval holds the true NPS, in percent, and how wide it is on average."""
    true, held, width = 100 * (PROMOTERS - DETRACTORS), 0.0, 0.0
    for promoters, detractors, chance in outcomes(n):
        low, high = method(histogram(promoters, detractors, n))
        held += chance * (low <= true <= high)
        width += chance * (high - low)
    return 100 * held, width


def alarms(n: int, test: Callable[[Histogram, Histogram], float | None]) -> float:
    """How often two groups of n, whose people are alike, are told to differ at 95 %, in percent."""
    known = [(histogram(promoters, detractors, n), chance) for promoters, detractors, chance in outcomes(n)]
    found = 0.0
    for one, first in known:
        for two, second in known:
            p = test(one, two)
            found += first * second * (p is not None and p <= 0.05)
    return 100 * found


def ours(one: Histogram, two: Histogram) -> float | None:
    return figures.difference(Metric.nps, Reading.nps, one, two).p


def plain(one: Histogram, two: Histogram) -> float | None:
    """z with plain variances."""
    ends = [wald(one), wald(two)]
    value = sum(ends[1]) / 2 - sum(ends[0]) / 2
    error = math.hypot(*(high - low for low, high in ends)) / 2 / Z
    return z_p(value / error) if error else float(value == 0)


def told() -> list[str]:
    """What the example prints."""
    lines = ["answers  " + "  ".join(f"{name:>22}" for name in METHODS)]
    for n in SIZES:
        found = [coverage(method, n) for method in METHODS.values()]
        cells = (f"{f'{held:.1f} %, {width:.0f} wide':>22}" for held, width in found)
        lines.append(f"{n:7}  " + "  ".join(cells))
    lines += ["", "false alarms between two groups of so many, at 5 %: plain z, and with adjusted counts"]
    lines += [f"{n:7}  {alarms(n, plain):20.1f} %  {alarms(n, ours):20.1f} %" for n in SIZES]
    return lines


if __name__ == "__main__":
    print("\n".join(told()))
