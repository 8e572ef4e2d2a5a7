"""Prospects: companies that a manager entered, linked to the enabler they turn out to be, and forgotten on request."""

from uuid import UUID

from sqlmodel import select

from services.scoring.commands import (
    ChangeProspect,
    EnterProspect,
    EraseProspect,
    LinkProspect,
    UnlinkProspect,
)
from services.scoring.handlers.enablers import Again, keep_step, rescore_enablers
from services.scoring.handlers.following import advance
from services.scoring.handlers.hand_overs import Given, end_many, give
from services.scoring.handlers.remarks import forget_remarks
from services.scoring.handlers.scoring import locked
from services.scoring.handlers.sharing import forget_lead
from services.scoring.handlers.sheets import forget_sheets_named
from services.scoring.handlers.visitors import forget_interactions
from services.scoring.model import Lead, Place, Prospect, leads_of, prospects_of
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.handover import Ending, Why
from services.scoring.schemas import ProspectOut
from services.scoring.views.teams import team_of
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import visible
from shared.storage.tx import Uow

PERSONAL = ("company", "contact_name", "email", "phone", "note", "entered_by")
ENTERED, LINKED, UNLINKED = "scoring.prospect-entered", "scoring.prospect-linked", "scoring.prospect-unlinked"


async def enter_prospect(uow: Uow, command: EnterProspect) -> ProspectOut:
    """A lead of the hosting side from now on; who it is stays in this room, on columns that can be blanked."""
    inside = visible(uow.caller, hosting=Place.id)
    if await uow.scalar(select(Place.id).where(Place.id == command.hosting_entity_id, inside)) is None:
        raise Invalid(errors=[FieldError("#/hosting_entity_id", "there is no such entity, or it is not yours")])
    id_ = new_id()
    row = uow.add(Prospect(id=id_, entered_at=uow.now, entered_by=uow.caller.subject, **command.model_dump()))
    lead = uow.add(Lead(id=id_, party=Party.enabler, prospect=True, hosting_entity_id=command.hosting_entity_id))
    keep_step(uow, id_, EnablerStep.entered, uow.now)
    await uow.flush()
    await rescore_enablers(uow, [Again(lead, ENTERED)])
    uow.note("enter_prospect", id_)
    return ProspectOut.model_validate(row)


async def change_prospect(uow: Uow, command: ChangeProspect) -> ProspectOut:
    row = await uow.get(Prospect, command.prospect_id, prospects_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.erased_at:
        raise Conflict("This prospect was erased.", code="erased")
    uow.change(row, **command.facts.model_dump())
    uow.note("change_prospect", row.id)
    return ProspectOut.model_validate(row)


async def link_prospect(uow: Uow, command: LinkProspect) -> ProspectOut:
    """It is this enabler: what was done with the prospect counts for it, and whoever had it in hand goes on."""
    row = await uow.get(Prospect, command.prospect_id, prospects_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.linked_to or row.erased_at:
        raise Conflict("It is linked already, or erased.", code="linked" if row.linked_to else "erased")
    known = select(Lead.id).where(Lead.id == command.enabler_id, Lead.party == Party.enabler, leads_of(uow.caller))
    if await uow.scalar(known.where(Lead.prospect.is_(False))) is None:  # type: ignore[attr-defined]
        raise Invalid(errors=[FieldError("#/enabler_id", "there is no such enabler, or it is not yours")])
    leads = {lead.id: lead for lead in await locked(uow, [row.id, command.enabler_id])}
    prospect, enabler = leads[row.id], leads[command.enabler_id]
    member_id = prospect.member_id if prospect.hand_over_id else None
    if prospect.hand_over_id:
        await end_many(uow, [(prospect, Ending.linked, uow.now)])
    uow.change(prospect, linked_to=enabler.id)
    uow.change(row, linked_to=enabler.id, linked_at=uow.now)
    await uow.flush()
    await rescore_enablers(uow, [Again(enabler, LINKED)])
    if member_id:
        await _go_on(uow, enabler, member_id)
    uow.note("link_prospect", row.id, after={"enabler_id": str(enabler.id)})
    return ProspectOut.model_validate(row)


async def _go_on(uow: Uow, enabler: Lead, member_id: UUID) -> None:
    """The member who had the prospect has the enabler now, unless somebody else has."""
    if enabler.hand_over_id is None and enabler.entity_id is not None:
        team = await team_of(uow, enabler.entity_id)
        if member_id in team.members:
            await give(uow, team, [Given(enabler, member_id, Why.reassigned)])
            advance(uow, enabler, uow.now, LINKED)


async def unlink_prospect(uow: Uow, command: UnlinkProspect) -> ProspectOut:
    """It was somebody else: both stand on their own again."""
    row = await uow.get(Prospect, command.prospect_id, prospects_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.linked_to is None:
        raise Conflict("It is linked to no enabler.", code="not-linked")
    leads = await locked(uow, [row.id, row.linked_to])
    for lead in leads:
        if lead.id == row.id:
            uow.change(lead, linked_to=None)
    uow.note("unlink_prospect", row.id, before={"enabler_id": str(row.linked_to)})
    uow.change(row, linked_to=None, linked_at=None)
    await uow.flush()
    await rescore_enablers(uow, [Again(lead, UNLINKED) for lead in leads])
    return ProspectOut.model_validate(row)


async def erase_prospect(uow: Uow, command: EraseProspect) -> None:
    """Who it was is gone; that there was one, and what became of it, stays under the bare id."""
    row = await uow.get(Prospect, command.prospect_id, prospects_of(uow.caller), lock=True)
    uow.expect(row.version)
    await _blank(uow, row)
    uow.note("erase_prospect", row.id)


async def _blank(uow: Uow, row: Prospect) -> None:
    (lead,) = await locked(uow, [row.id])
    await forget_lead(uow, lead)
    await forget_remarks(uow, row.id)
    if lead.erased_at is None:
        uow.change(lead, erased_at=uow.now)
    if row.erased_at is None:
        await forget_sheets_named(uow, row.company, row.hosting_entity_id)
        uow.change(row, erased_at=uow.now, **dict.fromkeys(PERSONAL))


async def obey_enabler_erasure(uow: Uow, envelope: Envelope) -> None:
    """A tombstone of an enabler's details: what managers wrote of it as a prospect goes too."""
    if envelope.data is not None:
        return
    for row in await uow.all(Prospect, linked_to=envelope.key, lock=True):
        await _blank(uow, row)
    await forget_interactions(uow, envelope.key)
    await forget_remarks(uow, envelope.key)
    for lead in await locked(uow, [envelope.key]):
        await forget_lead(uow, lead)
        if lead.erased_at is None:
            uow.change(lead, erased_at=uow.now)
            uow.note("forget_enabler", lead.id)
