"""What sets a group apart from all others, in words: shares here and elsewhere, and how many times more, with interval.

Lift is the share inside divided by the share outside. Its interval is Katz's (D. Katz et al., 1978, Biometrics 34:
469–474), on counts with one half added, at a level shared out over all traits that are looked at (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from services.scoring.policy.segments.catalogue import FIELDS, About, Party, Sort

LEVEL = 0.95
LEAST_SHARE = 0.10  # inside, of a trait worth telling
MOST_TRAITS = 12
Traits = Mapping[str, "Trait"]


@dataclass(frozen=True, slots=True)
class Trait:
    """Something one can have: a code of a field, or a number above or at most a limit."""

    field: str
    about: About
    value: str | None = None
    above: float | None = None

    @property
    def words(self) -> str:
        if self.value is not None:
            return f"{self.field} {self.value}"
        return f"{self.field} above {self.above:g}"


@dataclass(frozen=True, slots=True)
class Lift:
    """A trait with how many have it inside and outside, of how many; `low` … `high` holds the lift."""

    trait: Trait
    inside: int
    n_inside: int
    outside: int
    n_outside: int
    lift: float
    low: float
    high: float

    @property
    def telling(self) -> bool:
        return self.low > 1 or self.high < 1


def lifts(rows: Sequence[Mapping[str, Any]], inside: Sequence[bool], party: Party) -> list[Lift]:
    """Traits of the group that surely differ from the rest, what sets it apart most first."""
    traits = _traits(rows, party)
    n_in = sum(inside)
    n_out = len(inside) - n_in
    if not n_in or not n_out or not traits:
        return []
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * len(traits)))
    found = []
    for trait in traits:
        has = [_has(row, trait) for row in rows]
        here = sum(one and two for one, two in zip(has, inside, strict=True))
        found.append(lift_of(trait, here, n_in, sum(has) - here, n_out, z))
    telling = [one for one in found if one.telling and max(one.inside / n_in, one.outside / n_out) >= LEAST_SHARE]
    return sorted(telling, key=lambda one: (-_sureness(one), one.trait.words))[:MOST_TRAITS]


def lift_of(trait: Trait, inside: int, n_inside: int, outside: int, n_outside: int, z: float) -> Lift:
    """The lift with its interval; halves are added so that nobody outside is not endlessly many times more."""
    a, b = inside + 0.5, outside + 0.5
    n, m = n_inside + 0.5, n_outside + 0.5
    ratio = (a / n) / (b / m)
    half = z * math.sqrt(max(0.0, 1 / a - 1 / n + 1 / b - 1 / m))
    return Lift(trait, inside, n_inside, outside, n_outside, ratio, ratio * math.exp(-half), ratio * math.exp(half))


def _sureness(one: Lift) -> float:
    """How far from 1 the nearer end of the interval is, whichever way."""
    return math.log(one.low) if one.low > 1 else -math.log(one.high) if one.high < 1 else 0.0


def _traits(rows: Sequence[Mapping[str, Any]], party: Party) -> list[Trait]:
    found = []
    for field in FIELDS[party].values():
        held = [row.get(field.name) for row in rows]
        if field.sort is Sort.number:
            known = sorted(value for value in held if value is not None)
            if known and (limit := known[len(known) // 2]) < known[-1]:
                found.append(Trait(field.name, field.about, above=float(limit)))
        elif field.sort in (Sort.code, Sort.codes):
            codes = {code for value in held for code in _codes(value)}
            found += [Trait(field.name, field.about, value=code) for code in sorted(codes)]
    return found


def _codes(value: Any) -> Sequence[str]:
    return () if value is None else value if isinstance(value, list) else [value]


def _has(row: Mapping[str, Any], trait: Trait) -> bool:
    value = row.get(trait.field)
    if trait.value is not None:
        return trait.value in _codes(value)
    return value is not None and value > (trait.above or 0)


def in_words(one: Lift) -> str:
    """`visits.90 above 4: 84 % here, 31 % elsewhere (2.7 times, 2.2 … 3.3)`."""
    here, there = 100 * one.inside / one.n_inside, 100 * one.outside / one.n_outside
    times = f"{one.lift:.2g} times, {one.low:.2g} … {one.high:.2g}"
    return f"{one.trait.words}: {here:.0f} % here, {there:.0f} % elsewhere ({times})"
