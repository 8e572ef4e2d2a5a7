"""Leads, the course of their scores, and how it ended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Index, and_, func, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.lead_stages import LeadStage, Standing
from services.scoring.policy.lifecycle import Lifecycle
from shared.access import Caller
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible


class Lead(Table, table=True):
    """A customer of either side and the newest score. Without an entity only fragments are known: not a lead yet.

    A prospect is an enabler that a manager entered; once it is known which enabler it is, it counts for that one
    (`linked_to`) and stands in no list; so does a person who is one with another. `hand_over_id` and what follows are
    of the hand-over that is open.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("lead_by_score", "score", "id"),
        Index("lead_by_silence", "party", "stage", "last_sign_at"),
        Index("lead_linked", "linked_to", postgresql_where=text("linked_to IS NOT NULL")),
        CheckConstraint("sending_entity_id IS NULL OR hosting_entity_id IS NULL", name="lead_of_one_entity"),
    )
    id: UUID = Field(primary_key=True)  # the person, the enabler or the prospect
    party: Party = code(Party, default=Party.ep, sa_column_kwargs={"server_default": "ep"})
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    stage: LeadStage | None = code(LeadStage, default=None)
    stage_since: datetime | None = moment(default=None)
    lifecycle: Lifecycle | None = code(Lifecycle, default=None)
    since: datetime | None = moment(default=None)  # registered, or entered by a manager
    last_sign_at: datetime | None = moment(default=None)
    contacted_at: datetime | None = moment(default=None)  # the first talk of this round, or of the hand-over
    bought_at: datetime | None = moment(default=None)
    lapsed_at: datetime | None = moment(default=None)
    won_back_at: datetime | None = moment(default=None)
    hand_over_id: UUID | None = None
    handed_over_at: datetime | None = moment(default=None)
    contact_due_at: datetime | None = moment(default=None)
    member_id: UUID | None = Field(default=None, index=True)
    prospect: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    met: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    linked_to: UUID | None = None
    linked_at: datetime | None = moment(default=None)
    own: dict[str, Any] | None = document(default=None)  # how it stood before others were one with it
    sending_entity_id: UUID | None = Field(default=None, index=True)
    zone: str = "UTC"
    score: float | None = None
    base_log_odds: float | None = None
    reasons: list[dict[str, Any]] = document(default_factory=list)
    features: dict[str, Any] = document(default_factory=dict)
    model: str | None = None
    scored_at: datetime | None = moment(default=None)  # last looked at: all that was known by then is in the score
    rescore_on: date | None = None
    qualified_at: datetime | None = moment(default=None)
    converted_at: datetime | None = moment(default=None)
    erased_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()

    @property
    def entity_id(self) -> UUID | None:
        """The entity that looks after it: the sending one of an EP, the hosting one of an enabler."""
        return self.sending_entity_id or self.hosting_entity_id

    def standing(self) -> Standing | None:
        """What its stage is made of; None while only fragments are known."""
        if self.since is None:
            return None
        return Standing(
            self.party, self.since, self.last_sign_at, self.qualified_at, self.handed_over_at, self.contacted_at,
            self.bought_at, self.lapsed_at, self.won_back_at, self.prospect, self.met,
        )  # fmt: skip


ENTITY_OF_LEAD = func.coalesce(Lead.sending_entity_id, Lead.hosting_entity_id)


class ScoreChange(Table, table=True):
    """A point of a lead's course: the score, what was known, and the event that caused it. Never changed."""

    __tablename__ = "score_change"
    __table_args__ = (Index("score_change_course", "person_id", "at", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)  # tells the order within one moment
    person_id: UUID
    at: datetime = moment()
    score: float
    base_log_odds: float
    reasons: list[dict[str, Any]] = document()
    features: dict[str, Any] = document()
    model: str
    cause: str
    outcome: str | None = None
    changed_at: datetime = changed_moment()


class Outcome(Table, table=True):
    """How a transition ended for a person, and what the model had said just before: what later models learn from."""

    __tablename__ = "outcome"
    person_id: UUID = Field(primary_key=True)
    transition: str = Field(primary_key=True)
    outcome: str
    application_id: UUID
    score_before: float
    model: str
    at: datetime = moment()
    known_at: datetime = moment()


# --- who sees what: the predicate that every query carries


def leads_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself, or the leads of the caller's entity and below, each side its own; nobody sees the erased."""
    own = visible(caller, person=Lead.id, sending=Lead.sending_entity_id, hosting=Lead.hosting_entity_id)
    return and_(own, Lead.erased_at.is_(None))  # type: ignore[union-attr]
