"""What the scoring room says of contacts that no other room knows of."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Side, datetime


@event("scoring.contact-recorded.v1", key="person_id")
class ContactRecorded(Event):
    """Somebody met a person and wrote it down: a call, a message, a meeting, a class visit … at this moment (`at`),
    which may be long ago where it was `imported`. Listen to show all contacts of a person in one place.

    Contacts that other rooms told of are not said again; visits of a website are none. `direction` (in, out) and
    `outcome` are there when whoever wrote it down told them; `side` is the writer's. `hosting_entity_id` is there when
    the hosting side wrote it.
    """

    interaction_id: UUID
    person_id: UUID
    channel: Code
    kind: Code
    at: datetime
    source_id: UUID | None
    imported: bool
    direction: Code | None = None
    outcome: Code | None = None
    side: Side | None = None
    application_id: UUID | None = None
    hosting_entity_id: UUID | None = None


SAID = (ContactRecorded,)
