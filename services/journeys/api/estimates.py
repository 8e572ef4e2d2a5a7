"""Estimates over HTTP: asked for by a POST, read by a GET, which changes nothing."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.journeys import commands, handlers, views
from services.journeys.api.doors import Staff
from services.journeys.schemas import EstimateOut, KindOut

router = APIRouter(prefix="/v1", tags=["estimates"])
Kind = Annotated[str, Path(max_length=80, description="One of `GET /v1/estimate-kinds`", examples=["funnel"])]
SEGMENT = "segment"


@router.get("/estimate-kinds", response_model=list[KindOut], operation_id="list_estimate_kinds")
async def list_estimate_kinds(door: Staff) -> Response:
    """What can be worked out, and what each kind may be asked."""
    return await door.read(views.list_kinds)


@router.get("/estimates/{kind}", response_model=EstimateOut, operation_id="get_estimate")
async def get_estimate(
    kind: Kind, door: Staff, segment: Annotated[UUID | None, Query(description="Only of this segment")] = None
) -> Response:
    """The estimate as it stands for the caller's scope. All other query parameters are the kind's own."""
    return await door.read(views.get_estimate, kind, params_in(door), segment)


def params_in(door: Any) -> dict[str, Any]:
    """The kind's own parameters; one that is named several times is a list."""
    asked = door.request.query_params
    several = {name: asked.getlist(name) for name in asked if name != SEGMENT}
    return {name: found if len(found) > 1 else found[0] for name, found in several.items()}


@router.post("/estimates/{kind}", status_code=202, response_model=EstimateOut, operation_id="ask_estimate")
async def ask_estimate(kind: Kind, body: commands.AskEstimate, door: Staff) -> Response:
    """Have it worked out: for new facts it is made again by itself from now on, for as long as somebody asks."""
    return await door.execute(handlers.ask_estimate, commands.Ask(kind, body), location=f"/v1/estimates/{kind}")
