"""Copies that suggestions need, kept as they are heard: contacts and their class, requirements that are met."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from services.scoring.model import Contact, RequirementMet
from services.scoring.policy.actions import Class
from services.scoring.policy.contacts import to_the_ep
from shared.contracts import applications, notifications
from shared.contracts.envelope import Envelope
from shared.storage.tx import Uow

COUNTED = (Class.care, Class.promotion)  # what is owed has no budget


async def keep_contact(uow: Uow, envelope: Envelope) -> None:
    """A message to an EP is planned, moved, out, or will not come. Only those that have a budget are kept."""
    fact = envelope.data
    assert isinstance(fact, notifications.TouchpointFact)
    if not to_the_ep(fact):
        return
    if isinstance(fact, notifications.TouchpointSkipped):
        await uow.execute(delete(Contact).where(Contact.id == fact.touchpoint_id))  # type: ignore[arg-type]
        return
    if isinstance(fact, notifications.TouchpointMoved):
        moved = update(Contact).where(Contact.id == fact.touchpoint_id)  # type: ignore[arg-type]
        await uow.execute(moved.values(at=fact.due_at, sent=False))
        return
    budget = getattr(fact, "budget", None)
    if budget not in COUNTED:
        return
    sent = isinstance(fact, notifications.TouchpointSent)
    at: datetime = envelope.time if sent else fact.due_at  # type: ignore[attr-defined]
    values = {"budget": budget, "at": at, "sent": sent}
    put = insert(Contact).values(id=fact.touchpoint_id, party_id=fact.person_id, **values)
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))


async def keep_requirement(uow: Uow, envelope: Envelope) -> None:
    """What an application needs is done or waived, or open again."""
    fact = envelope.data
    assert isinstance(fact, applications.RequirementFact)
    key = {"application_id": fact.application_id, "kind": fact.kind}
    if isinstance(fact, applications.RequirementReopened):
        await uow.execute(delete(RequirementMet).filter_by(**key))
    else:
        put = insert(RequirementMet).values(**key, person_id=fact.person_id)
        await uow.execute(put.on_conflict_do_nothing())


async def forget_dealings(uow: Uow, party_id: UUID) -> None:
    """Whoever is forgotten has no contacts and no requirements here."""
    await uow.execute(delete(Contact).where(Contact.party_id == party_id))  # type: ignore[arg-type]
    await uow.execute(delete(RequirementMet).where(RequirementMet.person_id == party_id))  # type: ignore[arg-type]
