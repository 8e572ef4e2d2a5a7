"""Groups held against the rest: by how much they differ, how sure that is, and what is left after many looks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.journeys.policy.quantiles import Z


@dataclass(frozen=True, slots=True)
class Difference:
    """Two independent shares apart, with a 95 % interval and a two-sided p from the normal distribution."""

    value: float
    low: float
    high: float
    p: float


def difference(one: float, one_error: float, other: float, other_error: float) -> Difference | None:
    """With Wald's interval and test, as curves on one day: J. P. Klein, B. Logan, M. Harhoff & P. K. Andersen (2007),
    “Analyzing survival curves at a fixed point in time”, Statist. Med. 26: 4505–4519. None when neither has an error,
    which is when there is nothing to go by."""
    error = math.hypot(one_error, other_error)
    if not error > 0.0:
        return None
    value = one - other
    return Difference(value, value - Z * error, value + Z * error, math.erfc(abs(value) / error / math.sqrt(2)))


def holm(found: Sequence[float]) -> list[float]:
    """p-values that hold together: S. Holm (1979), “A simple sequentially rejective multiple test procedure”, Scand. J.
    Statist. 6: 65–70. In the order given."""
    adjusted, highest, count = [0.0] * len(found), 0.0, len(found)
    for rank, place in enumerate(sorted(range(count), key=found.__getitem__)):
        highest = max(highest, min(1.0, (count - rank) * found[place]))
        adjusted[place] = highest
    return adjusted
