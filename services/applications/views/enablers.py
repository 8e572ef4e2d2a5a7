"""Reads of enablers and of whom to talk to there."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.applications.model import Contact, Enabler, enablers_of
from services.applications.schemas import ContactOut
from services.applications.views.parties import enabler_out, enabler_standings
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def list_enablers(uow: Uow, paging: Paging) -> Page:
    """Those that the caller serves; an enabler sees itself."""
    query, order = select(Enabler).where(enablers_of(uow.caller)), (Enabler.changed_at, Enabler.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Enabler.changed_at)
    standings = await enabler_standings(uow, [enabler.id for enabler in page.items])
    return Page([enabler_out(enabler, standings[enabler.id]) for enabler in page.items], page.next)


async def list_contacts(uow: Uow, enabler_id: UUID) -> list[dict[str, Any]]:
    """Whom to talk to, the main one first."""
    await uow.get(Enabler, enabler_id, enablers_of(uow.caller))
    query = select(Contact).where(Contact.enabler_id == enabler_id)
    rows = await uow.rows(query.order_by(Contact.main.desc(), Contact.name, Contact.id))  # type: ignore[attr-defined]
    return [ContactOut.model_validate(row).model_dump(mode="json") for row in rows]
