"""What lies behind a cell of a blueprint: the very events."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class OccurrenceOut(Out):
    """One thing that happened in a cell. `due_at`, `done_at` and `days_late` are those of touchpoints and tasks."""

    id: UUID
    what: str = Field(description="touchpoint, score, standard or event", examples=["touchpoint"])
    code: str = Field(examples=["pickup-information"])
    at: datetime | None
    state: str | None = Field(
        description="in_time, late, failed, waiting, not_owed; of standards yes, no, not_needed, kept, late, missed",
        examples=["late"],
    )
    due_at: datetime | None = None
    done_at: datetime | None = None
    days_late: float | None = None
    score: int | None = None
    person_id: UUID | None
    application_id: UUID | None
    enabler_id: UUID | None
