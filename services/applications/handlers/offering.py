"""What the steps of an opportunity share: the slots that are asked for, holding it, keeping it in step, saying it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.applications.commands import NewSlot, PostOpportunity, ReRaise
from services.applications.handlers.terms import hold_applications, terms_changed
from services.applications.model import Opportunity, Slot, offers_of
from services.applications.policy import TERMS, WORDS, Dates, OpportunityStatus, first_slot
from shared.contracts.applications import OpportunityDetails, OpportunityPosted
from shared.contracts.offered import OfferedSlot, OfferedTerms
from shared.contracts.parties import OpportunityChanged
from shared.errors import FieldError
from shared.ids import new_id
from shared.storage.tx import Uow

ALONE = ("start_on", "end_on", "openings")


def dates_of(slot: Slot | NewSlot) -> Dates:
    return Dates(slot.start_on, slot.end_on, slot.close_on or slot.start_on)


def slots_asked(asked: PostOpportunity | ReRaise) -> tuple[list[NewSlot], str, list[FieldError]]:
    """The slots of a request, the pointer to each, and why they can't be read: one set of dates, or a list of slots."""
    if asked.slots is not None:
        both = [name for name in ALONE if name in asked.model_fields_set]
        return asked.slots, "#/slots/{}", [FieldError(f"#/{name}", "stands in each slot instead") for name in both]
    missing = [name for name in ("start_on", "end_on") if getattr(asked, name) is None]
    if missing:
        return [], "#", [FieldError(f"#/{name}", "must be stated") for name in missing]
    slot = {"start_on": asked.start_on, "end_on": asked.end_on, "close_on": None, "openings": asked.openings or 1}
    return [NewSlot.model_construct(**slot)], "#", []


async def offer(
    uow: Uow, values: dict[str, Any], slots: Sequence[NewSlot], status: OpportunityStatus
) -> tuple[Opportunity, list[Slot]]:
    """A new opportunity with its slots; an open one is told to everybody."""
    first = first_slot([dates_of(slot) for slot in slots], uow.today(values["zone"]))
    step = {"start_on": first.start_on, "end_on": first.end_on, "openings": sum(slot.openings for slot in slots)}
    posted_at = uow.now if status == OpportunityStatus.open else None
    opportunity = uow.add(Opportunity(id=new_id(), status=status, posted_at=posted_at, **values, **step))
    rows = [uow.add(new_slot(opportunity, slot)) for slot in slots]
    if status == OpportunityStatus.open:
        say_posted(uow, opportunity, rows)
    return opportunity, sorted(rows, key=lambda row: (row.start_on, row.id))


def new_slot(opportunity: Opportunity, slot: NewSlot) -> Slot:
    room = {"capacity": slot.openings, "openings": slot.openings}
    return Slot(id=new_id(), opportunity_id=opportunity.id, **dates_of(slot)._asdict(), **room)


def whose(opportunity: Opportunity) -> dict[str, UUID]:
    """The ids that every fact of an opportunity carries."""
    names = {"enabler_id", "hosting_entity_id"}
    return {"opportunity_id": opportunity.id} | opportunity.model_dump(include=names)


def say_posted(uow: Uow, opportunity: Opportunity, slots: Iterable[Slot]) -> None:
    shown = opportunity.model_dump(include={"product", "country", "zone", "weekly_hours", "field"})
    uow.say(OpportunityPosted(**whose(opportunity), **shown, **_asked_for(opportunity, slots)))
    say_words(uow, opportunity)


def _asked_for(opportunity: Opportunity, slots: Iterable[Slot]) -> dict[str, Any]:
    """What an EP has to bring along, and when, in codes."""
    ordered = sorted(slots, key=lambda slot: (slot.start_on, slot.id))
    told = [slot.model_dump(include=set(OfferedSlot.model_fields)) for slot in ordered]
    return opportunity.model_dump(include=set(OfferedTerms.model_fields)) | {"slots": told}


def say_words(uow: Uow, opportunity: Opportunity) -> None:
    uow.say(OpportunityDetails(opportunity_id=opportunity.id, **opportunity.model_dump(include=set(WORDS))))


async def hold_offer(uow: Uow, opportunity_id: UUID, *, terms: bool = False) -> Opportunity:
    """The opportunity, locked, the caller's to change, and of the version that the caller saw.

    `terms` is for a change that may reach the applications: they are locked first, as an approval does it, so that
    the two wait for each other instead of both being thrown back.
    """
    if terms:
        await uow.get(Opportunity, opportunity_id, offers_of(uow.caller))
        await hold_applications(uow, opportunity_id)
    opportunity = await uow.get(Opportunity, opportunity_id, offers_of(uow.caller), lock=True)
    uow.expect(opportunity.version)
    return opportunity


def keep_in_step(uow: Uow, opportunity: Opportunity, slots: Sequence[Slot]) -> None:
    """What is left over all slots, and the dates of the first that takes applications; under the opportunity's lock."""
    first = first_slot([dates_of(slot) for slot in slots], uow.today(opportunity.zone))
    left = sum(slot.openings for slot in slots)
    uow.change(opportunity, openings=left, start_on=first.start_on, end_on=first.end_on)


async def tell_change(uow: Uow, opportunity: Opportunity, changed: Iterable[str], slots: Iterable[Slot]) -> None:
    """Nobody has heard of a draft; of another one everybody hears what changed, and approvals of old terms lapse."""
    names = set(changed)
    if opportunity.status == OpportunityStatus.draft:
        return
    figures = {"product", "weekly_hours", "field", "openings", "start_on", "end_on"}
    told = opportunity.model_dump(include=figures) | _asked_for(opportunity, slots)
    uow.say(OpportunityChanged(**whose(opportunity), changed=sorted(names), **told))
    if names & WORDS:
        say_words(uow, opportunity)
    if names & TERMS:
        await terms_changed(uow, opportunity)
