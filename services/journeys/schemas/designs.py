"""Designs of journeys, their versions and what differs between two."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.journeys.policy.designs import DesignState, Turn
from shared.web.schemas import Out


class DesignOut(Out):
    """One version of a design, without its document."""

    id: UUID
    kind: str = Field(examples=["blueprint"])
    journey: str = Field(examples=["ep"])
    persona: str | None = Field(description="Whose way through it; none: anybody's")
    entity_id: UUID | None = Field(description="The committee that it is for, and those below; none: everybody")
    number: int
    state: DesignState
    shipped: bool = Field(False, description="It came with the room: copy it to change it")
    author: str = Field(description="The account that wrote it last")
    published_by: str | None
    created_at: datetime | None
    published_at: datetime | None
    retired_at: datetime | None
    version: int


class DesignDetail(DesignOut):
    """One version with all that it says."""

    document: dict[str, Any]


class DifferenceOut(Out):
    """One part that differs. `pointer` names parts of lists by their id."""

    pointer: str = Field(examples=["/steps/apply/title/en"])
    turn: Turn
    before: Any
    after: Any


class DesignDiffOut(Out):
    """What one version says other than another."""

    before: UUID
    after: UUID
    differences: list[DifferenceOut]


class PastOut(Out):
    """What a draft said once, and when something else took its place."""

    version: int
    author: str
    replaced_at: datetime


class PastsOut(Out):
    """The newest first, at most two hundred."""

    items: list[PastOut]
