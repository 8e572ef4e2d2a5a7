"""How long something takes while some of it isn't over: quantiles by Kaplan and Meier, pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.journeys.policy.quantiles import Z


@dataclass(frozen=True, slots=True)
class Quantile:
    """When a share of all are through, with the 95 % interval; None where so many aren't yet."""

    value: float | None
    low: float | None
    high: float | None


def quantiles(
    lasted: Sequence[float], over: Sequence[bool], shares: Sequence[float], counts: Sequence[int] | None = None
) -> list[Quantile]:
    """The times by which these shares have left. `lasted`: so far, or until the end where it is `over`; `counts`: how
    many each stands for.

    The open ones count until now (Kaplan & Meier 1958); the interval turns round that of the curve, log(−log) scale
    (Brookmeyer & Crowley 1982; Kalbfleisch & Prentice 2002, 1.4), with Greenwood's variance.
    """
    times, ended = np.asarray(lasted, float), np.asarray(over, bool)
    weights = np.ones(len(times)) if counts is None else np.asarray(counts, float)
    if not len(times) or not ended.any():
        return [Quantile(None, None, None) for _ in shares]
    moments, places = np.unique(times, return_inverse=True)
    ends, leaving = np.bincount(places, weights=ended * weights), np.bincount(places, weights=weights)
    at_risk = weights.sum() - np.concatenate(([0.0], np.cumsum(leaving)[:-1]))
    staying = np.cumprod(1 - ends / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = np.sqrt(np.cumsum(ends / (at_risk * (at_risk - ends)))) / np.log(staying)
        low, high = staying ** np.exp(-Z * wide), staying ** np.exp(Z * wide)
    low, high = np.where(np.isnan(low), staying, low), np.where(np.isnan(high), staying, high)
    curves = (staying, np.minimum(low, high), np.maximum(low, high))
    return [Quantile(*(_first(moments, curve <= 1 - one + 1e-12) for curve in curves)) for one in shares]


def _first(moments: np.ndarray, reached: np.ndarray) -> float | None:
    return float(moments[int(reached.argmax())]) if reached.any() else None
