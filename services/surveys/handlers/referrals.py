"""Whom promoters brought: a sign-up with the code of a link, and how far that person gets. The first touch counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.surveys.handlers.deeds import note_deed
from services.surveys.model import Arrival, Showcase
from services.surveys.policy.tournament import Deed
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.showcasing import ReferralAttributed
from shared.storage.tx import Uow


async def attribute_sign_up(uow: Uow, signed_up: facts.PersonRegistered, at: datetime) -> None:
    """Remember whose link brought somebody. One's own link brings nobody, neither does a code that isn't one."""
    if signed_up.referral is None:
        return
    showcase = await uow.find(Showcase, referral=signed_up.referral)
    if showcase is None or showcase.person_id == signed_up.person_id:
        return
    known = await uow.find(Arrival, person_id=signed_up.person_id, lock=True)
    if known is not None and known.showcase_id is not None:
        return
    await _note(uow, signed_up.person_id, signed_up_at=at)
    arrival = await uow.find(Arrival, person_id=signed_up.person_id, lock=True)
    assert arrival is not None
    arrival.showcase_id = showcase.id
    ids = {"person_id": signed_up.person_id, "referrer_id": showcase.person_id, "showcase_id": showcase.id}
    uow.say(ReferralAttributed(**ids, code=signed_up.referral))
    await note_deed(uow, Deed.referred, signed_up.person_id, showcase.person_id, at)
    uow.note("attribute_referral", signed_up.person_id, after={"showcase_id": str(showcase.id)})


async def note_application(uow: Uow, envelope: Envelope) -> None:
    """Somebody applied or was approved; kept also for those of whose sign-up nothing was heard yet."""
    fact = envelope.data
    assert isinstance(fact, facts.ApplicationFact)
    step = "approved_at" if isinstance(fact, facts.ApplicationApproved) else "applied_at"
    await _note(uow, fact.person_id, **{step: envelope.time})
    if isinstance(fact, facts.ApplicationSubmitted):
        await note_deed(uow, Deed.applied_again, fact.application_id, fact.person_id, envelope.time)


async def _note(uow: Uow, person_id: UUID, **moments: datetime) -> None:
    """The earliest moment of each step; one statement, so that events of different keys may come at the same time."""
    put = insert(Arrival).values(person_id=person_id, **moments)
    earliest = {name: func.least(getattr(Arrival, name), getattr(put.excluded, name)) for name in moments}
    await uow.execute(put.on_conflict_do_update(index_elements=["person_id"], set_=earliest))
