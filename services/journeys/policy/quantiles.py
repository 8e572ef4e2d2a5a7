"""Quantiles of the distributions that intervals and simulations stand on.

From `scipy.special` alone: `scipy.stats` takes most of a second to import, in every process of the room.
"""

from typing import Any

import numpy as np
from scipy import special

LEVEL = 0.95
Z = 1.959963984540054  # of 95 %, two-sided
UPPER, LOWER = (1 + LEVEL) / 2, (1 - LEVEL) / 2


def student(degrees: float) -> float:
    """Half of a 95 % interval in standard errors, at so many degrees of freedom."""
    return float(special.stdtrit(degrees, UPPER))


def beta(chance: Any, a: Any, b: Any) -> Any:
    return special.betaincinv(a, b, chance)


def chi_square(chance: float, degrees: float) -> float:
    return float(2 * special.gammaincinv(degrees / 2, chance))


def binomial(chance: Any, n: Any, rate: Any) -> Any:
    """The smallest count whose distribution function reaches `chance`."""
    found = np.ceil(special.bdtrik(chance, n, rate))
    below = np.maximum(found - 1, 0)
    return np.where(special.bdtr(below, np.asarray(n).astype(int), rate) >= chance, below, found)
