"""Figures of an observed blueprint from counted facts, pure: every one with its n and interval, or *not enough*."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from services.journeys.policy.blueprints import Blueprint, Item, Step
from services.journeys.policy.durations import Quantile, quantiles
from services.journeys.policy.measures import Figure, Histogram, mean_in, nps_in
from services.journeys.policy.moments import Finding, Level, Mark, Sample, findings, marks_of
from services.journeys.policy.quantiles import Z, student
from services.journeys.policy.shares import FAIR
from shared.proportions import rate_of

GOOD = {"nps": (9, 10), "ces1": (1, 2), "ces2": (5, 7), "csat": (4, 5)}
SCALE = {"nps": (0, 10), "ces1": (1, 5), "ces2": (1, 7), "csat": (1, 5)}
Values = dict[str, Any]


def observed(blueprint: Blueprint, data: Mapping[str, Any], seed: int) -> Values:
    """Everything that the drawing shows beside what was designed."""
    samples = [Sample.read(one) for one in data["samples"] if one]
    found = findings(samples, seed)
    levels = {item.id: levels_of(item, data) for step in blueprint.steps for item in step.items}
    looks = sum(len(one) for one in levels.values())
    steps = []
    for step in blueprint.steps:
        items = {item.id: _item(step, item, data, found, levels[item.id], looks) for item in step.items}
        steps.append({"id": step.id, **_step(step, data), "line": _line(step, data["line"]), "items": items})
    marked = sum(len(item["marks"]) for step in steps for item in step["items"].values())
    return {
        "steps": steps, "nps": nps_of(data["scores"].get("nps:experience", [])), "looks": len(found),
        "tested": sum(one.enough for one in found), "marked": marked,
    }  # fmt: skip


def share(part: int, n: int) -> Values | None:
    """A share with Wilson's interval; None of nothing. `enough`: from 30 on."""
    found = rate_of(part, n, Z)
    if found is None:
        return None
    figures = {"rate": round(found.rate, 4), "low": round(found.low, 4), "high": round(found.high, 4)}
    return {"part": part, "n": n, **figures, "enough": n >= FAIR}


def _step(step: Step, data: Mapping[str, Any]) -> Values:
    counted = data["passages"].get(step.id)
    if counted is None or step.passes is None:
        return {"passage": None}
    rows = counted["lasted"]
    n = {kind: sum(count for _, outcome, count in rows if outcome == kind) for kind in ("on", "out", "open")}
    cases = sum(n.values())
    # Time until a case leaves the step, whether it goes on or ends; the open ones count until now.
    half, most = _half_and_most([r[0] for r in rows], [r[1] != "open" for r in rows], [r[2] for r in rows])
    designed = step.passes.days
    return {
        "passage": {
            "n": cases, "enough": cases >= FAIR, "went_on": n["on"], "ended": n["out"], "open": n["open"],
            "designed_days": designed,
            "p50": _quantile(half), "p90": _quantile(most), "watch_days": step.passes.watch_days,
            "conversion": share(counted["went"], counted["watched"]), "reasons": counted["reasons"],
            "slow": designed is not None and half.low is not None and half.low > designed,
        }
    }  # fmt: skip


def _half_and_most(lasted: Sequence[float], over: Sequence[bool], counts: Sequence[int]) -> list[Quantile]:
    """The times by which a half and nine in ten are over; nothing where there are too few to say so."""
    if sum(counts) < FAIR:
        return [Quantile(None, None, None)] * 2
    return quantiles(lasted, over, (0.5, 0.9), counts)


def _quantile(found: Quantile) -> Values:
    return {"days": found.value, "low": found.low, "high": found.high}


def _line(step: Step, pairs: Mapping[str, Sequence[Any]]) -> Values | None:
    """Expectation and perception, 1 to 7, over the step's items; the gap's interval over pairs of the same stay."""
    there = [pairs[code] for code in step.expected if code in pairs and pairs[code][0]]
    n = int(sum(one[0] for one in there))
    if not n:
        return None
    expected = sum(one[0] * one[1] for one in there) / n
    found = sum(one[0] * one[2] for one in there) / n
    line = {"n": n, "expected": round(expected, 3), "found": round(found, 3), "gap": round(found - expected, 3)}
    if n < FAIR:
        return {**line, "low": None, "high": None, "enough": False}
    # One stay gives several items, which go together: the widest case, as if all of one stay were the same.
    error = sum(one[0] / n * sqrt((one[3] or 0.0) / one[0]) for one in there)
    half = student(min(one[0] for one in there) - 1 or 1) * error
    return {**line, "low": round(line["gap"] - half, 3), "high": round(line["gap"] + half, 3), "enough": True}


def nps_of(scores: Histogram) -> Values | None:
    """NPS with its interval; None of nothing."""
    return _told(nps_in(scores), "value", 2)


def mean_of(scores: Histogram) -> Values | None:
    """The mean of scores with its interval; None of nothing."""
    return _told(mean_in(scores), "mean", 3)


def _told(found: Figure, name: str, digits: int) -> Values | None:
    if found.value is None:
        return None
    low, high = (None if end is None else round(end, digits) for end in (found.low, found.high))
    return {"n": found.n, name: round(found.value, digits), "low": low, "high": high, "enough": found.n >= FAIR}


def _good(metric: str, histogram: Histogram) -> Level:
    low, high = GOOD[metric]
    n = sum(count for _, count in histogram)
    return Level(sum(count for score, count in histogram if low <= score <= high), n)


def levels_of(item: Item, data: Mapping[str, Any]) -> list[Level]:
    """How often each thing that the item is measured by went well."""
    rows = [data["occasions"][code] for code in item.measured.touchpoints if code in data["occasions"]]
    scores = {code: data["scores"][code] for code in item.measured.scores if code in data["scores"]}
    words = [data["standards"].get(code, {}) for code in item.measured.standards]
    found = [Level(row[3], row[2]) for row in rows]
    found += [_good(code.partition(":")[0], histogram) for code, histogram in scores.items()]
    found += [Level(one.get("yes", 0), one.get("yes", 0) + one.get("no", 0)) for one in words]
    return [one for one in found if one.n >= FAIR]


def _item(
    step: Step, item: Item, data: Mapping[str, Any], found: Sequence[Finding], levels: Sequence[Level], looks: int
) -> Values:
    own = [one for one in found if one.factor.startswith(f"{step.id}/{item.id}/")]
    marks: list[Mark] = marks_of(own, levels, looks)
    events = {code: data["events"].get(code, 0) for code in item.measured.events}
    touchpoints = [_touchpoint(code, data) for code in item.measured.touchpoints if code in data["occasions"]]
    scores = [_score(code, data) for code in item.measured.scores if code in data["scores"]]
    standards = [_standard(code, data) for code in item.measured.standards if code in data["standards"]]
    return {
        "touchpoints": touchpoints, "scores": scores, "standards": standards, "events": events,
        "findings": [one.as_json() for one in own], "marks": marks, "measured": item.measured != type(item.measured)(),
        "seen": bool(touchpoints or scores or standards or any(events.values())),
    }  # fmt: skip


def _touchpoint(code: str, data: Mapping[str, Any]) -> Values:
    n, done, ripe, well, late, fault, spared, bounced, heap = data["occasions"][code]
    days, counts = ([row[place] for row in heap] for place in (0, 1))
    half, most = _half_and_most(days, [True] * len(days), counts)
    return {
        "code": code, "n": n, "done": done, "waiting": n - ripe - spared, "in_time": share(well, ripe), "late": late,
        "failed": fault, "bounced": bounced, "not_owed": spared,
        "late_days_p50": half.value, "late_days_p90": most.value,
    }  # fmt: skip


def _score(code: str, data: Mapping[str, Any]) -> Values:
    metric, _, about = code.partition(":")
    histogram = data["scores"][code]
    level = _good(metric, histogram)
    figure = nps_of(histogram) if metric == "nps" else mean_of(histogram)
    return {
        "metric": metric,
        "about": about,
        "scale": SCALE[metric],
        "figure": figure,
        "good": share(level.well, level.n),
    }


def _standard(code: str, data: Mapping[str, Any]) -> Values:
    words = data["standards"][code]
    yes, no = words.get("yes", 0), words.get("no", 0)
    evidence = {name: words.get(name, 0) for name in ("kept", "late", "missed")}
    return {"code": code, "said_yes": share(yes, yes + no), "not_needed": words.get("not_needed", 0), **evidence}
