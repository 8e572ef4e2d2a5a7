"""What the scoring room says of segments, and of audiences that leave the house."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, StrEnum
from shared.contracts.surveys import Party


class SegmentMove(StrEnum):
    """What happened to a membership."""

    entered = "entered"
    left = "left"


class AudienceCause(StrEnum):
    """Why an audience is another one now."""

    exported = "exported"
    consent_withdrawn = "consent_withdrawn"
    erased = "erased"
    ended = "ended"


@event("scoring.segment-changed.v1", key="subject_id")
class SegmentChanged(Event):
    """An EP or an enabler came into a segment, or left it. Listen to treat members in the segment's own way.

    `subject_id` is the one of `person_id` and `enabler_id` that is there.
    """

    subject_id: UUID
    party: Party
    person_id: UUID | None = None
    enabler_id: UUID | None = None
    segment_id: UUID
    move: SegmentMove


@event("scoring.audience-changed.v1", key="audience_id")
class AudienceChanged(Event):
    """An audience went out, or somebody in it is to be left in peace: `removals` digests wait for the next export.

    It names nobody. `size` is how many are out there after it.
    """

    audience_id: UUID
    entity_id: UUID | None
    segment_id: UUID | None
    export_id: UUID | None
    cause: AudienceCause
    added: int
    removed: int
    size: int
    removals: int


SAID = (SegmentChanged, AudienceChanged)
