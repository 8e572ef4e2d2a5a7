"""The conversation: one entry per event that concerns a person."""

from uuid import UUID

from services.journeys.handlers.gathered import Gathered, Values
from services.journeys.policy import phase_begun, side_of, step_of
from shared.contracts.contacts import ContactRecorded
from shared.contracts.envelope import Envelope
from shared.contracts.leads import LeadFact
from shared.contracts.notifications import ContactFact
from shared.contracts.parties import MemberFact
from shared.contracts.questions import DeliveryBounced, QuestionFact
from shared.contracts.suggestions import SuggestionFact
from shared.contracts.surveys import Party, SurveyFact
from shared.contracts.tasks import TaskFact

WHO = {"person_id", "application_id", "enabler_id", "hosting_entity_id", "sending_entity_id"}


def record(found: Gathered, envelope: Envelope) -> Values:
    """Put the event on the person's timeline; what it says, as JSON values."""
    assert envelope.data is not None
    said = envelope.data.model_dump(mode="json")
    found.entries.append(_entry(envelope, said))
    found.hold(UUID(said["person_id"]), envelope.time)
    return said


def record_of_persons(found: Gathered, envelope: Envelope) -> None:
    """A membership, a suppressed contact, a task, a hand-over, a question, a suggestion: on the timeline of its EP."""
    kinds = MemberFact | ContactFact | TaskFact | LeadFact | QuestionFact | DeliveryBounced | SuggestionFact
    assert isinstance(envelope.data, kinds)
    if envelope.data.person_id is not None:
        record(found, envelope)


def record_of_ep(found: Gathered, envelope: Envelope) -> None:
    """A survey of an EP; what an enabler is asked about an intern, or answers, is not for the intern's timeline."""
    assert isinstance(envelope.data, SurveyFact)
    if envelope.data.party is Party.ep:
        record(found, envelope)


def record_contact(found: Gathered, envelope: Envelope) -> None:
    """A contact stands where it took place, however late it was written down."""
    contact = envelope.data
    assert isinstance(contact, ContactRecorded)
    found.entries.append(_entry(envelope, contact.model_dump(mode="json")) | {"at": contact.at})
    found.hold(contact.person_id, contact.at)


def _entry(envelope: Envelope, said: Values) -> Values:
    return {
        "id": envelope.id,
        "person_id": said["person_id"],
        "application_id": said.get("application_id"),
        "enabler_id": None if said.get("party") == Party.ep else said.get("enabler_id"),  # theirs, not the enabler's
        "hosting_entity_id": said.get("hosting_entity_id"),
        "at": envelope.time,
        "step": step_of(envelope.type),
        "sequence": envelope.sequence,
        "effective_on": envelope.effective_on,
        "room": envelope.type.partition(".")[0],
        "type": envelope.type,
        "phase": phase_begun(envelope.type),
        "side": side_of(envelope.type, said),
        "channel": said.get("channel"),
        "facts": {name: value for name, value in said.items() if name not in WHO},
    }
