"""Figures side by side: over a dimension, two slices, over time. Each within the caller's scope."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.surveys.policy import figures
from services.surveys.policy.figures import Against, Correction, Reading
from services.surveys.policy.slices import Dimension, Period, Slice, number_of
from services.surveys.schemas.scores import (
    ComparisonOut,
    DifferenceOut,
    GroupOut,
    PairOut,
    SlopeOut,
    TestOut,
    TrendOut,
    figure,
)
from services.surveys.settings import limits
from services.surveys.views.raw import shared_answers
from services.surveys.views.scores import figure_of, named
from services.surveys.views.slices import histogram, histograms
from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow

MOST_GROUPS, MOST_PAIRED = 400, 40


async def compare_scores(
    uow: Uow,
    wanted: Slice,
    reading: Reading,
    by: Dimension,
    below: UUID | None,
    against: Against,
    correction: Correction,
) -> ComparisonOut:
    """A figure over the values of a dimension: each against all others, in pairs, or against the one before."""
    groups = await histograms(uow, wanted, by, below)
    if len(groups) > (MOST_PAIRED if against is Against.pairs else MOST_GROUPS):
        detail = f"That makes {len(groups)} groups, more than can be compared in this way. Narrow it down."
        raise Invalid(errors=[FieldError("query:by", detail)])
    least = limits().minimum_answers
    found = figures.compare(wanted.metric, reading, groups, least, against, correction)
    return ComparisonOut(
        **named(wanted), reading=reading, by=by, below=below, against=against, correction=correction, minimum_n=least,
        groups=_groups(found.groups), tests=_tests(found.tests),
    )  # fmt: skip


async def difference_of_scores(uow: Uow, first: Slice, second: Slice, reading: Reading) -> PairOut:
    """Two slices of one metric. The test is for groups that share nobody's answer."""
    one, two = await histogram(uow, first), await histogram(uow, second)
    overlap, least = await shared_answers(uow, first, second), limits().minimum_answers
    enough = min(one.n, two.n) >= least and not overlap
    found = figures.difference(first.metric, reading, one, two) if enough else None
    return PairOut(
        metric=first.metric, reading=reading, minimum_n=least, first=figure_of(first, reading, one),
        second=figure_of(second, reading, two), overlap=overlap, enough=enough,
        difference=DifferenceOut.model_validate(found) if found else None,
    )  # fmt: skip


async def score_trend(uow: Uow, wanted: Slice, reading: Reading, by: Period, correction: Correction) -> TrendOut:
    """A figure over months, quarters, years, or the waves of a programme."""
    periods = await histograms(uow, wanted, Dimension(by.value))
    if len(periods) > MOST_GROUPS:
        raise Invalid(errors=[FieldError("query:by", f"That makes {len(periods)} periods. Narrow it down.")])
    numbered = {key: (number_of(by, key, place), answers) for place, (key, answers) in enumerate(periods.items())}
    least = limits().minimum_answers
    found = figures.trend(wanted.metric, reading, numbered, least, correction)
    return TrendOut(
        **named(wanted), reading=reading, by=by, correction=correction, minimum_n=least,
        series=_groups(found.series.groups), changes=_tests(found.series.tests),
        slope=SlopeOut.model_validate(found.slope) if found.slope else None,
    )  # fmt: skip


def _groups(found: Iterable[figures.Group]) -> list[GroupOut]:
    return [GroupOut(key=str(group.key), **_plain(figure(group.estimate, group.n))) for group in found]


def _plain(model: Any) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _tests(found: Iterable[figures.Tested]) -> list[TestOut]:
    return [TestOut.model_validate(test) for test in found]
