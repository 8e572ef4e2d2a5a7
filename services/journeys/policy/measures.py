"""What a scorecard can be kept about, and how each figure is made of counts, with its interval. Pure.

Intervals are of 95 %: Wilson's for shares, adjusted Wald for NPS (B. Rocks, The American Statistician 70:365–372,
2016), Student's t for means, the exact binomial ranks for a median (Conover, Practical Nonparametric Statistics, 3.2)
and the exact Poisson interval for counts (F. Garwood, Biometrika 28:437–442, 1936).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.journeys.policy.quantiles import LOWER, UPPER, Z, binomial, chi_square, student
from shared.proportions import wilson

FEW = 5  # scores and days: fewer say nothing; shares say it from `FAIR` on


class Kind(StrEnum):
    """How a figure is made."""

    nps = "nps"
    mean = "mean"
    share = "share"
    days = "days"
    count = "count"


class Direction(StrEnum):
    """Which way is better."""

    up = "up"
    down = "down"


class Measure(StrEnum):
    """What a scorecard is about."""

    nps_ep = "nps_ep"
    nps_enabler = "nps_enabler"
    ces_ep = "ces_ep"
    ces_enabler = "ces_enabler"
    response_ep = "response_ep"
    response_enabler = "response_enabler"
    touchpoints_in_time = "touchpoints_in_time"
    standards_kept = "standards_kept"
    accepted = "accepted"
    signed = "signed"
    approved = "approved"
    realized = "realized"
    days_to_approval = "days_to_approval"
    cases_in_time = "cases_in_time"
    approvals = "approvals"
    realizations = "realizations"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue. `ripens`: the figure of a period isn't final before so many days after its end."""

    kind: Kind
    direction: Direction
    least: float
    most: float
    ripens: int = 0
    of: str = ""


UP, DOWN = Direction.up, Direction.down
CATALOGUE: Mapping[Measure, Entry] = {
    Measure.nps_ep: Entry(Kind.nps, UP, -100, 100, of="EPs' answers on the experience, by the day of the answer"),
    Measure.nps_enabler: Entry(Kind.nps, UP, -100, 100, of="enablers' answers, by the day of the answer"),
    Measure.ces_ep: Entry(Kind.mean, UP, 1, 7, of="EPs' answers on effort (1–7, high is easy)"),
    Measure.ces_enabler: Entry(Kind.mean, UP, 1, 7, of="enablers' answers on effort (1–7, high is easy)"),
    Measure.response_ep: Entry(Kind.share, UP, 0, 1, 60, "EPs asked in the period who answered"),
    Measure.response_enabler: Entry(Kind.share, UP, 0, 1, 60, "enablers asked in the period who answered"),
    Measure.touchpoints_in_time: Entry(Kind.share, UP, 0, 1, 1, "touchpoints due in the period that were done by then"),
    Measure.standards_kept: Entry(Kind.share, UP, 0, 1, of="standards asked of experiences whose books were closed"),
    Measure.accepted: Entry(Kind.share, UP, 0, 1, 60, "applications handed in that were accepted"),
    Measure.signed: Entry(Kind.share, UP, 0, 1, 30, "accepted applications whose note was signed"),
    Measure.approved: Entry(Kind.share, UP, 0, 1, 60, "signed applications that were approved"),
    Measure.realized: Entry(Kind.share, UP, 0, 1, 180, "approved applications that were realized"),
    Measure.days_to_approval: Entry(Kind.days, DOWN, 0, 1000, of="days from handing in to the approval, the median"),
    Measure.cases_in_time: Entry(Kind.share, UP, 0, 1, 7, "quality cases that both sides saw in time"),
    Measure.approvals: Entry(Kind.count, UP, 0, 1e9, of="approvals, by the day on which they count"),
    Measure.realizations: Entry(Kind.count, UP, 0, 1e9, of="realizations, by the start date in the form"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value made of n; `low` and `high` are missing where n says nothing of them."""

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


NONE = Figure(0, None)
Histogram = Sequence[Sequence[int]]  # pairs of a score and how often it was given


def share_of(part: int, n: int) -> Figure:
    return Figure(n, part / n, *wilson(part, n, Z)) if n else NONE


def nps_of(promoters: int, detractors: int, n: int) -> Figure:
    """On −100…100; adjusted Wald adds ¾ promoter, ¾ detractor and 3 to n."""
    if n == 0:
        return NONE
    up, down = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    half = 100 * Z * math.sqrt((up + down - (up - down) ** 2) / (n + 3))
    centre = 100 * (up - down)
    return Figure(n, 100 * (promoters - detractors) / n, max(-100.0, centre - half), min(100.0, centre + half))


def mean_of(total: float, squares: float, n: int, least: float, most: float) -> Figure:
    """From the sum and the sum of squares; no interval where n < 2 or all answers are alike."""
    if n == 0:
        return NONE
    mean = total / n
    variance = (squares - total * mean) / (n - 1) if n > 1 else 0.0
    if variance <= 1e-12:
        return Figure(n, mean)
    half = student(n - 1) * math.sqrt(variance / n)
    return Figure(n, mean, max(least, mean - half), min(most, mean + half))


def nps_in(scores: Histogram) -> Figure:
    promoters = sum(count for score, count in scores if score >= 9)
    detractors = sum(count for score, count in scores if score <= 6)
    return nps_of(promoters, detractors, sum(count for _, count in scores))


def mean_in(scores: Histogram, least: float = -math.inf, most: float = math.inf) -> Figure:
    total, squares = (sum(score**power * count for score, count in scores) for power in (1, 2))
    return mean_of(total, squares, sum(count for _, count in scores), least, most)


def median_of(values: Sequence[float]) -> Figure:
    """The middle one, and the values between which the true middle lies; an end is missing where n < 6."""
    found, n = sorted(values), len(values)
    if n == 0:
        return NONE
    middle = (found[(n - 1) // 2] + found[n // 2]) / 2
    rank = int(binomial(LOWER, n, 0.5))
    return Figure(n, middle, found[rank - 1], found[n - rank]) if rank else Figure(n, middle)


def count_of(n: int) -> Figure:
    """How many there were; the interval is of the rate behind it."""
    low = chi_square(LOWER, 2 * n) / 2 if n else 0.0
    return Figure(n, float(n), low, chi_square(UPPER, 2 * n + 2) / 2)
