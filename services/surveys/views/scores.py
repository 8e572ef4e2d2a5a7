"""Figures over the answers that the caller may see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import select

from services.surveys.model import Answer, Invitation, Score, answers_of, invitations_of
from services.surveys.policy import figures
from services.surveys.policy.metrics import DETRACTOR_UP_TO, PROMOTER_FROM, SCALES, Bucket
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import IntervalOut, ResponseOut, ScoreOut
from services.surveys.settings import limits
from shared.contracts.surveys import Metric
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Slice:
    """What a figure is asked for: one metric, in an entity's subtree (either side), over days (UTC, both included)."""

    metric: Metric
    about: str = "experience"
    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def of(self, row: type[Answer] | type[Invitation], moment: Any) -> list[ColumnElement[bool]]:
        """The slice as conditions on a table that names both sides."""
        found = []
        if self.entity_id is not None:
            found.append(
                or_(*(_within(side, self.entity_id) for side in (row.sending_entity_id, row.hosting_entity_id)))
            )
        if self.since is not None:
            found.append(moment >= datetime.combine(self.since, time(), UTC))
        if self.until is not None:
            found.append(moment < datetime.combine(self.until, time(), UTC) + timedelta(days=1))
        return found


def _within(side: Any, entity_id: UUID) -> ColumnElement[bool]:
    path = ENTITY_PATH
    return exists(select(path.c.entity_id).where(path.c.entity_id == side, path.c.path.contains([entity_id])))


async def get_score(uow: Uow, wanted: Slice) -> ScoreOut:
    """A figure with n, interval and response rate; from too few answers none at all."""
    counts, least = await _counts(uow, wanted), limits().minimum_answers
    enough = counts.n >= least
    score, interval = _figure(wanted.metric, counts) if enough else (None, None)
    return ScoreOut(
        metric=wanted.metric, about=wanted.about, entity_id=wanted.entity_id, since=wanted.since, until=wanted.until,
        n=counts.n, minimum_n=least, enough=enough, score=score,
        interval=IntervalOut.model_validate(interval) if interval else None,
        buckets=_buckets(counts) if enough and wanted.metric is Metric.nps else None,
        response=await _response(uow, wanted),
    )  # fmt: skip


def _figure(metric: Metric, counts: figures.Counts) -> tuple[float, figures.Interval | None]:
    return figures.nps(counts) if metric is Metric.nps else figures.mean(counts, SCALES[metric])


def _buckets(counts: figures.Counts) -> dict[str, int]:
    passives = counts.n - counts.promoters - counts.detractors
    return {Bucket.promoter: counts.promoters, Bucket.passive: passives, Bucket.detractor: counts.detractors}


async def _counts(uow: Uow, wanted: Slice) -> figures.Counts:
    score = Score.score
    columns = (
        func.count(),
        func.coalesce(func.sum(score), 0),
        func.coalesce(func.sum(score * score), 0),
        func.count().filter(score >= PROMOTER_FROM),
        func.count().filter(score <= DETRACTOR_UP_TO),
    )
    query = select(*columns).join(Answer, Answer.id == Score.answer_id)
    query = query.where(
        Score.metric == wanted.metric,
        Score.about == wanted.about,
        answers_of(uow.caller),
        *wanted.of(Answer, Answer.answered_at),
    )
    return figures.Counts(*(await uow.execute(query)).one())


async def _response(uow: Uow, wanted: Slice) -> ResponseOut:
    """Asked in the period, by the questionnaires that ask for this metric."""
    counts = (func.count(), func.count(Invitation.delivered_at), func.count(Invitation.answered_at))
    query = select(*counts).where(
        Invitation.questionnaire.in_(LIBRARY.measuring(wanted.metric)),
        invitations_of(uow.caller),
        *wanted.of(Invitation, Invitation.invited_at),
    )
    asked, delivered, answered = (await uow.execute(query)).one()
    return ResponseOut(asked=asked, delivered=delivered, answered=answered, rate=answered / asked if asked else None)
