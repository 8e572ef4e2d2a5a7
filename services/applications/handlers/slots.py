"""Slots: which one an application is for, and how they are added, changed and closed (lock: opportunity, then slot)."""

from datetime import timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from services.applications.commands import AddSlot, ChangeSlot, CloseSlot
from services.applications.handlers.offering import dates_of, hold_offer, keep_in_step, new_slot, tell_change
from services.applications.model import Opportunity, Slot
from services.applications.policy import TERMS, Dates, OpportunityStatus, check_changeable, order_errors, slots_errors
from services.applications.schemas import OpportunityOut
from services.applications.views import opportunity_out, slots_of
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.storage.tx import Uow

MOST = 50


async def slot_for(uow: Uow, opportunity: Opportunity, slot_id: UUID | None) -> Slot:
    """The slot that an application is for: the one asked for, else the first with openings that is not closed yet.

    The caller holds the opportunity, so that it is not closed or removed meanwhile.
    """
    if opportunity.status == OpportunityStatus.draft:
        raise Invalid(errors=[FieldError("#/opportunity_id", "there is no such opportunity")])
    if opportunity.status != OpportunityStatus.open:
        raise Conflict("This opportunity takes no more applications.", code="not-offered")
    slots = sorted(await uow.all(Slot, opportunity_id=opportunity.id), key=attrgetter("start_on", "id"))
    if slot_id is not None and not (slots := [slot for slot in slots if slot.id == slot_id]):
        raise Invalid(errors=[FieldError("#/slot_id", "there is no such slot of this opportunity")])
    today = uow.today(opportunity.zone)
    if not (in_time := [slot for slot in slots if slot.close_on >= today]):
        raise Conflict("The last day to apply has passed.", code="not-offered")
    if not (free := [slot for slot in in_time if slot.openings > 0]):
        raise Conflict("All openings of this opportunity are taken.", code="no-openings")
    return free[0]


async def add_slot(uow: Uow, command: AddSlot) -> OpportunityOut:
    opportunity = await hold_offer(uow, command.opportunity_id)
    if opportunity.status not in (OpportunityStatus.draft, OpportunityStatus.open):
        raise Conflict(f"It is {opportunity.status}; only a draft or an open one gets slots.", code="not-open")
    slots = (await slots_of(uow, [opportunity.id], lock=True))[opportunity.id]
    if len(slots) >= MOST:
        raise Conflict(f"An opportunity has {MOST} slots at most.", code="too-many")
    _check_dates(uow, opportunity, dates_of(command.slot))
    slots.append(uow.add(new_slot(opportunity, command.slot)))
    return await _kept(uow, opportunity, slots, "add_slot", {"slots", "openings"})


async def change_slot(uow: Uow, command: ChangeSlot) -> OpportunityOut:
    """Dates of a slot on offer stay within the programme's limits; its capacity never falls below what was taken."""
    opportunity = await hold_offer(uow, command.opportunity_id, terms=not TERMS.isdisjoint(command.changes))
    check_changeable(opportunity.status)
    slots, slot = await _found(uow, opportunity, command.slot_id)
    values = _with_close_on(slot, dict(command.changes))
    changed = {name: value for name, value in values.items() if getattr(slot, name) != value}
    if not changed:
        return opportunity_out(opportunity, slots)
    if changed.keys() & {"start_on", "end_on", "close_on"}:
        _check_dates(uow, opportunity, dates_of(slot)._replace(**_dates(changed)), moved="start_on" in changed)
    taken = slot.capacity - slot.openings
    if (capacity := changed.get("capacity", slot.capacity)) < taken:
        raise Conflict(f"{taken} openings are taken already.", code="openings-taken", extra={"taken": taken})
    uow.change(slot, **changed, openings=capacity - taken)
    names = {"openings" if name == "capacity" else name for name in changed}
    return await _kept(uow, opportunity, slots, "change_slot", names)


async def close_slot(uow: Uow, command: CloseSlot) -> OpportunityOut:
    """No more applications for these dates, from now on."""
    opportunity = await hold_offer(uow, command.opportunity_id)
    check_changeable(opportunity.status)
    slots, slot = await _found(uow, opportunity, command.slot_id)
    today = uow.today(opportunity.zone)
    if slot.close_on < today:
        raise Conflict(f"It is closed since {slot.close_on}.", code="slot-closed")
    uow.change(slot, close_on=today - timedelta(days=1))
    return await _kept(uow, opportunity, slots, "close_slot", {"close_on"})


async def _found(uow: Uow, opportunity: Opportunity, slot_id: UUID) -> tuple[list[Slot], Slot]:
    slots = (await slots_of(uow, [opportunity.id], lock=True))[opportunity.id]
    for slot in slots:
        if slot.id == slot_id:
            return slots, slot
    raise NotFound(f"There is no slot {slot_id} of this opportunity.")


def _with_close_on(slot: Slot, values: dict[str, Any]) -> dict[str, Any]:
    """Who may apply until the first day may do so until the new first day; nobody applies after it."""
    start_on = values.get("start_on", slot.start_on)
    if "close_on" not in values and (slot.close_on == slot.start_on or slot.close_on > start_on):
        values["close_on"] = start_on
    return values


def _dates(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in Dates._fields}


def _check_dates(uow: Uow, opportunity: Opportunity, dates: Dates, moved: bool = True) -> None:
    """A draft's dates are in order; others keep the standards, and where they are new, somebody can still apply."""
    if opportunity.status == OpportunityStatus.draft:
        errors = [FieldError("#/end_on", error.detail) for error in order_errors([dates])]
    else:
        errors = slots_errors(opportunity.product, [dates], uow.today(opportunity.zone) if moved else None, "#")
    if errors:
        raise Invalid(errors=errors)


async def _kept(uow: Uow, opportunity: Opportunity, slots: list[Slot], action: str, names: set[str]) -> OpportunityOut:
    before = {"openings": opportunity.openings, "start_on": opportunity.start_on, "end_on": opportunity.end_on}
    keep_in_step(uow, opportunity, slots)
    uow.note(action, opportunity.id, before=before, after={name: getattr(opportunity, name) for name in before})
    await tell_change(uow, opportunity, names, slots)
    return opportunity_out(opportunity, sorted(slots, key=lambda slot: (slot.start_on, slot.id)))
