"""Personal contacts with either side, as somebody of ours tells them."""

from datetime import datetime
from uuid import UUID

from services.scoring.commands import Recorded, RecordInteractions, RecordTalk
from services.scoring.handlers.enablers import Again, keep_step, rescore_enablers
from services.scoring.handlers.interactions import record_interactions
from services.scoring.handlers.scoring import locked
from services.scoring.model import Lead, leads_of
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.interactions import OLDEST_RECORDED, Bounds, Channel, Kind, time_errors
from services.scoring.schemas import LeadOut
from services.scoring.views import lead_out
from shared.contracts.surveys import Party
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

TALKED = "scoring.talk-recorded"


async def record_talk(uow: Uow, command: RecordTalk) -> LeadOut:
    """Somebody of ours talked with the lead: it stops the clock of the hand-over that is open, if one is."""
    lead, talk = await uow.get(Lead, command.lead_id, leads_of(uow.caller)), command.talk
    if errors := time_errors([talk.at], Bounds.of(uow.now, OLDEST_RECORDED), "talk"):
        raise Invalid(errors=[FieldError("#/at", errors[0].detail)])
    await _talk(uow, lead, new_id(), talk.channel, talk.kind, talk.at)
    uow.note("record_talk", lead.id, after={"kind": talk.kind, "channel": talk.channel})
    return lead_out(await uow.get(Lead, command.lead_id, leads_of(uow.caller)))


async def _talk(uow: Uow, lead: Lead, id_: UUID, channel: Channel, kind: Kind, at: datetime) -> None:
    if lead.party is Party.ep:
        one = Recorded(id=id_, person_id=lead.id, channel=channel, kind=kind, at=at)
        await record_interactions(uow, RecordInteractions(interactions=[one]))
        return
    (held,) = await locked(uow, [lead.id])
    met = EnablerStep.met if kind is Kind.meeting else EnablerStep.contacted
    keep_step(uow, held.id, met, min(at, uow.now), id_)
    await rescore_enablers(uow, [Again(held, TALKED)])
