"""Programmes and what they decided, as it is answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from services.surveys.policy.invitations import State
from shared.contracts.surveys import Party
from shared.web.schemas import Out


class ProgrammeOut(Out):
    """Who is asked which questionnaire, when. `when`, `conditions` … are as its file has them."""

    code: str = Field(examples=["first-weeks"])
    title: str = Field(examples=["First weeks: effort, and the follow-up on standards"])
    questionnaire: str = Field(examples=["first-weeks"])
    questionnaire_version: int = Field(description="The newest one: whoever is asked now gets it")
    audience: list[Party]
    lifecycle: bool = Field(description="It belongs to the stay: the cool-down never holds it back")
    when: dict[str, Any] = Field(examples=[{"anchor": "start", "days": 14, "at": "10:00:00", "zone": "host"}])
    conditions: list[dict[str, Any]]
    not_after: dict[str, Any] | None = Field(description="The last day on which asking makes sense")
    late_days: int | None = Field(description="Later than so many days after its day it is never asked")
    expires_after_days: int
    reminders: dict[str, int] = Field(examples=[{"most": 2, "gap_days": 7}])
    quota: dict[str, Any] | None = Field(description="At most so many, per entity and period")
    again_after_days: int = Field(description="The programme's own clock: nobody is asked twice within so many days")
    cool_down_days: int | None = Field(description="Days after any other survey in which it stays silent")
    enabled: bool = Field(description="Whether it runs for the entity that was asked for, or else in general")
    share: float = Field(description="The same of the part that is asked")


class ProgrammesOut(Out):
    """All programmes, by code."""

    items: list[ProgrammeOut]


class SwitchOut(Out):
    """What an entity says of a programme (version 0: nothing), and what holds there."""

    programme: str = Field(examples=["enabler-feedback"])
    entity_id: UUID
    enabled: bool | None
    share: float | None
    effective_enabled: bool
    effective_share: float
    enabled_from: UUID | None = Field(description="The entity that says so; none: the programme's file")
    share_from: UUID | None
    version: int


class Decision(StrEnum):
    """What became of an asking. `waiting`: due, but something about the recipient isn't known yet."""

    asked = "asked"
    will_be_asked = "will_be_asked"
    not_asked = "not_asked"
    waiting = "waiting"


class DecisionOut(Out):
    """Why somebody is, was, or was not asked by a programme, with the numbers that decided.

    Reasons: `no_occasion` (the moment never came), `too_late`, `language_unknown`, `erased`, `programme_off`,
    `not_in_sample`, `quota`, `cool_down`, `asked_by_this`, `unreachable`, `case_open`, `after_the_end`,
    `approval_broken`, `realization_broken`, `approval_awaited`, and `when_…`: a condition that doesn't hold.
    A decision of the past is kept as it was made; one of the future is what would be decided as things are now.
    """

    programme: str = Field(examples=["first-weeks"])
    questionnaire: str = Field(examples=["first-weeks"])
    occasion: str | None = Field(description="Which of the times that the programme asks; none: it has none yet")
    application_id: UUID | None
    decision: Decision
    reason: str | None = Field(examples=["cool_down"])
    numbers: dict[str, Any] = Field(examples=[{"days": 60, "last_asked_at": "2026-05-25T08:00:00+00:00"}])
    due_at: datetime | None
    decided_at: datetime | None
    invitation_id: UUID | None
    invitation_state: State | None


class DecisionsOut(Out):
    """Every programme for this customer, each occasion with its decision; the earliest first."""

    recipient_id: UUID
    party: Party
    items: list[DecisionOut]
