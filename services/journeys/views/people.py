"""People as the caller may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, desc, func
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.journeys.model import (
    Application,
    Label,
    PersonName,
    QualityCase,
    Subject,
    Touched,
    Touchpoint,
    applications_of,
    named,
    own_people_of,
    people_of,
    values_of,
)
from services.journeys.policy import WAITING, Profile, folded
from services.journeys.schemas import (
    ApplicationLine,
    NextTouchpoint,
    PersonLine,
    PersonOut,
)
from services.journeys.views.merged import one_with, others_of
from shared.access import Caller, Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import below
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Found:
    """A person as queried; `own`: the caller sees everything of this person, not the hosting side's part alone."""

    subject: Subject
    given_name: str | None
    family_name: str | None
    own: bool


def _named(caller: Caller) -> Select[Any]:
    """Rows in the order of `Found`, and what pages are ordered by."""
    own = own_people_of(caller).label("own")
    query = select(Subject, PersonName.given_name, PersonName.family_name, own, Subject.last_at, Subject.person_id)  # type: ignore[call-overload]
    query = query.outerjoin(PersonName, PersonName.person_id == Subject.person_id)
    return query.where(people_of(caller))  # type: ignore[no-any-return]


async def _lines(uow: Uow, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The values of these people, as far as the caller may see them."""
    found = [Found(*row[:4]) for row in rows]
    parts = await _hosted(uow, [one.subject.person_id for one in found if not one.own])
    return [_line(one, parts) for one in found]


def _line(found: Found, parts: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    """The score belongs to the sending side; of cases and touchpoints others see those at their own entity."""
    subject = found.subject
    names = {"id": subject.person_id, "given_name": found.given_name, "family_name": found.family_name}
    values = values_of(subject) | names | {"next_touchpoint": _due(subject.next_touchpoint, subject.next_due_at)}
    if found.own:
        return values
    return values | {"score": None, "open_cases": 0, "next_touchpoint": None} | parts.get(subject.person_id, {})


def _due(touchpoint: str | None, due_at: datetime | None) -> NextTouchpoint | None:
    return NextTouchpoint(touchpoint=touchpoint, due_at=due_at) if touchpoint and due_at else None


async def _hosted(uow: Uow, people: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Open cases and next touchpoints of these people at the caller's own entity and below; none for an enabler."""
    if not people or uow.caller.role is Role.enabler:
        return {}
    point, case_ = Touchpoint, QualityCase
    first = select(point.person_id, point.touchpoint, point.due_at).ext(distinct_on(point.person_id))  # type: ignore[arg-type]
    first = first.where(
        point.person_id.in_(people), point.state.in_(WAITING), below(point.hosting_entity_id, uow.caller)
    )  # type: ignore[attr-defined]
    first = first.order_by(point.person_id, point.due_at, point.touchpoint, point.id)  # type: ignore[arg-type]
    counts = select(case_.person_id, func.count()).where(case_.person_id.in_(people), case_.open)  # type: ignore[attr-defined]
    counts = counts.where(below(case_.hosting_entity_id, uow.caller)).group_by(case_.person_id)  # type: ignore[arg-type]
    parts: dict[UUID, dict[str, Any]] = {person: {} for person in people}
    for person, touchpoint, due_at in (await uow.execute(first)).all():
        parts[person]["next_touchpoint"] = _due(touchpoint, due_at)
    for person, count in (await uow.execute(counts)).all():
        parts[person]["open_cases"] = count
    return parts


async def list_people(uow: Uow, search: str | None, profile: Profile | None, paging: Paging) -> Page:
    """Who did or met something last comes first."""
    query = _named(uow.caller)
    if search:
        query = query.where(*named(folded(search)))
    if profile:
        query = query.where(Subject.profile == profile)
    if paging.changed_since:
        query = query.join(Touched, Touched.person_id == Subject.person_id)  # type: ignore[arg-type]
    order = (desc(Subject.last_at), desc(Subject.person_id))  # type: ignore[arg-type]
    found = await listing(uow, query, order=order, paging=paging, changed=Touched.changed_at)
    return Page([PersonLine.model_validate(line) for line in await _lines(uow, found.items)], found.next)


async def get_person(uow: Uow, person_id: UUID) -> PersonOut:
    row = (await uow.execute(_named(uow.caller).where(Subject.person_id == person_id))).one_or_none()
    if row is None:
        raise nobody(person_id)
    (line,) = await _lines(uow, [row])
    people = await one_with(uow, person_id)
    applications = await _applications(uow, people)
    names = await labels(uow, [line["sending_entity_id"]] if line["sending_entity_id"] else [])
    about = {"applications": applications, "sending_entity": names.get(line["sending_entity_id"])}
    about |= {"one_with": await others_of(uow, person_id, people)}
    return PersonOut.model_validate(line | about)


def nobody(person_id: UUID) -> NotFound:
    return NotFound(f"There is no person {person_id}, or it is not yours to see.")


async def _applications(uow: Uow, people: Sequence[UUID]) -> list[ApplicationLine]:
    mine = Application.person_id.in_(people)  # type: ignore[attr-defined]
    query = select(Application).where(mine, applications_of(uow.caller))
    return await application_lines(uow, await uow.rows(query.order_by(Application.id)))


async def application_lines(uow: Uow, rows: Sequence[Application]) -> list[ApplicationLine]:
    """Applications with what their parties are called."""
    ids = {id_ for row in rows for id_ in (row.opportunity_id, row.hosting_entity_id, row.enabler_id)}
    names = await labels(uow, ids)

    def shape(row: Application) -> ApplicationLine:
        named = {"opportunity": row.opportunity_id, "hosting_entity": row.hosting_entity_id, "enabler": row.enabler_id}
        return ApplicationLine.model_validate(values_of(row) | {name: names.get(id_) for name, id_ in named.items()})

    return [shape(row) for row in rows]


async def labels(uow: Uow, ids: Sequence[UUID] | set[UUID]) -> dict[UUID | None, str]:
    query = select(Label.id, Label.text).where(Label.id.in_(ids))  # type: ignore[attr-defined]
    return dict(list((await uow.execute(query)).all()))
