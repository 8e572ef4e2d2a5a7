"""Standards of an experience, what proves them, and what follows for its quality."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.model import Whose
from services.notifications.policy.board import Kept
from shared.contracts.fields import Side
from shared.contracts.surveys import StandardWord
from shared.web.schemas import Out


class EvidenceOut(Out):
    """What proves a part of a standard of one experience; `touchpoint_id` when it is a message, a task or a document of
    the calendar.
    """

    id: UUID
    standard: str = Field(examples=["departure_info"])
    part: str = Field(examples=["in_writing"])
    application_id: UUID
    person_id: UUID
    source: str = Field(description="Kind and name of the event", examples=["message:departure-document"])
    source_id: UUID | None
    touchpoint_id: UUID | None
    due_on: date
    done_on: date
    evidenced_at: datetime
    late: bool


class EvidenceListOut(Out):
    """The evidence so far, in the order in which it came."""

    items: list[EvidenceOut]


class PartOut(Out):
    """One thing that a standard asks for: until when, and since when it is there, by what."""

    code: str = Field(examples=["in_writing"])
    title: str
    due_on: date
    done_on: date | None
    late: bool
    by: str | None = Field(description="What proves it, as `kind:name`", examples=["requirement:passport_copy"])
    source_id: UUID | None
    waived: bool


class RulingOut(Out):
    """What a manager said of a standard: who, when, and why."""

    by: str | None
    at: datetime
    why: str | None
    kept: bool | None = None
    on: date | None = None


class StandardOut(Out):
    """A standard of one experience as it stands. `version` is what a change names.

    `next_on` is the due date of the first part that is open, `closes_on` the last day for an answer of the EP.
    """

    standard: str = Field(examples=["departure_info"])
    number: str = Field(examples=["3"])
    title: str = Field(examples=["Departure information"])
    whose: Whose
    delivered_by: list[Side]
    may_be_missed: bool
    state: Kept
    reason: str | None = Field(description="Why it is not needed, or lapsed", examples=["manager_said"])
    late: bool
    conflict: bool = Field(description="The provider has evidence and the EP says no")
    due_on: date
    next_on: date | None
    done_on: date | None
    closes_on: date
    word: StandardWord | None = Field(description="The EP's answer; null is no answer, and never a no")
    parts: list[PartOut]
    waiver: RulingOut | None
    statement: RulingOut | None
    possible: list[str] = Field(description="What the caller may say of it now", examples=[["waive", "state"]])
    version: int


class QualityOut(Out):
    """Standards kept, `of` those that are needed: what is not needed is out of the count and out of `least`.

    What came late is counted apart and not as kept, unless the catalogue says so. Before the closing the figure is not
    `final` and has no flag; `reachable` tells whether it still can be had.
    """

    of: int = Field(examples=[15])
    least: int = Field(examples=[13])
    kept: int
    late: int
    missed: int
    denied: int
    not_needed: int
    open: int
    conflicts: int
    unkept: list[str] = Field(examples=[["arrival_pickup"]])
    final: bool
    flag: bool | None
    reachable: bool
    explanation: str = Field(examples=["At least 13 of 15 are kept: 1 of 16 is not needed. Only 2, 3, 6, 7 may lack."])


class BoardOut(Out):
    """All standards of one experience; the enabler's list stands apart. Each party sees the list that concerns it."""

    application_id: UUID
    person_id: UUID
    enabler_id: UUID
    opportunity_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    catalogue: str = Field(examples=["2026-1"])
    start_on: date
    end_on: date
    zone: str
    broken: str | None = Field(description="How the experience ended before its time", examples=["approval_broken"])
    closes_on: date
    closed_at: datetime | None
    quality: QualityOut | None
    standards: list[StandardOut]
    enabler: list[StandardOut]
    version: int


class CellOut(Out):
    """One standard of one experience, short."""

    state: Kept
    late: bool
    conflict: bool
    due_on: date
    next_on: date | None
    done_on: date | None
    by: list[str] = Field(description="What proves it", examples=[["posting", "message:pickup-information"]])
    word: StandardWord | None


class LineOut(Out):
    """One experience of the matrix: a cell a standard, by code."""

    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    start_on: date
    end_on: date
    broken: str | None
    kept: int
    late: int
    missed: int
    denied: int
    not_needed: int
    open: int
    conflicts: int
    flag: bool | None
    closes_on: date
    closed_at: datetime | None
    cells: dict[str, CellOut]
    changed_at: datetime


class DueOut(Out):
    """A standard that is open, and until when it (or its next part) is to be kept."""

    application_id: UUID
    person_id: UUID
    standard: str = Field(examples=["departure_info"])
    title: str | None = Field(examples=["3 Departure information"])
    on: date


class DueDayOut(Out):
    """So many are due on a day; the first of them."""

    on: date
    n: int
    first: list[DueOut]


class DuesOut(Out):
    """Open standards by the day on which they are due."""

    since: date
    until: date
    days: list[DueDayOut]


class Grouping(StrEnum):
    """What a summary has a line of."""

    standard = "standard"
    sending_entity = "sending_entity"
    hosting_entity = "hosting_entity"


class SummaryLine(Out):
    """Counts of one standard or entity, and shares of `n`: those that are kept, late, missed or denied by now."""

    key: str = Field(examples=["departure_info"])
    experiences: int
    n: int
    kept: int
    late: int
    missed: int
    denied: int
    open: int
    not_needed: int
    conflicts: int
    kept_rate: float | None
    late_rate: float | None
    missed_rate: float | None
    conflict_rate: float | None


class SummaryOut(Out):
    """Standards over many experiences; those that broke off are out of it. An entity answers for its own side's."""

    by: Grouping
    closed: bool | None
    lines: list[SummaryLine]


class EvaluationOut(Out):
    """What the evaluation changed, and the board after it."""

    changed: list[str] = Field(examples=[["first_day_of_work"]])
    board: BoardOut
    version: int


class CatalogueOut(Out):
    """The standards as data."""

    version: str
    closing: dict[str, Any]
    quality: dict[str, Any]
    standards: list[dict[str, Any]]
    enabler: list[dict[str, Any]]
