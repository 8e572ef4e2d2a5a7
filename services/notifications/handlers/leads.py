"""What is heard of leads: a hand-over is a task of the member who has it in hand, and the task ends with it."""

from sqlalchemy import update

from services.notifications.handlers.calendar import About, settle, slot_of
from services.notifications.handlers.happenings import end_tasks, held_about, start
from services.notifications.model import Touchpoint
from services.notifications.policy import Happening, Reached, Row, State
from shared.contracts import leads
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party
from shared.storage.tx import Uow

HANDED_OVER = {Party.ep: Happening.lead_handed_over, Party.enabler: Happening.enabler_lead_handed_over}


async def hear_hand_over(uow: Uow, envelope: Envelope) -> None:
    """A member is to contact a lead; did so; or the lead went back, and nobody has to because of this any more."""
    fact = envelope.data
    assert isinstance(fact, leads.HandOverFact)
    about = _about(fact)
    if isinstance(fact, leads.LeadHandedOver):
        await start(uow, about, HANDED_OVER[fact.party], Reached(envelope.sequence, envelope.time))
        whose = update(Touchpoint).where(Touchpoint.subject == fact.hand_over_id, Touchpoint.recipient_id.is_(None))  # type: ignore[union-attr, arg-type]
        await uow.execute(whose.values(recipient_id=fact.member_id))
    elif isinstance(fact, leads.LeadContacted):
        await end_tasks(uow, about, Happening.lead_contacted)
    else:
        reason = fact.reason if isinstance(fact, leads.LeadReturned) else "overdue"
        for row in await held_about(uow, about):
            await settle(uow, about, [Row(row.code, State.cancelled, slot_of(row), reason, row.round)], [row])


def _about(fact: leads.HandOverFact) -> About:
    if fact.party is Party.ep:
        return About(fact.hand_over_id, person_id=fact.person_id, sending_entity_id=fact.entity_id)
    return About(fact.hand_over_id, hosting_entity_id=fact.entity_id, enabler_id=fact.enabler_id)
