"""A figure over the groups of a dimension: each with its interval, and tests that are corrected for their number."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, pairwise

from services.surveys.policy.figures.differences import Correction, Difference, corrected, difference
from services.surveys.policy.figures.distributions import LEVEL
from services.surveys.policy.figures.histogram import Histogram, Reading
from services.surveys.policy.figures.scores import Estimate, estimate
from shared.contracts.surveys import Metric


class Against(StrEnum):
    """What a group is held against: all others together, each other one, or the one before it in order."""

    rest = "rest"
    pairs = "pairs"
    previous = "previous"


@dataclass(frozen=True, slots=True)
class Group:
    """One value of the dimension; `estimate` is None from too few answers."""

    key: Hashable
    n: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Tested:
    """One comparison: `second` less `first` (None: all others). `corrected` is the p value after correction."""

    first: Hashable | None
    second: Hashable
    difference: Difference
    corrected: float | None

    @property
    def differs(self) -> bool | None:
        """Whether the difference is more than chance at 95 %, after correction; None when it can't be said."""
        return None if self.corrected is None else self.corrected <= 1 - LEVEL


@dataclass(frozen=True, slots=True)
class Comparison:
    """All groups, in their order, and the tests between those that have enough answers."""

    groups: list[Group]
    tests: list[Tested]


def compare(
    metric: Metric,
    reading: Reading,
    groups: Mapping[Hashable, Histogram],
    least: int,
    against: Against,
    correction: Correction = Correction.holm,
) -> Comparison:
    """Groups that share no answer. Nothing is tested where either side has fewer than `least` answers."""
    shown = [
        Group(key, answers.n, estimate(metric, reading, answers) if answers.n >= least else None)
        for key, answers in groups.items()
    ]
    tests = [
        Tested(first, second, difference(metric, reading, one, two), None)
        for first, second, one, two in _pairs(groups, against)
        if min(one.n, two.n) >= least
    ]
    return Comparison(shown, correct(tests, correction))


def correct(tests: Sequence[Tested], how: Correction) -> list[Tested]:
    """The same tests with corrected p values; those that gave none count for nothing."""
    values = [test.difference.p for test in tests if test.difference.p is not None]
    better = iter(corrected(values, how))
    return [replace(test, corrected=next(better)) if test.difference.p is not None else test for test in tests]


Pair = tuple[Hashable | None, Hashable, Histogram, Histogram]


def _pairs(groups: Mapping[Hashable, Histogram], against: Against) -> list[Pair]:
    if not groups:
        return []
    if against is Against.pairs:
        return [(one, two, groups[one], groups[two]) for one, two in combinations(groups, 2)]
    if against is Against.previous:
        keys = list(groups)
        return [(one, two, groups[one], groups[two]) for one, two in pairwise(keys)]
    first, *others = groups.values()
    whole = sum(others, first)
    return [(None, key, whole - answers, answers) for key, answers in groups.items()]
