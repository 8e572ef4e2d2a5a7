"""What is answered about requirements."""

from datetime import date
from typing import Any
from uuid import UUID

from services.applications.policy import Status
from services.applications.policy.requirements import Owner, State
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
    possible: list[str]
    version: int
