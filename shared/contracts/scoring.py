"""What the scoring room says: visitors who are known now, and how likely a lead is to convert, with reasons."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code


class Reason(BaseModel):
    """One term of a score in log-odds; the terms and the base add up to the score's log-odds."""

    model_config = ConfigDict(frozen=True)
    code: Code
    log_odds: float


@event("scoring.visitor-identified.v1", key="visitor_id")
class VisitorIdentified(Event):
    """An anonymous visitor turned out to be this person: earlier visits belong to them."""

    visitor_id: UUID
    person_id: UUID


@event("scoring.visitor-separated.v1", key="visitor_id")
class VisitorSeparated(Event):
    """The identification was wrong and is undone: this visitor's visits belong to nobody known."""

    visitor_id: UUID
    person_id: UUID


@event("scoring.lead-scored.v1", key="person_id")
class LeadScored(Event):
    """The chance (0…1) that this lead gets approved, by what was known at that moment; `reasons` explain it.

    Said when the score moved visibly or its reasons changed, and no more once the lead is approved.
    """

    person_id: UUID
    score: float
    base_log_odds: float
    reasons: list[Reason]
    model: Code


@event("scoring.lead-qualified.v1", key="person_id")
class LeadQualified(Event):
    """The score passed the hand-over limit for the first time: a manager should call."""

    person_id: UUID
    score: float


@event("scoring.matches-found.v1", key="person_id")
class MatchesFound(Event):
    """Opportunities that fit this EP and were not told before, best first. Listen to tell the EP, within the budget.

    Said once a week at most, and only when there is something new.
    """

    person_id: UUID
    opportunity_ids: list[UUID]
    list_id: UUID  # of the ledger of lists shown


SAID = (VisitorIdentified, VisitorSeparated, LeadScored, LeadQualified, MatchesFound)
