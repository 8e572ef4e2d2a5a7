"""A bank's telephone campaign as leads: rows of features, what became of them, and points set by hand."""

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path

from services.scoring.policy.learning import Example, Prior, Row

HERE = Path(__file__).parent
BEGAN = datetime(2008, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class DataSet:
    """A file of leads in order of time. The order stands for the time; `left_out` are no features.

    Those are the label, the order, and what was written after the outcome was known or in the contact that brought it.
    """

    name: str
    file: str
    label: str
    numbers: frozenset[str]
    left_out: frozenset[str]
    prior: Prior

    def examples(self, folder: Path = HERE) -> list[Example]:
        with gzip.open(folder / self.file, "rt", encoding="utf-8") as file:
            return [self._example(row) for row in csv.DictReader(file)]

    def _example(self, row: dict[str, str]) -> Example:
        features = {name: self._value(name, text) for name, text in row.items() if name not in self.left_out}
        return Example(features, row[self.label] == "1", BEGAN + timedelta(minutes=int(row["seq"])))

    def _value(self, name: str, text: str) -> float | str | None:
        if text == "" or (name == "pdays" and text == "-1"):
            return None  # -1: never called before
        return float(text) if name in self.numbers else text


# --- points set by hand, in log-odds


def points(column: str, worth: dict[str, float]) -> Callable[[Row], float]:
    return lambda row: worth.get(row.get(column), 0.0)  # type: ignore[arg-type]


def a_number(row: Row, column: str) -> float:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else 0.0


BANK = DataSet(
    "bank marketing",
    "bank_marketing_dev.csv.gz",
    "subscribed",
    frozenset({"age", "balance", "day", "campaign", "pdays", "previous"}),
    frozenset({"subscribed", "seq", "year", "duration"}),
    Prior(
        -2.3,
        {
            "bought_before": points("poutcome", {"success": 2.0, "other": 0.3}),
            "spoken_before": lambda row: 0.3 if a_number(row, "previous") else 0.0,
            "reached_by": points("contact", {"unknown": -0.8, "cellular": 0.2}),
            "has_loans": lambda row: -0.5 * (row.get("housing") == "yes") - 0.4 * (row.get("loan") == "yes"),
            "called_often": lambda row: -0.15 * min(max(a_number(row, "campaign") - 1, 0.0), 6),
            "savings": lambda row: 0.08 * log(1 + max(a_number(row, "balance"), 0.0) / 100),
            "time_to_think": points("job", {"student": 0.5, "retired": 0.5, "blue-collar": -0.3}),
            "education": points("education", {"tertiary": 0.2}),
            "single": points("marital", {"single": 0.2}),
            "in_default": points("default", {"yes": -0.5}),
        },
    ),
)
