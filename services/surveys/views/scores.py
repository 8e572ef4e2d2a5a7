"""Single figures over the answers that the caller may see."""

from typing import Any

from services.surveys.policy import figures
from services.surveys.policy.figures import Reading
from services.surveys.policy.slices import Slice
from services.surveys.schemas.scores import FigureOut, IntervalOut, ResponseOut, ScoreOut, figure
from services.surveys.settings import limits
from services.surveys.views.raw import questionnaires_asking
from services.surveys.views.slices import Response, histogram, slice_responses
from shared.contracts.surveys import Metric
from shared.storage.tx import Uow


def named(wanted: Slice) -> dict[str, Any]:
    """What was asked for, as replies repeat it."""
    return {name: getattr(wanted, name) for name in ("metric", "about", "entity_id", "since", "until")}


def figure_of(wanted: Slice, reading: Reading, answers: figures.Histogram) -> FigureOut:
    """The figure, or that there are too few answers for one."""
    enough = answers.n >= limits().minimum_answers
    return figure(figures.estimate(wanted.metric, reading, answers) if enough else None, answers.n)


async def get_score(uow: Uow, wanted: Slice, bootstrap: bool = False) -> ScoreOut:
    """A figure with n, interval and response rate; from too few answers none at all."""
    answers, reading = await histogram(uow, wanted), figures.main_reading(wanted.metric)
    found = figure_of(wanted, reading, answers)
    drawn = figures.bootstrap(wanted.metric, reading, answers) if bootstrap and found.enough else None
    return ScoreOut(
        **named(wanted), n=found.n, minimum_n=limits().minimum_answers, enough=found.enough, score=found.value,
        interval=found.interval, bootstrap=IntervalOut.model_validate(drawn) if drawn else None,
        share=figure_of(wanted, Reading.share, answers), low_is_good=wanted.metric in figures.LOW_IS_GOOD,
        histogram=dict(answers.items()) if found.enough else None,
        buckets=figures.buckets(answers) if found.enough and wanted.metric is Metric.nps else None,
        response=await _response(uow, wanted),
    )  # fmt: skip


async def _response(uow: Uow, wanted: Slice) -> ResponseOut:
    """Asked in the period, by the questionnaires that ask for this metric."""
    asked_by = await questionnaires_asking(uow, wanted)
    found = (await slice_responses(uow, wanted, asked_by)).get("", Response(0, 0, 0))
    rate = figures.share(found.answered, found.asked) if found.asked else None
    return ResponseOut(
        asked=found.asked, delivered=found.delivered, answered=found.answered, rate=rate.value if rate else None,
        interval=IntervalOut.model_validate(rate.interval) if rate else None,
    )  # fmt: skip
