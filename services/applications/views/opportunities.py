"""Reads of opportunities."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from services.applications.model import Opportunity, Slot, offers_shown_to
from services.applications.policy import OpportunityStatus
from services.applications.schemas import OpportunityOut
from shared.contracts.applications import Product
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def slots_of(uow: Uow, opportunities: Sequence[UUID], *, lock: bool = False) -> dict[UUID, list[Slot]]:
    """The slots of each of these opportunities, the earliest first; to lock them, hold their opportunity first."""
    query = select(Slot).where(Slot.opportunity_id.in_(opportunities)).order_by(Slot.start_on, Slot.id)  # type: ignore[attr-defined, arg-type]
    found: dict[UUID, list[Slot]] = {opportunity: [] for opportunity in opportunities}
    for slot in await uow.rows(query.with_for_update() if lock else query):
        found[slot.opportunity_id].append(slot)
    return found


def opportunity_out(row: Opportunity, slots: Sequence[Slot]) -> OpportunityOut:
    return OpportunityOut.model_validate(row.model_dump() | {"slots": [slot.model_dump() for slot in slots]})


async def get_opportunity(uow: Uow, opportunity_id: UUID) -> OpportunityOut:
    row = await uow.get(Opportunity, opportunity_id, offers_shown_to(uow.caller))
    return opportunity_out(row, (await slots_of(uow, [row.id]))[row.id])


async def list_opportunities(
    uow: Uow, product: Product | None, country: str | None, status: OpportunityStatus | None, paging: Paging
) -> Page:
    """What is on offer: everybody who is signed in may look; drafts are their makers' alone."""
    query = select(Opportunity).where(offers_shown_to(uow.caller))
    if product:
        query = query.where(Opportunity.product == product)
    if country:
        query = query.where(Opportunity.country == country)
    if status:
        query = query.where(Opportunity.status == status)
    order = (Opportunity.changed_at, Opportunity.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Opportunity.changed_at)
    slots = await slots_of(uow, [row.id for row in page.items])
    return Page([opportunity_out(row, slots[row.id]) for row in page.items], page.next)
