"""Rows as columns of numbers, for finding segments: every field weighs the same, whatever its kind.

A count becomes log(1 + n), brought to variance 1. A code, or a list of codes, becomes one column a code, all of them
together brought to variance 1. That is the scaling of factor analysis of mixed data (J. Pagès, 2004, “Analyse
factorielle de données mixtes”, Revue de statistique appliquée 52: 93–111): Euclid's distance is a mixed distance then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.scoring.policy.segments.catalogue import FIELDS, About, FieldOf, Party, Sort

RAREST = 0.02  # a code that fewer have tells nothing of a segment
LONGEST_TAIL = 0.99  # of a number: what lies above counts as this quantile
# What follows from others, or tells how the story ended rather than who somebody is.
LEFT_OUT = frozenset({"visits.14", "known_days", "stage", "wants.in_days", "campaigns", "touchpoints.90", "open_cases"})
LEFT_OUT |= {"nps", "ces2", "csat", "surveys", "experiences", "rejections", "withdrawals", "applications.live"}
LEFT_OUT |= {"approved", "accepted", "offers.365", "lifecycle", "answers", "unanswered"}
Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the number of a field, or whether the field has this code (`value`); `single`: it has no other."""

    field: str
    value: str | None = None
    single: bool = False

    @property
    def name(self) -> str:
        return self.field if self.value is None else f"{self.field}={self.value}"


def plain_columns(rows: Sequence[Mapping[str, Any]], party: Party) -> tuple[list[Column], Matrix]:
    """The columns that tell people apart, and their values as they are: counts, and 0 or 1 for a code.

    What is unknown is 0 in the columns of its codes; numbers that may be unknown are left out.
    """
    columns: list[Column] = []
    values: list[np.ndarray[Any, Any]] = []
    for field in FIELDS[party].values():
        if field.name in LEFT_OUT:
            continue
        for column, found in _of_field(field, [row.get(field.name) for row in rows]):
            if len(found) and np.ptp(found) > 0:
                columns.append(column)
                values.append(found)
    matrix = np.column_stack(values) if values else np.zeros((len(rows), 0))
    return columns, matrix.astype(float)


def _of_field(field: FieldOf, held: Sequence[Any]) -> list[tuple[Column, np.ndarray[Any, Any]]]:
    if field.sort is Sort.number:
        if any(value is None for value in held):
            return []
        return [(Column(field.name), np.array(held, dtype=float))]
    if field.sort not in (Sort.code, Sort.codes):
        return []
    sets = [set(value if isinstance(value, list) else [value]) if value is not None else set() for value in held]
    counts = Counter(code for one in sets for code in one)
    least = max(2, RAREST * len(held))
    often = sorted(code for code, count in counts.items() if least <= count)
    single = field.sort is Sort.code
    return [(Column(field.name, code, single), np.array([float(code in one) for one in sets])) for code in often]


def scaled(columns: Sequence[Column], matrix: Matrix) -> Matrix:
    """The same with every field at variance 1 in all."""
    if not matrix.shape[1]:
        return matrix
    made = matrix.copy()
    for place, column in enumerate(columns):
        if column.value is None:
            highest = np.quantile(made[:, place], LONGEST_TAIL)
            made[:, place] = np.log1p(np.clip(made[:, place], 0, highest))
    made -= made.mean(axis=0)
    for name in {column.field for column in columns}:
        places = [place for place, column in enumerate(columns) if column.field == name]
        spread = float(np.sqrt((made[:, places] ** 2).sum(axis=1).mean()))
        if spread > 0:
            made[:, places] /= spread
    return made


def wants_of(columns: Sequence[Column], party: Party) -> list[int]:
    """The places of columns that tell what somebody wants."""
    return [n for n, column in enumerate(columns) if FIELDS[party][column.field].about is About.want]
