"""Product improvement: how often a standard fails, how sure that is, and whether it gets worse."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.surveys.policy.figures.distributions import z_p

FEWEST_PERIODS = 3


class Where(StrEnum):
    """What the report is split by: which standard fails, or where."""

    standard = "standard"
    sending_entity = "sending_entity"
    hosting_entity = "hosting_entity"
    opportunity = "opportunity"
    enabler = "enabler"
    product = "product"
    country = "country"


@dataclass(frozen=True, slots=True)
class Trend:
    """Whether a share moves over the periods: `z` above 0 means that it grows; two-sided `p`."""

    z: float
    p: float


def trend(periods: Sequence[tuple[int, int, int]]) -> Trend | None:
    """The Cochran–Armitage test over (number of the period, hits, n); None below 3 periods or without any spread."""
    if len(periods) < FEWEST_PERIODS:
        return None
    n = sum(count for _, _, count in periods)
    hits = sum(hit for _, hit, _ in periods)
    if not n or hits in (0, n):
        return None
    p = hits / n
    centre = sum(t * count for t, _, count in periods) / n
    spread = sum(count * (t - centre) ** 2 for t, _, count in periods)
    if not spread:
        return None
    z = sum((t - centre) * hit for t, hit, _ in periods) / math.sqrt(p * (1 - p) * spread)
    return Trend(z, z_p(z))
