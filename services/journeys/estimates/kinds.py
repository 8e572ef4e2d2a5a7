"""All kinds of estimates: importing this module registers them. One line a file, in both places."""

from services.journeys.estimates import (
    attribution,
    blueprint,
    causes,
    chain,
    cohorts,
    evidence,
    funnel,
    improvement,
    rates,
    scorecard,
    standing,
)
from services.journeys.estimates.registry import (
    KINDS,
)

PARTS = (
    chain,
    attribution,
    blueprint,
    causes,
    cohorts,
    funnel,
    evidence,
    improvement,
    rates,
    scorecard,
    standing,
)

__all__ = [
    "KINDS",
    "PARTS",
]
