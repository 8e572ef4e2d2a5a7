"""Conversations beside their entries: where an enabler stands, words of members, who is one with whom, ways in."""

from datetime import datetime
from uuid import UUID

from services.journeys.handlers.entries import record, record_contact
from services.journeys.handlers.gathered import Gathered
from services.journeys.model import Merge, RemarkText, WayIn
from shared.contracts.applications import EnablerRegistered
from shared.contracts.conversations import MergeFact, PeopleParted, PersonCame, RemarkWords
from shared.contracts.envelope import Envelope

MEETINGS = frozenset({"meeting", "class_visit", "booth", "event"})


def register_enabler(found: Gathered, envelope: Envelope) -> None:
    """From here on the hosting side sees the enabler, whole."""
    enabler = envelope.data
    assert isinstance(enabler, EnablerRegistered)
    record(found, envelope)
    about = {"hosting_entity_id": enabler.hosting_entity_id, "registered_at": envelope.time}
    found.hold_enabler(enabler.enabler_id, envelope.time, **about)


def meet_enabler(found: Gathered, envelope: Envelope) -> None:
    """A contact with an enabler; the first meeting makes a lead of it."""
    said = record_contact(found, envelope)
    at = envelope.data.at  # type: ignore[union-attr]
    if said["kind"] in MEETINGS:
        _earliest(found, UUID(said["enabler_id"]), "met_at", at)


def raise_opportunity(found: Gathered, envelope: Envelope) -> None:
    """The enabler has an opportunity: a customer."""
    said = record(found, envelope)
    _earliest(found, UUID(said["enabler_id"]), "raised_at", envelope.time)


def raise_again(found: Gathered, envelope: Envelope) -> None:
    said = record(found, envelope)
    _earliest(found, UUID(said["enabler_id"]), "reraised_at", envelope.time)


def _earliest(found: Gathered, enabler_id: UUID, name: str, at: datetime) -> None:
    """The first of several; events come in any order."""
    before = found.enablers.get(enabler_id, {}).get(name)
    found.hold_enabler(enabler_id, **{name: min(at, before) if before else at})


def quote_remark(found: Gathered, envelope: Envelope) -> None:
    """What a member wrote; a tombstone forgets it."""
    words = envelope.data
    if words is None:
        found.forget(RemarkText, envelope.key)
        return
    assert isinstance(words, RemarkWords)
    found.keep(RemarkText, envelope.key, subject_id=words.subject_id, text=words.text)
    found.touched.add(words.subject_id)


def merge_people(found: Gathered, envelope: Envelope) -> None:
    """Two people are one, or two again; the events of one merge come in order."""
    merge = envelope.data
    assert isinstance(merge, MergeFact)
    record(found, envelope)
    found.keep(
        Merge, merge.merge_id, person_id=merge.person_id, other_id=merge.other_id,
        live=not isinstance(merge, PeopleParted),
    )  # fmt: skip
    found.touched.add(merge.other_id)


def come_in(found: Gathered, envelope: Envelope) -> None:
    """What brought a visitor, or a person who signs up."""
    assert envelope.data is not None
    if isinstance(envelope.data, PersonCame):
        record_contact(found, envelope)
    said = envelope.data.model_dump(mode="json")
    found.keep(WayIn, UUID(said.pop("interaction_id")), **said)
