"""Versions of models, trainings, who spoke when, and how good they were – in training and live."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import ModelVersion, Reigned, Training, Watched
from services.scoring.pages.card import Card
from services.scoring.policy.learning import measures
from services.scoring.policy.learning.evaluation import report
from services.scoring.policy.life import ModelState
from services.scoring.policy.transitions import WAYS, Transition
from services.scoring.schemas import (
    CalibrationOut,
    ModelOut,
    ReignOut,
    ReliabilityOut,
    ReportOut,
    TrainingOut,
    WatchOut,
)
from services.scoring.views.fairness import get_fairness
from services.scoring.views.maturing import EARLIEST, MOST, SAID_BY
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

LEAST_LIVE = 20


async def list_models(uow: Uow, transition: Transition | None, state: ModelState | None, paging: Paging) -> Page:
    """The newest first."""
    query = select(ModelVersion)
    if transition:
        query = query.where(ModelVersion.transition == transition)
    if state:
        query = query.where(ModelVersion.state == state)
    order = (ModelVersion.trained_at.desc(), ModelVersion.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=ModelVersion.changed_at, shape=model_out)


def model_out(row: ModelVersion) -> ModelOut:
    way = WAYS[row.transition]
    about = {"name": f"{row.transition}-{row.number}", "side": way.side}
    return ModelOut.model_validate(row.model_dump() | about | {"what": way.what, "horizon_days": way.horizon_days})


async def get_model(uow: Uow, model_id: UUID) -> ModelOut:
    return model_out(await uow.get(ModelVersion, model_id))


async def get_training(uow: Uow, training_id: UUID) -> TrainingOut:
    return TrainingOut.model_validate(await uow.get(Training, training_id))


async def list_trainings(uow: Uow, transition: Transition, paging: Paging) -> Page:
    """The newest first."""
    query = select(Training).where(Training.transition == transition)
    order = (Training.asked_at.desc(), Training.id.desc())  # type: ignore[attr-defined]
    return await listing(
        uow, query, order=order, paging=paging, changed=Training.changed_at, shape=TrainingOut.model_validate
    )


async def get_watch(uow: Uow, transition: Transition) -> WatchOut:
    """Who speaks for a transition, who is tried, and what the last look found."""
    rows = await uow.rows(
        select(Reigned).where(Reigned.transition == transition).order_by(Reigned.id.desc()).limit(50)  # type: ignore[union-attr]
    )
    champion = await uow.find(ModelVersion, transition=transition, state=ModelState.champion)
    challenger = await uow.find(ModelVersion, transition=transition, state=ModelState.challenger)
    watched = await uow.find(Watched, transition=transition)
    name = f"{transition}-{champion.number}" if champion else WAYS[transition].model
    found = watched.model_dump() if watched else {"contest": None, "drift": [], "calibration": None}
    return WatchOut(
        transition=transition, champion=name, champion_id=champion.id if champion else None,
        challenger_id=challenger.id if challenger else None, judged_at=found.get("judged_at"),
        contest=found["contest"], drift=found["drift"], calibration=found["calibration"],
        rescoring=bool(watched and watched.rescoring), reigns=[ReignOut.model_validate(row) for row in rows],
    )  # fmt: skip


async def get_calibration(uow: Uow, model_id: UUID) -> CalibrationOut:
    """Bins of the later slice in training, and of what this version really said, where its horizon is over."""
    row = await uow.get(ModelVersion, model_id)
    sliced = (row.metrics.get("model") or {}).get("bins", [])
    said, reached = await live(uow, row)
    bins = [ReliabilityOut.model_validate(one) for one in measures.calibration(said, reached)] if said else []
    judged = ReportOut.model_validate(asdict(report(said, reached))) if len(said) >= LEAST_LIVE else None
    return CalibrationOut(
        model_id=row.id, slice=[ReliabilityOut.model_validate(one) for one in sliced],
        slice_n=row.metrics.get("late", 0),
        live=bins if len(said) >= LEAST_LIVE else [], live_n=len(said), live_report=judged,
    )  # fmt: skip


async def live(uow: Uow, row: ModelVersion) -> tuple[list[float], list[bool]]:
    """What this version said while it spoke, and how it ended."""
    since: datetime = uow.now - EARLIEST
    values: tuple[Any, ...] = (str(row.transition), since, uow.now, WAYS[row.transition].horizon, row.id, MOST)
    found = await uow.fetch(SAID_BY, *values)
    return [one["probability"] for one in found], [one["reached"] for one in found]


async def model_card(uow: Uow, model_id: UUID) -> Card:
    return Card(await get_model(uow, model_id), await get_calibration(uow, model_id), await get_fairness(uow, model_id))
