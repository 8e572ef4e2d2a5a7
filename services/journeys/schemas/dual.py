"""What is answered about experiences that both customers have judged."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.dual import Asymmetry, Group
from shared.web.schemas import Out


class RateOut(Out):
    """`part` of `n`, with the interval in which the true share lies with 95 % confidence (Wilson)."""

    part: int
    n: int
    rate: float
    low: float
    high: float


class CellOut(Out):
    """One cell of the matrix: its share of all pairs; null where there are none."""

    ep: Group
    enabler: Group
    share: RateOut | None


class AsymmetryOut(Out):
    """How often one side is a promoter and the other a detractor."""

    which: Asymmetry
    share: RateOut | None


class GapOut(Out):
    """The EPs' score less the enablers' over the same experiences, with its interval (95 %, of paired differences)."""

    n: int
    ep: float | None
    enabler: float | None
    gap: float | None
    low: float | None
    high: float | None
    enough: bool = Field(description="Whether there are enough pairs to build on")


class DualOut(Out):
    """Both customers of the same experiences: NPS −100…100, effort 1–7 (high is easy)."""

    n: int = Field(description="Experiences on which both have given an NPS answer")
    nps: GapOut
    effort: GapOut
    matrix: list[CellOut]
    asymmetric: list[AsymmetryOut]
    note: str | None = Field(description="Said when there are too few", examples=["not enough data"])


class TwoSidesOut(Out):
    """One experience with what both said. Names are absent when they are not known yet, or were erased."""

    application_id: UUID
    person_id: UUID | None
    given_name: str | None = Field(examples=["Ioana"])
    family_name: str | None = Field(examples=["Șerban"])
    enabler_id: UUID | None
    enabler: str | None = Field(examples=["Norrsken Lab"])
    opportunity: str | None = Field(examples=["Data intern"])
    product: str | None
    start_on: date | None
    end_on: date | None
    sending_entity_id: UUID | None
    sending_entity: str | None = Field(examples=["Cluj"])
    hosting_entity_id: UUID | None
    hosting_entity: str | None = Field(examples=["Uppsala"])
    ep_at: datetime
    ep_nps: int
    ep_ces: int | None
    ep_group: Group
    enabler_at: datetime
    enabler_nps: int
    enabler_ces: int | None
    enabler_group: Group
    gap: int = Field(description="The EP's score less the enabler's")
