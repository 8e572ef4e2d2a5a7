"""What is answered about remarks and merges."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.interactions import Channel, Direction
from services.scoring.policy.remarks import Outcome, RemarkKind
from shared.contracts.fields import Side
from shared.web.schemas import Out


class RemarkOut(Out):
    """A note, or a contact with its words; `words` is null when there are none, or when they were blanked."""

    id: UUID = Field(description="Of a contact: the interaction's id")
    subject_id: UUID
    kind: RemarkKind
    channel: Channel | None
    direction: Direction | None
    outcome: Outcome | None
    at: datetime
    words: str | None = Field(examples=["Would like to go to Uppsala in March."])
    application_id: UUID | None
    side: Side | None = Field(description="Which side wrote it")
    written_at: datetime
    blanked_at: datetime | None
    version: int


class MergeOut(Out):
    """`other_id` is the same human as `person_id`; from `parted_at` on no more."""

    id: UUID
    person_id: UUID
    other_id: UUID
    merged_at: datetime
    parted_at: datetime | None
    version: int


class MergePreviewOut(Out):
    """What would come together, of either person."""

    person_id: UUID
    other_id: UUID
    interactions: tuple[int, int] = Field(description="Contacts and visits: of the person, of the other")
    visitors: tuple[int, int]
    remarks: tuple[int, int]
    scores: tuple[float | None, float | None]
    refusal: str | None = Field(description="Why they can't be merged; null when they can")
