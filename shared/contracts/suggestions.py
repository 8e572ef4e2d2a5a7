"""What the scoring room says of actions that it suggests, and of what became of them."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Zone, date, datetime


class SuggestionFact(Event):
    """Which action is suggested, and whom it concerns: an EP (`person_id`) or an enabler. Base of the events."""

    suggestion_id: UUID
    action: Code
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None


@event("scoring.action-suggested.v1", key="suggestion_id")
class ActionSuggested(SuggestionFact):
    """This should be done next, at `at` and no later than `expires_at`. Listen to carry it out: `touchpoint` is the
    entry of the plan, `automatic` tells a message from a task. Of those who are held back, so that the effect is known,
    nothing is said.

    `effect` is what it is expected to add to the chance that the aim is reached, with bounds; empty: no evidence yet.
    """

    catalogue: int
    touchpoint: Code
    automatic: bool
    channel: Code
    budget: Code
    at: datetime
    zone: Zone
    due_on: date
    expires_at: datetime
    reasons: list[Code]
    aim: Code
    effect: float | None
    effect_low: float | None
    effect_high: float | None


@event("scoring.action-settled.v1", key="suggestion_id")
class ActionSettled(SuggestionFact):
    """What became of a suggestion: done, sent, declined, skipped, expired, or overtaken (its aim was reached before).

    Listen to take back what was planned for it. The words in which it was declined stay in the room.
    """

    state: Code
    reason: Code | None


SAID = (ActionSuggested, ActionSettled)
