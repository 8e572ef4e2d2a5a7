"""Reads of the journeys room; every query carries the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, desc, func, literal, or_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import select

from services.journeys.model import (
    Application,
    Comment,
    Entity,
    Entry,
    Label,
    PersonName,
    QualityCase,
    Subject,
    Touched,
    Touchpoint,
    applications_of,
    entries_of,
    own_people_of,
    people_of,
    values_of,
)
from services.journeys.policy import FAIR, PHASES, WAITING, Phase, Profile, Status, folded, share
from services.journeys.schemas import (
    ActorOut,
    ActorsOut,
    ApplicationLine,
    EntryOut,
    FunnelOut,
    NextTouchpoint,
    Part,
    PersonLine,
    PersonOut,
    Split,
)
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
        for word in folded(search).split():
            query = query.where(PersonName.searched.contains(word, autoescape=True))  # type: ignore[attr-defined]
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
        raise _nobody(person_id)
    (line,) = await _lines(uow, [row])
    applications = await _applications(uow, person_id)
    names = await _labels(uow, [line["sending_entity_id"]] if line["sending_entity_id"] else [])
    about = {"applications": applications, "sending_entity": names.get(line["sending_entity_id"])}
    return PersonOut.model_validate(line | about)


def _nobody(person_id: UUID) -> NotFound:
    return NotFound(f"There is no person {person_id}, or it is not yours to see.")


async def _applications(uow: Uow, person_id: UUID) -> list[ApplicationLine]:
    query = select(Application).where(Application.person_id == person_id, applications_of(uow.caller))
    rows: Sequence[Application] = await uow.rows(query.order_by(Application.id))
    ids = {id_ for row in rows for id_ in (row.opportunity_id, row.hosting_entity_id, row.enabler_id)}
    names = await _labels(uow, ids)

    def shape(row: Application) -> ApplicationLine:
        named = {"opportunity": row.opportunity_id, "hosting_entity": row.hosting_entity_id, "enabler": row.enabler_id}
        return ApplicationLine.model_validate(values_of(row) | {name: names.get(id_) for name, id_ in named.items()})

    return [shape(row) for row in rows]


async def _labels(uow: Uow, ids: Sequence[UUID] | set[UUID]) -> dict[UUID | None, str]:
    query = select(Label.id, Label.text).where(Label.id.in_(ids))  # type: ignore[attr-defined]
    return dict(list((await uow.execute(query)).all()))


class Order(StrEnum):
    """Which end of a timeline comes first."""

    newest = "newest"
    oldest = "oldest"


async def get_timeline(uow: Uow, person_id: UUID, room: str | None, order: Order, paging: Paging) -> Page:
    """All that happened with a person, from every room, in one order: time, then what follows from what."""
    seen = select(Subject.person_id).where(Subject.person_id == person_id, people_of(uow.caller))
    if await uow.scalar(seen) is None:
        raise _nobody(person_id)
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


async def get_funnel(uow: Uow) -> FunnelOut:
    people, applications = people_of(uow.caller), applications_of(uow.caller)
    return FunnelOut(
        people_by_profile=await _split(uow, Subject.profile, people, list(Profile)),
        people_by_phase=await _split(uow, Subject.phase, people, list(Phase)),
        people_by_status=await _split(uow, Subject.status, people, list(PHASES)),
        applications_by_status=await _split(uow, Application.status, applications, list(Status)),
    )


async def _split(uow: Uow, column: Any, where: ColumnElement[bool], stages: Sequence[StrEnum]) -> Split:
    rows = (await uow.execute(select(column, func.count()).where(where).group_by(column))).all()
    counts = {str(code): count for code, count in rows}
    n = sum(counts.values())
    parts = [Part(code=stage, count=counts.get(stage, 0), share=share(counts.get(stage, 0), n)) for stage in stages]
    return Split(n=n, parts=parts, note="not enough data" if n < FAIR else None)


# --- for the development sign-in page

MOST_ACTORS = 50
LEVELS = ("world", "national", "local")


async def list_actors(uow: Uow) -> ActorsOut:
    """Whose part can be played: committees from the top down, people and enablers by name."""
    entities = select(Entity.id, Entity.kind, func.coalesce(Label.text, Entity.kind), Entity.country)
    entities = entities.outerjoin(Label, Label.id == Entity.id).order_by(Entity.country, Label.text, Entity.id)  # type: ignore[arg-type]
    found = [_actor(row) for row in (await uow.execute(entities)).all()]
    full_name = func.concat_ws(" ", PersonName.given_name, PersonName.family_name)
    people = select(Subject.person_id, literal("person"), full_name, Subject.country)
    people = people.join(PersonName, PersonName.person_id == Subject.person_id)  # type: ignore[arg-type]
    people = people.where(Subject.registered_at.is_not(None)).order_by(PersonName.searched, Subject.person_id)  # type: ignore[union-attr]
    enablers = select(Label.id, Label.kind, Label.text, literal(None)).where(Label.kind == "enabler")
    enablers = enablers.order_by(Label.text, Label.id)
    return ActorsOut(
        entities=sorted(found, key=lambda actor: LEVELS.index(actor.kind)),
        people=[_actor(row) for row in (await uow.execute(people.limit(MOST_ACTORS))).all()],
        enablers=[_actor(row) for row in (await uow.execute(enablers.limit(MOST_ACTORS))).all()],
    )


def _actor(row: Any) -> ActorOut:
    return ActorOut(id=row[0], kind=row[1], name=row[2], country=row[3])


async def name_of(uow: Uow, id_: str) -> str | None:
    """What an entity, an enabler or a person is called."""
    try:
        key = UUID(id_)
    except ValueError:
        return None
    if (name := await uow.find(PersonName, person_id=key)) is not None:
        return f"{name.given_name} {name.family_name}"
    return (await _labels(uow, [key])).get(key)
