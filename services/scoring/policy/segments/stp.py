"""The figures of a segment's sheet: size, profile, attractiveness; each with its n, rates with an interval.

STP is segmenting, targeting, positioning: what is counted stands here; position, programme and whether the segment is a
target are a manager's words (the sheet keeps both).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist, fmean, stdev
from typing import Any

from services.scoring.policy.segments.catalogue import About, Party
from services.scoring.policy.segments.describing import Lift, lifts
from shared.proportions import Rate, rate_of

Z = NormalDist().inv_cdf(0.975)
GROWTH, HORIZON = timedelta(days=30), timedelta(days=90)
LEAST_SCORES, LEAST_ENTERED = 10, 20
CONVERTED = {Party.ep: {"approved", "realized", "completed"}, Party.enabler: {"approved", "realized", "completed"}}
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean or a net score of `n` answers, with its 95 % interval."""

    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody's coming into the segment, and when they converted, if they did after it."""

    at: datetime
    converted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is counted of a segment. None: not enough to tell. `…_rest`: the same of everybody else."""

    size: int
    rest: int
    entered: int
    left: int
    wants: tuple[Lift, ...]
    behaviour: tuple[Lift, ...]
    converted: Rate | None
    converted_rest: Rate | None
    conversion: Rate | None
    nps: Mean | None
    nps_rest: Mean | None
    effort: Mean | None
    effort_rest: Mean | None


def figures(
    rows: Sequence[Mapping[str, Any]], inside: Sequence[bool], party: Party, moved: tuple[int, int],
    entries: Sequence[Entry], now: datetime,
) -> Figures:  # fmt: skip
    """The figures of the segment whose members are marked; `moved` is who came and who left in the last 30 days."""
    members = [row for row, one in zip(rows, inside, strict=True) if one]
    rest = [row for row, one in zip(rows, inside, strict=True) if not one]
    told = lifts(rows, inside, party)
    return Figures(
        len(members), len(rest), *moved,
        tuple(one for one in told if one.trait.about is About.want)[:MOST_TOLD],
        tuple(one for one in told if one.trait.about is About.behaviour)[:MOST_TOLD],
        _converted(members, party), _converted(rest, party), conversion(entries, now),
        net_score([row["nps"] for row in members]), net_score([row["nps"] for row in rest]),
        mean_of([row["ces2"] for row in members]), mean_of([row["ces2"] for row in rest]),
    )  # fmt: skip


def _converted(rows: Sequence[Mapping[str, Any]], party: Party) -> Rate | None:
    """How many of these have an approval behind them, whenever it was: what they are, not what the segment does."""
    return rate_of(sum(row["stage"] in CONVERTED[party] for row in rows), len(rows), Z)


def conversion(entries: Sequence[Entry], now: datetime) -> Rate | None:
    """Of those who came in at least 90 days ago and had not converted then: who did within 90 days of coming."""
    settled = [one for one in entries if one.at <= now - HORIZON]
    settled = [one for one in settled if one.converted_at is None or one.converted_at > one.at]
    if len(settled) < LEAST_ENTERED:
        return None
    did = sum(one.converted_at is not None and one.converted_at <= one.at + HORIZON for one in settled)
    return rate_of(did, len(settled), Z)


def net_score(scores: Sequence[int | None]) -> Mean | None:
    """NPS with the adjusted Wald interval: ¾ of a promoter and of a detractor are added, 3 to n (as surveys does)."""
    known = [score for score in scores if score is not None]
    n = len(known)
    if n < LEAST_SCORES:
        return None
    up, down = sum(score >= 9 for score in known), sum(score <= 6 for score in known)
    p, d = (up + 0.75) / (n + 3), (down + 0.75) / (n + 3)
    half = Z * math.sqrt(max(0.0, p + d - (p - d) ** 2) / (n + 3))
    low, high = max(-1.0, p - d - half), min(1.0, p - d + half)
    return Mean(100 * (up - down) / n, n, 100 * low, 100 * high)


def mean_of(scores: Sequence[int | None]) -> Mean | None:
    """A mean with the normal interval."""
    known = [float(score) for score in scores if score is not None]
    if len(known) < LEAST_SCORES:
        return None
    middle, half = fmean(known), Z * stdev(known) / math.sqrt(len(known))
    return Mean(middle, len(known), middle - half, middle + half)
