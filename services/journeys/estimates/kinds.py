"""All kinds of estimates: importing this module registers them. One line a file, in both places."""

from services.journeys.estimates import (
    blueprint,
    causes,
    cohorts,
    evidence,
    funnel,
    improvement,
)
from services.journeys.estimates.registry import (
    KINDS,
)

PARTS = (
    blueprint,
    causes,
    cohorts,
    funnel,
    evidence,
    improvement,
)

__all__ = [
    "KINDS",
    "PARTS",
]
