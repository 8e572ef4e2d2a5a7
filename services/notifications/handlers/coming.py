"""The coming messages of one application: what each lacks, who owns it, and when it is due."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import select

from services.notifications.handlers.lacks import AHEAD, Lacks, lacks_of
from services.notifications.model import Experience, FactCheck, Touchpoint, experiences_of
from services.notifications.policy import look_on, owner_of
from services.notifications.schemas import CheckOut, LackOut, PreflightOut
from services.notifications.settings import limits
from shared.storage.tx import Uow


async def preflight(uow: Uow, application_id: UUID) -> PreflightOut:
    """Every coming message of the application that needs facts, the next one first."""
    stay = await uow.get(Experience, application_id, experiences_of(uow.caller))
    ahead = Touchpoint.state.in_(AHEAD)  # type: ignore[attr-defined]
    query = select(Touchpoint).where(Touchpoint.application_id == stay.id, ahead)
    rows = await uow.rows(query.order_by(Touchpoint.due_at, Touchpoint.code))
    lacks = await lacks_of(uow, rows)
    asked: dict[UUID, list[FactCheck]] = {}
    open_ones = select(FactCheck).where(FactCheck.application_id == stay.id, FactCheck.closed_at.is_(None))  # type: ignore[union-attr]
    for one in await uow.rows(open_ones.order_by(FactCheck.owner)):
        asked.setdefault(one.touchpoint_id, []).append(one)
    items = [_out(row, lacks[row.id], asked.get(row.id, ())) for row in rows if _needs(lacks[row.id])]
    return PreflightOut(application_id=stay.id, items=items)


def _needs(lacks: Lacks) -> bool:
    return lacks.entry is not None and bool(lacks.entry.needs or lacks.entry.document)


def _out(row: Touchpoint, lacks: Lacks, asked: Iterable[FactCheck]) -> CheckOut:
    entry = lacks.entry
    missing = [LackOut(fact=fact, owner=owner_of(fact), blocks=True) for fact in lacks.blocking]
    missing += [LackOut(fact=fact, owner=owner_of(fact), blocks=False) for fact in lacks.wanted]
    return CheckOut(
        touchpoint_id=row.id,
        touchpoint=row.code,
        title=entry.title if entry else row.code,
        document=entry.document if entry else None,
        state=row.state,
        due_at=row.due_at,
        look_on=look_on(row.local_at.date(), limits().preflight_days),
        asked=[one.owner for one in asked],
        missing=missing,
        ready=not lacks.blocking,
    )
