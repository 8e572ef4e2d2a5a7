"""One conversation: all that happened with a person."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import select

from services.journeys.model import (
    Comment,
    Entry,
    Subject,
    entries_of,
    people_of,
    values_of,
)
from services.journeys.policy import Phase
from services.journeys.schemas import (
    EntryOut,
)
from services.journeys.views.people import nobody
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


class Order(StrEnum):
    """Which end of a timeline comes first."""

    newest = "newest"
    oldest = "oldest"


async def get_timeline(uow: Uow, person_id: UUID, room: str | None, order: Order, paging: Paging) -> Page:
    """All that happened with a person, from every room, in one order: time, then what follows from what."""
    seen = select(Subject.person_id).where(Subject.person_id == person_id, people_of(uow.caller))
    if await uow.scalar(seen) is None:
        raise nobody(person_id)
    query = select(Entry).where(Entry.person_id == person_id, entries_of(uow.caller))
    if room:
        query = query.where(Entry.room == room)
    columns: list[Any] = [Entry.at, Entry.step, Entry.sequence, Entry.id]
    order_by = [column.desc() for column in columns] if order is Order.newest else columns
    page = await listing(uow, query, order=order_by, paging=paging)
    return Page(await _entries(uow, page.items), page.next)


async def _entries(uow: Uow, entries: Sequence[Entry]) -> list[EntryOut]:
    phases, words = await _phases(uow, [entry.id for entry in entries]), await _words(uow, entries)

    def shape(entry: Entry) -> EntryOut:
        more = {"phase": phases.get(entry.id), "comment": words.get(entry.facts.get("invitation_id"))}
        return EntryOut.model_validate(values_of(entry) | more)

    return [shape(entry) for entry in entries]


async def _phases(uow: Uow, ids: Sequence[UUID]) -> dict[UUID, Phase | None]:
    """The phase at each entry: that which the latest move of its application up to then began, else of the person."""
    mark: Any = aliased(Entry)
    same = case((Entry.application_id.is_not(None), mark.application_id == Entry.application_id), else_=True)  # type: ignore[union-attr]
    before = select(mark.phase).where(
        mark.person_id == Entry.person_id, mark.phase.is_not(None), mark.at <= Entry.at,
        or_(mark.application_id.is_(None), same),
    )  # fmt: skip
    latest = (
        before.order_by(mark.at.desc(), mark.step.desc(), mark.sequence.desc(), mark.id.desc())
        .limit(1)
        .correlate(Entry)
    )
    query = select(Entry.id, func.coalesce(Entry.phase, latest.scalar_subquery())).where(Entry.id.in_(ids))  # type: ignore[attr-defined]
    return dict(list((await uow.execute(query)).all()))


async def _words(uow: Uow, entries: Sequence[Entry]) -> dict[str | None, str]:
    answered = [entry for entry in entries if entry.type.startswith("surveys.survey-answered.")]
    answers = [UUID(entry.facts["invitation_id"]) for entry in answered]
    query = select(Comment.invitation_id, Comment.text).where(Comment.invitation_id.in_(answers))  # type: ignore[attr-defined]
    return {str(id_): text for id_, text in (await uow.execute(query)).all()}
