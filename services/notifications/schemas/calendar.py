"""Touchpoints and the plan that they come from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Anchor, Audience, Kind, State
from shared.web.schemas import Out, WallTime


class TouchpointOut(Out):
    """One touchpoint; `reason` and `waiting_for` say why it is not sent."""

    id: UUID
    code: str = Field(examples=["departure-document"])
    title: str = Field(examples=["Departure document"])
    plan: str
    plan_version: int
    kind: Kind
    audience: Audience
    recipient_id: UUID | None = Field(description="A person, an enabler or a member; none while nobody is named")
    subject: UUID = Field(description="What it is about: an application, an enabler, an opportunity, a task …")
    application_id: UUID | None
    person_id: UUID | None = Field(description="The EP whom it concerns")
    enabler_id: UUID | None
    invitation_id: UUID | None = Field(description="The invitation to a survey that it brings")
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    round: int = Field(description="Touchpoints that come again are counted from 1")
    folded_into: UUID | None = Field(description="The touchpoint in which it goes out with other late ones")
    state: State
    reason: str | None = Field(description="Why it was not sent, or is not sent yet", examples=["waits_for_facts"])
    waiting_for: list[str] = Field(description="Facts that are still missing", examples=[["departure_route"]])
    due_at: datetime
    local_at: WallTime = Field(description="The same as wall time in `zone`", examples=["2026-05-10T09:00:00"])
    zone: str
    anchor: Anchor | None
    anchor_on: date | None
    anchor_version: int = Field(description="Sequence of the event that gave the dates it was counted from")
    occurrence: int
    mandatory: bool
    proves: str | None
    sent_at: datetime | None
    document_id: UUID | None
    version: int


class PlanOut(Out):
    """The plan in use."""

    plan: str
    version: int
    languages: list[str]
    touchpoints: list[dict[str, Any]]
