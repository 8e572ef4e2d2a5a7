"""What other rates would bring, from the observed ones that the worker has counted for the caller's scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.journeys.policy.chances import DRAWS, Step, simulate
from services.journeys.policy.quantiles import Z
from services.journeys.schemas.simulation import SimulatedFunnelOut, StepOut
from services.journeys.views.estimates import get_estimate
from shared.proportions import rate_of
from shared.storage.tx import Uow

KIND = "funnel-rates"


@dataclass(frozen=True, slots=True)
class Scenario:
    """The rates that one asks about, by step; the volume; what the draws begin with."""

    moved: Mapping[str, float] = field(default_factory=dict)
    volume: int | None = None
    seed: int = 1
    since: date | None = None
    until: date | None = None


async def simulate_funnel(uow: Uow, asked: Scenario) -> SimulatedFunnelOut:
    params = {name: str(day) for name, day in (("since", asked.since), ("until", asked.until)) if day}
    estimate = await get_estimate(uow, KIND, params, None)
    result = estimate.result or {"volume": 0, "steps": []}
    observed = result["volume"]
    volume = observed if asked.volume is None else asked.volume
    steps = [Step(one["step"], one["passed"], one["n"], asked.moved.get(one["step"])) for one in result["steps"]]
    drawn = simulate(steps, volume, observed, asked.seed)["steps"] if steps else []
    lines = [_line(raw, step, found) for raw, step, found in zip(result["steps"], steps, drawn, strict=True)]
    return SimulatedFunnelOut(
        **estimate.model_dump(include={"state", "working", "behind", "old", "progress", "as_of"}),
        observed_volume=observed, volume=volume, seed=asked.seed, draws=DRAWS, steps=lines,
    )  # fmt: skip


def _line(raw: Mapping[str, Any], step: Step, found: Mapping[str, Any]) -> StepOut:
    rate = rate_of(step.passed, step.n, Z)
    known = {"rate": rate.rate, "low": rate.low, "high": rate.high} if rate else dict.fromkeys(("rate", "low", "high"))
    return StepOut.model_validate({**raw, **known, "moved": step.moved, **found})
