"""What calendars depend on besides the stays: zones of recipients, facts that conditions ask for, erasure."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from services.notifications.model import Entity, Experience, Opportunity, Person
from services.notifications.policy import Around, Audience, Fact
from shared.storage.tx import Uow

ERASED = "person_erased"


async def surroundings(uow: Uow, rows: Sequence[Experience]) -> dict[UUID, Around]:
    """The surroundings of each experience, read with one statement a table."""
    people = await uow.rows(select(Person).where(Person.id.in_({row.person_id for row in rows})))  # type: ignore[attr-defined]
    offers = await uow.rows(select(Opportunity).where(Opportunity.id.in_({row.opportunity_id for row in rows})))  # type: ignore[attr-defined]
    sides = {side for row in rows for side in (row.sending_entity_id, row.hosting_entity_id)}
    entities = await uow.rows(select(Entity).where(Entity.id.in_(sides)))  # type: ignore[attr-defined]
    known = ({one.id: one for one in found} for found in (people, offers, entities))
    return _around(rows, *known)


def _around(
    rows: Sequence[Experience],
    people: dict[UUID, Person],
    offers: dict[UUID, Opportunity],
    entities: dict[UUID, Entity],
) -> dict[UUID, Around]:
    found = {}
    for row in rows:
        person, offer = people.get(row.person_id), offers.get(row.opportunity_id)
        sending, hosting = entities.get(row.sending_entity_id), entities.get(row.hosting_entity_id)
        host = row.zone or (offer.zone if offer else None) or (hosting.zone if hosting else None) or "UTC"
        zones = {Audience.ep: person.zone if person else None, Audience.ep_manager: sending.zone if sending else None}
        zones[Audience.opportunity_manager] = hosting.zone if hosting else None
        home = (person.country if person else None) or (sending.country if sending else None)
        country = row.country or (offer.country if offer else None) or (hosting.country if hosting else None)
        abroad = None if home is None or country is None else "no" if home == country else "yes"
        facts = {Fact.product: row.product or (offer.product if offer else None), Fact.country: country}
        facts |= {Fact.home_country: home, Fact.abroad: abroad}
        found[row.id] = Around(
            host,
            {audience: zone for audience, zone in zones.items() if zone},
            {fact: value for fact, value in facts.items() if value},
            ERASED if person and person.erased else None,
        )
    return found
