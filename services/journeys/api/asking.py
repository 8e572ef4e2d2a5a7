"""What may be asked of a conversation: which entries, which page."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from services.journeys.policy import Phase
from services.journeys.views import Actor, Wanted
from shared.contracts.topics import ROOMS
from shared.storage import paging as rows
from shared.web.paging import LONGEST_CURSOR, MOST, Asked, decode

Room = StrEnum("Room", list(ROOMS))  # type: ignore[misc]
Asking = Wanted


async def walk(
    limit: Annotated[int, Query(ge=1, le=MOST, description=f"Rows of a page, at most {MOST}")] = 50,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="`next` of the page before")] = None,
) -> Asked:
    """Paging without `changed_since`: entries are never changed; ask the list of people who has new ones."""
    as_of, values = decode(cursor) if cursor is not None else (None, None)
    return Asked(rows.Paging(values, limit), as_of)


async def asked_for(
    room: Annotated[Room | None, Query(description="Only what this room said")] = None,
    channel: Annotated[
        str | None, Query(max_length=40, pattern="^[a-z_]+$", description="Only on this channel", examples=["email"])
    ] = None,
    kind: Annotated[
        str | None,
        Query(max_length=60, pattern="^[a-z-]+$", description="Part of the event's name", examples=["touchpoint-sent"]),
    ] = None,
    side: Annotated[Actor | None, Query(description="Only what the customer, this side, or the system did")] = None,
    phase: Annotated[Phase | None, Query(description="Only what happened in this phase")] = None,
    application_id: Annotated[UUID | None, Query(description="Only what this application is about")] = None,
    since: Annotated[AwareDatetime | None, Query(description="From this moment on")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment")] = None,
) -> Wanted:
    """Which entries: all of what is asked holds."""
    return Wanted(room, channel, kind, side, phase, application_id, since, until)
