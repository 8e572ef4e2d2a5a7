"""Courses: when each customer first came to each stage of the funnel, one row a customer; all follows from events.

Each moment is the least of those that events tell, so that the order in which topics arrive doesn't matter.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlmodel import Field

from services.journeys.model.table import Table
from shared.storage.columns import moment


def reached() -> datetime | None:
    """When a stage was reached first; null while it wasn't."""
    return moment(default=None)


class Course(Table, table=True):
    """A person on the way from stranger to promoter.

    `promoted_at` is the first NPS answer of 9 or 10 after a completed experience, `again_at` the first application
    after one. Channel, source and campaign are those of the first contact. `lapsed_at` and `won_back_at` are the last.
    """

    __tablename__ = "course"
    __table_args__ = (
        Index("course_by_entry", "signed_up_at"),
        Index("course_of_entity", "sending_entity_id", "signed_up_at"),
        Index("course_lapsed", "lapsed_at", "person_id", postgresql_where=text("lapsed_at IS NOT NULL")),
        Index("course_not_loyal", "csat_at", "person_id", postgresql_where=text("csat >= 4 AND nps < 9")),
    )
    person_id: UUID = Field(primary_key=True)
    sending_entity_id: UUID | None
    country: str | None
    language: str | None
    referral: str | None
    study_field: str | None
    product: str | None
    first_contact_at: datetime | None = reached()
    first_contact_id: UUID | None
    channel: str | None
    source: str | None
    campaign: str | None
    visited_at: datetime | None = reached()
    signed_up_at: datetime | None = reached()
    applied_at: datetime | None = reached()
    accepted_at: datetime | None = reached()
    signed_at: datetime | None = reached()
    approved_at: datetime | None = reached()
    realized_at: datetime | None = reached()
    completed_at: datetime | None = reached()
    promoted_at: datetime | None = reached()
    again_at: datetime | None = reached()
    lapsed_at: datetime | None = reached()
    won_back_at: datetime | None = reached()
    first_score: float | None
    first_scored_at: datetime | None = reached()
    nps: int | None = Field(sa_type=SmallInteger)
    nps_at: datetime | None = reached()
    csat: int | None = Field(sa_type=SmallInteger)
    csat_at: datetime | None = reached()


class EnablerCourse(Table, table=True):
    """An enabler on the same way; `raised_at` is its first opportunity, `reraised_at` the first that it raised again.

    `applied_at` to `completed_at` are the first times that one of its applications came there.
    """

    __tablename__ = "enabler_course"
    __table_args__ = (
        Index("enabler_course_of_entity", "hosting_entity_id", "registered_at"),
        Index("enabler_lapsed", "lapsed_at", "enabler_id", postgresql_where=text("lapsed_at IS NOT NULL")),
        Index("enabler_not_loyal", "csat_at", "enabler_id", postgresql_where=text("csat >= 4 AND nps < 9")),
    )
    enabler_id: UUID = Field(primary_key=True)
    hosting_entity_id: UUID | None
    kind: str | None
    country: str | None
    product: str | None
    field: str | None
    first_contact_at: datetime | None = reached()
    first_contact_id: UUID | None
    channel: str | None
    registered_at: datetime | None = reached()
    raised_at: datetime | None = reached()
    applied_at: datetime | None = reached()
    accepted_at: datetime | None = reached()
    signed_at: datetime | None = reached()
    approved_at: datetime | None = reached()
    realized_at: datetime | None = reached()
    completed_at: datetime | None = reached()
    promoted_at: datetime | None = reached()
    reraised_at: datetime | None = reached()
    lapsed_at: datetime | None = reached()
    won_back_at: datetime | None = reached()
    nps: int | None = Field(sa_type=SmallInteger)
    nps_at: datetime | None = reached()
    csat: int | None = Field(sa_type=SmallInteger)
    csat_at: datetime | None = reached()
