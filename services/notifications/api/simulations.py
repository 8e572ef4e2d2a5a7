"""Simulations over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.notifications.api.doors import Manager, ManagerChanges
from services.notifications.commands import simulations as commands
from services.notifications.handlers import simulations as handlers
from services.notifications.schemas.simulations import SimulationOut, SimulationReportOut
from services.notifications.views import simulations as views
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["simulations"])


@router.post("/simulations", status_code=202, response_model=SimulationOut, operation_id="request_simulation")
async def request_simulation(body: commands.SimulationWish, door: Manager) -> Response:
    """Run a cohort through a plan, or through two, with the room's own policies; nothing is sent.

    It runs in a process of its own: `Location` tells how far it is, and has the report in the end.
    """
    return await door.execute(
        handlers.request_simulation, body, status=202, location=lambda row: f"/v1/simulations/{row.id}"
    )


@router.get("/simulations", response_model=PageOf[SimulationOut], operation_id="list_simulations")
async def list_simulations(door: Manager, paging: Paging) -> Response:
    """One's own simulations."""
    return await door.page(views.list_simulations, paging=paging)


@router.get("/simulations/{run_id}", response_model=SimulationReportOut, operation_id="get_simulation")
async def get_simulation(run_id: UUID, door: Manager) -> Response:
    """How far it is, and its report once it is done."""
    return await door.read(views.get_simulation, run_id)


@router.post("/simulations/{run_id}/cancel", response_model=SimulationOut, operation_id="cancel_simulation")
async def cancel_simulation(run_id: UUID, door: ManagerChanges) -> Response:
    """Stop it; there will be no report."""
    return await door.execute(handlers.cancel_simulation, commands.CancelSimulation(run_id))
