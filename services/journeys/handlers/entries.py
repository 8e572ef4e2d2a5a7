"""The conversation: one entry per event that concerns a person, an enabler, or both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.journeys.handlers.gathered import Gathered, Values
from services.journeys.policy import INWARD, phase_begun, side_of, step_of
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party

WHO = {"person_id", "application_id", "enabler_id", "hosting_entity_id", "sending_entity_id"}


def record(found: Gathered, envelope: Envelope) -> Values:
    """Put the event on the timelines of those whom it concerns; what it says, as JSON values."""
    assert envelope.data is not None
    return _record(found, envelope, envelope.time)


def record_contact(found: Gathered, envelope: Envelope) -> Values:
    """A contact stands where it took place, however late it was written down."""
    return _record(found, envelope, envelope.data.at)  # type: ignore[union-attr]


def _record(found: Gathered, envelope: Envelope, at: datetime) -> Values:
    assert envelope.data is not None
    said = envelope.data.model_dump(mode="json")
    person, enabler = concerned(envelope.type, said)
    if person or enabler:
        found.entries.append(_entry(envelope, said, person, enabler) | {"at": at})
    if person:
        found.hold(UUID(person), at)
    if enabler:
        found.hold_enabler(UUID(enabler), at)
    return said


def concerned(type_: str, said: Values) -> tuple[Any, Any]:
    """The person and the enabler whose conversation an event is of.

    What one customer is asked, or answers, about the other is not for the other's eyes; what members do about a person
    is not of the enabler's conversation.
    """
    person, enabler = said.get("person_id"), said.get("enabler_id")
    match said.get("party"):
        case Party.ep:
            return person, None
        case Party.enabler:
            return None, enabler
    return person, None if person and type_ in INWARD else enabler


def _entry(envelope: Envelope, said: Values, person: Any, enabler: Any) -> Values:
    return {
        "id": envelope.id,
        "person_id": person,
        "application_id": said.get("application_id"),
        "enabler_id": enabler,
        "hosting_entity_id": said.get("hosting_entity_id"),
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
