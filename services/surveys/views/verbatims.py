"""What people wrote within the caller's scope, by topic, mood, language, place and time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import desc, select

from services.surveys.model import Verbatim, verbatims_of
from services.surveys.policy.verbatims import months, share
from services.surveys.schemas import CorrectionsOut, MonthOut, ShareOut, TopicOut, TopicsOut, VerbatimOut
from services.surveys.settings import limits
from services.surveys.verbatims import Sentiment, Topic
from services.surveys.views.raw import placed
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments; `entity_id` with all below it, on either side; days are UTC, both included."""

    topic: Topic | None = None
    sentiment: Sentiment | None = None
    language: str | None = None
    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    product: Product | None = None
    party: Party | None = None
    corrected: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[Any] = [
            getattr(Verbatim, name) == value
            for name in ("sentiment", "language", "product", "party")
            if (value := getattr(self, name)) is not None
        ]
        if self.topic is not None:
            found.append(Verbatim.topics.contains([self.topic.value]))  # type: ignore[attr-defined]
        found += placed(self, Verbatim, Verbatim.written_at)
        if self.corrected is not None:
            corrected: Any = Verbatim.corrected_at
            found.append(corrected.is_not(None) if self.corrected else corrected.is_(None))
        return found


async def list_verbatims(uow: Uow, wanted: Wanted, paging: Paging) -> Page:
    """The quotes, newest first; those of people who were erased are not among them."""
    query = select(Verbatim).where(verbatims_of(uow.caller), Verbatim.quote.is_not(None), *wanted.conditions())  # type: ignore[union-attr]
    order = (desc(Verbatim.written_at), desc(Verbatim.id))
    changed = Verbatim.changed_at
    return await listing(uow, query, order=order, paging=paging, changed=changed, shape=VerbatimOut.model_validate)


async def get_verbatim(uow: Uow, verbatim_id: UUID) -> VerbatimOut:
    return VerbatimOut.model_validate(await uow.get(Verbatim, verbatim_id, verbatims_of(uow.caller)))


async def count_topics(uow: Uow, wanted: Wanted) -> TopicsOut:
    """What the comments are about: counts, shares with intervals, and each topic's share by month."""
    where = (verbatims_of(uow.caller), *wanted.conditions())
    moods = await _counted(uow, where, Verbatim.sentiment)
    languages = await _counted(uow, where, Verbatim.language)
    months_ = func.date_trunc("month", Verbatim.written_at, "UTC")
    of_month = await _counted(uow, where, months_)
    about = await _by_topic(uow, where, months_)
    n = sum(moods.values())
    enough = n >= limits().minimum_answers
    return TopicsOut(
        n=n, minimum_n=limits().minimum_answers, enough=enough,
        sentiments={mood: moods.get(mood, 0) for mood in Sentiment}, languages=languages,
        topics=[_topic(topic, about, n, of_month) for topic in Topic] if enough else [],
        corrections=await _corrections(uow, where),
    )  # fmt: skip


async def _counted(uow: Uow, where: Iterable[Any], column: Any) -> dict[Any, int]:
    query = select(column, func.count()).where(*where).group_by(column).order_by(func.count().desc(), column)
    return {row[0]: row[1] for row in await uow.execute(query)}


async def _by_topic(uow: Uow, where: Iterable[Any], month: Any) -> dict[tuple[str, Sentiment, datetime], int]:
    topic = func.unnest(Verbatim.topics).label("topic")
    inner = select(topic, Verbatim.sentiment, month.label("month")).where(*where).subquery()
    columns = (inner.c.topic, inner.c.sentiment, inner.c.month)
    rows = await uow.execute(select(*columns, func.count()).group_by(*columns))
    return {(row[0], Sentiment(row[1]), row[2]): row[3] for row in rows}


def _topic(
    topic: Topic, about: dict[tuple[str, Sentiment, datetime], int], n: int, of_month: dict[datetime, int]
) -> TopicOut:
    mine = {key[1:]: count for key, count in about.items() if key[0] == topic}
    moods = {mood: sum(count for (said, _), count in mine.items() if said is mood) for mood in Sentiment}
    whole = sum(moods.values())
    by_month = {month.date(): sum(c for (_, at), c in mine.items() if at == month) for month in of_month}
    totals = {month.date(): count for month, count in of_month.items()}
    trend = [
        MonthOut(month=month, about=_share(by_month.get(month, 0), totals.get(month, 0)))
        for month in (months(min(totals), max(totals)) if totals else ())
    ]
    negative = _share(moods[Sentiment.negative], whole)
    return TopicOut(topic=topic, about=_share(whole, n), negative=negative, sentiments=moods, trend=trend)


def _share(n: int, of: int) -> ShareOut:
    return ShareOut.model_validate(share(n, of))


async def _corrections(uow: Uow, where: Iterable[Any]) -> CorrectionsOut:
    counts = (
        func.count(),
        func.count().filter(Verbatim.topics == Verbatim.read_topics),
        func.count().filter(Verbatim.sentiment == Verbatim.read_sentiment),
    )
    query = select(*counts).where(*where, Verbatim.corrected_at.is_not(None))  # type: ignore[union-attr]
    corrected, topics, sentiments = (await uow.execute(query)).one()
    return CorrectionsOut(corrected=corrected, topics_right=topics, sentiment_right=sentiments)
