"""Reads of opportunities."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from services.applications.model import NOT_ENDED, Application, Opportunity, Slot, offers_shown_to
from services.applications.policy import OpportunityStatus
from services.applications.schemas import OpportunityOut
from services.applications.views.applications import Order
from shared.access import Role
from shared.contracts.applications import Product
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow

ORDERS = {
    Order.changed: (Opportunity.changed_at, Opportunity.id),
    Order.newest: (Opportunity.changed_at.desc(), Opportunity.id.desc()),  # type: ignore[attr-defined]
    Order.start: (Opportunity.start_on, Opportunity.id),
}


@dataclass(frozen=True, slots=True)
class OfferWanted:
    """Which opportunities a list holds. `entity_id`: hosted by this committee or one below it."""

    product: Product | None = None
    country: str | None = None
    status: OpportunityStatus | None = None
    enabler_id: UUID | None = None
    entity_id: UUID | None = None
    sort: Order = Order.changed


async def slots_of(uow: Uow, opportunities: Sequence[UUID], *, lock: bool = False) -> dict[UUID, list[Slot]]:
    """The slots of each of these opportunities, the earliest first; to lock them, hold their opportunity first."""
    query = select(Slot).where(Slot.opportunity_id.in_(opportunities)).order_by(Slot.start_on, Slot.id)  # type: ignore[attr-defined, arg-type]
    found: dict[UUID, list[Slot]] = {opportunity: [] for opportunity in opportunities}
    for slot in await uow.rows(query.with_for_update() if lock else query):
        found[slot.opportunity_id].append(slot)
    return found


async def own_applications(uow: Uow, opportunities: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of an EP who calls: by opportunity, the application for it that has not ended."""
    if uow.caller.role is not Role.participant or not opportunities:
        return {}
    mine = (Application.person_id == uow.caller.party, Application.opportunity_id.in_(opportunities), NOT_ENDED)  # type: ignore[attr-defined]
    found = await uow.execute(select(Application.opportunity_id, Application.id).where(*mine))
    return dict(found.all())


def opportunity_out(row: Opportunity, slots: Sequence[Slot], own: UUID | None = None) -> OpportunityOut:
    told = {"slots": [slot.model_dump() for slot in slots], "own_application_id": own}
    return OpportunityOut.model_validate(row.model_dump() | told)


async def get_opportunity(uow: Uow, opportunity_id: UUID) -> OpportunityOut:
    row = await uow.get(Opportunity, opportunity_id, offers_shown_to(uow.caller))
    own = await own_applications(uow, [row.id])
    return opportunity_out(row, (await slots_of(uow, [row.id]))[row.id], own.get(row.id))


async def list_opportunities(uow: Uow, wanted: OfferWanted, paging: Paging) -> Page:
    """What is on offer: everybody who is signed in may look; drafts are their makers' alone."""
    query = select(Opportunity).where(offers_shown_to(uow.caller))
    for name in ("product", "country", "status", "enabler_id"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Opportunity, name) == value)
    if wanted.entity_id:
        query = query.where(within(Opportunity.hosting_entity_id, wanted.entity_id))
    page = await listing(uow, query, order=ORDERS[wanted.sort], paging=paging, changed=Opportunity.changed_at)
    ids = [row.id for row in page.items]
    slots, own = await slots_of(uow, ids), await own_applications(uow, ids)
    return Page([opportunity_out(row, slots[row.id], own.get(row.id)) for row in page.items], page.next)
