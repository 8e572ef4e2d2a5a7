"""What is answered about documents."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Owner, State
from shared.web.schemas import Out


class GoalsOut(Out):
    """Individual responsibilities and goals of one stay."""

    application_id: UUID
    responsibilities: list[str]
    goals: list[str]
    feedback: str | None
    agreed_on: date | None
    version: int = Field(description="0 while nothing is agreed")


class LackOut(Out):
    """A fact that isn't known, and who has to give it."""

    fact: str = Field(examples=["departure_route"])
    owner: Owner
    blocks: bool = Field(description="The message waits for it; else it goes out and says who will tell")


class CheckOut(Out):
    """One coming message, and whether all that it tells is there."""

    touchpoint_id: UUID
    touchpoint: str = Field(examples=["departure-document"])
    title: str
    document: str | None
    state: State
    due_at: datetime
    look_on: date = Field(description="From this day on what is missing is asked for")
    asked: list[Owner] = Field(description="Who was asked and hasn't given it yet")
    missing: list[LackOut]
    ready: bool = Field(description="Nothing that blocks is missing")


class PreflightOut(Out):
    """The coming messages of one application, the next one first."""

    application_id: UUID
    items: list[CheckOut]


class PaperOut(Out):
    """A document that was sent, and what became of it."""

    id: UUID
    kind: str = Field(examples=["departure-document"])
    language: str
    file_name: str
    size: int
    erased: bool
    application_id: UUID | None
    person_id: UUID | None
    zone: str
    sent_at: datetime
    opened_at: datetime | None = Field(description="Opened by the button of its page")
    to_acknowledge: bool = Field(description="It is to be acknowledged in writing, on its page")
    acknowledged_at: datetime | None
    policy_version: str | None = Field(description="The version of the policies that it holds")
    name: str | None = Field(description="As it was typed to acknowledge it")
    page: str | None = Field(description="The personal page; told to whom it was sent alone")


class ReceiptOut(Out):
    """What happened to a document after it was sent: opened, and acknowledged in writing."""

    document_id: UUID
    delivery_id: UUID
    kind: str = Field(examples=["policies-papers"])
    application_id: UUID
    person_id: UUID
    opened_at: datetime | None
    acknowledged_at: datetime | None
    policy_version: str | None = Field(description="The version that was acknowledged")
    name: str | None = Field(description="As it was typed; empty after the person was forgotten")
    version: int
