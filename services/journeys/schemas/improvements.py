"""Improvements of journeys as they are shown, and what they were."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.journeys.policy.improvements import ImprovementKind
from shared.web.schemas import Out


class ImprovementOut(Out):
    """A change to a journey, on its blueprint."""

    id: UUID
    entity_id: UUID | None
    journey: str
    step: str
    item: str | None
    kind: ImprovementKind
    title: str
    description: str | None
    owner_id: UUID | None
    sponsor_id: UUID | None
    due_on: date | None
    launched_on: date | None
    author: str
    created_at: datetime
    version: int


class ImprovementPastOut(Out):
    """One change: which values were others before."""

    version: int
    author: str
    at: datetime
    before: dict[str, Any]
    after: dict[str, Any]


class ImprovementPastsOut(Out):
    """The newest first."""

    items: list[ImprovementPastOut]
