"""What the notifications room says: the life of every touchpoint, and the standards that it proves."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Digest, StrEnum, date, datetime


class Channel(StrEnum):
    """How a customer is reached; e-mail is the one that is built so far."""

    email = "email"


class TouchpointFact(Event):
    """Which touchpoint of whom; `touchpoint` is its code in the plan. Base of the events."""

    touchpoint_id: UUID
    touchpoint: Code
    person_id: UUID
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None


@event("notifications.touchpoint-scheduled.v1", key="touchpoint_id")
class TouchpointScheduled(TouchpointFact):
    """A touchpoint has its date."""

    due_at: datetime


@event("notifications.touchpoint-moved.v1", key="touchpoint_id")
class TouchpointMoved(TouchpointFact):
    """Its date moved with the internship's dates."""

    due_at: datetime


@event("notifications.touchpoint-sent.v1", key="touchpoint_id")
class TouchpointSent(TouchpointFact):
    """It was delivered to the mail server of the recipient's side; `document` is the hash of an attached PDF."""

    channel: Channel
    language: Code
    document: Digest | None
    proves: Code | None


@event("notifications.touchpoint-skipped.v1", key="touchpoint_id")
class TouchpointSkipped(TouchpointFact):
    """It was not sent, and this is why; silence is recorded, too."""

    reason: Code


@event("notifications.standard-evidenced.v1", key="evidence_id")
class StandardEvidenced(Event):
    """A message proves an exchange standard of one experience, on time or late."""

    evidence_id: UUID
    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    standard: Code
    touchpoint_id: UUID
    due_on: date
    late: bool


class ContactFact(Event):
    """Who is written to or not; `channel` and `budget` empty mean all of them. Base of the events.

    `person_id` is the EP, when the recipient is one.
    """

    suppression_id: UUID
    recipient_id: UUID
    person_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    channel: Code | None
    budget: Code | None
    reason: Code


@event("notifications.contact-suppressed.v1", key="suppression_id")
class ContactSuppressed(ContactFact):
    """Nothing is sent to this contact any more: a bounce, a complaint, their wish, or by hand. Listen to ask less."""


@event("notifications.contact-restored.v1", key="suppression_id")
class ContactRestored(ContactFact):
    """What was suppressed is lifted: the contact may be written to again."""
