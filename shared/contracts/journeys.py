"""What the journeys room says: designs that people saved."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code


@event("journeys.journey-designed.v1", key="design_id")
class JourneyDesigned(Event):
    """Somebody saved a version of a journey's design; its texts stay in the room."""

    design_id: UUID
    journey: Code
    version: int
