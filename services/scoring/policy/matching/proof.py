"""How sure a model's probabilities proved to be: shares of yes among pairs of like probability, later in time."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from shared.proportions import wilson

LEAST_LABELS, MOST_BINS = 50, 8
Z = 2.241403  # 97.5 %: two sides' intervals hold together at 95 % (Bonferroni)


@dataclass(frozen=True, slots=True)
class Bin:
    """Probabilities from `low` on, up to the next bin's: how many pairs, how many of them a yes."""

    low: float
    labels: int
    yes: int


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of about equal size, from the lowest probability up; empty when there were too few labels."""

    bins: tuple[Bin, ...]

    def interval(self, probability: float) -> tuple[float, float] | None:
        """Wilson's interval of the share of yes among pairs of like probability."""
        if not self.bins:
            return None
        place = max(0, bisect_right([one.low for one in self.bins], probability) - 1)
        return wilson(self.bins[place].yes, self.bins[place].labels, Z)

    def as_document(self) -> list[list[float]]:
        return [[one.low, one.labels, one.yes] for one in self.bins]

    @classmethod
    def of_document(cls, document: Sequence[Any]) -> "Bins":
        return cls(tuple(Bin(low, int(labels), int(yes)) for low, labels, yes in document))


def prove(told: Sequence[tuple[float, bool]]) -> Bins:
    """Bins of what was told and what became of it; each has `LEAST_LABELS` or more."""
    ordered = sorted(told)
    count = min(MOST_BINS, len(ordered) // LEAST_LABELS)
    edges = [round(place * len(ordered) / count) for place in range(count + 1)] if count else []
    made: list[Bin] = []
    for begin, end in pairwise(edges):
        part = ordered[begin:end]
        made.append(Bin(0.0 if not made else part[0][0], len(part), sum(label for _, label in part)))
    return Bins(tuple(made))
