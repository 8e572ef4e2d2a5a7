"""What the journeys room says of returnees: who is invited to stay with the organisation, and who said yes."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, date


class ReturneeFact(Event):
    """Which returnee of which committee it is; the base of what is said of the invitation."""

    invitation_id: UUID
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID


@event("journeys.returnee-invited.v1", key="invitation_id")
class ReturneeInvited(ReturneeFact):
    """Somebody whose exchange is over may be invited to membership of the committee, to the alumni, or to either.

    Listen to deliver the personal link, which is signed by whoever delivers it. Of returnees who are held back, so that
    the effect of the invitation is known, nothing is said.
    """

    offers: list[Code]
    ends_on: date


@event("journeys.returnee-answered.v1", key="invitation_id")
class ReturneeAnswered(ReturneeFact):
    """What the returnee chose: `membership`, `alumni` or `no`. A later answer takes the place of an earlier one. Listen
    to have somebody of the committee talk with who wants to become a member.
    """

    choice: Code


SAID = (ReturneeInvited, ReturneeAnswered)
