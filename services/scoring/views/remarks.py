"""Remarks as members read them."""

from uuid import UUID

from sqlmodel import select

from services.scoring.model import Remark, remarks_of
from services.scoring.schemas import RemarkOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def list_remarks(uow: Uow, subject_id: UUID, paging: Paging) -> Page:
    """Of a person or an enabler, the newest first; none of those that the caller may not read."""
    query = select(Remark).where(Remark.subject_id == subject_id, remarks_of(uow.caller))
    order = (Remark.at.desc(), Remark.id.desc())  # type: ignore[attr-defined]
    return await listing(
        uow, query, order=order, paging=paging, changed=Remark.changed_at, shape=RemarkOut.model_validate
    )
