"""Figures with their n and their uncertainty."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.surveys import Metric
from shared.web.schemas import Out


class IntervalOut(Out):
    """Where the true value lies, at this confidence, by this method."""

    low: float
    high: float
    level: float = 0.95
    method: str = Field(examples=["adjusted-wald"])


class ResponseOut(Out):
    """Of those asked in the period: how many the mail reached and how many answered so far."""

    asked: int
    delivered: int
    answered: int
    rate: float | None = Field(description="answered / asked; null when nobody was asked")


class ScoreOut(Out):
    """A figure with its n and interval. `enough` false: too few answers, and therefore no figure at all."""

    metric: Metric
    about: str = Field(examples=["experience"])
    entity_id: UUID | None
    since: date | None
    until: date | None
    n: int
    minimum_n: int
    enough: bool
    score: float | None = Field(description="NPS −100…100, or the mean on the metric's scale", examples=[39.84])
    interval: IntervalOut | None
    buckets: dict[str, int] | None = Field(
        description="NPS only", examples=[{"promoter": 6, "passive": 3, "detractor": 1}]
    )
    response: ResponseOut
