"""How many are where."""

from datetime import datetime

from pydantic import Field

from shared.web.schemas import Out


class Part(Out):
    """How many are at one stage; `share` is null while n is too small to speak of shares."""

    code: str
    count: int
    share: float | None


class Split(Out):
    """Counts of one whole by stage."""

    n: int
    parts: list[Part]
    note: str | None = Field(description="Said when there are too few for shares", examples=["not enough data"])


class FunnelOut(Out):
    """How many people and applications are where, now, within the caller's scope."""

    people_by_profile: Split
    people_by_phase: Split
    people_by_status: Split
    applications_by_status: Split
    as_of: datetime = Field(description="When they were counted: now, or a little while ago where there are many")
