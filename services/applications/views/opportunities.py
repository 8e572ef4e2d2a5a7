"""Reads of opportunities."""

from uuid import UUID

from sqlmodel import select

from services.applications.model import Opportunity
from services.applications.schemas import OpportunityOut
from shared.contracts.applications import Product
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def get_opportunity(uow: Uow, opportunity_id: UUID) -> OpportunityOut:
    return OpportunityOut.model_validate(await uow.get(Opportunity, opportunity_id))


async def list_opportunities(uow: Uow, product: Product | None, country: str | None, paging: Paging) -> Page:
    """What is on offer: everybody who is signed in may look."""
    query = select(Opportunity)
    if product:
        query = query.where(Opportunity.product == product)
    if country:
        query = query.where(Opportunity.country == country)
    order = (Opportunity.changed_at, Opportunity.id)
    shape = OpportunityOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Opportunity.changed_at, shape=shape)
