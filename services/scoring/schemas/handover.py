"""What is answered about hand-overs, who calls how many, times to contact, and prospects."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.handover import Ending, HandOverState, Refusal, Why
from services.scoring.schemas.leads import CountedOut
from shared.contracts.surveys import Party
from shared.web.schemas import Out, TimeOfDay


class HandOverOut(Out):
    """A lead in a member's hands, or how that ended."""

    id: UUID
    lead_id: UUID
    party: Party
    entity_id: UUID
    member_id: UUID
    week: date = Field(description="The Monday of the week whose capacity it takes")
    why: Why
    score: float | None
    at: datetime
    due_at: datetime
    zone: str
    state: HandOverState
    ended_at: datetime | None
    ending: Ending | None
    refusal: Refusal | None
    hours: float | None = Field(description="Working hours from the hand-over to its end")
    version: int


class CallingOut(Out):
    """What an entity says of calling, and what holds there with what is said above it."""

    entity_id: UUID
    zone: str
    own: dict[str, object] = Field(description="What the entity itself says; all else comes from above")
    calls_per_week: int
    due_hours: int
    least_score: float | None
    weekdays: list[int]
    opens: TimeOfDay
    closes: TimeOfDay
    holidays: list[date]
    version: int = Field(description="0: it has said nothing yet")


class AbsenceOut(Out):
    from_on: date
    to_on: date


class CallerOut(Out):
    """A member as somebody who calls; `capacity` is what this week leaves of it."""

    member_id: UUID
    entity_id: UUID
    role: str
    parties: list[Party]
    calls_per_week: int | None = Field(description="The member's own; null: what holds for the role")
    absences: list[AbsenceOut]
    week: date
    capacity: int
    given: int = Field(description="Handed over this week and not given back")
    carried: int = Field(description="Still open from earlier weeks")
    left: int
    version: int


class QuantileOut(Out):
    """Working hours until this share of the leads was contacted; null: the data don't reach so far."""

    hours: float | None
    low: float | None
    high: float | None


class WaitsOut(Out):
    """How long leads waited, from the hand-over to the first contact, in working hours of the entity."""

    entity_id: UUID | None
    n: int = Field(description="Hand-overs of the window")
    contacted: int
    open: int
    overdue: int
    in_time: CountedOut = Field(description="Contacted in time, of those that were contacted or became overdue")
    p50: QuantileOut
    p90: QuantileOut


class ContactTimesOut(WaitsOut):
    """The same of all hand-overs that were asked for, and of each entity. Those still waiting, or given back, count as
    waiting up to then (Kaplan–Meier)."""

    since: datetime
    by_entity: list[WaitsOut] = Field(description="The entity with the most hand-overs first")


class ProspectOut(Out):
    """A company that a manager entered; what could tell who it is is empty once it was erased."""

    id: UUID
    hosting_entity_id: UUID
    company: str | None
    contact_name: str | None
    email: str | None
    phone: str | None
    note: str | None
    country: str | None
    source: str | None
    entered_at: datetime
    linked_to: UUID | None = Field(description="The enabler that it turned out to be")
    linked_at: datetime | None
    erased_at: datetime | None
    version: int
