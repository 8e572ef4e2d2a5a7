"""Quality cases as they are answered."""

from datetime import datetime
from uuid import UUID

from services.surveys.policy.cases import CaseState, Outcome
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, Party
from shared.web.schemas import Out


class CaseOut(Out):
    """A quality case; `overdue` when not both sides acknowledged it in time."""

    id: UUID
    party: Party
    invitation_id: UUID | None
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    cause: CaseCause
    standard: str | None
    owner: Side
    state: CaseState
    report: str | None
    opened_at: datetime
    acknowledge_by: datetime
    sending_acknowledged_at: datetime | None
    hosting_acknowledged_at: datetime | None
    overdue: bool
    outcome: Outcome | None
    note: str | None
    closed_at: datetime | None
    version: int
