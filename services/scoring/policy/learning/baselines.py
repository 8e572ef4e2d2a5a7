"""What a model has to beat: the base rate, and naive Bayes in the way of Odoo's predictive lead scoring."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.scoring.policy.learning.examples import Example, Row

ADDED = 0.1  # to each count
LEAST, MOST = 0.0001, 0.9999
BINS = 5


def base_rate(examples: Sequence[Example]) -> float:
    """The share that came true, a half and a half added (Jeffreys), so that it is never 0 or 1."""
    whole = sum(example.weight for example in examples)
    true = sum(example.weight for example in examples if example.label)
    return (true + 0.5) / (whole + 1)


@dataclass(frozen=True)
class NaiveBayes:
    """Counts of won and lost by value of each field.

    As Odoo counts (`crm_lead.py`, `_pls_get_naive_bayes_probabilities`): 0.1 is added to each count; what is not set,
    and a value that was never counted, says nothing; shares are of the field's own totals; the result lies between 0.01
    and 99.99 %. Odoo knows no numbers: here they go into bins of equal count, which is kind to it. It gives no
    probability before something was both won and lost.
    """

    won: float
    lost: float
    counts: Mapping[str, Mapping[Any, tuple[float, float]]]
    totals: Mapping[str, tuple[float, float]]
    edges: Mapping[str, tuple[float, ...]]

    @classmethod
    def learned(cls, examples: Sequence[Example]) -> "NaiveBayes":
        names = sorted({name for example in examples for name in example.row})
        edges = {name: found for name in names if (found := _edges([one.row.get(name) for one in examples]))}
        counts: dict[str, dict[Any, list[float]]] = {name: {} for name in names}
        for example in examples:
            for name, value in example.row.items():
                if (key := _key(value, edges.get(name))) is not None:
                    pair = counts[name].setdefault(key, [ADDED, ADDED])
                    pair[0 if example.label else 1] += 1
        kept = {name: {key: (pair[0], pair[1]) for key, pair in values.items()} for name, values in counts.items()}
        totals = {
            name: (sum(pair[0] for pair in values.values()), sum(pair[1] for pair in values.values()))
            for name, values in kept.items()
        }
        won = float(sum(example.label for example in examples))
        return cls(won, len(examples) - won, kept, totals, edges)

    def probability(self, row: Row) -> float | None:
        if not self.won or not self.lost:
            return None
        won, lost = self.won / (self.won + self.lost), self.lost / (self.won + self.lost)
        for name, value in row.items():
            pair = self.counts.get(name, {}).get(_key(value, self.edges.get(name)))
            if pair:
                won *= pair[0] / self.totals[name][0]
                lost *= pair[1] / self.totals[name][1]
        return min(max(won / (won + lost), LEAST), MOST)


def _edges(values: Sequence[Any]) -> tuple[float, ...]:
    """The borders of bins for a column of numbers; none for other columns."""
    known = [value for value in values if value is not None and value == value]
    if not known or any(isinstance(value, bool | str) for value in known):
        return ()
    quantiles = np.quantile(np.array(known, dtype=np.float64), np.linspace(0, 1, BINS + 1)[1:-1])
    return tuple(float(edge) for edge in np.unique(quantiles))


def _key(value: Any, edges: tuple[float, ...] | None) -> Any:
    if value is None or value != value:
        return None
    return bisect_right(edges, value) if edges and not isinstance(value, str) else str(value)
