"""Suggestions of actions with what came of them, the shares that were set, and what is known of effects."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Index, and_, or_, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.actions import Aim, Channel, Class, Doer
from services.scoring.policy.suggesting import Arm, Evidence, State
from shared.access import Caller, Role
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import below


class Suggestion(Table, table=True):
    """One suggestion, and one line of the ledger: who was drawn how, what was done, and whether the aim was reached.

    `arm` follows from `draw` and `share`, which stood before. `first` marks the customer's first one in the trial:
    only those are counted. `reached_at` is the first time that the aim was reached between the suggestion and
    `until`, the end of its horizon. An erased customer's lines stay without an id.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index(
            "suggestion_live", "party_id", "budget", unique=True,
            postgresql_where=text("state IN ('open', 'accepted', 'held')"),
        ),
        Index("suggestion_of_party", "party_id", "suggested_at"),
        Index("suggestion_of_action", "action", "trial", "until"),
        Index("suggestion_by_gain", "gain", "id"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    action: str = code()
    catalogue: int
    setting: int
    trial: int
    side: Party = code(Party)
    party_id: UUID | None = None
    application_id: UUID | None = None
    sending_entity_id: UUID | None = Field(default=None, index=True)
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    arm: Arm = code(Arm)
    draw: float
    share: float
    first: bool
    segment: str = code()
    doer: Doer = code(Doer)
    channel: Channel = code(Channel)
    budget: Class = code(Class)
    state: State = code(State)
    reasons: list[list[Any]] = document(default_factory=list)
    gain: float
    basis: Evidence = code(Evidence)
    effect: list[float] | None = document(default=None)
    suggested_at: datetime = moment()
    local_at: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]  # wall time, without a zone
    zone: str = code()
    expires_at: datetime = moment()
    aim: Aim = code(Aim)
    until: datetime = moment()
    reached_at: datetime | None = moment(default=None)
    settled_at: datetime | None = moment(default=None)
    settled_by: str | None = None
    why: str | None = code(default=None)
    note: str | None = None  # why it was declined, in somebody's words
    version: int = 1
    changed_at: datetime = changed_moment()


class ActionSetting(Table, table=True):
    """A version of what a committee says of an action's share, for itself and all below it. Never changed."""

    __tablename__ = "action_setting"
    entity_id: UUID = Field(primary_key=True)
    action: str = code(primary_key=True)
    version: int = Field(primary_key=True)
    share: float
    author: str
    at: datetime = moment()


class ActionEvidence(Table, table=True):
    """What is known of a trial: rows of (segment, share, treated, reached, held, reached), as last counted."""

    __tablename__ = "action_evidence"
    action: str = code(primary_key=True)
    trial: int = Field(primary_key=True)
    rows: list[list[Any]] = document(default_factory=list)
    measured_at: datetime = moment()


def suggestions_of(caller: Caller) -> ColumnElement[bool]:
    """What a manager may see: suggestions for EPs of the sending line and for enablers of the hosting line, and never
    who is held back."""
    shown = Suggestion.arm == Arm.treat
    of_ep = and_(Suggestion.side == Party.ep, below(Suggestion.sending_entity_id, caller))
    of_enabler = and_(Suggestion.side == Party.enabler, below(Suggestion.hosting_entity_id, caller))
    match caller.role:
        case Role.global_manager | Role.service | Role.auditor:
            return shown  # type: ignore[return-value]
        case Role.sending_manager:
            return and_(shown, of_ep)
        case Role.hosting_manager:
            return and_(shown, of_enabler)
        case Role.national_manager:
            return and_(shown, or_(of_ep, of_enabler))
    return and_(shown, text("false"))
