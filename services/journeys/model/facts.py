"""Facts: what happened, as rows for figures. All follow from events alone, in whatever order topics arrive.

They hold ids, codes, dates and numbers; an erased person's rows stay, under an id that leads to nobody.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, text
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy import Status
from shared.storage.columns import code, document, moment


class Milestone(Table, table=True):
    """One status event of an application: a move, an exit or a reopening. `id` is the event's own.

    `at` is when it was said, `effective_on` the day that it counts for. `product` is the one that was in force then.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        Index("milestone_of_application", "application_id", "sequence"),
        Index("milestone_by_time", "at", postgresql_using="brin"),
    )
    id: UUID = Field(primary_key=True)
    application_id: UUID
    sequence: int = Field(sa_type=BigInteger)
    status: Status = code(Status)
    at: datetime = moment()
    effective_on: date
    person_id: UUID
    enabler_id: UUID
    opportunity_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: str | None
    reason: str | None
    side: str | None


class Answer(Table, table=True):
    """One score of an answered invitation; an invitation can carry several (`measure`: nps, ces1, ces2, csat).

    `about` is what it is about: `experience`, `organisation`, a case, or a touchpoint (then `touchpoint` has it, too).
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("answer_of_person", "person_id"),
        Index("answer_of_enabler", "enabler_id"),
        Index("answer_of_application", "application_id"),
        Index("answer_nps", "at", "invitation_id", postgresql_where=text("measure = 'nps' AND about = 'experience'")),
    )
    invitation_id: UUID = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    score: int = Field(sa_type=SmallInteger)
    at: datetime = moment()
    party: str
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    questionnaire: str
    programme: str | None
    touchpoint: str | None


class Judgement(Table, table=True):
    """What an answered invitation says of standards (yes, no, not_needed) and of items expected and found (1 to 7)."""

    __tablename__ = "judgement"
    __table_args__ = (Index("judgement_of_application", "application_id"),)
    invitation_id: UUID = Field(primary_key=True)
    at: datetime = moment()
    party: str
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    standards: dict[str, Any] = document()
    expected: dict[str, Any] = document()
    found: dict[str, Any] = document()


class Proof(Table, table=True):
    """A standard of a stay as those leave it who are to provide it: kept (shown in time), late or missed. `id` is the
    standard's own for this stay; `at` is when that was said."""

    __tablename__ = "proof"
    __table_args__ = (Index("proof_by_standard", "standard", "at", "id"),)
    id: UUID = Field(primary_key=True)
    standard: str
    state: str
    at: datetime = moment()
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


class Occasion(Table, table=True):
    """A touchpoint of somebody as its own events, and those of the task that it became, leave it.

    `state` is the last word of the touchpoint (scheduled, moved, sent, skipped), `task` that of its task (opened, done,
    overdue, escalated). `done_at` is when it went out, or its task was done; lateness is `done_at - due_at`. `bounced`
    is how often it came back.
    """

    __tablename__ = "occasion"
    __table_args__ = (
        Index("occasion_of_person", "person_id"),
        Index("occasion_by_code", "touchpoint", "due_at"),
        Index("occasion_of_application", "application_id"),
        Index("occasion_of_enabler", "enabler_id", postgresql_where=text("enabler_id IS NOT NULL")),
        Index("occasion_by_due", "due_at", "touchpoint_id"),
        Index("occasion_tasks", "due_at", postgresql_where=text("task IS NOT NULL")),
        Index(
            "occasion_open", "due_at", postgresql_include=["task", "state"], postgresql_where=text("done_at IS NULL"),
        ),
        *(
            Index(
                f"occasion_{side}", f"{side}_entity_id", "due_at", "touchpoint_id",
                postgresql_include=[f"{other}_entity_id", "task", "state", "done_at"],
            )
            for side, other in (("sending", "hosting"), ("hosting", "sending"))
        ),
    )  # fmt: skip
    touchpoint_id: UUID = Field(primary_key=True)
    touchpoint: str
    audience: str | None
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    state: str | None
    reason: str | None
    channel: str | None
    due_at: datetime | None = moment(default=None)
    first_due_at: datetime | None = moment(default=None)
    moves: int = Field(sa_type=SmallInteger)
    sent_at: datetime | None = moment(default=None)
    task: str | None
    task_due_on: date | None
    task_done_at: datetime | None = moment(default=None)
    late: bool | None
    done_at: datetime | None = moment(default=None)
    bounced: int = Field(sa_type=SmallInteger)


class Contact(Table, table=True):
    """Who met whom: a customer's move (`in`) or ours (`out`), on which channel. `id` is the event's, where it has one.

    `self_service`: the customer did it alone, on the web or in an app. `source` is the code or the id of an on-ground
    source, `entity_id` the committee on whose side it was.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("contact_of_person", "person_id", "at"),
        Index("contact_of_enabler", "enabler_id", "at"),
    )
    id: UUID = Field(primary_key=True)
    at: datetime = moment()
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    channel: str
    direction: str
    kind: str
    self_service: bool
    source: str | None
    campaign: str | None
    entity_id: UUID | None


class Offer(Table, table=True):
    """An opportunity as its own events leave it; `raised_from` is the earlier one that it repeats."""

    __tablename__ = "offer"
    opportunity_id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(index=True)
    hosting_entity_id: UUID
    product: str | None
    country: str | None
    zone: str | None
    field: str | None
    posted_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)
    raised_from: UUID | None


class SegmentMember(Table, table=True):
    """Who is in a segment that scoring keeps; `subject_id` is an EP or an enabler."""

    __tablename__ = "segment_member"
    segment_id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(primary_key=True, index=True)
    party: str
    since: datetime = moment()


class Lapse(Table, table=True):
    """A customer gave no sign of life for too long, or (`back`) gave one after all. `id` is the event's."""

    __tablename__ = "lapse"
    id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(index=True)
    party: str
    at: datetime = moment()
    back: bool
