"""Requirements: opened by the moves of an application, recorded, waived and opened again by those who may."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import select

from services.applications import commands
from services.applications.model import Application, Opportunity, Requirement, applications_of
from services.applications.policy import Status
from services.applications.policy.requirements import (
    JUDGES,
    Anchor,
    Kind,
    Owner,
    State,
    cover_errors,
    due_dates,
    ends,
    fact_errors,
    holds_up,
    kind_of,
    opening,
    reaching,
)
from services.applications.schemas.requirements import RequirementOut
from services.applications.settings import limits
from services.applications.views.requirements import is_late, requirement_out
from shared.access import Role
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.papers import DocumentAcknowledged
from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow

MOMENTS = {
    Anchor.submission: "submitted_at",
    Anchor.acceptance: "accepted_at",
    Anchor.signing: "signed_at",
    Anchor.approval: "approved_at",
}
# Documents of the notifications room whose acknowledgement is what is asked for, and who is said to have recorded it.
ACKNOWLEDGED = {"policies-papers": "policies_acknowledged"}
IN_WRITING = "ep-in-writing"
LAPSE = text("""
UPDATE requirement SET state = 'lapsed', version = version + 1, changed_at = clock_timestamp()
WHERE application_id = :application AND state = 'open'
""")


async def open_requirements(
    uow: Uow, row: Application, status: Status, before: Status | None = None, *, steps: Sequence[str] | None = None
) -> None:
    """What the table opens at this status is added; at an exit, and at the end, what is open lapses.

    `before` is the status that the application had: one that comes back from an exit finds open again what it had
    reached until here, and done what was done, unless other dates ask for more. `steps` are those of the opportunity's
    selection process, where the caller knows them.
    """
    if ends(status):
        await uow.execute(LAPSE, {"application": row.id})
        return
    back = before is not None and ends(before)
    if kinds := [kind for reached in reaching(status, back) for kind in await _kinds(uow, row, reached, steps)]:
        await _add(uow, row, kinds)
    if back:
        await move_requirements(uow, row)


async def _kinds(uow: Uow, row: Application, status: Status, steps: Sequence[str] | None) -> Sequence[Kind]:
    if status is not Status.open:
        return opening(status)
    if steps is None:
        opportunity = await uow.find(Opportunity, id=row.opportunity_id)
        steps = opportunity.selection_process if opportunity else ()
    return opening(status, steps)


async def _add(uow: Uow, row: Application, kinds: Sequence[Kind]) -> None:
    """Once each: a status may be reached again, then what lapsed opens anew."""
    there = {requirement.kind: requirement for requirement in await _all(uow, row.id)} if row.version > 1 else {}
    done = {name: day for name, known in there.items() if (day := known.done_on)}
    due = due_dates(kinds, anchors(uow, row), done)
    for kind in kinds:
        known = there.get(kind.name)
        if known is None:
            uow.add(_requirement(uow, row, kind, due.get(kind.name)))
        elif known.state == State.lapsed:
            uow.change(known, state=State.open, opened_on=uow.today(row.zone), due_on=due.get(kind.name))


def _requirement(uow: Uow, row: Application, kind: Kind, due_on: date | None) -> Requirement:
    sending = kind.owner in (Owner.ep, Owner.sending)
    return Requirement(
        id=new_id(),
        application_id=row.id,
        person_id=row.person_id,
        enabler_id=row.enabler_id,
        entity_id=row.sending_entity_id if sending else row.hosting_entity_id,
        zone=row.zone,
        kind=kind.name,
        owner=kind.owner,
        before=holds_up(kind, limits().needed_before_approval),
        opened_on=uow.today(row.zone),
        due_on=due_on,
    )


async def _all(uow: Uow, application_id: UUID) -> Sequence[Requirement]:
    return await uow.rows(select(Requirement).where(Requirement.application_id == application_id))


def anchors(uow: Uow, row: Application) -> Mapping[Anchor, date]:
    """The days that due dates count from, at the host; what is reached just now is today."""
    days = {anchor: uow.today(row.zone) for anchor in MOMENTS}
    for anchor, name in MOMENTS.items():
        if (moment := getattr(row, name)) is not None:
            days[anchor] = moment.astimezone(ZoneInfo(row.zone)).date()
    return days | {Anchor.start: row.start_on, Anchor.end: row.end_on}


async def move_requirements(uow: Uow, row: Application) -> None:
    """New dates of a stay: due dates that hang on them move; an insurance that no longer covers it opens again."""
    rows = await _all(uow, row.id)
    for requirement in rows:
        anchor = kind_of(requirement.kind).due.anchor
        if requirement.state == State.open and anchor in (Anchor.start, Anchor.end):
            (due_on,) = due_dates([kind_of(requirement.kind)], anchors(uow, row), {}).values()
            _move(uow, requirement, due_on)
        elif requirement.state == State.done and cover_errors(requirement.facts, row.start_on, row.end_on):
            (due_on,) = due_dates([kind_of(requirement.kind)], anchors(uow, row), {}).values()
            _reopen(uow, row, requirement, "the new dates are not covered", due_on)


def _move(uow: Uow, requirement: Requirement, due_on: date) -> None:
    if requirement.due_on == due_on:
        return
    uow.note(
        "move_requirement", requirement.application_id, reason=requirement.kind,
        before={"due_on": requirement.due_on}, after={"due_on": due_on},
    )  # fmt: skip
    uow.change(requirement, due_on=due_on)


# --- what people tell


async def record_requirement(uow: Uow, command: commands.RecordRequirement) -> RequirementOut:
    """It is done: by whom, since when, and the facts that its kind needs."""
    row, requirement = await _held(uow, command.application_id, command.kind)
    kind, told = kind_of(requirement.kind), command.facts
    _allowed(uow, kind.recorders, "record", requirement)
    _in_state(requirement, State.open)
    stated = told.model_dump(mode="json", exclude={"done_on"}, exclude_none=True)
    day = told.done_on or uow.today(row.zone)
    errors = fact_errors(kind, stated, row.start_on, row.end_on)
    if day > uow.today(row.zone):
        errors.append(FieldError("#/done_on", "it lies ahead"))
    if errors:
        raise Invalid(errors=errors)
    uow.change(requirement, state=State.done, done_on=day, done_by=uow.caller.subject, facts=stated)
    uow.say(facts.RequirementFulfilled(**told_of(uow, row, requirement), done_on=day, late=is_late(requirement)))
    _noted(uow, "record_requirement", requirement, State.open)
    await _chain(uow, row, requirement)
    return requirement_out(requirement, uow.caller)


async def hear_acknowledged(uow: Uow, envelope: Envelope) -> None:
    """The EP acknowledged the policies in writing, by name, on the document's own page (S&S 13): so it is recorded.

    The first day on which they did stands, in whatever order two acknowledgements are heard; a waiver stands as well.
    An application that ended meanwhile has it when it comes back.
    """
    told = envelope.data
    assert isinstance(told, DocumentAcknowledged)
    row = await uow.find(Application, id=told.application_id, lock=True) if told.kind in ACKNOWLEDGED else None
    requirement = row and await uow.find(Requirement, application_id=row.id, kind=ACKNOWLEDGED[told.kind], lock=True)
    if row is None or requirement is None or row.person_id != told.person_id:
        return
    day, before = envelope.time.astimezone(ZoneInfo(row.zone)).date(), State(requirement.state)
    sooner = before is State.done and requirement.done_on is not None and day < requirement.done_on
    if before not in (State.open, State.lapsed) and not sooner:
        return
    stated = {"policy_version": told.policy_version}
    uow.change(requirement, state=State.done, done_on=day, done_by=IN_WRITING, facts=stated)
    uow.say(facts.RequirementFulfilled(**told_of(uow, row, requirement), done_on=day, late=is_late(requirement)))
    _noted(uow, "record_requirement", requirement, before)


async def waive_requirement(uow: Uow, command: commands.WaiveRequirement) -> RequirementOut:
    """It is not needed: the manager of its owner's side says so, and why."""
    row, requirement = await _held(uow, command.application_id, command.kind)
    _allowed(uow, {JUDGES[Owner(requirement.owner)]}, "waive", requirement)
    _in_state(requirement, State.open)
    uow.change(requirement, state=State.waived, reason=command.reason)
    uow.say(facts.RequirementWaived(**told_of(uow, row, requirement)))
    _noted(uow, "waive_requirement", requirement, State.open)
    return requirement_out(requirement, uow.caller)


async def reopen_requirement(uow: Uow, command: commands.ReopenRequirement) -> RequirementOut:
    """It has to be done after all, or again; not when the status that it held up was reached on it."""
    row, requirement = await _held(uow, command.application_id, command.kind)
    _allowed(uow, {JUDGES[Owner(requirement.owner)]}, "reopen", requirement)
    _in_state(requirement, State.done, State.waived)
    if requirement.before == Status.approved and row.status in (Status.approved, Status.realized):
        raise Conflict("The application was approved on it; break the approval instead.", code="relied-upon")
    _reopen(uow, row, requirement, command.reason, requirement.due_on)
    await _chain(uow, row, requirement)
    return requirement_out(requirement, uow.caller)


def _reopen(uow: Uow, row: Application, requirement: Requirement, reason: str, due_on: date | None) -> None:
    before = State(requirement.state)
    uow.change(requirement, state=State.open, done_on=None, done_by=None, facts={}, reason=reason, due_on=due_on)
    uow.say(facts.RequirementReopened(**told_of(uow, row, requirement)))
    _noted(uow, "reopen_requirement", requirement, before)


async def _held(uow: Uow, application_id: UUID, kind: str) -> tuple[Application, Requirement]:
    """Both rows, locked in the order in which moves lock them, of the version that the caller saw."""
    row = await uow.get(Application, application_id, applications_of(uow.caller), lock=True)
    requirement = await uow.find(Requirement, application_id=application_id, kind=kind, lock=True)
    if requirement is None:
        raise NotFound(f"The application has no requirement “{kind}”.")
    uow.expect(requirement.version)
    return row, requirement


def _allowed(uow: Uow, roles: frozenset[Role] | set[Role], what: str, requirement: Requirement) -> None:
    if uow.caller.role not in roles:
        who = " or ".join(sorted(role.replace("_", " ") for role in roles))
        raise Forbidden(f"“{requirement.kind}” is the {requirement.owner} side's: a {who} may {what} it.")


def _in_state(requirement: Requirement, *states: State) -> None:
    if requirement.state not in states:
        raise Conflict(f"It is {requirement.state}.", code="requirement-state", extra={"state": requirement.state})


def told_of(uow: Uow, row: Application, requirement: Requirement) -> dict[str, Any]:
    names = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    ids = {"application_id": row.id} | {name: getattr(row, name) for name in names}
    return ids | {name: getattr(requirement, name) for name in ("kind", "owner", "due_on")}


def _noted(uow: Uow, action: str, requirement: Requirement, before: State) -> None:
    """The audit names the kind; facts and reasons stay on the row, where an erasure finds them."""
    after = {"kind": requirement.kind, "state": requirement.state}
    uow.note(action, requirement.application_id, before={"state": before}, after=after)


async def _chain(uow: Uow, row: Application, requirement: Requirement) -> None:
    """What is due so many days after this one moves with it, and what hangs on that in turn."""
    followers = [r for r in await _all(uow, row.id) if kind_of(r.kind).due.after == requirement.kind]
    for follower in followers:
        if follower.state == State.open and (day := requirement.done_on or requirement.due_on):
            _move(uow, follower, day + timedelta(days=kind_of(follower.kind).due.days))
            await _chain(uow, row, follower)
