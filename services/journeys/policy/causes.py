"""Where a step of the funnel loses people: each group held against all others, corrected for the number of looks."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.journeys.policy.comparing import Difference, difference, holm
from services.journeys.policy.incidence import Incidence, incidence
from services.journeys.policy.quantiles import Z
from services.journeys.policy.shares import FAIR

Rows = list[tuple[int, int, int]]
MOST_LEVELS = 40  # of a dimension: the largest ones
ENOUGH = 0.95  # of those who come at all have come by the day at which groups are compared


def compared(groups: Mapping[str, Mapping[str, Rows]]) -> dict[str, Any]:
    """Dimension → level → counted cases of one step, as figures; p-values hold for all of them together (Holm).

    `lost` is how many more had come if the group did as well as the rest. Groups of fewer than 30 are told apart only
    by their number.
    """
    whole = incidence(_all_of(next(iter(groups.values()), {})))
    day = common_day(whole)
    found = [_level(name, level, rows, groups[name], day) for name, levels in groups.items()
             for level, rows in _largest(levels)]  # fmt: skip
    tested = [one for one in found if one["difference"] is not None]
    for one, p in zip(tested, holm([one["difference"]["p"] for one in tested]), strict=True):
        one["difference"]["p_holm"] = round(p, 6)
    found.sort(key=_worst_first)
    return {"day": day, "n": whole.n, "looks": len(tested), "levels": found, "least": FAIR}


def common_day(found: Incidence) -> float:
    """The day by which nearly all of those have come who come."""
    if not len(found.days) or found.value[-1] <= 0:
        return found.horizon
    return float(found.days[int((found.value >= ENOUGH * found.value[-1]).argmax())])


def _largest(levels: Mapping[str, Rows]) -> list[tuple[str, Rows]]:
    return sorted(levels.items(), key=lambda item: (-sum(row[2] for row in item[1]), item[0]))[:MOST_LEVELS]


def _level(dimension: str, level: str, rows: Rows, levels: Mapping[str, Rows], day: float) -> dict[str, Any]:
    own, rest = incidence(rows), incidence(_all_of({name: one for name, one in levels.items() if name != level}))
    shown = {"dimension": dimension, "level": level, "n": own.n, "share": None, "difference": None, "lost": None}
    here, there = _share(own, day), _share(rest, day)
    if here is None or there is None:
        return shown | {"share": _rounded(own, day)}
    gap = difference(*here, *there)
    lost = round(max(0.0, there[0] - here[0]) * own.n, 1)
    return shown | {"share": _rounded(own, day), "difference": _told(gap), "lost": lost}


def _share(found: Incidence, day: float) -> tuple[float, float] | None:
    """Value and standard error on that day, or on the last one that is known; None of fewer than 30."""
    if found.n < FAIR:
        return None
    place = int(found.days.searchsorted(day, side="right")) - 1
    return (0.0, 0.0) if place < 0 else (float(found.value[place]), float(found.error[place]))


def _rounded(found: Incidence, day: float) -> dict[str, float] | None:
    if found.n < FAIR or (estimate := found.at(day)) is None:
        return None
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}


def _told(gap: Difference | None) -> dict[str, Any] | None:
    if gap is None:
        return None
    return {"value": round(gap.value, 4), "low": round(gap.low, 4), "high": round(gap.high, 4), "p": round(gap.p, 6)}


def _all_of(levels: Mapping[str, Rows]) -> Rows:
    return [row for rows in levels.values() for row in rows]


def _worst_first(one: Mapping[str, Any]) -> tuple[Any, ...]:
    gap = one["difference"]
    return (gap is None, -(one["lost"] or 0.0), gap["value"] if gap else 0.0, one["dimension"], one["level"])


def calibration(bins: Mapping[int, tuple[float, Rows]], horizon: int) -> list[dict[str, Any]]:
    """Foretold against come, by tenths of the score that a lead had first: mean score, and the share by `horizon` days.

    Whether the interval holds the mean score is what a reader looks for.
    """
    found = []
    for place, (mean, rows) in sorted(bins.items()):
        own = incidence(rows)
        share = _rounded(own, horizon)
        good = None if share is None else share["low"] <= mean <= share["high"]
        found.append({"tenth": place, "n": own.n, "foretold": round(mean, 4), "came": share, "agrees": good})
    return found


def expected(scores: Sequence[tuple[float, int]]) -> dict[str, float]:
    """How many of open leads will convert, by their scores: the mean of a sum of independent yes and no, and 95 % of
    it by the central limit (Lindeberg's: W. Feller 1971, “An Introduction to Probability Theory” II, VIII.4)."""
    mean = sum(score * count for score, count in scores)
    spread = Z * sum(score * (1 - score) * count for score, count in scores) ** 0.5
    return {"value": round(mean, 1), "low": round(max(0.0, mean - spread), 1), "high": round(mean + spread, 1)}
