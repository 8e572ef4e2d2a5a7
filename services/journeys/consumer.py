"""What the journeys room hears: everything. A new event that names a person or an enabler joins its conversation by
itself."""

from collections.abc import Callable
from typing import Any

from services.journeys import handlers
from services.journeys.handlers import Gathered
from shared.contracts import (
    applications,
    cases,
    contacts,
    conversations,
    journeys,
    leads,
    notifications,
    papers,
    parties,
    questions,
    returnees,
    risks,
    scoring,
    segments,
    seminars,
    showcasing,
    suggestions,
    surveys,
    tasks,
)
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.messaging.together import together
from shared.storage.tx import Uow

Reading = Callable[[Gathered, Envelope], Any]
ROOMS = (
    applications,
    parties,
    surveys,
    cases,
    showcasing,
    notifications,
    papers,
    seminars,
    tasks,
    questions,
    scoring,
    contacts,
    conversations,
    segments,
    risks,
    leads,
    suggestions,
    returnees,
    journeys,
)
# The facts of a stay (pick-up, phone numbers) are shown from the room that owns them; no second copy is kept here.
NOT_KEPT = {applications.ExperienceDossier}
SPECIAL: dict[type[Event], Reading] = {
    applications.EntityRegistered: handlers.place_entity,
    applications.EntityDetails: handlers.name_entity,
    applications.PersonRegistered: handlers.register_person,
    applications.PersonDetails: handlers.name_person,
    applications.EnablerDetails: handlers.name_enabler,
    applications.OpportunityDetails: handlers.name_opportunity,
    parties.MemberDetails: handlers.name_member,
    surveys.SurveyComment: handlers.quote_comment,
    scoring.VisitorIdentified: handlers.identify_visitor,
    scoring.VisitorSeparated: handlers.identify_visitor,
    scoring.LeadScored: handlers.keep_score,
    contacts.ContactRecorded: handlers.record_contact,
    applications.EnablerRegistered: handlers.register_enabler,
    applications.OpportunityPosted: handlers.raise_opportunity,
    parties.OpportunityReraised: handlers.raise_again,
    conversations.EnablerMet: handlers.meet_enabler,
    conversations.RemarkWords: handlers.quote_remark,
    conversations.VisitorCame: handlers.come_in,
    conversations.PersonCame: handlers.come_in,
}
FAMILIES: dict[type[Event], Reading] = {
    applications.ApplicationFact: handlers.follow_application,
    parties.MemberFact: handlers.follow_member,
    notifications.TouchpointFact: handlers.follow_touchpoint,
    surveys.CaseFact: handlers.follow_case,
    conversations.MergeFact: handlers.merge_people,
    surveys.StayCaseFact: handlers.follow_case,
}


def _reading(event: type[Event]) -> Reading | None:
    """The event's own reading, its family's, or the plain entry on the timeline; None when it concerns nobody."""
    if event in SPECIAL:
        return SPECIAL[event]
    for family, reading in FAMILIES.items():
        if issubclass(event, family):
            return reading
    concerns = not event.PERSONAL and not {"person_id", "enabler_id"}.isdisjoint(event.model_fields)
    return handlers.record if concerns else None


def _ours(event: type[Event]) -> bool:
    return event.__module__ in {room.__name__ for room in ROOMS} and event not in NOT_KEPT


def _readings(event: type[Event]) -> list[Reading]:
    """What the event is read for: the conversation, then figures."""
    found = [_reading(event), *(part.get(event) for part in handlers.FACTS)]
    return [reading for reading in found if reading is not None]


READINGS = {event.TYPE: found for event in CATALOGUE.values() if _ours(event) and (found := _readings(event))}


@together
async def hear(uow: Uow, envelopes: list[Envelope]) -> None:
    """Read each event, in order, then write what they leave behind."""
    found = Gathered()
    for envelope in envelopes:
        for read in READINGS[envelope.type]:
            read(found, envelope)
    await handlers.write(uow, found)


HEARS = {CATALOGUE[type_]: hear for type_ in READINGS}
