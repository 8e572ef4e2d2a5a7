"""Who is one with whom."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import select

from services.scoring.model import Identity, Interaction, Lead, PeopleMerge, Remark, leads_of
from services.scoring.policy.merges import refusal
from services.scoring.schemas import MergeOut, MergePreviewOut
from shared.access import Caller
from shared.contracts.surveys import Party
from shared.errors import NotFound
from shared.storage.tx import Uow


def merges_of(caller: Caller) -> ColumnElement[bool]:
    """Merges of which the caller looks after both people."""
    return and_(*(_mine(caller, column) for column in (PeopleMerge.person_id, PeopleMerge.other_id)))


def _mine(caller: Caller, column: Any) -> ColumnElement[bool]:
    return select(Lead.id).where(Lead.id == column, leads_of(caller)).exists()


async def list_merges(uow: Uow, person_id: UUID) -> list[dict[str, Any]]:
    """The history of a person's merges, the newest first."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    either = or_(PeopleMerge.person_id == person_id, PeopleMerge.other_id == person_id)  # type: ignore[arg-type]
    query = select(PeopleMerge).where(either, merges_of(uow.caller)).order_by(PeopleMerge.merged_at.desc())  # type: ignore[attr-defined]
    return [MergeOut.model_validate(row).model_dump(mode="json") for row in await uow.rows(query)]


async def live_merges(uow: Uow, people: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(person, other) of the merges that hold and in which one of these is the other."""
    query = select(PeopleMerge.person_id, PeopleMerge.other_id)
    query = query.where(PeopleMerge.other_id.in_(people), PeopleMerge.parted_at.is_(None))  # type: ignore[attr-defined, union-attr]
    return [(row[0], row[1]) for row in (await uow.execute(query)).all()]


async def preview_merge(uow: Uow, person_id: UUID, other_id: UUID) -> MergePreviewOut:
    """What would come together; 404 unless the caller looks after both."""
    leads = [await uow.get(Lead, one, leads_of(uow.caller), Lead.party == Party.ep) for one in (person_id, other_id)]
    if person_id == other_id:
        raise NotFound("A person is one with itself already.")
    counts = {
        name: (await _count(uow, column, person_id), await _count(uow, column, other_id))
        for name, column in (
            ("interactions", Interaction.person_id), ("visitors", Identity.person_id), ("remarks", Remark.subject_id),
        )
    }  # fmt: skip
    why = refusal(person_id, other_id, await live_merges(uow, [person_id, other_id]))
    scores = (leads[0].score, leads[1].score)
    return MergePreviewOut(person_id=person_id, other_id=other_id, **counts, scores=scores, refusal=why)  # type: ignore[arg-type]


async def _count(uow: Uow, column: Any, person_id: UUID) -> int:
    return int(await uow.scalar(select(func.count()).where(column == person_id)))
