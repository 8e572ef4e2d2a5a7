"""Contests of metrics as they are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.surveys.policy.tournament import Deed, TournamentState, Verdict
from shared.web.schemas import Out


class StandingOut(Out):
    """One contender on the later customers: AUC (½ is chance) with its 95 % interval, and the log loss."""

    contender: str = Field(examples=["ces2"])
    auc: float
    auc_low: float
    auc_high: float
    log_loss: float


class DuelOut(Out):
    """AUC of the first less that of the second; the intervals of all duels hold together with 95 %."""

    first: str
    second: str
    difference: float
    low: float
    high: float


class ReportOut(Out):
    """`unsettled`: customers who answered too lately to know yet; they are not counted as “did not”."""

    verdict: Verdict
    winner: str | None = Field(description="The metric that beat every other one; null when undecided")
    fitted_on: int
    judged_on: int
    did: int = Field(description="Of those judged on, how many did it")
    base_rate: float | None
    base_log_loss: float | None
    unsettled: int
    standings: list[StandingOut]
    duels: list[DuelOut]


class TournamentOut(Out):
    """One contest; the report is there when `state` is done."""

    id: UUID
    deed: Deed
    horizon_days: int
    entity_id: UUID | None
    seed: int
    state: TournamentState
    asked_at: datetime
    known_at: datetime | None
    report: ReportOut | None
