"""What goes into learning and what comes out: rows, examples, the rules as a prior, a chance with its reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from services.scoring.policy.rules import Term

# Features by name. None, a missing name and a number that is none are unknown, which is not the same as no.
Row = Mapping[str, float | str | bool | None]


@dataclass(frozen=True, slots=True)
class Example:
    """What was known of somebody at a moment, and what became of it. `weight` 0 and more: how much it counts.

    Not `final`: nobody knows yet (see `delays`); it is learned from, but is no evidence.
    """

    row: Row
    label: bool
    at: datetime
    weight: float = 1.0
    final: bool = True


@dataclass(frozen=True, slots=True)
class Prior:
    """The rules: a base in log-odds, and for each reason a function of the row that gives its log-odds.

    A function must bear rows in which anything is unknown.
    """

    base: float
    weights: Mapping[str, Callable[[Row], float]]

    def log_odds(self, row: Row) -> float:
        return self.base + sum(weight(row) for weight in self.weights.values())


class Abstain(StrEnum):
    """Why a chance should not be acted on."""

    thin_evidence = "thin_evidence"  # the interval is wider than half of all that can be
    unlike_training = "unlike_training"  # half or more of what is asked was never seen like this


class Chance(NamedTuple):
    """A probability: its log-odds are `base_log_odds` plus those of all terms, exactly; the heaviest term is first.

    `evidence`: how many final labels it has learned from. `interval`: 95 % for the probability itself, from the
    posterior of the weights. `abstains`: why nobody should act on it, as a code (see `Abstain`), or None.
    """

    probability: float
    base_log_odds: float
    terms: tuple[Term, ...]
    evidence: int
    abstains: str | None
    interval: tuple[float, float]
