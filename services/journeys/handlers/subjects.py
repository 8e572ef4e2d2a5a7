"""Where a person stands: rows that follow an aggregate, and the person's line that is counted anew from them."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, select, update

from services.journeys.handlers.entries import record
from services.journeys.model import Application, QualityCase, Subject, Touchpoint, Visitor
from services.journeys.policy import MOVES, WAITING, Status, person_phase, person_status, profile_of
from shared.contracts.applications import ApplicationFact, PersonRegistered
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import TouchpointFact
from shared.contracts.scoring import LeadScored, VisitorSeparated
from shared.contracts.surveys import CaseFact, QualityCaseClosed
from shared.storage.tx import Uow

STAY = ("product", "start_on", "end_on", "zone", "country")


async def register_person(uow: Uow, envelope: Envelope) -> None:
    """A lead: from here on the sending side sees the person."""
    person = envelope.data
    assert isinstance(person, PersonRegistered)
    await record(uow, envelope)
    about = person.model_dump(include={"sending_entity_id", "country", "language", "zone"})
    await _set(uow, person.person_id, registered_at=envelope.time, **about)
    await _count_status(uow, person.person_id)


async def identify_visitor(uow: Uow, envelope: Envelope) -> None:
    """Earlier visits turned out to be this person's, or (undone) not to be."""
    person_id = await record(uow, envelope)
    before = await uow.scalar(select(Visitor.person_id).where(Visitor.id == envelope.key))
    now = None if isinstance(envelope.data, VisitorSeparated) else person_id
    await _upsert(uow, Visitor, envelope.key, {}, {"person_id": now})
    for person in {person_id, before or person_id}:
        known = select(func.count()).where(Visitor.person_id == person)
        await _set(uow, person, visited=await uow.scalar(known) > 0)
        await _count_status(uow, person)


async def keep_score(uow: Uow, envelope: Envelope) -> None:
    """The newest lead score; the events of one person come in order."""
    lead = envelope.data
    assert isinstance(lead, LeadScored)
    await record(uow, envelope)
    await _set(uow, lead.person_id, score=lead.score)


async def follow_application(uow: Uow, envelope: Envelope) -> None:
    """An application moved, got its dates or an approval."""
    fact = envelope.data
    assert isinstance(fact, ApplicationFact)
    await record(uow, envelope)
    values = fact.model_dump(include={*ApplicationFact.model_fields, *STAY}, exclude={"application_id"})
    if status := MOVES.get(envelope.type):
        values |= {"status": status, "reason": getattr(fact, "reason", None)}
    await _upsert(uow, Application, fact.application_id, {"status": Status.open}, values)
    await _count_status(uow, fact.person_id)


async def follow_touchpoint(uow: Uow, envelope: Envelope) -> None:
    """A touchpoint got a date, moved, went out or was skipped: which one is due next?"""
    fact = envelope.data
    assert isinstance(fact, TouchpointFact)
    await record(uow, envelope)
    state = envelope.type.partition("touchpoint-")[2].partition(".")[0]
    values = fact.model_dump(include={"person_id", "hosting_entity_id", "touchpoint"}) | {"state": state}
    if due_at := getattr(fact, "due_at", None):
        values["due_at"] = due_at
    await _upsert(uow, Touchpoint, fact.touchpoint_id, {}, values)
    await _find_next(uow, fact.person_id)


async def follow_case(uow: Uow, envelope: Envelope) -> None:
    """A quality case was opened, went on or was closed."""
    case = envelope.data
    assert isinstance(case, CaseFact)
    await record(uow, envelope)
    values = case.model_dump(include={"person_id", "hosting_entity_id"})
    values |= {"open": not isinstance(case, QualityCaseClosed)}
    await _upsert(uow, QualityCase, case.case_id, {}, values)
    open_cases = select(func.count()).where(QualityCase.person_id == case.person_id, QualityCase.open)
    await _set(uow, case.person_id, open_cases=await uow.scalar(open_cases))


async def _count_status(uow: Uow, person_id: UUID) -> None:
    statuses = await uow.rows(select(Application.status).where(Application.person_id == person_id))
    known = select(Subject.registered_at, Subject.visited).where(Subject.person_id == person_id)
    registered_at, visited = (await uow.session.execute(known)).one()
    phase = person_phase(statuses)
    profile = profile_of(phase, registered=registered_at is not None, visited=visited)
    await _set(uow, person_id, status=person_status(statuses), phase=phase, profile=profile)


async def _find_next(uow: Uow, person_id: UUID) -> None:
    row = Touchpoint
    waiting = select(row.touchpoint, row.due_at).where(row.person_id == person_id, row.state.in_(WAITING))  # type: ignore[attr-defined]
    first = (await uow.session.execute(waiting.order_by(row.due_at, row.touchpoint, row.id).limit(1))).one_or_none()  # type: ignore[arg-type]
    touchpoint, due_at = first or (None, None)
    await _set(uow, person_id, next_touchpoint=touchpoint, next_due_at=due_at)


async def _set(uow: Uow, person_id: UUID, **values: Any) -> None:
    await uow.session.execute(update(Subject).where(Subject.person_id == person_id).values(**values))


async def _upsert(uow: Uow, model: type[SQLModel], id_: UUID, first: dict[str, Any], values: dict[str, Any]) -> None:
    """Set these values of a row; `first` is for a row that isn't there yet."""
    blank = dict.fromkeys(model.model_fields)
    row = insert(model).values(blank | first | {"id": id_} | values)
    await uow.session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
