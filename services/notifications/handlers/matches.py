"""Opportunities that scoring found for an EP: a letter that lists them, within the budget of promotion."""

from services.notifications.handlers.calendar import About
from services.notifications.handlers.happenings import start
from services.notifications.model import FoundList, Person
from services.notifications.policy import Happening, Reached
from shared.contracts.envelope import Envelope
from shared.contracts.scoring import MatchesFound
from shared.storage.tx import Uow


async def hear_matches(uow: Uow, envelope: Envelope) -> None:
    """Each list is a subject of its own, so that one is told once; nobody who asked to be forgotten is told."""
    told = envelope.data
    assert isinstance(told, MatchesFound)
    person = await uow.find(Person, id=told.person_id)
    if person is not None and person.erased:
        return
    if await uow.find(FoundList, id=told.list_id) is None:
        ids = [str(one) for one in told.opportunity_ids]
        uow.add(FoundList(id=told.list_id, person_id=told.person_id, opportunity_ids=ids))
    about = About(told.list_id, None, told.person_id, person.sending_entity_id if person else None)
    await start(uow, about, Happening.matches_found, Reached(envelope.sequence, envelope.time))
