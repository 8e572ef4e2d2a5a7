"""What is answered about sessions, seats and calendars."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import CheckedBy, SeatState, SessionKind, SessionState
from shared.web.schemas import Out, WallTime


class SeatOut(Out):
    """One person's part in a session; `queue_place` counts from 1 for who waits."""

    id: UUID
    session_id: UUID
    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    state: SeatState
    reason: str | None = Field(description="Why it was taken back", examples=["session_cancelled"])
    queue_place: int | None = None
    invited_at: datetime | None
    answered_at: datetime | None
    attended_at: datetime | None
    checked_by: CheckedBy | None
    no_show: bool = Field(description="Said yes, and nobody recorded that they came")
    version: int


class SessionOut(Out):
    """A session. The check-in code is shown to those who hold it alone; `seat` is the caller's own."""

    id: UUID
    kind: SessionKind
    entity_id: UUID
    title: str
    about: str
    local_start: WallTime = Field(examples=["2026-03-29T17:00:00"])
    local_end: WallTime
    zone: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None
    capacity: int
    going: int = Field(description="Places that are taken")
    waiting: int
    invited: int = Field(description="Asked, and no answer yet")
    attended: int
    languages: list[str]
    hosts: list[UUID]
    covers_purpose: bool
    state: SessionState
    reason: str | None
    note: str | None
    sequence: int = Field(description="SEQUENCE of its calendar file")
    check_in_code: str | None = None
    check_in_from: datetime
    check_in_until: datetime
    seat: SeatOut | None = None
    version: int


class AskedOut(Out):
    """Whom an invitation reached: `left_out` are stays that were asked already, or whose person was forgotten."""

    invited: list[SeatOut]
    left_out: list[UUID]


class TickedOut(Out):
    """Presences that were recorded; `before` names seats that had been ticked already."""

    attended: list[SeatOut]
    before: list[UUID]


class CalendarAddressOut(Out):
    """The address of a person's calendar, for any calendar program. Whoever has it can read it."""

    address: str = Field(examples=["https://touchpoints.example/calendar/AbC.ics"])
    made_at: datetime
