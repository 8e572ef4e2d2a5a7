"""Who answered and who didn't, compared on what is known of both.

Each fact has a chi-square test of whether answering depends on it, corrected for the number of facts, and each of its
categories a standardised difference of its share among those who answered and those who didn't: from 0.1 on it is
commonly taken as worth a look (P. C. Austin, Commun. Stat. Simul. Comput. 38:1228–1234, 2009).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.surveys.policy.figures.differences import Correction, corrected
from services.surveys.policy.figures.distributions import LEVEL, chi_square_p
from services.surveys.policy.figures.scores import Estimate, share

NOTABLE = 0.1
_EXPECTED = 5  # a cell that expects fewer makes the chi-square approximation poor


@dataclass(frozen=True, slots=True)
class Category:
    """One value of a fact. `rate` is None and nothing compared when fewer than the minimum were asked."""

    name: str
    asked: int
    answered: int
    rate: Estimate | None
    standardised: float | None


@dataclass(frozen=True, slots=True)
class FactBias:
    """One fact. `p` is None when it can't be tested: one category only, or too few people."""

    fact: str
    categories: list[Category]
    chi_square: float | None
    freedom: int | None
    p: float | None
    corrected: float | None = None

    @property
    def largest(self) -> float | None:
        """The largest standardised difference, without its sign."""
        found = [abs(one.standardised) for one in self.categories if one.standardised is not None]
        return max(found, default=None)

    @property
    def uneven(self) -> bool | None:
        """Whether answering depends on this fact by more than chance, and by enough to matter; None: can't be said."""
        if self.corrected is None or self.largest is None:
            return None
        return self.corrected <= 1 - LEVEL and self.largest >= NOTABLE


Counted = Mapping[str, tuple[int, int]]  # category → asked, answered


def response_bias(facts: Mapping[str, Counted], least: int, correction: Correction = Correction.holm) -> list[FactBias]:
    """Every fact, in order. Fewer than `least` who answered, or who didn't: nothing is compared."""
    found = [_of(fact, counted, least) for fact, counted in facts.items()]
    tested = [one for one in found if one.p is not None]
    better = iter(corrected([one.p for one in tested if one.p is not None], correction))
    return [replace(one, corrected=next(better)) if one.p is not None else one for one in found]


def _of(fact: str, counted: Counted, least: int) -> FactBias:
    asked, answered = (sum(pair[i] for pair in counted.values()) for i in (0, 1))
    enough = answered >= least and asked - answered >= least
    categories = [
        Category(
            name,
            of,
            got,
            share(got, of) if of >= least else None,
            standardised(got, answered, of - got, asked - answered) if enough and of >= least else None,
        )
        for name, (of, got) in counted.items()
    ]
    if not enough:
        return FactBias(fact, categories, None, None, None)
    return FactBias(fact, categories, *chi_square(list(counted.values())))


def standardised(a: int, of_a: int, b: int, of_b: int) -> float | None:
    """The difference of two shares in units of their common spread; None when neither varies."""
    one, two = a / of_a, b / of_b
    spread = math.sqrt((one * (1 - one) + two * (1 - two)) / 2)
    return (one - two) / spread if spread else None


def chi_square(counted: Sequence[tuple[int, int]]) -> tuple[float, int, float] | tuple[None, None, None]:
    """Pearson's χ², its degrees of freedom and p for (asked, answered) by category; small categories are put together.

    None when fewer than two categories remain.
    """
    asked, answered = (sum(pair[i] for pair in counted) for i in (0, 1))
    rate = answered / asked if asked else 0.0
    if not 0 < rate < 1:
        return None, None, None
    floor = _EXPECTED / min(rate, 1 - rate)
    large = [pair for pair in counted if pair[0] >= floor]
    small = [sum(pair[i] for pair in counted if pair[0] < floor) for i in (0, 1)]
    if small[0] >= floor:
        large.append((small[0], small[1]))
    if len(large) < 2:
        return None, None, None
    of, got = (sum(pair[i] for pair in large) for i in (0, 1))
    rate = got / of
    if not 0 < rate < 1:
        return None, None, None
    statistic = sum((yes - n * rate) ** 2 / (n * rate * (1 - rate)) for n, yes in large)
    return statistic, len(large) - 1, chi_square_p(statistic, len(large) - 1)
