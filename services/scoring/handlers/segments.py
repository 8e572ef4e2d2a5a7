"""Segments: made, changed, retired; what the sheet says; found ones made firm; a budget that somebody told."""

from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.scoring.commands import (
    AskFigures,
    BlankPlan,
    ChangeRule,
    FreezeFound,
    MakeSegment,
    NoteBudget,
    RetireSegment,
    WritePlan,
)
from services.scoring.handlers.scoring import lead_of
from services.scoring.handlers.stale import mark_all_stale, mark_members_stale, mark_stale
from services.scoring.model import Lead, Segment, SegmentFigures, SegmentPlan, SegmentRule, SegmentSearch, leads_of
from services.scoring.model.segments import owned, segments_of
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.conditions import condition_errors
from services.scoring.policy.segments.jobs import JobState, SegmentState
from services.scoring.schemas import CountingOut, PlanOut, SegmentOut, WishesOut
from services.scoring.views.segments import segment_out, wishes_out
from shared.access import Role
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow

SIDES = {Role.sending_manager: Party.ep, Role.hosting_manager: Party.enabler}
BUDGET = text("""INSERT INTO wanted (person_id, products, fields, countries, budget, budget_at)
    VALUES (:person, '{}', '{}', '{}', :budget, :at)
    ON CONFLICT (person_id) DO UPDATE SET budget = excluded.budget, budget_at = excluded.budget_at""")


def check_party(uow: Uow, party: Party) -> None:
    """A committee's manager works for the customers of its own side."""
    if SIDES.get(uow.caller.role, party) is not party:
        raise Invalid(errors=[FieldError("#/party", f"managers of your side have {SIDES[uow.caller.role]}s only")])


async def make_segment(uow: Uow, command: MakeSegment) -> SegmentOut:
    """Members come in shortly after, when everybody has been looked at."""
    check_party(uow, command.party)
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    return await _made(uow, entity, command.party, command.name, command.condition)


async def _made(
    uow: Uow, entity: UUID | None, party: Party, name: str, condition: dict[str, Any], search: UUID | None = None
) -> SegmentOut:
    if errors := condition_errors(condition, party):
        raise Invalid("The condition can't be read.", errors=errors)
    values = {"entity_id": entity, "party": party, "name": name, "condition": condition, "search_id": search}
    row = uow.add(Segment(id=new_id(), made_at=uow.now, **values))
    uow.add(SegmentRule(segment_id=row.id, number=1, condition=condition, from_at=uow.now, by=uow.caller.subject))
    await mark_all_stale(uow, party, entity)
    uow.note("make_segment", row.id, after={"party": str(party), "condition": condition})
    return await segment_out(uow, row)


async def _locked(uow: Uow, segment_id: UUID) -> Segment:
    row = await uow.get(Segment, segment_id, segments_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.state is not SegmentState.active:
        raise Conflict("This segment is retired.", code="segment-retired")
    return row


async def change_rule(uow: Uow, command: ChangeRule) -> SegmentOut:
    """The next version of the rule; who is in by the old one alone leaves shortly after."""
    row = await _locked(uow, command.segment_id)
    if errors := condition_errors(command.condition, row.party):
        raise Invalid("The condition can't be read.", errors=errors)
    if command.condition == row.condition:
        return await segment_out(uow, row)
    before, number = row.condition, row.number + 1
    uow.change(row, condition=command.condition, number=number)
    said = {"condition": command.condition, "from_at": uow.now, "by": uow.caller.subject}
    uow.add(SegmentRule(segment_id=row.id, number=number, **said))
    await mark_all_stale(uow, row.party, row.entity_id)
    uow.note("change_rule", row.id, before={"condition": before}, after={"condition": command.condition})
    return await segment_out(uow, row)


async def retire_segment(uow: Uow, command: RetireSegment) -> SegmentOut:
    """Nobody is in it any more shortly after; course and sheets stay."""
    row = await _locked(uow, command.segment_id)
    uow.change(row, state=SegmentState.retired)
    await mark_members_stale(uow, row.id, row.party)
    uow.note("retire_segment", row.id)
    return await segment_out(uow, row)


async def write_plan(uow: Uow, command: WritePlan) -> PlanOut:
    """The next version of what the sheet says."""
    row = await _locked(uow, command.segment_id)
    what, number = command.what, row.plan + 1
    uow.change(row, plan=number)
    words = {"position": what.position, "programme": what.programme, "reason": what.reason or ""}
    about = {"target": what.target, "at": uow.now, "by": uow.caller.subject}
    plan = uow.add(SegmentPlan(segment_id=row.id, number=number, **words, **about))
    uow.note("write_plan", row.id, after={"number": number, "target": what.target})
    return PlanOut.model_validate(plan)


async def blank_plan(uow: Uow, command: BlankPlan) -> PlanOut:
    """The words of one version are gone for good; the decision stays."""
    row = await uow.get(Segment, command.segment_id, segments_of(uow.caller), lock=True)
    uow.expect(row.version)
    plan = await uow.find(SegmentPlan, segment_id=row.id, number=command.number, lock=True)
    if plan is None:
        raise NotFound(f"The sheet has no version {command.number}.")
    if plan.blanked_at is None:
        plan.position = plan.programme = plan.reason = ""
        plan.blanked_at = uow.now
        uow.change(row)
        uow.note("blank_plan", row.id, after={"number": command.number})
    return PlanOut.model_validate(plan)


async def ask_figures(uow: Uow, command: AskFigures) -> CountingOut:
    """Have the figures of a sheet counted now, instead of at night."""
    row = await uow.get(Segment, command.segment_id, segments_of(uow.caller))
    day = uow.now.astimezone(UTC).date()
    figures = await uow.find(SegmentFigures, segment_id=row.id, day=day, lock=True)
    if figures is None:
        uow.add(SegmentFigures(segment_id=row.id, day=day, number=row.number))
    else:
        figures.known_at = None
    uow.note("ask_figures", row.id)
    return CountingOut(segment_id=row.id, day=day)


async def freeze_found(uow: Uow, command: FreezeFound) -> SegmentOut:
    """A found segment becomes one by its rule; who is in is decided by the rule from then on."""
    search = await uow.get(SegmentSearch, command.search_id, owned(uow.caller, SegmentSearch))
    if search.state is not JobState.done or search.report is None:
        raise Conflict("This search has not found anything yet.", code="search-waiting")
    found = {one["cluster"]: one for one in search.report["found"]}
    one = found.get(command.what.cluster)
    if one is None:
        raise Invalid(errors=[FieldError("#/cluster", "the search has found no such segment")])
    if one["condition"] is None:
        raise Conflict("No small rule tells this one.", code="no-rule")
    return await _made(uow, search.entity_id, search.party, command.what.name, one["condition"], search.id)


async def note_budget(uow: Uow, command: NoteBudget) -> WishesOut:
    """What somebody told about money; it is forgotten with the person."""
    await uow.get(Lead, command.person_id, leads_of(uow.caller))
    lead = await lead_of(uow, command.person_id)
    if lead.erased_at:
        raise Conflict("This person asked to be forgotten.", code="erased")
    at = None if command.budget is None else uow.now
    await uow.execute(BUDGET, {"person": lead.id, "budget": command.budget, "at": at})
    await mark_stale(uow, [lead.id])
    uow.note("note_budget", lead.id)
    return await wishes_out(uow, lead.id)
