"""One row for each hearing; the table has no key that would swallow a second one."""

from services.witness.model import Heard
from shared.contracts import applications, notifications, scoring, surveys
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.service import EventHandler
from shared.storage.tx import Uow

ROOMS = {room.__name__ for room in (applications, notifications, scoring, surveys)}


async def testify(uow: Uow, envelope: Envelope) -> None:
    """Write down that this event was handled, here and now."""
    kind = CATALOGUE[envelope.type]
    uow.add(
        Heard(topic=kind.TOPIC, key=envelope.key, sequence=envelope.sequence, event=envelope.id, type=envelope.type)
    )


HEARS: dict[type[Event], EventHandler] = {event: testify for event in CATALOGUE.values() if event.__module__ in ROOMS}
