"""Which touchpoints are moments of truth ⚡, differentiators ♥ and points of non-quality ✯: computed, never typed in.

Pure. The definitions, formulas and sources are in docs/moments-of-truth.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.special import ndtri

from services.journeys.policy.comparing import holm
from services.journeys.policy.effects import Fitted, columns_of, fit, resampled
from shared.proportions import wilson

LEAST_ROWS, LEAST_EITHER = 60, 15  # observed units, and those of the rarer kind, of factor or outcome
DRAWS, LEAST_STABILITY = 400, 0.6
CHANCE = 0.05
GOOD, BAD = 0.75, 0.5  # shares of what went well, between which a touchpoint is neither
BLOCKS = 0.05  # a blocker hits at least so many


class Mark(StrEnum):
    """What is drawn on the map."""

    moment_of_truth = "moment_of_truth"
    differentiator = "differentiator"
    non_quality = "non_quality"


class Outcome(StrEnum):
    """What a factor may move: NPS in points (promoter 100, detractor −100), going on in points of a hundred."""

    nps = "nps"
    conversion = "conversion"


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one outcome. `factors`: per key one number a row, 1 or higher for *went well*; NaN where the row can't
    tell. `known`: per fact that is held fixed one whole number a row. `customers` tells whose rows belong together."""

    outcome: Outcome
    values: np.ndarray
    customers: np.ndarray
    known: Mapping[str, np.ndarray]
    factors: Mapping[str, np.ndarray]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Sample":
        """From the JSON that was loaded: lists, null for NaN."""
        factors = {key: np.array(values, float) for key, values in data["factors"].items()}
        known = {name: np.array(codes, int) for name, codes in data["known"].items()}
        return cls(
            Outcome(data["outcome"]), np.array(data["values"], float), np.array(data["customers"], int), known, factors
        )


@dataclass(slots=True)
class Finding:
    """What one factor does to one outcome. `per`: the change of the factor that `effect` belongs to, one standard
    deviation of a score or from *not* to *well*. Without `enough` there is no number, and `why` says so."""

    factor: str
    outcome: Outcome
    n: int
    enough: bool
    why: str | None = None
    per: float | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_corrected: float | None = None
    stability: float | None = None
    held_fixed: list[str] = field(default_factory=list)
    marked: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 5) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class _Looked:
    finding: Finding
    fitted: Fitted | None = None
    customers: np.ndarray | None = None


def findings(samples: Sequence[Sample], seed: int) -> list[Finding]:
    """Every factor on every outcome, with p corrected for all looks together (Holm), and how stable a mark would be.

    Stability is the share of resamples of the customers in which the same test, corrected alike, would find the same
    direction again: the selection frequency of Meinshausen & Bühlmann (2010), with bootstrap samples.
    """
    looked = [_look(sample, key) for sample in samples for key in sample.factors]
    tested = [one for one in looked if one.fitted is not None]
    for one, p in zip(tested, holm([one.finding.p or 0.0 for one in tested]), strict=True):
        one.finding.p_corrected = p
    chance = np.random.default_rng(seed)
    for one, found in zip(tested, _stabilities(tested, chance), strict=True):
        one.finding.stability = found
        sure = (one.finding.p_corrected or 0.0) <= CHANCE
        one.finding.marked = sure and found >= LEAST_STABILITY
    return [one.finding for one in looked]


def _look(sample: Sample, key: str) -> _Looked:
    x = sample.factors[key]
    there = ~np.isnan(x) & ~np.isnan(sample.values)
    x, y, customers = x[there], sample.values[there], sample.customers[there]
    finding = Finding(key, sample.outcome, len(x), enough=False, why=_too_few(x, y))
    if finding.why:
        return _Looked(finding)
    scale = 1.0 if set(np.unique(x)) <= {0.0, 1.0} else float(x.std(ddof=1))
    known = columns_of([codes[there] for codes in sample.known.values()], len(x))
    fitted = fit(y, x / scale, known, customers)
    if fitted is None:
        finding.why = "nothing_varies"  # the known facts explain all of it: one committee does well, another never
        return _Looked(finding)
    effect = fitted.effect
    finding.enough, finding.per = True, scale
    finding.effect, finding.low, finding.high, finding.p = effect.estimate, effect.low, effect.high, effect.p
    finding.held_fixed = list(sample.known)
    return _Looked(finding, fitted, customers)


def _too_few(x: np.ndarray, y: np.ndarray) -> str | None:
    if len(x) < LEAST_ROWS:
        return "too_few"
    for values in (x, y):
        kinds, counts = np.unique(values, return_counts=True)
        if len(kinds) == 1 or (len(kinds) == 2 and counts.min() < LEAST_EITHER):
            return "too_few_of_one_kind"
    return None


def _stabilities(tested: Sequence[_Looked], chance: np.random.Generator) -> list[float]:
    """For each tested factor the share of resamples that would mark it again, in the same direction."""
    if not tested:
        return []
    again = []
    for one in tested:
        assert one.fitted is not None
        assert one.customers is not None
        slopes = resampled(one.fitted, one.customers, DRAWS, chance)
        again.append(slopes / one.fitted.effect.se)
    strength = np.vstack(again)  # factors × draws, as z
    bar = -ndtri(CHANCE / 2 / np.arange(len(tested), 0, -1))  # Holm's bars, the first for the strongest
    order = np.argsort(-abs(strength), axis=0)
    ranked = np.take_along_axis(abs(strength), order, axis=0)
    passed = np.cumprod(ranked >= bar[:, None], axis=0)
    chosen = np.empty_like(passed)
    np.put_along_axis(chosen, order, passed, axis=0)
    signs = np.array([np.sign(one.finding.effect) for one in tested])[:, None]
    return [float(share) for share in ((chosen == 1) & (np.sign(strength) == signs)).mean(axis=1)]


@dataclass(frozen=True, slots=True)
class Level:
    """How often it goes well: `well` of `n` (in time, kept, a good score)."""

    well: int
    n: int


def marks_of(found: Sequence[Finding], levels: Sequence[Level], looks: int) -> list[Mark]:
    """The marks of one item, from what its factors do and how well it goes.

    ⚡ a factor of it surely and stably moves NPS or going on. ♥ that, upwards, and it surely goes well (¾ and more).
    ✯ it surely goes badly (half and more do not go well), or doing it badly surely keeps people from going on and
    that happens to 5 % or more. `looks`: levels on the whole map; their Wilson intervals share 5 % out by Bonferroni.
    """
    z = float(-ndtri(CHANCE / 2 / max(looks, 1)))
    spans = [wilson(level.well, level.n, z) for level in levels if level.n]
    marks = []
    moving = [one for one in found if one.marked]
    if moving:
        marks.append(Mark.moment_of_truth)
    if any((one.effect or 0) > 0 for one in moving) and spans and all(low >= GOOD for low, _ in spans):
        marks.append(Mark.differentiator)
    blocked = any(one.outcome is Outcome.conversion and (one.effect or 0) > 0 for one in moving)
    often = any(1 - high >= BLOCKS for _, high in spans)
    if any(high <= BAD for _, high in spans) or (blocked and often):
        marks.append(Mark.non_quality)
    return marks
