"""What is heard of an application, and the calendar that follows. Many events at once share their statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.notifications.handlers.calendar import About, Batch, gone, row_of, settle, slot_of
from services.notifications.handlers.preflight import look_ahead
from services.notifications.handlers.seats import BROKEN, follow_later
from services.notifications.handlers.standards import settle_boards
from services.notifications.handlers.surroundings import surroundings
from services.notifications.handlers.tasks import settle_tasks
from services.notifications.handlers.variants import varied
from services.notifications.model import Experience, Task, Touchpoint
from services.notifications.plan import store
from services.notifications.plan.layers import Composed
from services.notifications.policy import (
    INTERNAL,
    Around,
    Happening,
    Heard,
    Reached,
    Row,
    State,
    Status,
    Stay,
    learn,
    plan_calendar,
    why_stopped,
)
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.messaging.together import together
from shared.storage.tx import Cause, Uow

ERASED = "person_erased"
STATUSES: dict[type[facts.ApplicationFact], Status] = {
    facts.ApplicationSubmitted: Status.submitted,
    facts.ApplicationAccepted: Status.accepted,
    facts.AcceptanceNoteSigned: Status.signed,
    facts.ApplicationApproved: Status.approved,
    facts.ExperienceRealized: Status.realized,
    facts.ExperienceCompleted: Status.completed,
    facts.ApplicationWithdrawn: Status.withdrawn,
    facts.ApplicationDeclined: Status.declined,
    facts.ApplicationRejected: Status.rejected,
    facts.ApprovalBroken: Status.approval_broken,
    facts.RealizationBroken: Status.realization_broken,
    facts.ApplicationReopened: Status.reopened,
}
STAY = ("status", "start_on", "end_on", "zone", "dates_at", "status_sequence", "dates_sequence")
IDS = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
PUT = """
INSERT INTO experience (id, person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id,
    status_sequence, dates_sequence, steps, recorded)
SELECT *, 0, 0, '{}'::jsonb, '{}'::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])
ON CONFLICT DO NOTHING
"""


@together
async def hear_experience(uow: Uow, envelopes: list[Envelope]) -> None:
    """Learn steps, new dates and recorded facts of applications, then make their calendars what they should be."""
    rows = await _experiences(uow, [_fact(envelope) for envelope in envelopes])
    causes: dict[UUID, Cause] = {}
    for envelope in envelopes:
        fact = _fact(envelope)
        row = rows[fact.application_id]
        causes[row.id] = Cause.of(envelope)
        _learn(row, envelope, fact)
        _record(row, envelope, fact)
    await settle_experiences(uow, list(rows.values()), causes)
    await settle_boards(uow, [row.id for row in rows.values() if row.approved_at is not None], causes)
    await follow_later(uow, [row for row in rows.values() if row.status in BROKEN])
    await look_ahead(uow, rows.values())


def _fact(envelope: Envelope) -> facts.ApplicationFact:
    assert isinstance(envelope.data, facts.ApplicationFact)
    return envelope.data


async def settle_experience(uow: Uow, row: Experience) -> None:
    """Make the touchpoints of a (locked) experience equal to those that the plan wants."""
    await settle_experiences(uow, [row])


async def settle_experiences(uow: Uow, rows: Sequence[Experience], causes: Mapping[UUID, Cause] | None = None) -> None:
    """The same for many, with one statement of a kind for all of them."""
    if not rows:
        return
    plans = await varied(uow, rows, await store.pins(uow, rows))
    batch = Batch(plans[rows[0].id])
    ids = [row.id for row in rows]
    held: dict[UUID, list[Touchpoint]] = defaultdict(list)
    for touchpoint in await uow.rows(select(Touchpoint).where(Touchpoint.subject.in_(ids))):  # type: ignore[attr-defined]
        held[touchpoint.subject].append(touchpoint)
    around = await surroundings(uow, rows)
    for row in rows:
        uow.cause = (causes or {}).get(row.id, uow.cause)
        stay, there, current = stay_of(row), held[row.id], plans[row.id]
        batch.follow(current)
        wanted = plan_calendar(current.for_applications, stay, gone(there), around[row.id])
        wanted += _kept(current, stay, there, around[row.id])
        await settle(uow, _about(row), wanted, there, batch)
    await batch.write(uow)
    with_tasks = set(await uow.rows(select(Task.subject).where(Task.subject.in_(ids)).distinct()))  # type: ignore[attr-defined]
    for row in rows:
        if row.id in with_tasks:
            uow.cause = (causes or {}).get(row.id, uow.cause)
            await settle_tasks(uow, row)


def _kept(current: Composed, stay: Stay, held: Iterable[Touchpoint], around: Around) -> list[Row]:
    """What carries late ones stays as it is while the application lives, and falls away with it."""
    found = []
    for touchpoint in held:
        entry = current.entries.get(touchpoint.code)
        if entry is None or entry.trigger.event not in INTERNAL or touchpoint.state not in {State.waiting, State.due}:
            continue
        reason = why_stopped(entry, stay, slot_of(touchpoint), around)
        row = row_of(touchpoint)
        found.append(Row(row.code, State.cancelled if reason else State.waiting, row.slot, reason, row.round))
    return found


async def stop_person(uow: Uow, person_id: UUID) -> None:
    """Cancel everything that waits for a person who is to be forgotten."""
    stays = select(Experience).where(Experience.person_id == person_id).order_by(Experience.id)
    await settle_experiences(uow, await uow.rows(stays.with_for_update()))
    asked = select(Touchpoint).where(
        Touchpoint.person_id == person_id,
        Touchpoint.subject.is_distinct_from(Touchpoint.application_id),  # type: ignore[attr-defined]
    )
    batch = Batch(await store.composed(uow, None, None))
    for held in await uow.rows(asked):
        row = Row(held.code, State.cancelled, slot_of(held), ERASED, held.round)
        await settle(uow, About(held.subject), [row], [held], batch)


def stay_of(row: Experience) -> Stay:
    values = {name: getattr(row, name) for name in STAY}
    values["status"] = Status(row.status) if row.status else None
    steps = {Happening(name): Reached(at[0], datetime.fromisoformat(at[1])) for name, at in row.steps.items()}
    return Stay(**values, steps=steps)


def _learn(row: Experience, envelope: Envelope, fact: facts.ApplicationFact) -> None:
    before = stay_of(row)
    stay = learn(before, _heard(envelope, fact))
    if stay == before:
        return
    for name in STAY:
        setattr(row, name, getattr(stay, name))
    row.approved_at = stay.approved_at
    if stay.status_sequence != before.status_sequence:
        no = fact if isinstance(fact, facts.ApplicationRejected) else None
        row.rejected_for, row.rejected_by_us = (no.reason, no.ours) if no else (None, None)
    row.steps = {str(name): [step.sequence, step.at.isoformat()] for name, step in stay.steps.items()}
    if isinstance(fact, facts.Experience):
        row.product, row.country = fact.product, fact.country


def _record(row: Experience, envelope: Envelope, fact: facts.ApplicationFact) -> None:
    """Facts that end tasks: the event with the highest sequence has the last word on each."""
    found: dict[str, bool] = {}
    if isinstance(fact, facts.RequirementFact):
        found[f"requirement:{fact.kind}"] = not isinstance(fact, facts.RequirementReopened)
    if isinstance(fact, facts.ApprovalGiven):
        found[f"approval:{fact.side}"] = True
    if isinstance(fact, facts.TermsChanged):
        found |= {f"approval:{side}": False for side in fact.lapsed}
    if isinstance(fact, facts.DossierChanged):
        found |= {f"dossier:{document}": document in fact.complete for document in ("pickup", "departure")}
    new = {name: holds for name, holds in found.items() if row.recorded.get(name, [0])[0] < envelope.sequence}
    if new:
        row.recorded = row.recorded | {name: [envelope.sequence, holds] for name, holds in new.items()}


async def _experiences(uow: Uow, told: Sequence[facts.ApplicationFact]) -> dict[UUID, Experience]:
    """The rows of these applications, locked; made where nothing was heard of one yet."""
    ids = {fact.application_id: [getattr(fact, name) for name in IDS] for fact in told}
    keys = sorted(ids)
    await uow.fetch(PUT, keys, *map(list, zip(*(ids[key] for key in keys), strict=True)))
    query = select(Experience).where(Experience.id.in_(keys)).order_by(Experience.id)  # type: ignore[attr-defined]
    return {row.id: row for row in await uow.rows(query.with_for_update())}


def _heard(envelope: Envelope, fact: facts.ApplicationFact) -> Heard:
    dates: dict[str, Any] = {}
    if isinstance(fact, facts.Experience):
        dates = {"start_on": fact.start_on, "end_on": fact.end_on, "zone": fact.zone}
    return Heard(envelope.sequence, envelope.time, STATUSES.get(type(fact)), **dates)


def _about(row: Experience) -> About:
    sides = (row.sending_entity_id, row.hosting_entity_id)
    return About(row.id, row.id, row.person_id, *sides, row.enabler_id)
