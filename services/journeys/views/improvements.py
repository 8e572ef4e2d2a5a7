"""Reads of improvements."""

from uuid import UUID

from sqlalchemy import desc
from sqlmodel import select

from services.journeys.model import Improvement, ImprovementPast, improvements_of
from services.journeys.policy.improvements import ImprovementKind
from services.journeys.schemas.improvements import ImprovementOut, ImprovementPastOut, ImprovementPastsOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

MOST = 200


async def list_improvements(uow: Uow, journey: str | None, kind: ImprovementKind | None, paging: Paging) -> Page:
    """The newest first."""
    query = select(Improvement).where(improvements_of(uow.caller))
    for column, value in ((Improvement.journey, journey), (Improvement.kind, kind)):
        query = query if value is None else query.where(column == value)
    order, shape = (desc(Improvement.created_at), desc(Improvement.id)), ImprovementOut.model_validate  # type: ignore[arg-type]
    return await listing(uow, query, order=order, paging=paging, changed=Improvement.changed_at, shape=shape)


async def get_improvement(uow: Uow, improvement_id: UUID) -> ImprovementOut:
    return ImprovementOut.model_validate(await uow.get(Improvement, improvement_id, improvements_of(uow.caller)))


async def list_improvement_past(uow: Uow, improvement_id: UUID) -> ImprovementPastsOut:
    """Every change of it."""
    row = await uow.get(Improvement, improvement_id, improvements_of(uow.caller))
    query = select(ImprovementPast).where(ImprovementPast.improvement_id == row.id)
    found = await uow.rows(query.order_by(desc(ImprovementPast.version)).limit(MOST))  # type: ignore[arg-type]
    return ImprovementPastsOut(items=[ImprovementPastOut.model_validate(one) for one in found])
