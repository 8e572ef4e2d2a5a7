"""What the journeys room says: which designs of journeys come into use. All else of it is a read side."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Digest


@event("journeys.journey-designed.v1", key="design_id")
class JourneyDesigned(Event):
    """A version of a design came into use: a blueprint, or a map of a persona's way (`kind`), of a journey.

    It holds for `entity_id` and those below it, or for everybody; `replaces` was in use there until now. Listen to know
    by which design figures are read from here on. What it says stays in the room; `digest` is the SHA-256 of it.
    """

    design_id: UUID
    kind: Code
    journey: Code
    persona: Code | None
    entity_id: UUID | None
    number: int
    replaces: UUID | None
    digest: Digest
