"""Whose pages of figures are opened, and the questions that they begin with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import desc
from sqlmodel import select

from services.journeys.designs import LIBRARY
from services.journeys.model import Segment, segments_of
from services.journeys.model.narrowing import caller_of, view_of
from services.journeys.policy.beginnings import MOST_SCOPES, MOST_SEGMENTS, beginnings
from services.journeys.policy.blueprints import KIND
from services.journeys.policy.questions import KEPT, Question, View
from services.journeys.views.designs import design_in_use
from services.journeys.views.estimates import NEWEST, asked
from services.journeys.views.funnel import is_large, standing_question
from shared.access import Caller
from shared.storage.tx import Uow

LOOKED = """
SELECT question ->> 'view' AS view, (question ->> 'entity_id')::uuid AS entity_id FROM estimate
WHERE asked_at > $1::timestamptz - $2::interval AND kind <> 'scorecard' AND question ->> 'entity_id' IS NOT NULL
GROUP BY 1, 2 ORDER BY max(asked_at) DESC, 1, 2 LIMIT $3
"""


async def scopes_in_use(uow: Uow) -> list[Caller]:
    """Who sees everything, and the committees of those who looked at figures in the last weeks; nobody before there is
    anything to count."""
    if (await uow.fetch(NEWEST))[0][0] is None:
        return []
    looked = await uow.fetch(LOOKED, uow.now, KEPT, MOST_SCOPES)
    return [caller_of(View.everything, None), *(caller_of(View(row["view"]), row["entity_id"]) for row in looked)]


async def beginnings_of(uow: Uow) -> list[Question]:
    """What the pages of the caller's scope begin with, of all customers and of each of the newest saved segments."""
    view, blueprints = view_of(uow.caller)[0], await _blueprints(uow)
    found = [
        await asked(uow, kind, dict(params), segment)
        for segment in (None, *await _segments(uow))
        for kind, params in beginnings(view, blueprints, segment=segment is not None)
    ]
    large = view is View.everything and await is_large(uow)
    return [*found, standing_question()] if large else found


async def _blueprints(uow: Uow) -> list[UUID]:
    """Those in use, of the journeys that ship and that events tell of."""
    shipped = (one for one in LIBRARY.designs if one.kind == KIND and one.document["customer"] != "other")
    journeys = sorted({one.journey for one in shipped}, key=lambda journey: (journey != "ep", journey))
    return [(await design_in_use(uow, KIND, journey)).id for journey in journeys]


async def _segments(uow: Uow) -> Sequence[UUID]:
    query = select(Segment.id).where(segments_of(uow.caller), Segment.retired_at.is_(None))  # type: ignore[union-attr]
    newest = query.order_by(desc(Segment.made_at), desc(Segment.id)).limit(MOST_SEGMENTS)  # type: ignore[arg-type]
    return [row[0] for row in await uow.execute(newest)]
