"""What customers do of their own accord, and when: apply again, raise an opportunity again, bring somebody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.surveys.model import Done
from services.surveys.policy.tournament import Deed
from shared.contracts.envelope import Envelope
from shared.contracts.parties import OpportunityReraised
from shared.storage.tx import Uow


async def note_reraise(uow: Uow, envelope: Envelope) -> None:
    fact = envelope.data
    assert isinstance(fact, OpportunityReraised)
    await note_deed(uow, Deed.raised_again, fact.opportunity_id, fact.enabler_id, envelope.time)


async def note_deed(uow: Uow, kind: Deed, id_: UUID, customer_id: UUID, at: datetime) -> None:
    """It counts from the moment at which it was done, once."""
    values = {"id": id_, "kind": kind, "customer_id": customer_id, "at": at}
    await uow.execute(insert(Done).values(**values).on_conflict_do_nothing())
