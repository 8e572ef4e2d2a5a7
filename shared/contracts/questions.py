"""What the notifications room says of what comes in: messages that came back, and questions until they are answered."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Side, datetime


@event("notifications.delivery-bounced.v1", key="delivery_id")
class DeliveryBounced(Event):
    """A message that counted as sent came back; `code` is its status (RFC 3463). Listen to reach the person otherwise.

    `permanent`: the address itself is no good and is not written to any more.
    """

    delivery_id: UUID
    touchpoint_id: UUID
    touchpoint: Code
    person_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    channel: Code
    code: Code
    permanent: bool
    enabler_id: UUID | None = None  # the enabler, when it was for one


class QuestionFact(Event):
    """Which question; `side` and `entity_id` name the committee that answers, `touchpoint` what was replied to.

    Without `person_id` it is not (known to be) an EP who asks. Base of the events.
    """

    question_id: UUID
    person_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    side: Side | None
    entity_id: UUID | None
    touchpoint: Code | None
    enabler_id: UUID | None = None  # the enabler, when it is one who asks


@event("notifications.question-asked.v1", key="question_id")
class QuestionAsked(QuestionFact):
    """Somebody wrote and waits for an answer, the first time or once more. Listen to show that a person waits."""

    channel: Code
    due_at: datetime


@event("notifications.question-answered.v1", key="question_id")
class QuestionAnswered(QuestionFact):
    """A committee answered; `first` when it was the first answer, `late` when it was due before."""

    first: bool
    late: bool


@event("notifications.question-overdue.v1", key="question_id")
class QuestionOverdue(QuestionFact):
    """Nobody answered in time. Listen to count how fast committees answer."""

    due_at: datetime


SAID = (DeliveryBounced, QuestionAsked, QuestionAnswered, QuestionOverdue)
