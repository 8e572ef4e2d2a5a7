"""Versions of plans, what they change, and whom a publish would touch."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.model.plans import RadiusState, VersionState
from shared.web.schemas import Out


class PlanVersionOut(Out):
    """One version of a plan, without its content."""

    id: UUID
    plan: str = Field(examples=["sweden"])
    number: int
    entity_id: UUID | None = Field(description="The committee that it is for, and those below; none: everybody")
    state: VersionState
    digest: str = Field(description="SHA-256 of the content")
    author: str
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None
    version: int


class PlanContentOut(PlanVersionOut):
    """One version of a plan with all that it says."""

    content: dict[str, Any]


class FindingOut(Out):
    """Something that blocks a publish."""

    pointer: str = Field(examples=["#/content/touchpoints/0/when/0"])
    detail: str


class ChecksOut(Out):
    """The pre-flight check of a version; it may be published when nothing is found."""

    ready: bool
    findings: list[FindingOut]


class EntryChangeOut(Out):
    """One touchpoint that differs between two versions."""

    touchpoint: str
    what: str = Field(description="added, removed or changed", examples=["changed"])
    fields: dict[str, Any] = Field(description="Each changed field, before and after")


class PlanDiffOut(Out):
    """The difference of two versions."""

    before: UUID
    after: UUID
    touchpoints: list[EntryChangeOut]
    without: dict[str, list[str]] = Field(description="Codes left out: `added` and `removed`")


class RadiusOut(Out):
    """What a publish for running applications would do; once it is `ready`, `digest` goes into the publish."""

    id: UUID
    version_id: UUID
    state: RadiusState
    done: int = Field(description="Applications that were measured so far")
    total: int = Field(description="Applications that were under way when the measuring began")
    digest: str | None
    figures: dict[str, Any]
    made_at: datetime
