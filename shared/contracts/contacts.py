"""What the scoring room says of contacts that no other room knows of."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, datetime


@event("scoring.contact-recorded.v1", key="person_id")
class ContactRecorded(Event):
    """Somebody met a person and wrote it down: a call, a message, a meeting, a class visit … at this moment (`at`),
    which may be long ago where it was `imported`. Listen to show all contacts of a person in one place.

    Contacts that other rooms told of are not said again; visits of a website are none.
    """

    interaction_id: UUID
    person_id: UUID
    channel: Code
    kind: Code
    at: datetime
    source_id: UUID | None
    imported: bool


SAID = (ContactRecorded,)
