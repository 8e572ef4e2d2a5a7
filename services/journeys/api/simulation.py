"""The funnel with other rates, over HTTP: nothing is kept, the address says it all."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.journeys.api.doors import Staff
from services.journeys.schemas.simulation import SimulatedFunnelOut
from services.journeys.views import simulation as views
from services.journeys.views.simulation import Scenario
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["simulation"])


def _rate(what: str) -> Any:
    return Query(ge=0, le=1, allow_inf_nan=False, description=f"The share of {what}; else as observed", examples=[0.6])


@router.get("/funnel-simulation", response_model=SimulatedFunnelOut, operation_id="simulate_funnel")
async def simulate_funnel(
    door: Staff,
    accepted: Annotated[float | None, _rate("applications that are accepted")] = None,
    signed: Annotated[float | None, _rate("accepted ones that are signed")] = None,
    approved: Annotated[float | None, _rate("signed ones that are approved")] = None,
    realized: Annotated[float | None, _rate("approved ones that are realized")] = None,
    completed: Annotated[float | None, _rate("realized ones that are completed")] = None,
    answered: Annotated[float | None, _rate("completed ones whose EP answers")] = None,
    promoter: Annotated[float | None, _rate("answers of 9 or 10")] = None,
    volume: Annotated[int | None, Query(ge=0, le=10_000_000, description="Applications; else as observed")] = None,
    seed: Annotated[int, Query(ge=0, le=2_147_483_647, description="The same seed makes the same draws")] = 1,
    since: Annotated[Day | None, Query(description="Observed: handed in from this day (UTC) on")] = None,
    until: Annotated[Day | None, Query(description="Observed: handed in up to this day")] = None,
) -> Response:
    """How many would come out of each step, against the present, with what chance and few cases leave open."""
    rates = {
        "accepted": accepted, "signed": signed, "approved": approved, "realized": realized, "completed": completed,
        "answered": answered, "promoter": promoter,
    }  # fmt: skip
    moved = {name: rate for name, rate in rates.items() if rate is not None}
    return await door.read(views.simulate_funnel, Scenario(moved, volume, seed, since, until))
