"""Rows become numbers: a straight line and hats for a number, levels for a category, a place of its own for unknown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.scoring.policy.learning.examples import Row

Array = NDArray[np.float64]

MOST_KNOTS, MOST_LEVELS, LEAST_OF_LEVEL = 10, 30, 3
USUAL = 0.05  # what was unknown more often than this is not strange when it is
UNKNOWN = float("nan")
LARGEST, MOST, ENDLESS = 1e12, 2e12, float("inf")  # a knot, a number (so that it lies beyond all knots)


@dataclass(frozen=True)
class Number:
    """A number as a line through its knots: features are a straight line over the ranks, a hat per knot, unknown.

    Between two knots the hats of both share the value; beyond the last one nothing changes any more. `line` is the
    straight line's value at each knot, of mean 0 and deviation about 1. `least` and `most` are what was seen.
    """

    name: str
    start: int
    knots: tuple[float, ...]
    line: tuple[float, ...]
    least: float
    most: float
    unknown_share: float

    @property
    def width(self) -> int:
        return len(self.knots) + 2

    @cached_property
    def reach(self) -> tuple[float, float]:
        """What is no surprise: half as wide again as what was seen."""
        half = (self.most - self.least) / 2
        return self.least - half, self.most + half

    def fill(self, matrix: Array, values: Array) -> None:
        """Write the features of a column of values into its part of the matrix."""
        rows, unknown = np.arange(len(values)), np.isnan(values)
        known = rows[~unknown]
        matrix[rows[unknown], self.start + self.width - 1] = 1.0
        matrix[known, self.start] = np.interp(values[known], self.knots, self.line)
        knots = np.array(self.knots)
        left = np.clip(np.searchsorted(knots, values[known], side="right") - 1, 0, len(knots) - 2)
        with np.errstate(over="ignore"):  # knots may lie as near to each other as numbers can
            share = np.clip((values[known] - knots[left]) / (knots[left + 1] - knots[left]), 0.0, 1.0)
        matrix[known, self.start + 1 + left] = 1.0 - share
        matrix[known, self.start + 2 + left] += share

    def brought(self, weights: Array, values: Array) -> Array:
        """What each value brings in log-odds; between knots the whole is a straight line."""
        first = self.start + 1
        at_knots = np.array(self.line) * weights[self.start] + weights[first : first + len(self.knots)]
        unknown = weights[self.start + self.width - 1]
        return np.where(np.isnan(values), unknown, np.interp(values, self.knots, at_knots))

    def document(self) -> dict[str, Any]:
        seen = {"knots": list(self.knots), "line": list(self.line), "least": self.least, "most": self.most}
        return {"name": self.name, "kind": "number", **seen, "unknown_share": self.unknown_share}


@dataclass(frozen=True)
class Category:
    """A category: a feature per level that was seen often enough, one for all others, one for unknown."""

    name: str
    start: int
    levels: tuple[str | float | bool, ...]
    other_share: float
    unknown_share: float

    @property
    def width(self) -> int:
        return len(self.levels) + 2

    @cached_property
    def place(self) -> Mapping[str | float | bool | None, int]:
        return {level: number for number, level in enumerate(self.levels)} | {None: len(self.levels) + 1}

    @property
    def other(self) -> int:
        return len(self.levels)

    def codes(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """The place of each value; what is not known as a level is `other`."""
        place, other = self.place, self.other
        return np.array([place.get(value, other) for value in values], dtype=np.int64)

    def fill(self, matrix: Array, codes: NDArray[np.int64]) -> None:
        matrix[np.arange(len(codes)), self.start + codes] = 1.0

    def brought(self, weights: Array, codes: NDArray[np.int64]) -> Array:
        return weights[self.start + codes]

    def document(self) -> dict[str, Any]:
        seen = {"levels": list(self.levels), "other_share": self.other_share, "unknown_share": self.unknown_share}
        return {"name": self.name, "kind": "category", **seen}


@dataclass(frozen=True)
class Encoder:
    """The columns of a model, sorted by name; their features begin at `start`."""

    start: int
    columns: tuple[Number | Category, ...]

    @property
    def end(self) -> int:
        return self.columns[-1].start + self.columns[-1].width if self.columns else self.start

    @classmethod
    def of_rows(cls, rows: Sequence[Row], start: int) -> "Encoder":
        """Look at what the rows hold; a column that says the same everywhere is left out."""
        columns: list[Number | Category] = []
        for name in sorted({name for row in rows for name in row}):
            at = columns[-1].start + columns[-1].width if columns else start
            column = _column(name, at, [row.get(name) for row in rows])
            columns += [column] if column else []
        return cls(start, tuple(columns))

    @classmethod
    def of_document(cls, document: Sequence[Mapping[str, Any]], start: int) -> "Encoder":
        columns: list[Number | Category] = []
        for entry in document:
            at = columns[-1].start + columns[-1].width if columns else start
            columns.append(_of_document(entry, at))
        return cls(start, tuple(columns))

    def document(self) -> list[dict[str, Any]]:
        return [column.document() for column in self.columns]

    def values(self, rows: Sequence[Row]) -> list[Array | NDArray[np.int64]]:
        """Column by column: numbers as they are (NaN is unknown), categories as places."""
        return [_values(column, [row.get(column.name) for row in rows]) for column in self.columns]

    def fill(self, matrix: Array, values: Sequence[Array | NDArray[np.int64]]) -> None:
        """Write all features into a matrix of zeros."""
        for column, given in zip(self.columns, values, strict=True):
            column.fill(matrix, given)  # type: ignore[arg-type]

    def raw(self, values: Sequence[Array | NDArray[np.int64]]) -> Array:
        """As trees take it: one number a column, places of categories as numbers, NaN for unknown."""
        found = np.empty((len(values[0]) if values else 0, len(self.columns)))
        for number, (column, given) in enumerate(zip(self.columns, values, strict=True)):
            found[:, number] = given
            if isinstance(column, Category):
                found[given == column.other + 1, number] = UNKNOWN
        return found


def number_of(value: Any) -> float:
    """A value of a numeric column; text is unknown there."""
    if value is None or isinstance(value, str):
        return UNKNOWN
    try:
        return float(value)
    except OverflowError:
        return ENDLESS if value > 0 else -ENDLESS


def _values(column: Number | Category, given: list[Any]) -> Array | NDArray[np.int64]:
    if isinstance(column, Category):
        return column.codes(given)
    try:
        found = np.array(given, dtype=np.float64)  # None becomes NaN
    except (TypeError, ValueError, OverflowError):
        found = np.array([number_of(value) for value in given])
    return np.clip(found, -MOST, MOST)


def _known(value: Any) -> bool:
    return value is not None and value == value


def _column(name: str, start: int, given: list[Any]) -> Number | Category | None:
    known = [value for value in given if _known(value)]
    if not known or (len(known) == len(given) and len(set(known)) == 1):
        return None
    unknown = round(1 - len(known) / len(given), 6)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        numbers = np.clip(np.array([number_of(value) for value in known]), -LARGEST, LARGEST)
        return _number(name, start, numbers, unknown)
    counts = Counter(known)
    often = [level for level, count in counts.items() if count >= LEAST_OF_LEVEL]
    levels = sorted(often, key=lambda level: (-counts[level], str(level)))[:MOST_LEVELS]
    other = round(1 - sum(counts[level] for level in levels) / len(known), 6)
    return Category(name, start, tuple(levels), other, unknown)


def _number(name: str, start: int, known: Array, unknown: float) -> Number:
    known = np.sort(known)
    knots = _knots(known, int(np.clip(round(len(known) ** 0.35), 3, MOST_KNOTS)))
    left, right = np.searchsorted(known, knots, side="left"), np.searchsorted(known, knots, side="right")
    ranks = (left + right) / 2 / len(known)
    line = tuple(float(value) for value in np.round((ranks - 0.5) * sqrt(12), 6))
    return Number(name, start, tuple(knots.tolist()), line, float(known[0]), float(known[-1]), unknown)


def _knots(known: Array, most: int) -> Array:
    """Two or more, and hardly more than `most`: the values that are frequent by themselves, quantiles of the rest."""
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) == 1:
        return np.array([distinct[0], distinct[0] + max(1.0, abs(distinct[0]) / 2)])
    if len(distinct) <= most:
        return distinct
    atoms = distinct[counts > len(known) / most]
    rest = known[~np.isin(known, atoms)]
    spread = np.linspace(0.01, 0.99, max(2, most - len(atoms)))
    return np.unique(np.concatenate([atoms, np.quantile(rest, spread, method="nearest")]))


def _of_document(entry: Mapping[str, Any], start: int) -> Number | Category:
    if entry["kind"] == "category":
        return Category(entry["name"], start, tuple(entry["levels"]), entry["other_share"], entry["unknown_share"])
    knots, line = tuple(entry["knots"]), tuple(entry["line"])
    return Number(entry["name"], start, knots, line, entry["least"], entry["most"], entry["unknown_share"])
