"""What the notifications room says: the life of every touchpoint, and the standards that it proves."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Digest, Side, StrEnum, date, datetime


class Channel(StrEnum):
    """How a customer was reached while e-mail was the only way."""

    email = "email"


class TouchpointFact(Event):
    """Which touchpoint, concerning whom; `touchpoint` is its code in the plan. Base of the events."""

    touchpoint_id: UUID
    touchpoint: Code
    person_id: UUID
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    audience: Code | None = None  # whom it is for; None: the EP
    enabler_id: UUID | None = None  # the enabler, when it is for one


@event("notifications.touchpoint-scheduled.v1", key="touchpoint_id")
class TouchpointScheduled(TouchpointFact):
    """A touchpoint has its date."""

    due_at: datetime
    budget: Code | None = None  # owed, care or promotion


@event("notifications.touchpoint-moved.v1", key="touchpoint_id")
class TouchpointMoved(TouchpointFact):
    """Its date moved with the internship's dates."""

    due_at: datetime


@event("notifications.touchpoint-sent.v1", key="touchpoint_id")
class MailSent(TouchpointFact):
    """It was delivered to the mail server of the recipient's side; v2 says it of every channel.

    It is said no more, and stands on the topic from before.
    """

    channel: Channel
    language: Code
    document: Digest | None
    proves: Code | None


@event("notifications.touchpoint-sent.v2", key="touchpoint_id")
class TouchpointSent(TouchpointFact):
    """It was accepted on its way to the recipient: by the mail server of their side, by another channel's provider
    (sms, whatsapp, push, chat), or in their feed. `document` is the hash of the PDF that belongs to it."""

    channel: Code
    language: Code
    document: Digest | None
    proves: Code | None
    budget: Code | None = None  # owed, care or promotion


class EnablerTouchpointFact(Event):
    """Which touchpoint is for which enabler, and about no EP: what an enabler is asked of an intern is none of the
    intern's business. Base of the events."""

    touchpoint_id: UUID
    touchpoint: Code
    enabler_id: UUID
    application_id: UUID | None
    hosting_entity_id: UUID | None


@event("notifications.enabler-touchpoint-scheduled.v1", key="touchpoint_id")
class EnablerTouchpointScheduled(EnablerTouchpointFact):
    """A touchpoint with an enabler has its date."""

    due_at: datetime
    budget: Code | None = None  # owed, care or promotion


@event("notifications.enabler-touchpoint-moved.v1", key="touchpoint_id")
class EnablerTouchpointMoved(EnablerTouchpointFact):
    """Its date moved; listen to know what is due to an enabler next."""

    due_at: datetime


@event("notifications.enabler-touchpoint-sent.v1", key="touchpoint_id")
class EnablerTouchpointSent(EnablerTouchpointFact):
    """It was accepted on its way to the enabler. Listen to know when an enabler was written to last."""

    channel: Code
    language: Code
    document: Digest | None
    proves: Code | None
    budget: Code | None = None


@event("notifications.enabler-touchpoint-skipped.v1", key="touchpoint_id")
class EnablerTouchpointSkipped(EnablerTouchpointFact):
    """It was not sent, and this is why."""

    reason: Code


@event("notifications.suggestion-handled.v1", key="suggestion_id")
class SuggestionHandled(Event):
    """What became of an action that scoring suggested: its message is `sent`, its task `done`, or it was `skipped`.

    Listen to settle the suggestion. It names nobody: the suggestion does.
    """

    suggestion_id: UUID
    touchpoint_id: UUID | None
    touchpoint: Code
    outcome: Code
    reason: Code | None


@event("notifications.invitation-sent.v1", key="invitation_id")
class InvitationSent(Event):
    """The message that carries a survey's personal link was accepted on its way. Listen to know who was reached.

    It names no person: a survey of an enabler is none of the intern's business.
    """

    invitation_id: UUID
    touchpoint_id: UUID
    touchpoint: Code
    channel: Code


@event("notifications.touchpoint-skipped.v1", key="touchpoint_id")
class TouchpointSkipped(TouchpointFact):
    """It was not sent, and this is why; silence is recorded, too."""

    reason: Code


@event("notifications.standard-evidenced.v1", key="evidence_id")
class MessageEvidenced(Event):
    """A message proves an exchange standard of one experience, on time or late; v2 says it of anything that proves one.

    It is said no more, and stands on the topic from before.
    """

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


class StandardFact(Event):
    """Which standard of whose experience; the base of what is said about it."""

    standard_id: UUID
    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    standard: Code


@event("notifications.standard-evidenced.v2", key="standard_id")
class StandardEvidenced(StandardFact):
    """The last thing that a standard asks for is there: `source` tells what proves it (`message:departure-document`,
    `requirement:insurance`, `attended:ops`, `statement`), `source_id` which one. Listen to know what was provided.
    """

    source: Code
    source_id: UUID | None
    due_on: date
    done_on: date
    late: bool


@event("notifications.standard-missed.v1", key="standard_id")
class StandardMissed(StandardFact):
    """A due date passed without evidence. It may still be done, late; or in time, when the dates of the stay move."""

    due_on: date


@event("notifications.standard-waived.v1", key="standard_id")
class StandardWaived(StandardFact):
    """A manager of the delivering side says that it isn't needed; the reason in words stays in the room."""

    side: Side


@event("notifications.standard-demanded.v1", key="standard_id")
class StandardDemanded(StandardFact):
    """It is needed after all: the waiver was taken back."""

    side: Side


@event("notifications.standard-conflicted.v1", key="standard_id")
class StandardConflicted(StandardFact):
    """The provider has evidence and the EP says no. Listen to have somebody look into it."""

    due_on: date


@event("notifications.standard-settled.v1", key="standard_id")
class StandardSettled(StandardFact):
    """The conflict is over: one of the two sides changed what it says. `state` is what the standard is now."""

    state: Code


@event("notifications.standards-closed.v1", key="application_id")
class StandardsClosed(Event):
    """The time for answers and evidence is over, and this is the figure of an experience: `kept` of `asked`.

    `flag` is the organisation's mark of quality. Said again, it corrects what was said before: something had happened
    in time and was heard too late.
    """

    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    catalogue: Code
    asked: int
    kept: int
    late: int
    missed: int
    denied: int
    not_needed: int
    conflicts: int
    unkept: list[Code]
    flag: bool
