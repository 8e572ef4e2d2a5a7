"""The standards board: what each experience owes, what proves it, and what the EP says of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy.board import Kept, Standing
from shared.contracts.surveys import StandardWord
from shared.ids import derived_id
from shared.storage.columns import changed_moment, code, document, moment


class Whose(StrEnum):
    """Whose list a standard stands on."""

    ep = "ep"
    enabler = "enabler"


def obligation_id(application_id: UUID, standard: str) -> UUID:
    return derived_id("obligation", application_id, standard)


class Board(Table, table=True):
    """One experience: its figures over the EP's list, when it closes, and when something changes by itself next.

    `id` is the application's. `flag` and `closed_at` are there once the figure is final.
    """

    __tablename__ = "standards_board"
    __table_args__ = (Index("standards_board_closed", "closed_at"),)
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID = Field(index=True)
    enabler_id: UUID
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    catalogue: str
    start_on: date
    end_on: date
    zone: str
    broken: str | None = None
    kept: int = 0
    late: int = 0
    missed: int = 0
    denied: int = 0
    not_needed: int = 0
    open: int = 0
    conflicts: int = 0
    asked: int = 0
    flag: bool | None = None
    wakes_on: date | None = None
    closes_on: date
    closed_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Obligation(Table, table=True):
    """One standard of one experience. `told_*` are what was said last, so that nothing is said twice.

    The managers' reasons are free text: an erasure blanks them.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index(
            "obligation_due", text("coalesce(next_on, due_on)"), "application_id", "standard",
            postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip
    application_id: UUID = Field(primary_key=True)
    standard: str = Field(primary_key=True)
    whose: Whose = code(Whose)
    state: Kept = code(Kept)
    reason: str | None = None
    late: bool = False
    conflict: bool = False
    due_on: date
    next_on: date | None = None
    done_on: date | None = None
    closes_on: date
    pieces: list[dict[str, Any]] = document(default_factory=list)
    word: StandardWord | None = code(StandardWord, default=None)
    waived_at: datetime | None = moment(default=None)
    waived_by: str | None = None
    waived_why: str | None = None
    stated: bool | None = None
    stated_on: date | None = None
    stated_at: datetime | None = moment(default=None)
    stated_by: str | None = None
    stated_why: str | None = None
    told_evidence: UUID | None = None
    told_missed: date | None = None
    version: int = 1
    changed_at: datetime = moment()

    @property
    def id(self) -> UUID:
        """What it is called in events and documents of evidence."""
        return obligation_id(self.application_id, self.standard)


class Claim(Table, table=True):
    """What may prove standards of one application, by its key; the newest `sequence` has the last word."""

    __tablename__ = "claim"
    application_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    standing: Standing = code(Standing)
    done_on: date
    source_id: UUID
    dues: dict[str, str] = document(default_factory=dict)
    sequence: int
    at: datetime = moment()


class Saying(Table, table=True):
    """What the EP answered about one standard in one survey."""

    __tablename__ = "saying"
    invitation_id: UUID = Field(primary_key=True)
    standard: str = Field(primary_key=True)
    application_id: UUID = Field(index=True)
    word: StandardWord = code(StandardWord)
    at: datetime = moment()


class Posting(Table, table=True):
    """When an opportunity was put on offer; its statements were checked then. `id` is the opportunity's."""

    __tablename__ = "posting"
    id: UUID = Field(primary_key=True)
    posted_at: datetime = moment()
    zone: str
