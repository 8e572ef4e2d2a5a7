"""What the journeys room hears: everything. A new event that names a person joins the timeline by itself."""

from services.journeys import handlers
from shared.contracts import applications, journeys, notifications, scoring, surveys
from shared.contracts.envelope import CATALOGUE, Event
from shared.service import EventHandler

ROOMS = (applications, surveys, notifications, scoring, journeys)
# The facts of a stay (pick-up, phone numbers) are shown from the room that owns them; no second copy is kept here.
NOT_KEPT = {applications.ExperienceDossier}
SPECIAL: dict[type[Event], EventHandler] = {
    applications.EntityRegistered: handlers.place_entity,
    applications.EntityDetails: handlers.name_entity,
    applications.PersonRegistered: handlers.register_person,
    applications.PersonDetails: handlers.name_person,
    applications.EnablerDetails: handlers.name_enabler,
    applications.OpportunityDetails: handlers.name_opportunity,
    surveys.SurveyComment: handlers.quote_comment,
    scoring.VisitorIdentified: handlers.identify_visitor,
    scoring.VisitorSeparated: handlers.identify_visitor,
    scoring.LeadScored: handlers.keep_score,
}
FAMILIES: dict[type[Event], EventHandler] = {
    applications.ApplicationFact: handlers.follow_application,
    notifications.TouchpointFact: handlers.follow_touchpoint,
    surveys.CaseFact: handlers.follow_case,
}


def _handler(event: type[Event]) -> EventHandler | None:
    """The event's own handler, its family's, or the plain entry on the timeline; None when it concerns no person."""
    if event in SPECIAL:
        return SPECIAL[event]
    for family, handler in FAMILIES.items():
        if issubclass(event, family):
            return handler
    concerns = "person_id" in event.model_fields and not event.PERSONAL
    return handlers.record if concerns else None


def _ours(event: type[Event]) -> bool:
    return event.__module__ in {room.__name__ for room in ROOMS} and event not in NOT_KEPT


HEARS = {event: handler for event in CATALOGUE.values() if _ours(event) and (handler := _handler(event))}
