"""What is answered about requirements."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from services.applications.policy import Status
from services.applications.policy.requirements import Anchor, Owner, State
from shared.access import Role
from shared.web.schemas import Out


class RequirementOut(Out):
    """A requirement; `before` is the status that it holds up while it is open, `possible` what this caller may do."""

    id: UUID
    application_id: UUID
    kind: str
    owner: Owner
    before: Status | None
    opened_on: date
    due_on: date | None
    state: State
    done_on: date | None
    late: bool
    reason: str | None
    facts: dict[str, Any]
    needs: list[str] = Field(description="The facts that are stated when it is recorded")
    possible: list[str]
    version: int


class KindOut(Out):
    """A line of the table: when it opens, whose it is, when it is due, what it holds up, what is stated."""

    name: str
    opens_at: Status
    owner: Owner
    days: int
    anchor: Anchor | None
    after: str | None
    before: Status | None
    facts: list[str]
    recorded_by: list[Role]
    waived_by: Role
    step: bool


class KindsOut(Out):
    """The table of requirements, with the version that it has."""

    table: str
    kinds: list[KindOut]
