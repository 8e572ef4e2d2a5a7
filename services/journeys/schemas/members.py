"""The journeys of members, as they are answered."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.members import Ending, MemberStage
from shared.web.schemas import Out


class MemberJourneyOut(Out):
    """One membership: who, where, in which role, how far, since when and until when."""

    id: UUID
    person_id: UUID | None = Field(description="The EP who this is, where it is one")
    given_name: str | None
    family_name: str | None
    entity_id: UUID
    entity: str | None
    role: str = Field(examples=["ep_manager"])
    stage: MemberStage
    applied_at: datetime | None
    selected_at: datetime | None
    activated_at: datetime | None
    left_at: datetime | None
    from_on: date | None
    to_on: date | None
    alumna: bool | None = Field(description="Stays in touch; null where nobody asked")
    days_in_role: int | None


class ShareOut(Out):
    """`count` of `n`, with Wilson's interval of 95 %; the share and its interval are null from too few."""

    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class HorizonOut(Out):
    """The share of applications that have ended so within `days` (Aalen and Johansen: who waits still is neither; being
    at work and coming to nothing compete). Null where nobody was watched for so long."""

    days: int
    ending: Ending
    share: ShareOut


class RoleTimeOut(Out):
    """The median of the days in a role by Kaplan and Meier; null where not enough members have left to say."""

    n: int
    left: int
    median_days: float | None
    low: float | None
    high: float | None


class MemberStageOut(Out):
    """How many are at one stage now."""

    stage: MemberStage
    count: int


class RecruitmentOut(Out):
    """How recruitment goes: stages now, endings within some days of applying, and how long members stay."""

    n: int
    stages: list[MemberStageOut]
    reached: dict[str, ShareOut] = Field(description="Of all applications: selected, activated so far")
    horizons: list[HorizonOut]
    alumni: ShareOut = Field(description="Of those who left after having been at work: stay in touch")
    time_in_role: RoleTimeOut
    note: str | None = Field(description="Said when there are too few for shares", examples=["not enough data"])
