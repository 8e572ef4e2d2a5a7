"""Figures: scores with n, interval and response rate; compared, over time, and who answered at all."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.surveys import views
from services.surveys.api.doors import Staff
from services.surveys.api.slices import (
    Corrected,
    Country,
    EntityId,
    Language,
    Narrowed,
    OneProduct,
    Read,
    Since,
    Until,
    Wanted,
    Wave,
    in_order,
)
from services.surveys.policy.figures import Against, Correction
from services.surveys.policy.slices import Dimension, Fact, Period, Slice
from services.surveys.schemas.loyalty import SatisfiedPage
from services.surveys.schemas.scores import ComparisonOut, PairOut, ResponseBiasOut, ScoreOut, TrendOut
from services.surveys.schemas.standards import DeliveriesOut, GapsOut, StandardsOut
from shared.errors import FieldError, Invalid
from shared.web.paging import Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["scores"])


@router.get("/scores", response_model=ScoreOut, operation_id="get_score")
async def get_score(
    door: Staff,
    wanted: Wanted,
    bootstrap: Annotated[bool, Query(description="The bootstrap interval beside the other")] = False,
) -> Response:
    """One figure over the answers that the caller may see; none from too few answers."""
    return await door.read(views.get_score, wanted, bootstrap)


@router.get("/scores/comparison", response_model=ComparisonOut, operation_id="compare_scores")
async def compare_scores(
    door: Staff,
    wanted: Wanted,
    reading: Read,
    by: Annotated[Dimension, Query(description="What is compared")],
    below: Annotated[
        UUID | None, Query(description="Entities right below this one; else those right below the top")
    ] = None,
    against: Annotated[Against, Query(description="What each is held against")] = Against.rest,
    correction: Corrected = Correction.holm,
) -> Response:
    """A figure over entities, products, countries, languages, months or waves, and which of them really differ."""
    _one_programme(by is Dimension.wave, wanted)
    return await door.read(views.compare_scores, wanted, reading, by, below, against, correction)


@router.get("/scores/difference", response_model=PairOut, operation_id="difference_of_scores")
async def difference_of_scores(
    door: Staff,
    wanted: Wanted,
    reading: Read,
    other_entity_id: EntityId = None,
    other_since: Since = None,
    other_until: Until = None,
    other_product: OneProduct = None,
    other_country: Country = None,
    other_language: Language = None,
    other_wave: Wave = None,
) -> Response:
    """Two slices held against each other: two periods, two entities, two segments.

    The second is the first with what is named `other_…` in place of its own.
    """
    changed = {
        "entity_id": other_entity_id,
        "since": other_since,
        "until": other_until,
        "product": other_product,
        "country": other_country,
        "language": other_language,
        "wave": other_wave,
    }
    given = {name: value for name, value in changed.items() if value is not None}
    if not given:
        raise Invalid(errors=[FieldError("query:other_since", "Name at least one thing in which the second differs.")])
    second = in_order(replace(wanted, **given), "other_until")
    return await door.read(views.difference_of_scores, wanted, second, reading)


@router.get("/scores/trend", response_model=TrendOut, operation_id="score_trend")
async def score_trend(
    door: Staff,
    wanted: Wanted,
    reading: Read,
    by: Annotated[Period, Query(description="How long a period is")] = Period.month,
    correction: Corrected = Correction.holm,
) -> Response:
    """A figure over time, which changes are more than chance, and the slope."""
    _one_programme(by is Period.wave, wanted)
    return await door.read(views.score_trend, wanted, reading, by, correction)


@router.get("/scores/response", response_model=ResponseBiasOut, operation_id="response_bias")
async def response_bias(
    door: Staff,
    wanted: Wanted,
    reading: Read,
    weigh_by: Annotated[
        list[Fact] | None, Query(max_length=3, description="Also the figure weighted in these facts")
    ] = None,
    cap: Annotated[float, Query(gt=1, le=20, description="No weight is larger than this; 1 is the mean")] = 5.0,
    correction: Corrected = Correction.holm,
) -> Response:
    """Who of those asked answered and who didn't, and whether that bends the figure."""
    facts = list(dict.fromkeys(weigh_by or ()))
    return await door.read(views.response_bias, wanted, reading, facts, cap, correction)


@router.get("/scores/standards", response_model=StandardsOut, operation_id="standards_kept")
async def standards_kept(
    door: Staff,
    wanted: Narrowed,
    by: Annotated[Dimension | None, Query(description="Also told apart by this")] = None,
) -> Response:
    """Which exchange standards were kept, as customers say: yes among yes and no. An answer left out is never a no."""
    return await door.read(views.standards_kept, wanted, by)


@router.get("/scores/gaps", response_model=GapsOut, operation_id="expectation_gaps")
async def expectation_gaps(door: Staff, wanted: Narrowed, correction: Corrected = Correction.holm) -> Response:
    """What customers expected before and found after, by item and touchpoint; of people who answered both."""
    return await door.read(views.expectation_gaps, wanted, correction)


@router.get("/scores/delivery", response_model=DeliveriesOut, operation_id="delivery_gaps")
async def delivery_gaps(door: Staff, wanted: Narrowed, correction: Corrected = Correction.holm) -> Response:
    """What entities claim with evidence to have delivered, held against what customers say of the same stays."""
    return await door.read(views.delivery_gaps, wanted, correction)


@router.get("/scores/satisfied-not-loyal", response_model=SatisfiedPage, operation_id="satisfied_not_loyal")
async def satisfied_not_loyal(
    door: Staff,
    wanted: Narrowed,
    paging: Paging,
    about: Annotated[Slug, Query(description="What they would or wouldn't recommend")] = "experience",
) -> Response:
    """Customers who gave 4 or 5 as CSAT and yet are no promoters; and the share of promoters among the satisfied."""
    return await door.page(views.satisfied_not_loyal, wanted, about, paging=paging)


def _one_programme(waves: bool, wanted: Slice) -> None:
    if waves and wanted.programme is None:
        raise Invalid(errors=[FieldError("query:programme", "Waves are those of one programme: name it.")])
