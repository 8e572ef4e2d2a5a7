"""Opportunities: what is put on offer."""

from services.applications.commands import PostOpportunity
from services.applications.model import Enabler, Opportunity, Slot, enablers_of
from services.applications.policy import posting_errors
from services.applications.schemas import OpportunityOut
from shared.contracts import applications as facts
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def post_opportunity(uow: Uow, command: PostOpportunity) -> OpportunityOut:
    """Refused with all reasons at once when a standard that must be stated is missing or out of bounds."""
    enabler = await uow.find(Enabler, Enabler.id == command.enabler_id, enablers_of(uow.caller))
    if enabler is None:
        raise Invalid(errors=[FieldError("#/enabler_id", "there is no such enabler, or it is not yours")])
    stated = {name: getattr(command, name) for name in ("description", "pay", "accommodation", "arrival")}
    if errors := posting_errors(command.product, command.start_on, command.end_on, command.weekly_hours, stated):
        raise Invalid("The standards want this to be stated before an opportunity is posted.", errors=errors)
    values = command.model_dump() | {"hosting_entity_id": enabler.hosting_entity_id}
    opportunity = uow.add(Opportunity(id=new_id(), posted_at=uow.now, **values))
    dates = {"start_on": command.start_on, "end_on": command.end_on, "close_on": command.start_on}
    uow.add(
        Slot(id=new_id(), opportunity_id=opportunity.id, capacity=command.openings, openings=command.openings, **dates)
    )
    shown = {"product", "country", "zone", "weekly_hours", "enabler_id", "hosting_entity_id"}
    uow.say(facts.OpportunityPosted(opportunity_id=opportunity.id, **opportunity.model_dump(include=shown)))
    words = opportunity.model_dump(include={"title", "description", "city"})
    uow.say(facts.OpportunityDetails(opportunity_id=opportunity.id, **words))
    uow.note("post_opportunity", opportunity.id)
    return OpportunityOut.model_validate(opportunity)
