"""What is answered to reports, and about applications as they were."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.applications.policy import Stage, Status
from services.applications.policy.reports import Clock, Grain, Grouping
from shared.contracts.applications import Product
from shared.contracts.fields import Side
from shared.web.schemas import Out


class ApplicationThen(Out):
    """An application as it stood: on the day `as_of`, as far as it was known at `known_at`."""

    id: UUID
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product
    country: str
    status: Status
    reason: str | None
    start_on: date
    end_on: date
    effective_on: date = Field(description="The day from which it held")
    recorded_at: datetime = Field(description="When it became known")


class ReportOut(Out):
    """What was asked: period (both days included), split, side of the entities, clock, and as of when."""

    since: date
    until: date
    by: Grain
    group: Grouping
    side: Side
    clock: Clock
    entity: UUID | None
    product: Product | None
    country: str | None
    as_of: date | None
    known_at: datetime | None


class PeriodRow(Out):
    """A row of a report: which period, which part of it."""

    period: date = Field(description="First day of the period; of a cohort, the one in which they applied")
    group: str | None = Field(description="Entity, product or country; null when the report isn't split")


class CountRow(PeriodRow):
    """How many reached a stage, or left, in one period."""

    step: str = Field(description="A stage (submitted … completed) or an exit (rejected …)", examples=["approved"])
    applications: int
    people: int = Field(description="Different people among them")


class FunnelOut(ReportOut):
    """What happened in each period, counted per application and per person."""

    rows: list[CountRow]


class ShareRow(PeriodRow):
    """`part` of `n` with a 95 % interval (Wilson); of too few cases no rate is told, and `enough` is false."""

    part: int
    n: int
    enough: bool
    rate: float | None
    low: float | None
    high: float | None


class CohortRow(ShareRow):
    """How far those came who applied in one period: `part` of the `n` who reached the stage before."""

    stage: Stage
    people: int = Field(description="Different people among the `part`")
    left: int = Field(description="Of the `n`: ended before this stage")
    waiting: int = Field(description="Of the `n`: neither there nor ended; not lost yet")
    median_days: float | None = Field(description="From the stage before; null when too few came this far")


class CohortsOut(ReportOut):
    """Conversion from stage to stage of those who applied together."""

    rows: list[CohortRow]


class ExitRow(ShareRow):
    """How many left for one reason: `part` of the `n` exits of the period."""

    exit: Status
    reason: str | None
    ours: bool | None = Field(description="Of a rejection: our side's cause, not the candidate's; else null")
    people: int


class ExitsOut(ReportOut):
    """Why applications ended, rejections split into our side's causes and theirs."""

    rows: list[ExitRow]


class OpeningsRow(ShareRow):
    """Openings of the stays that begin in one period: `part` taken of `n` offered."""


class OpeningsOut(ReportOut):
    """Openings offered (as the slots are today) and taken (as of the moment asked for)."""

    rows: list[OpeningsRow]
