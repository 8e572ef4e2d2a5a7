"""Other terms than those that were read: approvals lapse, and each side can see the difference (A3)."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.applications.handlers.moving import about, remember
from services.applications.handlers.requirements import move_requirements
from services.applications.model import Application, Opportunity, Slot
from services.applications.policy import BEFORE_APPROVAL, digest_of, stated_terms
from shared.contracts import applications as facts
from shared.contracts.fields import Side
from shared.storage.documents import dumped
from shared.storage.tx import Uow

KEEP = """
INSERT INTO stated_terms (digest, opportunity_id, stated, recorded_at) VALUES ($1, $2, $3::text::jsonb, $4)
ON CONFLICT DO NOTHING
"""


async def keep_terms(uow: Uow, opportunity: Opportunity, slot: Slot) -> str:
    """The digest of what opportunity and slot say now; the terms can be read by it from now on."""
    stated = stated_terms(opportunity, slot)
    digest = digest_of(stated)
    await uow.fetch(KEEP, digest, opportunity.id, dumped(stated), uow.now)
    return digest


async def terms_of_today(uow: Uow, row: Application) -> dict[str, Any]:
    """The terms, and the dates in them, on which an application is live again."""
    opportunity = await held(uow, row.opportunity_id)
    assert opportunity is not None
    slot = await uow.get(Slot, row.slot_id)
    return {"terms": await keep_terms(uow, opportunity, slot), "start_on": slot.start_on, "end_on": slot.end_on}


async def held(uow: Uow, opportunity_id: UUID) -> Opportunity | None:
    """The opportunity, kept as it is until the transaction ends: whoever edits it waits, others who apply don't."""
    return await uow.find(Opportunity, lock="share", id=opportunity_id)


async def hold_applications(uow: Uow, opportunity_id: UUID) -> list[Application]:
    """The applications of an opportunity that its terms still bind, locked.

    Call it before the opportunity or a slot is locked to be edited: everybody locks applications first.
    """
    query = select(Application).where(
        Application.opportunity_id == opportunity_id,
        Application.status.in_(BEFORE_APPROVAL),  # type: ignore[attr-defined]
    )
    return list(await uow.rows(query.order_by(Application.id).with_for_update()))  # type: ignore[arg-type]


async def terms_changed(uow: Uow, changed: Opportunity | Slot) -> int:
    """An opportunity or a slot was edited: applications that aren't approved yet get the new terms; how many did."""
    opportunity_id = changed.id if isinstance(changed, Opportunity) else changed.opportunity_id
    opportunity = await uow.get(Opportunity, opportunity_id, lock=True)  # from here on nobody applies on the old terms
    rows = await hold_applications(uow, opportunity_id)
    slots = {slot.id: slot for slot in await uow.rows(select(Slot).where(Slot.opportunity_id == opportunity_id))}
    return sum([await _renew(uow, row, opportunity, slots[row.slot_id]) for row in rows])


async def _renew(uow: Uow, row: Application, opportunity: Opportunity, slot: Slot) -> bool:
    former, terms = row.terms, digest_of(stated_terms(opportunity, slot))
    if terms == former:
        return False
    await keep_terms(uow, opportunity, slot)
    lapsed = [side for side in Side if getattr(row, f"{side}_approval")]
    dates = (row.start_on, row.end_on)
    values = {"terms": terms, "start_on": slot.start_on, "end_on": slot.end_on}
    uow.change(row, sending_approval=None, hosting_approval=None, **values)
    if dates != (row.start_on, row.end_on):
        remember(uow, row)
        await move_requirements(uow, row)
    uow.note("change_terms", row.id, before={"terms": former}, after={"terms": terms, "lapsed": lapsed})
    uow.say(facts.TermsChanged(**about(row), terms=terms, former=former, lapsed=lapsed))
    return True
