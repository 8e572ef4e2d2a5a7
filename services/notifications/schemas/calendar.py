"""Touchpoints and the plan that they come from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Anchor, State
from shared.web.schemas import Out, WallTime


class TouchpointOut(Out):
    """One touchpoint; `reason` and `waiting_for` say why it is not sent."""

    id: UUID
    code: str = Field(examples=["departure-document"])
    title: str = Field(examples=["Departure document"])
    plan: str
    plan_version: int
    application_id: UUID
    person_id: UUID
    invitation_id: UUID | None
    sending_entity_id: UUID
    hosting_entity_id: UUID
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
