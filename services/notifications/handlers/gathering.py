"""The facts that an e-mail is made of, from this room's own copies; what isn't known is left out."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, select

from services.notifications.handlers.beside import Beside
from services.notifications.model import (
    Delivery,
    Dossier,
    Enabler,
    Entity,
    Experience,
    Invitation,
    Opportunity,
    Person,
)
from shared.links import survey_link
from shared.storage.tx import Uow

READ = {"pickup_on": date.fromisoformat, "pickup_time": time.fromisoformat}


class Known:
    """The rows behind a batch of deliveries, read once."""

    def __init__(self) -> None:
        self._rows: dict[type[SQLModel], dict[UUID, Any]] = {}
        self._beside: Beside

    @classmethod
    async def of(cls, uow: Uow, deliveries: Sequence[Delivery]) -> "Known":
        known = cls()
        await known._read(uow, Person, (row.person_id for row in deliveries))
        await known._read(uow, Experience, (row.application_id for row in deliveries))
        await known._read(uow, Dossier, (row.application_id for row in deliveries))
        await known._read(uow, Invitation, (row.subject for row in deliveries))
        sides = [(row.sending_entity_id, row.hosting_entity_id) for row in deliveries]
        await known._read(uow, Entity, (entity for pair in sides for entity in pair))
        stays = known._rows[Experience].values()
        await known._read(uow, Opportunity, (stay.opportunity_id for stay in stays))
        await known._read(uow, Enabler, (stay.enabler_id for stay in stays))
        known._beside = await Beside.of(uow, deliveries)
        return known

    async def _read(self, uow: Uow, model: Any, ids: Iterable[UUID]) -> None:
        self._rows[model] = {row.id: row for row in await uow.rows(select(model).where(model.id.in_(set(ids))))}

    def person(self, row: Delivery) -> Person | None:
        return self._rows[Person].get(row.person_id)

    def invitation(self, row: Delivery) -> Invitation | None:
        return self._rows[Invitation].get(row.subject)

    def facts(self, row: Delivery) -> dict[str, Any]:
        """The facts of one delivery by the names that plan and texts use."""
        stay = self._rows[Experience].get(row.application_id)
        opportunity = self._rows[Opportunity].get(stay.opportunity_id) if stay else None
        found = {
            "person": _part(self.person(row), "email", "given_name", "family_name", "language"),
            "hosting_entity": _part(self._rows[Entity].get(row.hosting_entity_id), "name", "email", "phone"),
            "sending_entity": _part(self._rows[Entity].get(row.sending_entity_id), "name", "email", "phone"),
            "opportunity": _part(opportunity, "title", "city"),
            "weekly_hours": opportunity.weekly_hours if opportunity else None,
            "enabler": _part(self._rows[Enabler].get(stay.enabler_id), "name") if stay else None,
            "stay": _part(stay, "end_on", "start_on", "zone"),
            **self._dossier(row),
            **self._link(row),
            **self._beside.facts(row, self.person(row), self._rows[Entity].get(row.hosting_entity_id), stay),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _dossier(self, row: Delivery) -> dict[str, Any]:
        dossier = self._rows[Dossier].get(row.application_id)
        facts = {name: value for name, value in (dossier.facts if dossier else {}).items() if str(value).strip()}
        return {name: READ.get(name, str)(value) for name, value in facts.items()}

    def _link(self, row: Delivery) -> dict[str, Any]:
        invitation = self.invitation(row)
        if invitation is None:
            return {}
        return {"link": survey_link(invitation.id), "link_until": invitation.expires_at.date()}


def _part(row: Any, first: str, *others: str) -> dict[str, Any] | None:
    """Some columns of a row, if it is there and its first one is known."""
    if row is None or getattr(row, first) is None:
        return None
    return {name: getattr(row, name) for name in (first, *others)}
