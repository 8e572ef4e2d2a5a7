"""What people hold against a model's chance: apart from it, never learned from, compared later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.overrides import Verdict
from services.scoring.policy.transitions import Transition
from shared.storage.columns import changed_moment, code, moment


class Override(Table, table=True):
    """Somebody's own word on a chance. The newest of a subject and transition counts, until it ends."""

    __tablename__ = "chance_override"
    __table_args__ = (Index("override_of_subject", "subject_id", "transition", "at"),)
    id: UUID = Field(primary_key=True)
    subject_id: UUID
    transition: Transition = code(Transition)
    probability: float | None = None
    verdict: Verdict | None = code(Verdict, default=None)
    reason: str | None = None  # free text: blanked when the person is erased
    by: str
    at: datetime = moment()
    until: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    said: float | None = None  # the model's chance at that moment
    model: str | None = None
    version: int
    changed_at: datetime = changed_moment()
