"""One conversation: all that happened with a person, or with an enabler."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import select

from services.journeys.model import (
    Comment,
    EnablerSubject,
    Entry,
    RemarkText,
    Subject,
    enablers_of,
    entries_of,
    people_of,
    values_of,
)
from services.journeys.policy import Phase
from services.journeys.schemas import (
    EntryOut,
)
from services.journeys.views.merged import one_with
from services.journeys.views.people import nobody
from shared.access import CUSTOMERS
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


class Order(StrEnum):
    """Which end of a timeline comes first."""

    newest = "newest"
    oldest = "oldest"


class Actor(StrEnum):
    """Who acted."""

    customer = "customer"
    sending = "sending"
    hosting = "hosting"
    system = "system"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: all of these hold. `kind` is a part of the event's name, as `survey` or `touchpoint-sent`."""

    room: str | None = None
    channel: str | None = None
    kind: str | None = None
    side: Actor | None = None
    phase: Phase | None = None
    application_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """Each as a predicate; None where nothing is asked."""
        asked: list[Any] = [
            self.room and Entry.room == self.room,
            self.channel and Entry.channel == self.channel,
            self.kind and func.split_part(Entry.type, ".", 2).contains(self.kind, autoescape=True),
            self.side and (Entry.side.is_(None) if self.side is Actor.system else Entry.side == self.side),  # type: ignore[union-attr]
            self.phase and _phase_at_entry() == self.phase,
            self.application_id and Entry.application_id == self.application_id,
            self.since and Entry.at >= self.since,
            self.until and Entry.at < self.until,
        ]
        return [one for one in asked if one is not None]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose conversation: a person's, or an enabler's."""

    person_id: UUID | None = None
    enabler_id: UUID | None = None

    @property
    def id(self) -> UUID:
        found = self.person_id or self.enabler_id
        assert found is not None
        return found


async def get_timeline(uow: Uow, whose: Whose, wanted: Wanted, order: Order, paging: Paging) -> Page:
    """All that happened, from every room, in one order: time, then what follows from what."""
    query = select(Entry).where(await _of(uow, whose), entries_of(uow.caller), *wanted.where())
    columns: list[Any] = [Entry.at, Entry.step, Entry.sequence, Entry.id]
    order_by = [column.desc() for column in columns] if order is Order.newest else columns
    page = await listing(uow, query, order=order_by, paging=paging)
    return Page(await _entries(uow, page.items), page.next)


async def _of(uow: Uow, whose: Whose) -> ColumnElement[bool]:
    """The entries of a conversation; NotFound when it isn't the caller's to see. One over people who are one."""
    if whose.enabler_id is not None:
        seen: Select[Any] = select(EnablerSubject.enabler_id)
        seen = seen.where(EnablerSubject.enabler_id == whose.enabler_id, enablers_of(uow.caller))
        if await uow.scalar(seen) is None:
            raise no_enabler(whose.enabler_id)
        return Entry.enabler_id == whose.enabler_id  # type: ignore[return-value]
    seen = select(Subject.person_id).where(Subject.person_id == whose.person_id, people_of(uow.caller))
    if await uow.scalar(seen) is None:
        raise nobody(whose.id)
    people = await one_with(uow, whose.id)
    return Entry.person_id == people[0] if len(people) == 1 else Entry.person_id.in_(people)  # type: ignore[return-value, union-attr]


def no_enabler(enabler_id: UUID) -> NotFound:
    return NotFound(f"There is no enabler {enabler_id}, or it is not yours to see.")


# Transaction ids have 32 bits in rows and 64 in snapshots; a row that can be seen is older than the snapshot's end.
WRITTEN_AFTER = text("""NOT pg_visible_in_snapshot((pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    - ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint - entry.xmin::text::bigint) & 4294967295)
    )::text::xid8, CAST(:seen AS pg_snapshot))""")


async def get_entries_after(uow: Uow, whose: Whose, wanted: Wanted, seen: str | None) -> tuple[str, list[EntryOut]]:
    """What came into a conversation since the database looked as in the snapshot `seen`, and how it looks now.

    An entry may stand anywhere in the conversation, however late it is heard of: its place tells nothing of that. An
    entry may come twice, never not at all. Without `seen`: nothing, from here on.
    """
    now: str = await uow.scalar(text("SELECT pg_current_snapshot()::text"))
    of = await _of(uow, whose)
    if seen is None or seen == now:
        return now, []
    query = select(Entry).where(of, entries_of(uow.caller), *wanted.where(), WRITTEN_AFTER.bindparams(seen=seen))
    rows = await uow.rows(query.order_by(Entry.at, Entry.step, Entry.sequence, Entry.id))  # type: ignore[arg-type]
    return now, await _entries(uow, rows)


async def _entries(uow: Uow, entries: Sequence[Entry]) -> list[EntryOut]:
    phases, words = await _phases(uow, [entry.id for entry in entries]), await _words(uow, entries)
    remarks = await _remarks(uow, entries)

    def shape(entry: Entry) -> EntryOut:
        more = {"phase": phases.get(entry.id), "comment": words.get(entry.facts.get("invitation_id"))}
        return EntryOut.model_validate(values_of(entry) | more | {"remark": remarks.get(_remark_of(entry))})

    return [shape(entry) for entry in entries]


def _phase_at_entry() -> ColumnElement[Any]:
    """The phase at an entry: that which the latest move of its application up to then began, else of the person."""
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
    return func.coalesce(Entry.phase, latest.scalar_subquery())


async def _phases(uow: Uow, ids: Sequence[UUID]) -> dict[UUID, Phase | None]:
    query = select(Entry.id, _phase_at_entry()).where(Entry.id.in_(ids))  # type: ignore[attr-defined]
    return dict(list((await uow.execute(query)).all()))


async def _words(uow: Uow, entries: Sequence[Entry]) -> dict[str | None, str]:
    answered = [entry for entry in entries if entry.type.startswith("surveys.survey-answered.")]
    answers = [UUID(entry.facts["invitation_id"]) for entry in answered]
    query = select(Comment.invitation_id, Comment.text).where(Comment.invitation_id.in_(answers))  # type: ignore[attr-defined]
    return {str(id_): text for id_, text in (await uow.execute(query)).all()}


def _remark_of(entry: Entry) -> str | None:
    return entry.facts.get("note_id") or entry.facts.get("interaction_id")


async def _remarks(uow: Uow, entries: Sequence[Entry]) -> dict[str | None, str]:
    """What members wrote in notes and of contacts; for members alone."""
    if uow.caller.role in CUSTOMERS:
        return {}
    ids = [UUID(found) for entry in entries if (found := _remark_of(entry))]
    if not ids:
        return {}
    query = select(RemarkText.remark_id, RemarkText.text).where(RemarkText.remark_id.in_(ids))  # type: ignore[attr-defined]
    return {str(id_): said for id_, said in (await uow.execute(query)).all()}
