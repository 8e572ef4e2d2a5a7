"""Reads of a blueprint: the drawing of it, and the events behind a cell."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, desc, func, literal, null, or_, true, union_all
from sqlmodel import select

from services.journeys.drawing import Drawing, lay_out, sheet_of
from services.journeys.estimates.blueprint import party_of
from services.journeys.estimates.observing import FAILED, Observing, due_of, failed
from services.journeys.model import Answer, Entry, Judgement, Occasion, Proof
from services.journeys.policy.blueprints import KIND, Blueprint, Item
from services.journeys.schemas.cells import OccurrenceOut
from services.journeys.views.designs import found_design
from services.journeys.views.estimates import asked, get_estimate
from shared.contracts.surveys import Party
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


class What(StrEnum):
    """What an item is measured by."""

    touchpoints = "touchpoints"
    scores = "scores"
    standards = "standards"
    events = "events"


class State(StrEnum):
    """How a touchpoint or task went."""

    in_time = "in_time"
    late = "late"
    failed = "failed"
    waiting = "waiting"


async def drawn(uow: Uow, design_id: UUID, segment: UUID | None, figures: bool, language: str) -> Drawing:
    """The drawing of a blueprint, with what is observed of it as far as that has been worked out; NotFound."""
    design = await found_design(uow, design_id)
    if design.kind != KIND:
        raise NotFound(f"There is no blueprint {design_id}.")
    found = await get_estimate(uow, "blueprint", {"design": str(design_id)}, segment) if figures else None
    result, as_of = (found.result, found.as_of) if found else (None, None)
    day = as_of.date().isoformat() if as_of else None
    return lay_out(sheet_of(design.document, design.number, result, day, language))


async def list_occurrences(
    uow: Uow, cell: tuple[UUID, str, str], what: What | None, state: State | None, segment: UUID | None, paging: Paging
) -> Page:
    """What happened in a cell, the newest first, in the caller's scope and the segment."""
    design_id, step_id, item_id = cell
    design = await found_design(uow, design_id)
    blueprint = Blueprint.model_validate(design.document) if design.kind == KIND else None
    item = blueprint.item(step_id, item_id) if blueprint else None
    if blueprint is None or item is None:
        raise NotFound(f"There is no item {item_id} in a step {step_id} of this blueprint.")
    look = Observing(uow, await asked(uow, "blueprint", {"design": str(design_id)}, segment), party_of(blueprint))
    given = [one for one in What if getattr(item.measured, one)]
    if not given or (what is not None and what not in given):
        return Page([], None)
    match what or given[0]:
        case What.touchpoints:
            return await _occasions(uow, look, item, state, paging)
        case What.scores:
            return await _answers(uow, look, item, paging)
        case What.standards:
            return await _words(uow, look, item, paging)
    return await _entries(uow, look, item, paging)


async def _occasions(uow: Uow, look: Observing, item: Item, state: State | None, paging: Paging) -> Page:
    row = Occasion
    query = select(row).where(row.touchpoint.in_(item.measured.touchpoints), row.due_at.is_not(None), look.seen(row))  # type: ignore[attr-defined, union-attr]
    if state is not None:
        query = query.where(_went(state, uow.now, item.grace_days))
    order = (desc(row.due_at), desc(row.touchpoint_id))  # type: ignore[arg-type]
    found = await listing(uow, query, order=order, paging=paging)
    return Page([_occasion(one, item.grace_days, uow.now) for one in found.items], found.next)


def _went(state: State, now: datetime, grace: int) -> Any:
    last = due_of() + timedelta(days=grace)
    owed = or_(Occasion.state.is_distinct_from("skipped"), failed())  # type: ignore[union-attr]
    late = or_(Occasion.late.is_(True), func.coalesce(Occasion.done_at, literal(now)) > last)  # type: ignore[union-attr]
    done = Occasion.done_at.is_not(None)  # type: ignore[union-attr]
    match state:
        case State.failed:
            return failed()
        case State.late:
            return and_(owed, ~failed(), late)
        case State.in_time:
            return and_(owed, ~failed(), ~late, done)
    return and_(owed, ~failed(), ~late, ~done)


def _occasion(row: Occasion, grace: int, now: datetime) -> OccurrenceOut:
    due = row.due_at
    if row.task_due_on is not None:
        due = datetime.combine(row.task_due_on, datetime.min.time(), now.tzinfo) + timedelta(days=1)
    late = due is not None and (bool(row.late) or (row.done_at or now) > due + timedelta(days=grace))
    state = "late" if late else "in_time" if row.done_at else "waiting"
    if row.state == "skipped":
        state = "failed" if row.reason in FAILED else "not_owed"
    days = (row.done_at - due).total_seconds() / 86_400 if row.done_at and due else None
    return OccurrenceOut(
        id=row.touchpoint_id, what="touchpoint", code=row.touchpoint, at=row.done_at or row.due_at, state=state,
        due_at=due, done_at=row.done_at, days_late=None if days is None else round(days, 2), person_id=row.person_id,
        application_id=row.application_id, enabler_id=row.enabler_id,
    )  # fmt: skip


async def _answers(uow: Uow, look: Observing, item: Item, paging: Paging) -> Page:
    row = Answer
    names = func.concat(row.measure, ":", row.about)
    query = select(row).where(names.in_(item.measured.scores), row.party == look.party, look.seen(row))
    order = (desc(row.at), desc(row.invitation_id), desc(row.measure), desc(row.about))  # type: ignore[arg-type]

    def shape(one: Answer) -> OccurrenceOut:
        return OccurrenceOut(
            id=one.invitation_id, what="score", code=f"{one.measure}:{one.about}", at=one.at, state=None,
            score=one.score, person_id=one.person_id, application_id=one.application_id, enabler_id=one.enabler_id,
        )  # fmt: skip

    return await listing(uow, query, order=order, paging=paging, shape=shape)


async def _words(uow: Uow, look: Observing, item: Item, paging: Paging) -> Page:
    """What was said of these standards: by the customer, and by those who provide them."""
    row, proof, codes = Judgement, Proof, item.measured.standards
    word = func.jsonb_each_text(row.standards).table_valued("key", "value").alias("word")
    nobody = cast(null(), Uuid())
    person = (nobody if look.party == Party.enabler else row.person_id).label("person_id")  # type: ignore[union-attr]
    given = select(  # type: ignore[call-overload]
        row.invitation_id.label("id"), word.c.key.label("code"), row.at, word.c.value.label("state"), person,  # type: ignore[attr-defined]
        row.application_id, row.enabler_id,
    ).select_from(row).join(word, true())  # fmt: skip
    given = given.where(row.party == look.party, word.c.key.in_(codes), look.seen(row))
    shown = select(  # type: ignore[call-overload]
        proof.id, proof.standard, proof.at, proof.state, proof.person_id, proof.application_id, nobody,
    ).where(proof.standard.in_(codes), look.seen(proof))  # type: ignore[attr-defined]  # fmt: skip
    both = union_all(given, shown).subquery()
    order = (desc(both.c.at), desc(both.c.id), desc(both.c.code))

    def shape(one: Any) -> OccurrenceOut:
        return OccurrenceOut.model_validate({"what": "standard", **one._mapping})

    return await listing(uow, select(both), order=order, paging=paging, shape=shape)


async def _entries(uow: Uow, look: Observing, item: Item, paging: Paging) -> Page:
    """Entries of the timeline of these types."""
    row = Entry
    query = select(row).where(look.entries(), row.type.in_(item.measured.events))  # type: ignore[attr-defined]
    order = (desc(row.at), desc(row.id))  # type: ignore[arg-type]

    def shape(one: Entry) -> OccurrenceOut:
        return OccurrenceOut(
            id=one.id, what="event", code=one.type, at=one.at, state=None, person_id=one.person_id,
            application_id=one.application_id, enabler_id=one.enabler_id,
        )  # fmt: skip

    return await listing(uow, query, order=order, paging=paging, shape=shape)
