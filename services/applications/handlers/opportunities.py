"""Opportunities: put on offer, opened, changed, closed, removed, raised again."""

from typing import Any

from sqlalchemy import func
from sqlmodel import select

from services.applications.commands import (
    ChangeOpportunity,
    CloseOpportunity,
    NewSlot,
    OpenOpportunity,
    PostOpportunity,
    RemoveOpportunity,
    ReRaise,
    ReRaiseOpportunity,
    merged,
)
from services.applications.handlers.offering import (
    dates_of,
    hold_offer,
    keep_in_step,
    offer,
    say_posted,
    slots_asked,
    tell_change,
    whose,
)
from services.applications.model import Application, Enabler, Opportunity, Slot, enablers_of, offers_of
from services.applications.policy import (
    FIXED,
    LIVE,
    TERMS,
    OpportunityStatus,
    check_changeable,
    check_offer_move,
    level_errors,
    offer_errors,
    order_errors,
    slots_errors,
    years_later,
)
from services.applications.schemas import OpportunityOut
from services.applications.views import opportunity_out, slots_of
from shared.contracts import parties
from shared.errors import Conflict, FieldError, Invalid
from shared.storage.tx import Uow

REFUSED = "The standards want this to be stated before an opportunity is posted."
NO_DATES = FieldError("#/slots", "must be stated")
SLOTS = {"slots", "start_on", "end_on", "openings", "status"}
AGAIN = set(Opportunity.model_fields) - SLOTS - {"id", "raised_from", "posted_at", "version", "changed_at"}


async def post_opportunity(uow: Uow, command: PostOpportunity) -> OpportunityOut:
    """Refused with all reasons at once when a standard is missing or out of bounds; a draft may lack of it."""
    enabler = await uow.find(Enabler, Enabler.id == command.enabler_id, enablers_of(uow.caller))
    errors = [] if enabler else [FieldError("#/enabler_id", "there is no such enabler, or it is not yours")]
    slots, at, unread = slots_asked(command)
    dates = [dates_of(slot) for slot in slots]
    errors += level_errors(command.model_dump())
    status = OpportunityStatus(command.status)
    if status == OpportunityStatus.draft:
        errors += unread + order_errors(dates)
    else:
        errors += offer_errors(command.model_dump()) + unread
        errors += slots_errors(command.product, dates, uow.today(command.zone), at)
    if errors or enabler is None:
        raise Invalid(REFUSED, errors=errors)
    levels = {language: str(level) for language, level in command.levels.items()}
    values = command.model_dump(exclude=SLOTS) | {"levels": levels, "hosting_entity_id": enabler.hosting_entity_id}
    opportunity, rows = await offer(uow, values, slots, status)
    uow.note("post_opportunity", opportunity.id, after={"status": status})
    return opportunity_out(opportunity, rows)


async def open_opportunity(uow: Uow, command: OpenOpportunity) -> OpportunityOut:
    """A draft goes on offer when all standards are met; all that is missing is said at once."""
    opportunity = await hold_offer(uow, command.opportunity_id)
    target = check_offer_move("open", opportunity.status).target
    slots = (await slots_of(uow, [opportunity.id], lock=True))[opportunity.id]
    errors = offer_errors(opportunity.model_dump()) + ([] if slots else [NO_DATES])
    errors += slots_errors(opportunity.product, [dates_of(slot) for slot in slots], uow.today(opportunity.zone))
    if errors:
        raise Invalid(REFUSED, errors=errors)
    keep_in_step(uow, opportunity, slots)
    opportunity.status, opportunity.posted_at = target, uow.now
    say_posted(uow, opportunity, slots)
    uow.note("open_opportunity", opportunity.id, before={"status": "draft"}, after={"status": target})
    return opportunity_out(opportunity, slots)


async def change_opportunity(uow: Uow, command: ChangeOpportunity) -> OpportunityOut:
    """Texts and hours; whatever is on offer, or was, goes on meeting the standards."""
    opportunity = await hold_offer(uow, command.opportunity_id, terms=not TERMS.isdisjoint(command.changes))
    check_changeable(opportunity.status)
    values = _with_levels(opportunity, command.changes)
    changed = {name: value for name, value in values.items() if getattr(opportunity, name) != value}
    if errors := level_errors(opportunity.model_dump() | changed):
        raise Invalid(errors=errors)
    if opportunity.status != OpportunityStatus.draft:
        errors = [FieldError(f"#/{name}", "is fixed since it was opened") for name in FIXED if name in changed]
        errors += offer_errors(opportunity.model_dump() | changed)
        if errors:
            raise Invalid(REFUSED, errors=errors)
    slots = (await slots_of(uow, [opportunity.id]))[opportunity.id]
    if changed:
        uow.change(opportunity, **changed)
        await tell_change(uow, opportunity, changed, slots)
        uow.note("change_opportunity", opportunity.id, after={"changed": sorted(changed)})
    return opportunity_out(opportunity, slots)


def _with_levels(opportunity: Opportunity, changes: dict[str, Any]) -> dict[str, Any]:
    """The patch with `levels` merged; the level of a language that is taken out goes with it."""
    asked = changes.get("languages", opportunity.languages)
    held = {language: level for language, level in opportunity.levels.items() if language in asked}
    sent = {language: level and str(level) for language, level in changes.get("levels", {}).items()}
    return changes | {"levels": merged(held, sent)}


async def close_opportunity(uow: Uow, command: CloseOpportunity) -> OpportunityOut:
    """No more applications; those that it has go on."""
    return await _ended(uow, await hold_offer(uow, command.opportunity_id), "close", parties.OpportunityClosed)


async def remove_opportunity(uow: Uow, command: RemoveOpportunity) -> OpportunityOut:
    """Refused while somebody waits for it or works there; the row stays for what it led to."""
    opportunity = await hold_offer(uow, command.opportunity_id)
    live = select(func.count()).where(
        Application.opportunity_id == opportunity.id,
        Application.status.in_(LIVE),  # type: ignore[attr-defined]
    )
    if count := await uow.scalar(live):
        raise Conflict(
            f"{count} of its applications are live: they have to end first.",
            code="live-applications",
            extra={"live_applications": count},
        )
    return await _ended(uow, opportunity, "remove", parties.OpportunityRemoved)


async def _ended(uow: Uow, opportunity: Opportunity, move: str, fact: type[parties.OfferFact]) -> OpportunityOut:
    was = opportunity.status
    uow.change(opportunity, status=check_offer_move(move, was).target)
    if was != OpportunityStatus.draft:
        uow.say(fact(**whose(opportunity)))
    uow.note(f"{move}_opportunity", opportunity.id, before={"status": was}, after={"status": opportunity.status})
    return opportunity_out(opportunity, (await slots_of(uow, [opportunity.id]))[opportunity.id])


async def re_raise_opportunity(uow: Uow, command: ReRaiseOpportunity) -> OpportunityOut:
    """The same internship once more, in one call, with dates of its own; all standards hold for it as for a new one."""
    source = await uow.get(Opportunity, command.opportunity_id, offers_of(uow.caller))
    if source.status not in (OpportunityStatus.open, OpportunityStatus.closed):
        raise Conflict(f"It is {source.status}; only one that was on offer is raised again.", code="not-raisable")
    before = (await slots_of(uow, [source.id]))[source.id]
    today = uow.today(source.zone)
    slots, at, errors = slots_asked(_filled(command.asked, before, today))
    errors = errors + offer_errors(source.model_dump())
    errors += slots_errors(source.product, [dates_of(slot) for slot in slots], today, at)
    if errors:
        raise Invalid(REFUSED, errors=errors)
    values = source.model_dump(include=AGAIN) | {"raised_from": source.id}
    opportunity, rows = await offer(uow, values, slots, OpportunityStatus.open)
    dates = opportunity.model_dump(include={"product", "start_on", "end_on", "openings"})
    uow.say(parties.OpportunityReraised(**whose(opportunity), raised_from=source.id, **dates))
    uow.note("re_raise_opportunity", opportunity.id, after={"raised_from": str(source.id)})
    return opportunity_out(opportunity, rows)


def _filled(asked: ReRaise, before: list[Slot], today: Any) -> ReRaise:
    """What was left out, as it was: all slots a year later, or one stay as long as the first."""
    if asked.slots is not None or asked.end_on is not None or not before:
        return asked
    if asked.start_on is not None:
        end_on = asked.start_on + (before[0].end_on - before[0].start_on)
        return asked.model_copy(update={"end_on": end_on, "openings": asked.openings or before[0].capacity})
    later = [(years_later(dates_of(slot), today), asked.openings or slot.capacity) for slot in before]
    slots = [NewSlot.model_construct(**dates._asdict(), openings=openings) for dates, openings in later]
    return ReRaise.model_construct({"slots"}, slots=slots)
