"""Figures with their n and their uncertainty."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from services.surveys.policy.figures import Against, Correction, Reading
from services.surveys.policy.slices import Dimension, Fact, Period
from shared.contracts.surveys import Metric
from shared.web.schemas import Out

ENOUGH = "false: too few answers, and therefore no figure at all"


class IntervalOut(Out):
    """Where the true value lies, at this confidence, by this method; `centre` where the method has one of its own."""

    low: float
    high: float
    level: float = 0.95
    method: str = Field(examples=["adjusted-wald"])
    centre: float | None = Field(None, description="Of the interval; it isn't the figure")


class ResponseOut(Out):
    """Of those asked in the period: how many the mail reached and how many answered so far."""

    asked: int
    delivered: int
    answered: int
    rate: float | None = Field(description="answered / asked; null when nobody was asked")
    interval: IntervalOut | None = None


class FigureOut(Out):
    """A figure with its n and interval."""

    n: int
    enough: bool = Field(description=ENOUGH)
    value: float | None
    interval: IntervalOut | None


class AskedOut(Out):
    """What the figure was asked for."""

    metric: Metric
    about: str = Field(examples=["experience"])
    entity_id: UUID | None
    since: date | None
    until: date | None


class ScoreOut(AskedOut):
    """A figure with its n and interval. `enough` false: too few answers, and therefore no figure at all."""

    n: int
    minimum_n: int
    enough: bool = Field(description=ENOUGH)
    score: float | None = Field(description="NPS −100…100, or the mean on the metric's scale", examples=[39.84])
    interval: IntervalOut | None
    bootstrap: IntervalOut | None = Field(None, description="The percentile bootstrap, when it was asked for")
    share: FigureOut | None = Field(
        None, description="Of good answers: NPS 9–10, CES 1.0 1–2, CES 2.0 5–7, CSAT 4–5; with Wilson's interval"
    )
    low_is_good: bool = Field(False, description="CES 1.0 counts effort")
    histogram: dict[int, int] | None = Field(None, description="How many gave each value")
    buckets: dict[str, int] | None = Field(
        description="NPS only", examples=[{"promoter": 6, "passive": 3, "detractor": 1}]
    )
    response: ResponseOut


class DifferenceOut(Out):
    """The second less the first, tested. `p` is null when no answer differs from another."""

    value: float
    interval: IntervalOut | None
    test: str = Field(examples=["z", "adjusted-z", "welch-t", "pooled-z"])
    statistic: float | None
    freedom: float | None = Field(description="Degrees of freedom of a t test")
    p: float | None = Field(description="Two-sided, of this test alone")


class GroupOut(FigureOut):
    """One value of a dimension: an entity's id, a code, a month."""

    key: str = Field(examples=["2026-05"])


class TestOut(Out):
    """One comparison; `first` null: all other groups together."""

    first: str | None
    second: str
    difference: DifferenceOut
    corrected: float | None = Field(description="p after correction for the number of tests")
    differs: bool | None = Field(description="Whether that is more than chance at 95 %; null: can't be said")


class ComparisonOut(AskedOut):
    """A figure over the values of a dimension, and tests that are corrected for their number."""

    reading: Reading
    by: Dimension
    below: UUID | None
    against: Against
    correction: Correction
    minimum_n: int
    groups: list[GroupOut]
    tests: list[TestOut]


class PairOut(Out):
    """Two slices held against each other. `overlap`: so many answers are in both, and nothing is tested then."""

    metric: Metric
    reading: Reading
    minimum_n: int
    first: FigureOut
    second: FigureOut
    overlap: int
    enough: bool = Field(description="Whether both have enough answers and share none")
    difference: DifferenceOut | None


class SlopeOut(Out):
    """The change per period. `straight` is the p of the periods lying on one line: where it is small, they don't."""

    value: float
    interval: IntervalOut
    p: float
    straight: float | None


class TrendOut(AskedOut):
    """A figure over time. Changes are tested between neighbours; a slope needs three periods."""

    reading: Reading
    by: Period
    correction: Correction
    minimum_n: int
    series: list[GroupOut]
    changes: list[TestOut]
    slope: SlopeOut | None


class CategoryOut(Out):
    """One value of a fact. `standardised`: its share among answerers less that among the others, in their spread."""

    name: str
    asked: int
    answered: int
    rate: FigureOut
    standardised: float | None


class FactOut(Out):
    """Whether answering depends on a fact. `uneven`: surely, and by enough to matter; null: it can't be said."""

    fact: Fact
    categories: list[CategoryOut]
    chi_square: float | None
    freedom: int | None
    p: float | None
    corrected: float | None
    largest: float | None = Field(description="The largest standardised difference; from 0.1 on it is worth a look")
    uneven: bool | None


class WeightedOut(Out):
    """The figure if those who answered had the shares of those asked in these facts. It is weighted: say so."""

    weighted_by: list[Fact]
    n: int
    effective_n: float = Field(description="So many unweighted answers would tell as much")
    enough: bool = Field(description="false: fewer than 30 effective answers, and therefore no figure at all")
    value: float | None
    interval: IntervalOut | None
    largest_weight: float
    capped: bool = Field(description="Whether the cap cut a weight")
    off: float = Field(description="The largest distance that is left between a weighted share and the one wanted")
    uncovered: float = Field(description="Share of those asked whose like nobody answered for")


class ResponseBiasOut(AskedOut):
    """Who answered and who didn't, and what weighting would change; over those asked in the period."""

    reading: Reading
    minimum_n: int
    correction: Correction
    asked: int
    answered: int = Field(description="How many answered with this score so far")
    rate: FigureOut
    facts: list[FactOut]
    plain: FigureOut
    weighted: WeightedOut | None = Field(description="null when no weighting was asked for, or nobody answered")


def figure(found: Any, n: int) -> FigureOut:
    """From an estimate, or None when there are too few answers."""
    interval = IntervalOut.model_validate(found.interval) if found and found.interval else None
    return FigureOut(n=n, enough=found is not None, value=found.value if found else None, interval=interval)
