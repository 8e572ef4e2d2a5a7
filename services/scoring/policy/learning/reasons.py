"""What speaks for and against somebody, and what could be done about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt

from services.scoring.policy.learning.examples import Chance, Row
from services.scoring.policy.learning.ladder import Ladder
from services.scoring.policy.rules import Term

Z = 1.96


def top(chance: Chance, most: int = 3) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The heaviest reasons for, and the heaviest against."""
    pro = [term for term in chance.terms if term.log_odds > 0]
    con = [term for term in chance.terms if term.log_odds < 0]
    return tuple(pro[:most]), tuple(con[:most])


@dataclass(frozen=True, slots=True)
class Effect:
    """What would be told of the same row after a change.

    `odds_interval` (95 %) is of the difference in log-odds; `sure` when it lies on one side of 0. What the model has
    learned is who converts, not what makes people convert: only a trial shows whether the change *causes* anything.
    """

    code: str
    chance: Chance
    difference: float
    odds_difference: float
    odds_interval: tuple[float, float]

    @property
    def sure(self) -> bool:
        low, high = self.odds_interval
        return low > 0 or high < 0


def what_would_change(
    ladder: Ladder, row: Row, candidates: Mapping[str, Row], actionable: Collection[str]
) -> list[Effect]:
    """What each candidate (the features that it would set) would do, the greatest rise first.

    ValueError when a candidate sets a feature that nobody can act upon.
    """
    for code, changes in candidates.items():
        if beyond := sorted(set(changes) - set(actionable)):
            raise ValueError(f"{code} would change {', '.join(beyond)}, which nobody can act upon")
    before = ladder.chance(row)
    effects = [_effect(ladder, row, before, code, changes) for code, changes in candidates.items()]
    return sorted(effects, key=lambda effect: (-effect.difference, effect.code))


def _effect(ladder: Ladder, row: Row, before: Chance, code: str, changes: Row) -> Effect:
    changed = {**row, **changes}
    after = ladder.chance(changed)
    difference = sum(term.log_odds for term in after.terms) - sum(term.log_odds for term in before.terms)
    half = Z * sqrt(ladder.variance_between(row, changed))
    interval = (difference - half, difference + half)
    return Effect(code, after, after.probability - before.probability, difference, interval)
