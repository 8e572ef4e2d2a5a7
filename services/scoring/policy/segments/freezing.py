"""A found segment as a rule: a small decision tree tells who belongs to it, and its paths become a condition.

CART with Gini's impurity (Breiman et al., 1984), at most three questions deep, so that a manager can read the rule. It
is grown on 70 % of the people and judged on the others: precision (who is in by the rule belongs to the group) and
recall (who belongs to the group is in by the rule), each with its interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.scoring.policy.segments.columns import Column, Matrix
from shared.proportions import wilson

DEEPEST, LEAST_IN_LEAF, GROWN_ON = 3, 10, 0.7
MOST_CUTS = 32  # limits that are tried for a number
Z = 1.96
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Question = tuple[Column, float, bool]  # above the limit (True) or at most (False)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; None where there is nothing to count."""

    part: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Frozen:
    """The rule of a group, and how well it tells it on people that it was not made from; None: no rule tells it."""

    condition: dict[str, Any] | None
    precision: Share | None
    recall: Share | None


def freeze(columns: Sequence[Column], values: Matrix, inside: Flags, chance: np.random.Generator) -> Frozen:
    """The rule for a group among people with these plain values."""
    order = chance.permutation(len(inside))
    cut = int(GROWN_ON * len(order))
    grown, judged = order[:cut], order[cut:]
    paths = _grow(columns, values[grown], inside[grown], DEEPEST, ())
    if not paths:
        return Frozen(None, None, None)
    said = np.zeros(len(judged), dtype=bool)
    for path in paths:
        said |= _along(path, columns, values[judged])
    right = int((said & inside[judged]).sum())
    condition = any_of([all_of([_asked(question) for question in _tidy(path)]) for path in paths])
    return Frozen(condition, _share(right, int(said.sum())), _share(right, int(inside[judged].sum())))


def _share(part: int, n: int) -> Share | None:
    return Share(part, n, *wilson(part, n, Z)) if n else None


def _grow(
    columns: Sequence[Column], values: Matrix, inside: Flags, depth: int, path: tuple[Question, ...]
) -> list[tuple[Question, ...]]:
    """The paths to leaves in which most belong to the group."""
    n, part = len(inside), int(inside.sum())
    split = _best(values, inside) if depth and 0 < part < n else None
    if split is None:
        return [path] if path and 2 * part > n else []
    place, limit = split
    above = values[:, place] > limit
    column = columns[place]
    found = []
    for side in (True, False):
        mask = above if side else ~above
        found += _grow(columns, values[mask], inside[mask], depth - 1, (*path, (column, limit, side)))
    return found


def _best(values: Matrix, inside: Flags) -> tuple[int, float] | None:
    """The question that leaves least impurity."""
    n, part = len(inside), int(inside.sum())
    best, least = None, _gini(part, n) * n - 1e-9
    for place in range(values.shape[1]):
        held = values[:, place]
        for limit in _limits(held):
            above = held > limit
            m, p = int(above.sum()), int(inside[above].sum())
            if min(m, n - m) < LEAST_IN_LEAF:
                continue
            left = _gini(p, m) * m + _gini(part - p, n - m) * (n - m)
            if left < least:
                best, least = (place, float(limit)), left
    return best


def _limits(held: np.ndarray[Any, Any]) -> Sequence[float]:
    different = np.unique(held)
    if len(different) > MOST_CUTS:
        different = np.unique(np.quantile(held, np.linspace(0, 1, MOST_CUTS), method="lower"))
    return [float(value) for value in different[:-1]]


def _gini(part: int, n: int) -> float:
    share = part / n if n else 0.0
    return 2 * share * (1 - share)


def _along(path: Sequence[Question], columns: Sequence[Column], values: Matrix) -> Flags:
    there = np.ones(len(values), dtype=bool)
    for column, limit, side in path:
        above = values[:, list(columns).index(column)] > limit
        there &= above if side else ~above
    return there


def _tidy(path: Sequence[Question]) -> list[Question]:
    """Of several limits of one field in one direction, the narrowest."""
    kept: dict[tuple[str, bool], Question] = {}
    for column, limit, side in path:
        key = (column.name, side)
        if key in kept:
            limit = max(limit, kept[key][1]) if side else min(limit, kept[key][1])
        kept[key] = (column, limit, side)
    return list(kept.values())


def _asked(question: Question) -> dict[str, Any]:
    """A question in the language of rules; who is unknown doesn't have the code, as when the tree was grown."""
    column, limit, side = question
    if column.value is None:
        return {"field": column.field, "op": "gt" if side else "le", "value": round(limit, 6)}
    has = {"field": column.field, "op": "one_of" if column.single else "has_any", "value": [column.value]}
    if side:
        return has
    return {"any": [{"field": column.field, "op": "known", "value": False}, {"not": has}]}


def all_of(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {"all": list(parts)}


def any_of(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {"any": list(parts)}
