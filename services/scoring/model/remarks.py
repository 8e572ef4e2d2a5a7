"""What members write down of customers, and who is one with whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, false, or_, select, text
from sqlmodel import Field

from services.scoring.model.leads import Lead, leads_of
from services.scoring.model.table import Table
from services.scoring.policy.interactions import Channel, Direction
from services.scoring.policy.remarks import Outcome, RemarkKind
from shared.access import CUSTOMERS, Caller, Role
from shared.contracts.fields import Side
from shared.storage.columns import changed_moment, code, moment
from shared.storage.scope import below


class Remark(Table, table=True):
    """A note, or the words to a contact (then it has the interaction's id). Blanked, it keeps that it was written.

    `hosting_entity_id` is there when somebody of the hosting side wrote it.
    """

    __tablename__ = "remark"
    __table_args__ = (Index("remark_of_subject", "subject_id", "at"),)
    id: UUID = Field(primary_key=True)
    subject_id: UUID
    kind: RemarkKind = code(RemarkKind)
    channel: Channel | None = code(Channel, default=None)
    direction: Direction | None = code(Direction, default=None)
    outcome: Outcome | None = code(Outcome, default=None)
    at: datetime = moment()
    words: str | None = Field(default=None, sa_type=Text)
    application_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    side: Side | None = code(Side, default=None)
    written_at: datetime = moment()
    written_by: str
    blanked_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class PeopleMerge(Table, table=True):
    """`other_id` is the same human as `person_id`, until the two are parted. Rows of either keep their own id."""

    __tablename__ = "people_merge"
    __table_args__ = (
        Index("people_merge_live", "other_id", unique=True, postgresql_where=text("parted_at IS NULL")),
        Index("people_merge_of", "person_id"),
    )
    id: UUID = Field(primary_key=True)
    person_id: UUID
    other_id: UUID
    merged_at: datetime = moment()
    merged_by: str
    parted_at: datetime | None = moment(default=None)
    parted_by: str | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


def remarks_of(caller: Caller) -> ColumnElement[bool]:
    """Those about the caller's leads, and those that the caller's side wrote of somebody else's; no customer's."""
    if caller.role in CUSTOMERS:
        return false()
    own = select(Lead.id).where(Lead.id == Remark.subject_id, leads_of(caller)).exists()
    if caller.role not in {Role.hosting_manager, Role.national_manager}:
        return own
    return or_(own, below(Remark.hosting_entity_id, caller))
