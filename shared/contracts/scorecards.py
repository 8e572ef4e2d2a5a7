"""What the journeys room says of scorecards: what a committee aims at."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, date


@event("journeys.target-set.v1", key="scorecard_id")
class TargetSet(Event):
    """A committee aims at a figure from a day on, or (`value` null) no more. Listen to follow what is aimed at.

    `measure`, `side` and `rhythm` say which figure; `number` counts the targets of one scorecard.
    """

    scorecard_id: UUID
    entity_id: UUID
    side: Code
    measure: Code
    rhythm: Code
    number: int
    value: float | None
    from_on: date
