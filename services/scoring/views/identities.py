"""Who is known to be whom."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import Identity, Lead, leads_of
from services.scoring.schemas import IdentityOut
from shared.storage.tx import Uow


async def list_identities(uow: Uow, person_id: UUID) -> list[dict[str, Any]]:
    """The visitors that this person is known to be."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    query = select(Identity).where(Identity.person_id == person_id).order_by(Identity.known_at, Identity.visitor_id)
    return [IdentityOut.model_validate(row).model_dump(mode="json") for row in await uow.rows(query)]


async def owner_of(uow: Uow, visitor_id: UUID) -> UUID | None:
    """Who this visitor is known to be."""
    return await uow.scalar(select(Identity.person_id).where(Identity.visitor_id == visitor_id))
