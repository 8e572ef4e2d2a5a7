"""The funnel: its stages per customer and per application, and what counted cases say of each step.

Stages are nested: whoever came to a later one has been at those before, at that time at the latest. `promoted` and
`again` both follow `completed` and not each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.journeys.policy.incidence import Incidence, half_time, incidence
from services.journeys.policy.shares import FAIR

POINTS = 80  # of a curve that is drawn
Counts = Mapping[tuple[str, str], list[tuple[int, int, int]]]


class Of(StrEnum):
    """Whom a funnel counts."""

    people = "people"
    applications = "applications"
    enablers = "enablers"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Stages in order with the columns that tell them, the stage at which cohorts begin, and side branches: stage →
    the stage that it follows."""

    stages: Mapping[str, str]
    start: str
    branches: Mapping[str, str]

    def before(self, stage: str) -> str | None:
        """The stage from which one comes to this one."""
        if stage in self.branches:
            return self.branches[stage]
        chain = self.chain
        place = chain.index(stage)
        return chain[place - 1] if place else None

    @property
    def chain(self) -> list[str]:
        """The stages that are nested."""
        return [stage for stage in self.stages if stage not in self.branches]

    def from_on(self, start: str) -> list[str]:
        """The stages after this one."""
        names = list(self.stages)
        return names[names.index(start) + 1 :]


WAY = {"accepted": "accepted_at", "signed": "signed_at", "approved": "approved_at", "realized": "realized_at"}
WAY |= {"completed": "completed_at"}
FUNNELS: Mapping[Of, Funnel] = {
    Of.people: Funnel(
        {"known": "first_contact_at", "visited": "visited_at", "signed_up": "signed_up_at", "applied": "applied_at"}
        | WAY
        | {"promoted": "promoted_at", "again": "again_at"},
        "signed_up",
        {"promoted": "completed", "again": "completed"},
    ),
    Of.applications: Funnel({"submitted": "submitted_at"} | WAY, "submitted", {}),
    Of.enablers: Funnel(
        {"known": "first_contact_at", "registered": "registered_at", "raised": "raised_at", "applied": "applied_at"}
        | WAY
        | {"promoted": "promoted_at", "reraised": "reraised_at"},
        "registered",
        {"promoted": "completed", "reraised": "completed"},
    ),
}
# The stage of the funnel in the words of marketing: from this stage on, somebody is one.
PROFILES: Mapping[Of, Mapping[str, str]] = {
    Of.people: {"stranger": "known", "visitor": "visited", "lead": "signed_up", "customer": "approved",
                "promoter": "completed"},
    Of.enablers: {"stranger": "known", "visitor": "known", "lead": "registered", "customer": "raised",
                  "promoter": "completed"},
    Of.applications: {},
}  # fmt: skip


def pairs(of: Of, start: str) -> list[tuple[str, str]]:
    """What is counted: from the start to each stage, and from each stage to the next."""
    funnel = FUNNELS[of]
    after = funnel.from_on(start)
    steps = [(before, stage) for stage in after if (before := funnel.before(stage)) and before in (start, *after)]
    return [*dict.fromkeys([*((start, stage) for stage in after), *steps])]


def told(of: Of, start: str, counts: Counts) -> dict[str, Any]:
    """The funnel as figures: per stage how many came there, which share will, with its interval, and the step to it."""
    funnel, found = FUNNELS[of], {pair: incidence(rows) for pair, rows in counts.items()}
    stages = [_first(start, found, funnel.from_on(start))]
    for stage in funnel.from_on(start):
        whole = found.get((start, stage))
        step = found.get((str(funnel.before(stage)), stage))
        stages.append({"stage": stage, **_reached(whole), "before": funnel.before(stage), "step": step_of(step)})
    curves = [{"stage": stage, "points": curve(found.get((start, stage)))} for stage in funnel.from_on(start)]
    return {"n": stages[0]["count"], "stages": stages, "curves": curves, "least": FAIR}


def _first(start: str, found: Mapping[tuple[str, str], Incidence], after: Sequence[str]) -> dict[str, Any]:
    n = found[start, after[0]].n if after and (start, after[0]) in found else 0
    return {"stage": start, "count": n, "share": None, "before": None, "step": None}


def _reached(found: Incidence | None) -> dict[str, Any]:
    if found is None:
        return {"count": 0, "share": None}
    return {"count": int(found.reached.sum()), "share": share_at(found, found.horizon)}


def share_at(found: Incidence | None, day: float) -> dict[str, Any] | None:
    """The share by this day with its interval; None of fewer than 30."""
    if found is None or found.n < FAIR or (estimate := found.at(day)) is None:
        return None
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}


def step_of(found: Incidence | None) -> dict[str, Any] | None:
    """One step: how many were there, went on, dropped out, are still there; the share, and how long half took."""
    if found is None:
        return None
    went, ended = int(found.reached.sum()), int(found.ended.sum())
    shown = {"n": found.n, "went": went, "dropped": ended, "open": found.n - went - ended}
    half = half_time(found) if went >= FAIR else None
    days = {"value": half.value, "low": half.low, "high": half.high} if half else None
    return shown | {"share": share_at(found, found.horizon), "half_days": days, "horizon_days": found.horizon}


def _drawn_to(found: Incidence) -> int:
    """The place of the last day that is drawn: half as far again as the day by which nearly all have come who come."""
    if found.value[-1] <= 0:
        return len(found.days) - 1
    near = float(found.days[int((found.value >= 0.99 * found.value[-1]).argmax())])
    return max(1, int(found.days.searchsorted(1.5 * near + 7, side="right")) - 1) if len(found.days) > 1 else 0


def curve(found: Incidence | None) -> list[list[float]]:
    """Days, share, its bounds, and how many were at risk: a few points of the whole, first and last among them."""
    if found is None or found.n < FAIR:
        return []
    last = _drawn_to(found)
    places = sorted({round(part * last / (POINTS - 1)) for part in range(POINTS)})
    points = []
    for place in places:
        estimate = found.at(found.days[place])
        assert estimate is not None
        figures = (estimate.value, estimate.low, estimate.high)
        points.append([float(found.days[place]), *(round(one, 4) for one in figures), float(found.at_risk[place])])
    return points
