"""What the scoring room says of stays that may go wrong while they run."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code
from shared.contracts.scoring import Reason


class StayFact(Event):
    """Which stay of whom; base of the events. `risk` (0…1): how likely the EP ends as a detractor, with a quality case,
    or breaks off."""

    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    risk: float


@event("scoring.stay-at-risk.v1", key="application_id")
class StayAtRisk(StayFact):
    """Something can still be done about it: somebody of the hosting side should call. Listen to open a task.

    `low` and `high` are 95 % for the risk; `reasons` and the base add up to its log-odds. Said once, until it is calm
    again.
    """

    low: float
    high: float
    base_log_odds: float
    reasons: list[Reason]
    model: Code


@event("scoring.stay-calmed.v1", key="application_id")
class StayCalmed(StayFact):
    """The alarm is over: the risk is low again (`calmed`), or the stay is over (`settled`). Listen to close a task."""

    why: Code


SAID = (StayAtRisk, StayCalmed)
