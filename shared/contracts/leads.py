"""What the scoring room says of leads on both sides: who is to call whom, what came of it, who lapsed and came back."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, datetime
from shared.contracts.surveys import Party


class LeadFact(Event):
    """Which lead of whose entity: an EP of its sending, an enabler of its hosting one. Base of the events.

    `enabler_id` is empty for a prospect that isn't registered yet.
    """

    lead_id: UUID
    party: Party
    person_id: UUID | None
    enabler_id: UUID | None
    entity_id: UUID


class HandOverFact(LeadFact):
    """Which hand-over, to which member of the entity."""

    hand_over_id: UUID
    member_id: UUID


@event("scoring.lead-handed-over.v1", key="hand_over_id")
class LeadHandedOver(HandOverFact):
    """This member is to contact the lead by `due_at`. Listen to tell them so.

    `why` is how it came to them: weekly, freed (capacity became free), manual or reassigned.
    """

    due_at: datetime
    why: Code
    score: float | None


@event("scoring.lead-contacted.v1", key="hand_over_id")
class LeadContacted(HandOverFact):
    """The first personal contact after the hand-over: the clock stands still. Listen to close the task."""

    contacted_at: datetime
    in_time: bool


@event("scoring.lead-overdue.v1", key="hand_over_id")
class LeadOverdue(HandOverFact):
    """Nobody talked with the lead in time: it is back among the open ones, and somebody else may get it."""

    due_at: datetime


@event("scoring.lead-returned.v1", key="hand_over_id")
class LeadReturned(HandOverFact):
    """The hand-over ended without a contact, and nobody has to call because of it any more.

    `reason` is why: refused (with `refusal`), reassigned, became_customer, contact_stopped, member_left, linked or
    erased.
    """

    reason: Code
    refusal: Code | None = None


@event("scoring.lead-lapsed.v1", key="lead_id")
class LeadLapsed(LeadFact):
    """No sign of life since `silent_since`, which is too long for somebody at this `stage`. Listen to win them back."""

    stage: Code
    silent_since: datetime


@event("scoring.lead-won-back.v1", key="lead_id")
class LeadWonBack(LeadFact):
    """A lead that had lapsed gave a sign of life; `contacted`: somebody of ours had talked with it since."""

    lapsed_at: datetime
    contacted: bool


SAID = (LeadHandedOver, LeadContacted, LeadOverdue, LeadReturned, LeadLapsed, LeadWonBack)
