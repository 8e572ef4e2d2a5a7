"""Experiments over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.notifications.api.doors import Manager, ManagerChanges
from services.notifications.commands import trials as commands
from services.notifications.handlers import trials as handlers
from services.notifications.schemas.trials import ExperimentOut
from services.notifications.views import trials as views
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["experiments"])


@router.get("/experiments", response_model=PageOf[ExperimentOut], operation_id="list_experiments")
async def list_experiments(door: Manager, paging: Paging) -> Response:
    """Experiments with letters and times, and what has been paid to know of them."""
    return await door.page(views.list_experiments, paging=paging)


@router.get("/experiments/{experiment_id}", response_model=ExperimentOut, operation_id="get_experiment")
async def get_experiment(experiment_id: UUID, door: Manager) -> Response:
    """One experiment. Reading costs nothing and shows no rates but those of the looks."""
    return await door.read(views.get_experiment, experiment_id)


@router.post("/experiments", status_code=201, response_model=ExperimentOut, operation_id="draft_experiment")
async def draft_experiment(body: commands.DraftExperiment, door: Manager) -> Response:
    """Plan an experiment; the answer says how many people each variant needs before it starts."""
    return await door.execute(
        handlers.draft_experiment, body, status=201, location=lambda row: f"/v1/experiments/{row.id}"
    )


@router.post("/experiments/{experiment_id}/start", response_model=ExperimentOut, operation_id="start_experiment")
async def start_experiment(experiment_id: UUID, door: ManagerChanges) -> Response:
    """Share people out from now on; one experiment a touchpoint at a time."""
    return await door.execute(handlers.start_experiment, commands.StartExperiment(experiment_id))


@router.post("/experiments/{experiment_id}/looks", response_model=ExperimentOut, operation_id="look_at_experiment")
async def look_at_experiment(experiment_id: UUID, door: ManagerChanges) -> Response:
    """Look at the figures, and pay with some of alpha: the boundary rises for it, and the experiment may be decided."""
    return await door.execute(handlers.look_at_experiment, commands.LookAtExperiment(experiment_id))


@router.post("/experiments/{experiment_id}/stop", response_model=ExperimentOut, operation_id="stop_experiment")
async def stop_experiment(experiment_id: UUID, door: ManagerChanges) -> Response:
    """Stop sharing people out, with the verdict `undecided`."""
    return await door.execute(handlers.stop_experiment, commands.StopExperiment(experiment_id))
