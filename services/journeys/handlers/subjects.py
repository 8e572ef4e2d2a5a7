"""Where a person stands: rows that follow an aggregate, and whose line is to be counted anew from them."""

from uuid import UUID

from services.journeys.handlers.entries import record
from services.journeys.handlers.facts import APPLICATION_STAGES, mark_milestone
from services.journeys.handlers.gathered import Gathered
from services.journeys.model import Application, QualityCase, Touchpoint, Visitor
from services.journeys.policy import REOPENED, status_told, touchpoint_state
from shared.contracts.applications import ApplicationFact, ApplicationSubmitted, PersonRegistered
from shared.contracts.envelope import Envelope
from shared.contracts.scoring import LeadScored, VisitorSeparated
from shared.contracts.surveys import CaseFact, Party, QualityCaseClosed, StayCaseClosed

STAY = ("product", "start_on", "end_on", "zone", "country")
WHOSE = (*(name for name in ApplicationFact.model_fields if name != "application_id"), *STAY)


def register_person(found: Gathered, envelope: Envelope) -> None:
    """A lead: from here on the sending side sees the person."""
    person = envelope.data
    assert isinstance(person, PersonRegistered)
    record(found, envelope)
    about = person.model_dump(include={"sending_entity_id", "country", "language", "zone"})
    found.hold(person.person_id, envelope.time, registered_at=envelope.time, **about)
    found.count(person.person_id)


def identify_visitor(found: Gathered, envelope: Envelope) -> None:
    """Earlier visits turned out to be this person's, or (undone) not to be."""
    person_id = UUID(record(found, envelope)["person_id"])
    undone = isinstance(envelope.data, VisitorSeparated)
    known = {"person_id": None, "known_at": None} if undone else {"person_id": person_id, "known_at": envelope.time}
    found.keep(Visitor, envelope.key, **known)
    found.count(person_id)


def keep_score(found: Gathered, envelope: Envelope) -> None:
    """The newest lead score; the events of one person come in order."""
    lead = envelope.data
    assert isinstance(lead, LeadScored)
    record(found, envelope)
    found.hold(lead.person_id, envelope.time, score=lead.score)


def follow_application(found: Gathered, envelope: Envelope) -> None:
    """An application moved, got its dates or an approval."""
    said = record(found, envelope)
    values = {name: said[name] for name in WHOSE if name in said}
    if status := status_told(envelope.type, said):
        values |= {"status": status, "status_at": envelope.time, "reason": said.get("reason")}
    found.keep(Application, envelope.key, **values)
    if isinstance(envelope.data, ApplicationSubmitted):
        found.orphans.add(envelope.key)
    if status in APPLICATION_STAGES and envelope.type != REOPENED:
        found.rows[Application][envelope.key].setdefault(APPLICATION_STAGES[status], envelope.time)
    mark_milestone(found, envelope)
    found.count(UUID(said["person_id"]))


def follow_touchpoint(found: Gathered, envelope: Envelope) -> None:
    """A touchpoint got a date, moved, went out or was skipped: which one is due next?"""
    said = record(found, envelope)
    if said.get("audience") == Party.enabler and said["enabler_id"] is None and said["application_id"]:
        found.orphans.add(UUID(said["application_id"]))
    if said.get("audience") not in (None, Party.ep):
        return  # it concerns this person, but somebody else gets it
    values = {name: said[name] for name in ("person_id", "hosting_entity_id", "touchpoint", "due_at") if name in said}
    found.keep(Touchpoint, envelope.key, state=touchpoint_state(envelope.type), **values)
    found.count(UUID(said["person_id"]))


def follow_case(found: Gathered, envelope: Envelope) -> None:
    """A quality case of an EP was opened, went on or was closed; one of an enabler is in its conversation alone."""
    said = record(found, envelope)
    if isinstance(envelope.data, CaseFact) and envelope.data.party is not Party.ep:
        return
    values = {name: said[name] for name in ("person_id", "hosting_entity_id")}
    over = isinstance(envelope.data, QualityCaseClosed | StayCaseClosed)
    found.keep(QualityCase, envelope.key, open=not over, **values)
    found.count(UUID(said["person_id"]))
