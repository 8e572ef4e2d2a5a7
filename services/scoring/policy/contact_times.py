"""How long leads wait for the first contact: quantiles with what is still open counted as open, not left out.

Leads that went back or wait still are censored: they waited at least so long. The share contacted by a time is 1 − the
Kaplan–Meier estimate; a quantile's interval holds the times at which the log-minus-log interval of the estimate
(z = 1.96) covers it. E. L. Kaplan, P. Meier (1958), JASA 53: 457–481; R. Brookmeyer, J. Crowley (1982), "A confidence
interval for the median survival time", Biometrics 38: 29–41.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

Z = 1.96
LEAST = 5  # contacts; fewer are not enough for a quantile


@dataclass(frozen=True, slots=True)
class Wait:
    """Working hours from the hand-over to the first contact, or (not `contacted`) to when it went back, or till now."""

    hours: float
    contacted: bool


@dataclass(frozen=True, slots=True)
class Quantile:
    """Hours until this share of the leads was contacted; None for what the data don't reach."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class _Step:
    """From this time on this share is still waiting, with its interval."""

    hours: float
    waiting: float
    low: float
    high: float


ROUNDING = 1e-9  # a share of exactly one in ten is not to be missed by the last digit
NOTHING = Quantile(None, None, None)


def quantile(waits: Iterable[Wait], share: float) -> Quantile:
    """By when `share` (0…1) of the leads had been contacted, in working hours."""
    steps = _survival(sorted(waits, key=lambda wait: wait.hours))
    if not steps:
        return NOTHING
    left = 1 - share + ROUNDING
    value = next((step.hours for step in steps if step.waiting <= left), None)
    low = next((step.hours for step in steps if step.low <= left), None)
    high = next((step.hours for step in steps if step.high <= left), None)
    return Quantile(value, low, high)


def _survival(waits: list[Wait]) -> list[_Step]:
    """Kaplan–Meier with Greenwood's variance; none with too few contacts."""
    if sum(wait.contacted for wait in waits) < LEAST:
        return []
    steps, waiting, variance = [], 1.0, 0.0
    for hours in sorted({wait.hours for wait in waits if wait.contacted}):
        at_risk = sum(wait.hours >= hours for wait in waits)
        contacted = sum(wait.contacted and wait.hours == hours for wait in waits)
        waiting *= 1 - contacted / at_risk
        if waiting <= 0:
            steps.append(_Step(hours, 0.0, 0.0, 1.0))  # nobody is left: how far this might go is unknown
            break
        variance += contacted / (at_risk * (at_risk - contacted))
        width = Z * math.sqrt(variance) / abs(math.log(waiting))
        steps.append(_Step(hours, waiting, waiting ** math.exp(width), waiting ** math.exp(-width)))
    return steps
