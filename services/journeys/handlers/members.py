"""Memberships of committees: the rows of the member journey."""

from services.journeys.handlers.entries import record
from services.journeys.handlers.gathered import Gathered, Values
from services.journeys.model import MemberCourse, MemberName
from shared.contracts import parties
from shared.contracts.envelope import Envelope


def follow_member(found: Gathered, envelope: Envelope) -> None:
    """A membership moved; who is known as an EP has it on the timeline, too."""
    fact = envelope.data
    assert isinstance(fact, parties.MemberFact)
    record(found, envelope)
    about = fact.model_dump(include={"entity_id", "person_id", "role"})
    found.keep(MemberCourse, envelope.key, **about, **_told(fact, envelope))


def _told(fact: parties.MemberFact, envelope: Envelope) -> Values:
    match fact:
        case parties.MemberApplied():
            return {"applied_at": envelope.time}
        case parties.MemberSelected():
            return {"selected_at": envelope.time}
        case parties.MemberActivated():
            return {"activated_at": envelope.time, "from_on": fact.from_on, "to_on": fact.to_on}
        case parties.MemberLeft():
            return {"left_at": envelope.time, "was": fact.was, "to_on": fact.to_on, "alumna": fact.alumna}
    return {}


def name_member(found: Gathered, envelope: Envelope) -> None:
    """A member's name, as it is now; a tombstone forgets it."""
    details = envelope.data
    if details is None:
        found.forget(MemberName, envelope.key)
        return
    assert isinstance(details, parties.MemberDetails)
    found.keep(MemberName, envelope.key, given_name=details.given_name, family_name=details.family_name)
