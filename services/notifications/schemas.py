"""What the notifications room answers."""

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


class DeliveryOut(Out):
    """One e-mail on its way or delivered."""

    id: UUID
    touchpoint_id: UUID
    touchpoint: str
    application_id: UUID
    person_id: UUID
    channel: str
    language: str | None
    state: str = Field(examples=["pending"])
    reason: str | None
    waiting_for: list[str]
    attempts: int
    uncertain: bool = Field(description="An earlier try may have arrived already; the Message-ID is the same")
    message_id: str
    document_id: UUID | None
    not_before: datetime = Field(description="The next try, on machine time")
    created_at: datetime
    sent_at: datetime | None
    version: int


class DocumentOut(Out):
    """A PDF that was attached; `erased` when the person was forgotten and the content with them."""

    id: UUID
    kind: str = Field(examples=["departure-document"])
    language: str
    file_name: str
    sha256: str
    size: int
    erased: bool
    touchpoint_id: UUID
    delivery_id: UUID
    application_id: UUID
    person_id: UUID
    made_at: datetime
    version: int


class EvidenceOut(Out):
    """A standard of one experience and the message that proves it."""

    id: UUID
    standard: str = Field(examples=["departure_info"])
    application_id: UUID
    person_id: UUID
    touchpoint_id: UUID
    due_on: date
    evidenced_at: datetime
    late: bool


class EvidenceListOut(Out):
    """The evidence so far, in the order in which it came."""

    items: list[EvidenceOut]


class PlanOut(Out):
    """The plan in use."""

    plan: str
    version: int
    languages: list[str]
    touchpoints: list[dict[str, Any]]
