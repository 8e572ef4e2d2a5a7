"""Models: have them trained, look at them, bring one back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.responses import HTMLResponse

from services.scoring import commands, handlers, views
from services.scoring.api.doors import R, Staff
from services.scoring.pages.card import model_card
from services.scoring.policy.life import ModelState
from services.scoring.policy.transitions import Transition
from services.scoring.schemas import (
    CalibrationOut,
    FairnessOut,
    ModelOut,
    OverridesReportOut,
    ReignOut,
    TrainingOut,
    WatchOut,
)
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["models"])
Keeper = Annotated[Door, allow(R.global_manager, R.service)]
Of = Annotated[Transition | None, Query(description="Only of this transition")]
In = Annotated[ModelState | None, Query(description="Only in this state")]


@router.get("/models", response_model=PageOf[ModelOut], operation_id="list_models")
async def list_models(door: Staff, paging: Paging, transition: Of = None, state: In = None) -> Response:
    """Versions of models, the newest first. Rules have no version: they speak until a model has proved better."""
    return await door.page(views.list_models, transition, state, paging=paging)


@router.get("/models/overrides/report", response_model=OverridesReportOut, operation_id="report_overrides")
async def report_overrides(door: Staff) -> Response:
    """How people did who held their own word against a model's chance, on cases whose horizon is over."""
    return await door.read(views.overrides_report)


@router.get("/models/{model_id}", response_model=ModelOut, operation_id="get_model")
async def get_model(model_id: UUID, door: Staff) -> Response:
    """One version: what it learned from, and how good it was on a later slice of time."""
    return await door.read(views.get_model, model_id)


@router.get("/models/{model_id}/calibration", response_model=CalibrationOut, operation_id="get_model_calibration")
async def get_calibration(model_id: UUID, door: Staff) -> Response:
    """What it foretold against what happened, on the later slice and live."""
    return await door.read(views.get_calibration, model_id)


@router.get("/models/{model_id}/fairness", response_model=FairnessOut, operation_id="get_model_fairness")
async def get_fairness(model_id: UUID, door: Staff) -> Response:
    """Who is selected and whether chances are true, by country and entity, with intervals."""
    return await door.read(views.get_fairness, model_id)


@router.get("/models/{model_id}/card", response_class=HTMLResponse, operation_id="show_model_card")
async def show_card(model_id: UUID, door: Staff) -> Response:
    """The model card as a page: data, figures against rules, base rate and naive Bayes, calibration, limits of use."""
    found = await door.runtime.read(views.model_card, model_id, caller=door.caller)
    return model_card(found)


@router.post(
    "/models/{transition}/trainings", status_code=202, response_model=TrainingOut, operation_id="train_model"
)  # fmt: skip
async def train_model(transition: Transition, body: commands.TrainingWish, door: Keeper) -> Response:
    """Train a model now; it becomes the challenger. `GET /v1/trainings/{id}` tells how far it is."""
    command = commands.AskTraining(transition, body.seed)
    return await door.execute(handlers.ask_training, command, location=lambda made: f"/v1/trainings/{made.id}")


@router.get("/models/{transition}/trainings", response_model=PageOf[TrainingOut], operation_id="list_trainings")
async def list_trainings(transition: Transition, door: Staff, paging: Paging) -> Response:
    """Trainings of a transition, the newest first."""
    return await door.page(views.list_trainings, transition, paging=paging)


@router.get("/trainings/{training_id}", response_model=TrainingOut, operation_id="get_training")
async def get_training(training_id: UUID, door: Staff) -> Response:
    """One training, and how far it is."""
    return await door.read(views.get_training, training_id)


@router.get("/models/{transition}/watch", response_model=WatchOut, operation_id="watch_models")
async def watch_models(transition: Transition, door: Staff) -> Response:
    """Who speaks for a transition and who did, the challenger's contest on live outcomes, and drift."""
    return await door.read(views.get_watch, transition)


@router.post("/models/{transition}/rollback", response_model=ReignOut, operation_id="roll_back_model")
async def roll_back(transition: Transition, door: Keeper) -> Response:
    """Bring back who spoke before (another version, or rules); everybody is scored with it again."""
    return await door.execute(handlers.roll_back, commands.RollBack(transition))
