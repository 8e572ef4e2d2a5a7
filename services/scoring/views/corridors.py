"""Corridors that were mined, within the caller's scope or by a signed link."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from services.scoring.model import CorridorReport, Segment
from services.scoring.model.segments import owned
from services.scoring.policy.corridors.ways import Walked
from services.scoring.policy.segments.jobs import JobState
from services.scoring.schemas import CorridorOut, PageLinkOut
from shared import links
from shared.errors import NotFound
from shared.links import LinkRefused
from shared.settings import kernel
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

CORRIDOR = "corridor-page"
PAGE_OPEN = timedelta(days=1)


async def list_corridors(uow: Uow, segment: UUID | None, transition: Walked | None, paging: Paging) -> Page:
    """The newest first."""
    query = select(CorridorReport).where(owned(uow.caller, CorridorReport))
    if segment is not None:
        query = query.where(CorridorReport.segment_id == segment)
    if transition is not None:
        query = query.where(CorridorReport.transition == transition)
    order = (CorridorReport.asked_at.desc(), CorridorReport.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, query, order=order, paging=paging, shape=CorridorOut.model_validate)


async def get_corridor(uow: Uow, corridor_id: UUID) -> CorridorOut:
    row = await uow.get(CorridorReport, corridor_id, owned(uow.caller, CorridorReport))
    return CorridorOut.model_validate(row)


async def corridor_link(uow: Uow, corridor_id: UUID) -> PageLinkOut:
    """The address of the picture, good for a day of machine time."""
    row = await uow.get(CorridorReport, corridor_id, owned(uow.caller, CorridorReport))
    if row.state is not JobState.done:
        raise NotFound(f"Corridor {corridor_id} is not mined yet.")
    until = uow.clock.machine() + PAGE_OPEN
    token = links.links().sign(CORRIDOR, row.id, until)
    return PageLinkOut(address=f"{kernel().scoring_url.rstrip('/')}/k/{token}", expires_at=until)


async def open_corridor(uow: Uow, token: str) -> tuple[CorridorOut, str | None]:
    """The corridor behind a link, and the name of its segment."""
    link = links.links().open(CORRIDOR, token)
    row = await uow.find(CorridorReport, id=link.subject)
    if row is None or row.state is not JobState.done:
        raise LinkRefused
    segment = await uow.find(Segment, id=row.segment_id) if row.segment_id else None
    return CorridorOut.model_validate(row), segment.name if segment else None
