"""What shows that an item of a persona map is so: which of the counted figures belongs to it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.journeys.policy.measures import Figure, Histogram, mean_in, nps_in, share_of

RANGES: Mapping[str, tuple[float, float]] = {"ces1": (1, 5), "ces2": (1, 7), "csat": (1, 5)}


def score(metric: str, scores: Histogram) -> Figure:
    """NPS on −100…100, the others as the mean on their own scale."""
    return nps_in(scores) if metric == "nps" else mean_in(scores, *RANGES[metric])


def histograms(rows: Iterable[Sequence[Any]]) -> dict[str, list[list[int]]]:
    """(name, score, count) by name."""
    found: dict[str, list[list[int]]] = {}
    for name, value, count in rows:
        found.setdefault(name, []).append([value, count])
    return found


def counted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that maps of one kind of customer may point to, as JSON: kind → name → figure.

    Shares within the time watched count those alone who could have been watched so long.
    """
    scores = {name: score(name.partition(":")[0], found) for name, found in histograms(data["scores"]).items()}
    apart = {name: score(name.partition(":")[0], found) for name, found in histograms(data["apart"]).items()}
    met = sum(count for _, count in data["channels"])
    return {
        "scores": {name: _said(one) for name, one in scores.items()},
        "questionnaires": {name: _said(one) for name, one in apart.items()},
        "touchpoints": {
            code: {**_said(share_of(well, ripe)), "done": done} for code, done, ripe, well in data["touchpoints"]
        },
        "channels": {code: _said(share_of(count, met)) for code, count in data["channels"]},
        "steps": {code: _said(share_of(went, seen)) for code, seen, went in data["steps"]},
        "watch_days": data["watch_days"],
    }


def _said(one: Figure) -> dict[str, Any]:
    return {"n": one.n, "value": one.value, "low": one.low, "high": one.high}


def figures_of(evidence: Mapping[str, Any], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures that an item names: kind, name, n, value, low, high; without a value where nothing was counted."""
    found: list[dict[str, Any]] = []
    if measure := evidence.get("measure"):
        sheet = evidence.get("questionnaire")
        name = f"{measure}@{sheet}" if sheet else measure
        found.append(_figure("score", measure, known.get("questionnaires" if sheet else "scores", {}).get(name)))
    for kind, many in (("touchpoint", "touchpoints"), ("channel", "channels"), ("step", "steps")):
        if name := evidence.get(kind):
            found.append(_figure(kind, name, known.get(many, {}).get(name)))
    return found


def _figure(kind: str, name: str, one: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"kind": kind, "name": name, **(one or {"n": 0, "value": None, "low": None, "high": None})}
