"""How much something that happened moves an outcome: least squares with what else is known held fixed, pure.

Everything here works on numpy arrays of equal length, one row an observed unit (a stay). The formulas and their
sources are in docs/moments-of-truth.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

Numbers = np.ndarray
LEAST_CATEGORY = 15  # rows of a category that gets a column of its own; rarer ones share one
MOST_CATEGORIES = 25
GROUPS = 400  # whom a resample draws: random groups of customers


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of the outcome with one unit of the factor; `low` to `high` is the 95 % interval, `p` two-sided.

    `n` rows, `customers` whose rows they are; `t` is estimate / standard error, with `df` degrees of freedom.
    """

    estimate: float
    low: float
    high: float
    se: float
    p: float
    t: float
    df: float
    n: int
    customers: int


def columns_of(categories: Sequence[Numbers], n: int) -> Numbers:
    """An intercept, and for each known fact (codes as whole numbers) a column of 0 and 1 per category but the first.

    The 25 largest categories of at least 15 rows have columns; the rest share one. What is unknown is a category, too.
    """
    made = [np.ones(n)]
    for codes in categories:
        values, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
        large = [value for value in np.argsort(-counts, kind="stable") if counts[value] >= LEAST_CATEGORY]
        kept = large[:MOST_CATEGORIES]
        if len(kept) == len(values):
            kept = kept[1:]  # one category is what the others are held against
        made += [(places == value).astype(float) for value in kept]
    return np.column_stack(made)


def _basis(known: Numbers) -> Numbers:
    """An orthonormal basis of the columns; those that follow from others fall away."""
    lengths, directions = np.linalg.eigh(known.T @ known)
    kept = lengths > lengths[-1] * 1e-9
    return known @ (directions[:, kept] / np.sqrt(lengths[kept]))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A regression on one factor with the known facts held fixed, as far as resampling needs it: what is left of the
    factor (`x`) and of the outcome (`y`) when the known facts have explained their part."""

    effect: Effect
    x: Numbers
    y: Numbers


def fit(outcome: Numbers, factor: Numbers, known: Numbers, customers: Numbers) -> Fitted | None:
    """Outcome on factor and known columns by least squares (Frisch–Waugh–Lovell); None where nothing varies.

    Standard errors are HC3 (MacKinnon & White 1985) while each customer has one row; else clustered by customer, CR1
    (Liang & Zeger 1986, with the correction of Cameron & Miller 2015). t with n − k (or customers − 1) degrees.
    """
    n, basis = len(outcome), _basis(known)
    x, y = factor - basis @ (basis.T @ factor), outcome - basis @ (basis.T @ outcome)
    spread = float(x @ x)
    k = basis.shape[1] + 1
    if n - k < 10 or spread <= 1e-9 * max(float(factor @ factor), 1.0):
        return None
    slope = float(x @ y) / spread
    left = y - slope * x
    whose, places = np.unique(customers, return_inverse=True)
    if len(whose) == n:
        lever = np.einsum("ij,ij->i", basis, basis) + x * x / spread
        scores, df = x * left / np.maximum(1 - lever, 1e-6), float(n - k)
        meat = float(scores @ scores)
    else:
        sums = np.bincount(places, weights=x * left)
        groups = len(whose)
        meat, df = float(sums @ sums) * groups / (groups - 1) * (n - 1) / (n - k), float(groups - 1)
    se = float(np.sqrt(meat)) / spread
    if se <= 0 or df < 1:
        return None
    t = slope / se
    half = float(stdtrit(df, 0.975)) * se
    p = float(2 * stdtr(df, -abs(t)))
    return Fitted(Effect(slope, slope - half, slope + half, se, p, t, df, n, len(whose)), x, y)


def resampled(fitted: Fitted, customers: Numbers, draws: int, chance: np.random.Generator) -> Numbers:
    """The slope in `draws` resamples of the customers (pairs bootstrap, Efron & Tibshirani 1993, chapter 9).

    Customers are dealt into at most 400 random groups first, which are drawn with replacement: a million rows cost what
    a thousand do. What the known facts explain is not fitted anew in each draw.
    """
    whose, places = np.unique(customers, return_inverse=True)
    groups = min(len(whose), GROUPS)
    dealt = chance.permutation(len(whose)) % groups
    of = dealt[places]
    across = np.bincount(of, weights=fitted.x * fitted.y, minlength=groups)
    along = np.bincount(of, weights=fitted.x * fitted.x, minlength=groups)
    drawn = chance.integers(0, groups, size=(draws, groups))
    spread = along[drawn].sum(axis=1)
    return np.divide(across[drawn].sum(axis=1), spread, out=np.zeros(draws), where=spread > 0)
