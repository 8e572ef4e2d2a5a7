"""What the delivering side claims, kept to be held against what customers say."""

from sqlalchemy.dialects.postgresql import insert

from services.surveys.model import Claim
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import StandardEvidenced
from shared.storage.tx import Uow


async def note_claim(uow: Uow, envelope: Envelope) -> None:
    """The last thing that a standard asks for is there; told again, the newest counts."""
    fact = envelope.data
    assert isinstance(fact, StandardEvidenced)
    values = fact.model_dump(include={"application_id", "standard", "done_on", "late"})
    news = {name: values[name] for name in ("done_on", "late")}
    await uow.execute(insert(Claim).values(**values).on_conflict_do_update(constraint="claim_pkey", set_=news))
