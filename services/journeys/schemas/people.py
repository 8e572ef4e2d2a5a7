"""A person, and the conversation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.journeys.policy import Phase, Profile, Status
from shared.web.schemas import Out


class NextTouchpoint(Out):
    """The touchpoint that is due next."""

    touchpoint: str = Field(description="Its code in the plan", examples=["departure-document"])
    due_at: datetime


class PersonLine(Out):
    """A person in a list. Names are absent when they are not known yet, or were erased."""

    id: UUID
    given_name: str | None = Field(examples=["Ioana"])
    family_name: str | None = Field(examples=["Șerban"])
    country: str | None = Field(examples=["RO"])
    language: str | None = Field(examples=["ro"])
    zone: str | None = Field(examples=["Europe/Bucharest"])
    status: Status
    phase: Phase
    profile: Profile
    score: float | None = Field(description="Chance of an approval, 0 to 1", examples=[0.34])
    open_cases: int
    next_touchpoint: NextTouchpoint | None
    registered_at: datetime | None
    last_at: datetime = Field(description="When something last happened")


class ApplicationLine(Out):
    """One of a person's applications, as its events tell."""

    id: UUID
    opportunity_id: UUID
    opportunity: str | None = Field(description="Title", examples=["Data intern"])
    hosting_entity_id: UUID
    hosting_entity: str | None = Field(description="Name of the committee", examples=["Uppsala"])
    enabler: str | None = Field(description="Name", examples=["Norrsken Lab"])
    status: Status
    reason: str | None
    product: str | None
    start_on: date | None
    end_on: date | None
    zone: str | None
    country: str | None


class OneWithOut(Out):
    """Another person who signed up and is the same human."""

    id: UUID
    given_name: str | None
    family_name: str | None


class PersonOut(PersonLine):
    """A person, with the applications that the caller may see; of all who are one with the person."""

    sending_entity_id: UUID | None
    sending_entity: str | None = Field(description="Name of the committee", examples=["Cluj"])
    applications: list[ApplicationLine]
    one_with: list[OneWithOut] = Field(description="Who is the same human; the conversation is one over all of them")


class EntryOut(Out):
    """One event on the timeline. `at` is when it was said, `effective_on` the day it counts for."""

    id: UUID
    at: datetime
    effective_on: date
    room: str = Field(examples=["notifications"])
    type: str = Field(examples=["notifications.touchpoint-sent.v2"])
    phase: Phase | None = Field(description="The phase that the application, or the person, was in")
    side: str | None = Field(description="customer, sending, hosting; null: the system itself")
    channel: str | None = Field(examples=["email"])
    application_id: UUID | None
    facts: dict[str, Any] = Field(description="Ids, codes, dates and numbers of the event")
    comment: str | None = Field(description="What the person wrote, on a survey's answer")
    remark: str | None = Field(None, description="What a member wrote; for members alone")
    person_id: UUID | None = Field(description="Whose conversation it is of, by the own id of each")
    enabler_id: UUID | None
