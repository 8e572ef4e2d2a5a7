"""One figure with its interval: NPS by adjusted Wald, means by Student's t, shares by Wilson.

Sources: adjusted Wald for NPS is method AW(¾, 3) of B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The
American Statistician 70:365–372, 2016; the score interval of a share is E. B. Wilson's (JASA 22:209–212, 1927).
"""

import math
from dataclasses import dataclass

from services.surveys.policy.figures.distributions import Z, t_quantile
from services.surveys.policy.figures.histogram import Histogram, Reading, worth
from services.surveys.policy.metrics import DETRACTOR_UP_TO, PROMOTER_FROM, Bucket
from shared.contracts.surveys import Metric
from shared.proportions import wilson

ADJUSTED_WALD, STUDENT_T, WILSON = "adjusted-wald", "student-t", "wilson"


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with 95 % confidence, and by which method that was worked out.

    `centre` is given where the method has one of its own, which is not the figure: the interval isn't symmetric then.
    """

    low: float
    high: float
    method: str
    centre: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure made of n answers. NPS is on −100…100, a mean on its scale, a share on 0…1."""

    n: int
    value: float
    interval: Interval | None


def estimate(metric: Metric, reading: Reading, answers: Histogram) -> Estimate:
    """The figure and its interval; needs n ≥ 2. NPS exists for the metric of that name only: else ValueError."""
    check_reading(metric, reading)
    if reading is Reading.nps:
        return nps(answers)
    if reading is Reading.mean:
        return mean(answers)
    values = worth(metric, reading)
    return share(sum(n for value, n in answers.items() if values[value]), answers.n)


def check_reading(metric: Metric, reading: Reading) -> None:
    if reading is Reading.nps and metric is not Metric.nps:
        raise ValueError(f"there is no NPS of {metric}")


def buckets(answers: Histogram) -> dict[Bucket, int]:
    """Promoters, passives and detractors; together they are all answers."""
    promoters, detractors = nps_counts(answers)
    return {
        Bucket.promoter: promoters,
        Bucket.passive: answers.n - promoters - detractors,
        Bucket.detractor: detractors,
    }


def nps_counts(answers: Histogram) -> tuple[int, int]:
    """Promoters and detractors."""
    return answers.count(PROMOTER_FROM, answers.high), answers.count(answers.low, DETRACTOR_UP_TO)


def nps(answers: Histogram) -> Estimate:
    """NPS on −100…100 and its interval; needs n ≥ 1.

    Adjusted Wald adds ¾ promoter, ¾ detractor and 3 to n: it keeps its 95 % at n = 5, where plain Wald has 80 %. Its
    centre isn't the NPS.
    """
    promoters, detractors = nps_counts(answers)
    centre, variance = adjusted(promoters, detractors, answers.n)
    half = Z * math.sqrt(variance)
    interval = Interval(max(-100.0, centre - half), min(100.0, centre + half), ADJUSTED_WALD, centre)
    return Estimate(answers.n, 100 * (promoters - detractors) / answers.n, interval)


def adjusted(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """The centre on −100…100 and the variance of adjusted Wald."""
    return nps_moments((promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3)


def nps_moments(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """NPS and its variance from the shares of both among n."""
    value = promoters - detractors
    return 100 * value, 1e4 * (promoters + detractors - value**2) / n


def mean(answers: Histogram) -> Estimate:
    """The mean of scores on a scale and its t interval, cut to the scale; needs n ≥ 2.

    When all answers are alike the t interval has no width, which would claim a certainty that isn't there: then none.
    """
    n, average = answers.n, answers.total / answers.n
    variance = mean_variance(answers)
    if variance == 0:
        return Estimate(n, average, None)
    half = t_quantile(n - 1) * math.sqrt(variance)
    low, high = max(float(answers.low), average - half), min(float(answers.high), average + half)
    return Estimate(n, average, Interval(low, high, STUDENT_T))


def mean_variance(answers: Histogram) -> float:
    """The variance of the mean, s²/n; exactly 0 when all answers are alike, because whole numbers lose nothing."""
    n = answers.n
    return (n * answers.squares - answers.total**2) / n / (n - 1) / n


def share(part: int, whole: int) -> Estimate:
    """A share with Wilson's interval; needs a whole of 1 or more. A share of 0 or 1 has an interval of some width."""
    low, high = wilson(part, whole, Z)
    return Estimate(whole, part / whole, Interval(low, high, WILSON, (low + high) / 2))
