"""Standards of one experience."""

from uuid import UUID

from sqlmodel import select

from services.notifications.model import Evidence, seen_by
from services.notifications.schemas import (
    EvidenceListOut,
    EvidenceOut,
)
from shared.storage.tx import Uow


async def list_evidence(uow: Uow, application_id: UUID) -> EvidenceListOut:
    """The standards of one experience that messages have proved so far."""
    query = select(Evidence).where(Evidence.application_id == application_id, seen_by(uow.caller, Evidence))
    rows = await uow.rows(query.order_by(Evidence.evidenced_at, Evidence.id))
    return EvidenceListOut(items=[EvidenceOut.model_validate(row) for row in rows])
