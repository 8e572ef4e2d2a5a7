"""What people wrote: quotes with their labels, how often they are about what, and setting a label right."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import CaseOwner, Staff
from services.surveys.schemas import TopicsOut, VerbatimOut
from services.surveys.verbatims import Sentiment, Topic
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.errors import FieldError, Invalid
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["verbatims"])


def _wanted(
    topic: Annotated[Topic | None, Query(description="Only those that speak of it")] = None,
    sentiment: Annotated[Sentiment | None, Query(description="Only in this mood")] = None,
    language: Annotated[str | None, Query(description="Only in this language, `und` for none", max_length=8)] = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")] = None,
    since: Annotated[Day | None, Query(description="First day (UTC)")] = None,
    until: Annotated[Day | None, Query(description="Last day (UTC), included")] = None,
    product: Annotated[Product | None, Query(description="Only of this exchange programme")] = None,
    party: Annotated[Party | None, Query(description="Only written by this customer")] = None,
    corrected: Annotated[bool | None, Query(description="Only those whose labels a manager set, or did not")] = None,
) -> views.Wanted:
    if since and until and until < since:
        raise Invalid(errors=[FieldError("query:until", "It lies before `since`.")])
    return views.Wanted(topic, sentiment, language, entity_id, since, until, product, party, corrected)


Slice = Annotated[views.Wanted, Depends(_wanted)]


@router.get("/verbatims", response_model=PageOf[VerbatimOut], operation_id="list_verbatims")
async def list_verbatims(door: Staff, paging: Paging, wanted: Slice) -> Response:
    """Quotes, newest first, with personal data masked for everybody; the words themselves stand with the answer."""
    return await door.page(views.list_verbatims, wanted, paging=paging)


@router.get("/verbatims/{verbatim_id}", response_model=VerbatimOut, operation_id="get_verbatim")
async def get_verbatim(verbatim_id: UUID, door: Staff) -> Response:
    """One quote with its labels."""
    return await door.read(views.get_verbatim, verbatim_id)


@router.put("/verbatims/{verbatim_id}/labels", response_model=VerbatimOut, operation_id="correct_verbatim")
async def correct_verbatim(verbatim_id: UUID, body: commands.Labels, door: CaseOwner) -> Response:
    """Set topics and mood right. What was read is kept beside, and `count_topics` tells how often it was right."""
    command = commands.CorrectVerbatim(verbatim_id, frozenset(body.topics), body.sentiment)
    return await door.execute(handlers.correct_verbatim, command)


@router.get("/verbatim-topics", response_model=TopicsOut, operation_id="count_topics")
async def count_topics(door: Staff, wanted: Slice) -> Response:
    """How many comments are about what, how many of these are negative, and the trend by month."""
    return await door.read(views.count_topics, wanted)
