"""Improvements of journeys over HTTP; what came of a launch is the estimate `improvement`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys.api.designs import Changes, Designer
from services.journeys.api.doors import Staff
from services.journeys.commands import improvements as commands
from services.journeys.handlers import improvements as handlers
from services.journeys.policy.improvements import ImprovementKind
from services.journeys.schemas.improvements import ImprovementOut, ImprovementPastsOut
from services.journeys.views import improvements as views
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1/improvements", tags=["improvements"])
Journey = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", description="Only of this journey")]


@router.get("", response_model=PageOf[ImprovementOut], operation_id="list_improvements")
async def list_improvements(
    door: Staff,
    paging: Paging,
    journey: Journey = None,
    kind: Annotated[ImprovementKind | None, Query(description="Only of this kind")] = None,
) -> Response:
    """Changes to journeys: from insights to what was launched, the newest first."""
    return await door.page(views.list_improvements, journey, kind, paging=paging)


@router.post("", status_code=201, response_model=ImprovementOut, operation_id="propose_improvement")
async def propose_improvement(body: commands.ProposeImprovement, door: Designer) -> Response:
    """A new improvement, on a step (and item) of the blueprint in use."""
    return await door.execute(
        handlers.propose_improvement, body, status=201, location=lambda row: f"/v1/improvements/{row.id}"
    )


@router.get("/{improvement_id}", response_model=ImprovementOut, operation_id="get_improvement")
async def get_improvement(improvement_id: UUID, door: Staff) -> Response:
    """One improvement."""
    return await door.read(views.get_improvement, improvement_id)


@router.put("/{improvement_id}", response_model=ImprovementOut, operation_id="change_improvement")
async def change_improvement(improvement_id: UUID, body: commands.ImprovementBody, door: Changes) -> Response:
    """What it is now; each change is kept in its history."""
    return await door.execute(handlers.change_improvement, commands.ChangeImprovement(improvement_id, body))


@router.get("/{improvement_id}/history", response_model=ImprovementPastsOut, operation_id="list_improvement_history")
async def list_improvement_history(improvement_id: UUID, door: Staff) -> Response:
    """Every change: who, when, and what it was before."""
    return await door.read(views.list_improvement_past, improvement_id)
