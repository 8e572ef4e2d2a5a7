"""The ways of a corridor as lines of touchpoints: who walked each, how many got there, and how long it took."""

from dataclasses import dataclass
from typing import Any

from services.journeys.console import words
from services.journeys.console.tables import Share

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """One way, as wide as its part of all who walked one of these."""

    steps: list[str]
    cases: int
    part: float
    conversion: Share
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Ways:
    """`state` is waiting, failed, few, or done; `hidden` ways were walked by too few to be told of."""

    state: str
    rows: list[Way]
    hidden: int


def title_of(name: str) -> str:
    """A touchpoint in words: `opportunity_view:web` → “Opportunity view · Website”."""
    return " · ".join(words.plain(part) for part in name.split(":"))


def ways(item: Json, found: Json) -> Ways:
    """The commonest ways of a corridor."""
    report = found["report"]
    if report is None:
        return Ways(found["state"], [], 0)
    if not report["enough"]:
        return Ways("few", [], 0)
    most = max((one["cases"] for one in report["variants"]), default=1)
    rows = [_way(one, most) for one in report["variants"]]
    return Ways("done", rows, report["hidden_variants"])


def _way(one: Json, most: int) -> Way:
    time = one["time"] or {}
    steps, part = [title_of(step) for step in one["steps"]], one["cases"] / most
    return Way(steps, one["cases"], part, Share.of(one["conversion"]), time.get("median"), time.get("p90"))
