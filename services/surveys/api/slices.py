"""What requests for figures narrow down, and how they want it told."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from services.surveys.policy.figures import Correction, Reading, main_reading
from services.surveys.policy.slices import Narrowing, Slice
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric, Party
from shared.errors import FieldError, Invalid
from shared.web.schemas import CountryCode, Day, Slug

Some = TypeVar("Some", bound=Narrowing)
EntityId = Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")]
Since = Annotated[Day | None, Query(description="First day (UTC)")]
Until = Annotated[Day | None, Query(description="Last day (UTC), included")]
OneProduct = Annotated[Product | None, Query(description="Only this programme of the organisation")]
Country = Annotated[CountryCode | None, Query(description="Only stays in this country")]
Language = Annotated[Slug | None, Query(description="Only who was asked in this language")]
Wave = Annotated[Slug | None, Query(description="Only this occasion of the survey programme")]


def _narrowed(
    entity_id: EntityId = None,
    since: Since = None,
    until: Until = None,
    party: Annotated[Party, Query(description="Which of the two customers")] = Party.ep,
    product: OneProduct = None,
    country: Country = None,
    language: Language = None,
    programme: Annotated[Slug | None, Query(description="Only this survey programme")] = None,
    wave: Wave = None,
) -> Narrowing:
    return in_order(
        Narrowing(
            entity_id=entity_id, since=since, until=until, party=party, product=product, country=country,
            language=language, programme=programme, wave=wave,
        ),
        "until",
    )  # fmt: skip


def in_order(wanted: Some, name: str) -> Some:
    """The same; Invalid when its days end before they begin."""
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise Invalid(errors=[FieldError(f"query:{name}", "It lies before the first day.")])
    return wanted


Narrowed = Annotated[Narrowing, Depends(_narrowed)]


def _slice(
    narrowed: Narrowed,
    metric: Annotated[Metric, Query(description="Which score")],
    about: Annotated[Slug, Query(description="What it is about")] = "experience",
) -> Slice:
    return Slice(metric, about, **{name: getattr(narrowed, name) for name in Narrowing.__dataclass_fields__})


Wanted = Annotated[Slice, Depends(_slice)]


def _reading(
    wanted: Wanted,
    reading: Annotated[
        Reading | None, Query(description="NPS, mean, or share of good answers; else what the metric is known by")
    ] = None,
) -> Reading:
    if reading is Reading.nps and wanted.metric is not Metric.nps:
        raise Invalid(errors=[FieldError("query:reading", "There is an NPS of the metric nps only.")])
    return reading or main_reading(wanted.metric)


Read = Annotated[Reading, Depends(_reading)]
Corrected = Annotated[Correction, Query(description="How p values are corrected for the number of tests")]
