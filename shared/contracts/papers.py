"""What the notifications room says of documents: opened, acknowledged, and what they still lack."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Digest, Language, date


class DocumentFact(Event):
    """Which document of whom; `document` is the hash of its bytes. Base of the events."""

    document_id: UUID
    kind: Code
    document: Digest
    language: Language
    touchpoint_id: UUID
    touchpoint: Code
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("notifications.document-opened.v1", key="document_id")
class DocumentOpened(DocumentFact):
    """Somebody opened it by the button on its personal page; said once. A mail scanner's visit is none."""


@event("notifications.document-acknowledged.v1", key="document_id")
class DocumentAcknowledged(DocumentFact):
    """The person acknowledged it in writing, in this version; the typed name stays in the room."""

    policy_version: Code


class FactsFact(Event):
    """A touchpoint that was looked at ahead of its day, and who owns the facts that it lacks. Base of the events."""

    check_id: UUID
    touchpoint_id: UUID
    touchpoint: Code
    owner: Code
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("notifications.facts-missing.v1", key="check_id")
class FactsMissing(FactsFact):
    """A message that is due on this day still lacks facts, and their owner has to give them."""

    missing: list[Code]
    due_on: date


@event("notifications.facts-complete.v1", key="check_id")
class FactsComplete(FactsFact):
    """What was missing has come, or the message is not needed any more."""


SAID = (DocumentOpened, DocumentAcknowledged, FactsMissing, FactsComplete)
