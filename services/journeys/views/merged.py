"""Who is one with whom."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import select

from services.journeys.model import Merge, PersonName, Subject, people_of
from services.journeys.schemas import OneWithOut
from shared.storage.tx import Uow

MOST_TOGETHER = 50


async def one_with(uow: Uow, person_id: UUID) -> list[UUID]:
    """The person and all who are the same human, by live merges in either direction; the person first."""
    found, new = [person_id], [person_id]
    while new and len(found) < MOST_TOGETHER:
        query = select(Merge.person_id, Merge.other_id).where(Merge.live)
        query = query.where(or_(Merge.person_id.in_(new), Merge.other_id.in_(new)))  # type: ignore[attr-defined]
        near = {one for row in (await uow.execute(query)).all() for one in row}
        new = sorted(near - set(found))
        found += new
    return found


async def others_of(uow: Uow, person_id: UUID, people: Sequence[UUID]) -> list[OneWithOut]:
    """Those others whom the caller may see by themselves."""
    ids = [one for one in people if one != person_id]
    if not ids:
        return []
    query = select(Subject.person_id, PersonName.given_name, PersonName.family_name)
    query = query.outerjoin(PersonName, PersonName.person_id == Subject.person_id)  # type: ignore[arg-type]
    query = query.where(Subject.person_id.in_(ids), people_of(uow.caller)).order_by(Subject.person_id)  # type: ignore[attr-defined]
    rows = (await uow.execute(query)).all()
    return [OneWithOut(id=row[0], given_name=row[1], family_name=row[2]) for row in rows]
