"""The distributions that intervals and tests need: normal, Student's t, chi-square.

They are here in eighty lines because the library that has them takes 1.3 s to import and 106 MB of memory in each of
the room's processes. The tests compare them with that library's values.
"""

import math
from functools import cache
from statistics import NormalDist

LEVEL = 0.95
_NORMAL = NormalDist()
Z = _NORMAL.inv_cdf((1 + LEVEL) / 2)


def z_p(z: float) -> float:
    """The two-sided p of a standard normal statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_p(t: float, freedom: float) -> float:
    """The two-sided p of Student's t with `freedom` degrees, which need not be whole."""
    return _beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def t_quantile(freedom: float, level: float = LEVEL) -> float:
    """The t that a share `level` of the distribution lies within, on both sides of 0."""
    return _t_quantile(round(freedom, 6), level)


@cache
def _t_quantile(freedom: float, level: float) -> float:
    """By bisection to 1e-10."""
    low, high = 0.0, 1.0
    while t_p(high, freedom) > 1 - level:
        low, high = high, high * 2
    while high - low > 1e-10 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if t_p(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def chi_square_p(statistic: float, freedom: int) -> float:
    """P(χ² ≥ statistic): the upper incomplete gamma function Q(freedom/2, statistic/2)."""
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return max(0.0, 1 - front * _gamma_series(a, x))
    return front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    """Σ xᵏ / (a (a+1) … (a+k)): the lower incomplete gamma function without its front factor; for x < a + 1."""
    term = value = 1 / a
    step = a
    while abs(term) > 1e-16 * abs(value):
        step += 1
        term *= x / step
        value += term
    return value


def _gamma_fraction(a: float, x: float) -> float:
    """The continued fraction of the upper incomplete gamma function (Lentz), without its front factor; x ≥ a + 1."""
    b = x + 1 - a
    c, d = math.inf, 1 / b
    value = d
    for step in range(1, 1000):
        term = -step * (step - a)
        b += 2
        d = 1 / (term * d + b)
        c = b + term / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b); the continued fraction converges fast on its own side."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction 1 + d1/(1 + d2/(1 + …)) of the incomplete beta function."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, 2000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / (1 + term * lower)
        upper = 1 + term / upper
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return value
