"""Made-up leads whose true chances are known: what a model should find."""

from datetime import UTC, datetime, timedelta
from math import log

import numpy as np

from services.scoring.policy.learning import Example, Prior, Row

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("it", "marketing", "teaching", "health")
BY_FIELD = {"it": 0.8, "marketing": 0.0, "teaching": -0.4, "health": 0.3}
RULES = Prior(
    -1.5,
    {
        "visits": lambda row: 0.5 * log(1 + number(row, "visits")),
        "silence": lambda row: -0.05 * max(0.0, number(row, "silent_days") - 7),
    },
)


def number(row: Row, name: str) -> float:
    value = row.get(name)
    return float(min(value, 1e12)) if isinstance(value, int | float) else 0.0


def truth(row: Row) -> float:
    """The true log-odds: the rules, half as steep for silence, the field, who was referred, and an interaction."""
    odds = -1.2 + 0.5 * log(1 + number(row, "visits")) - 0.025 * max(0.0, number(row, "silent_days") - 7)
    odds += BY_FIELD.get(str(row.get("field")), 0.0) + (1.0 if row.get("referred") else 0.0)
    return odds + (1.2 if number(row, "visits") > 5 and row.get("field") == "health" else 0.0)


def rows(count: int, seed: int) -> list[Row]:
    draw = np.random.default_rng(seed)
    visits, silent, age = draw.poisson(4, count), draw.uniform(0, 30, count), draw.normal(24, 3, count)
    fields, referred, known = draw.choice(FIELDS, count), draw.random(count) < 0.2, draw.random(count) < 0.8
    return [
        {
            "visits": float(visits[at]),
            "silent_days": float(silent[at]),
            "field": str(fields[at]) if known[at] else None,
            "referred": bool(referred[at]),
            "noise": float(age[at]),
        }
        for at in range(count)
    ]


def chances(given: list[Row]) -> np.ndarray:
    return 1 / (1 + np.exp(-np.array([truth(row) for row in given])))


def examples(count: int, seed: int) -> list[Example]:
    given = rows(count, seed)
    labels = np.random.default_rng(seed + 1_000).random(count) < chances(given)
    return [
        Example(row, bool(label), BEGAN + timedelta(hours=at))
        for at, (row, label) in enumerate(zip(given, labels, strict=True))
    ]
