"""The facts that an e-mail is made of, from this room's own copies; what isn't known is left out."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, select

from services.notifications.handlers.about import Abouts
from services.notifications.handlers.beside import Beside
from services.notifications.model import (
    Delivery,
    Dossier,
    Enabler,
    Entity,
    Experience,
    FoundList,
    Goals,
    Invitation,
    Opportunity,
    Person,
    Touchpoint,
)
from services.notifications.plan import store
from services.notifications.policy import Audience, Entry, Happening
from services.notifications.settings import limits
from services.notifications.views.recipients import Recipient, Recipients
from shared.links import pulse_link, returnee_link, showcase_link, survey_link
from shared.storage.tx import Uow

READ = {
    "pickup_on": date.fromisoformat, "pickup_time": time.fromisoformat,
    "arrival_on": date.fromisoformat, "arrival_time": time.fromisoformat,
}  # fmt: skip
MOST_FOUND = 5  # in a letter
PAGES = {
    Happening.promoter_found: showcase_link,
    Happening.pulse_asked: pulse_link,
    Happening.returnee_invited: returnee_link,
}


class Known:
    """The rows behind a batch of deliveries, read once."""

    def __init__(self, recipients: Recipients) -> None:
        self._rows: dict[type[SQLModel], dict[UUID, Any]] = {}
        self._beside: Beside
        self._abouts: Abouts
        self._recipients = recipients
        self._found: dict[UUID, list[str]] = {}
        self._late: dict[UUID, list[tuple[Touchpoint, Entry]]] = {}
        self._own_pages: dict[UUID, str] = {}

    @classmethod
    async def of(cls, uow: Uow, deliveries: Sequence[Delivery]) -> "Known":
        known = cls(await Recipients.of(uow, deliveries))
        await known._read_late(uow, [row.touchpoint_id for row in deliveries])
        await known._read_found(uow, deliveries)
        await known._read(uow, Person, (row.person_id for row in deliveries))
        await known._read(uow, Experience, (row.application_id for row in deliveries))
        await known._read(uow, Dossier, (row.application_id for row in deliveries))
        await known._read(uow, Invitation, (row.subject for row in deliveries))
        sides = [(row.sending_entity_id, row.hosting_entity_id) for row in deliveries]
        await known._read(uow, Entity, (entity for pair in sides for entity in pair))
        stays = known._rows[Experience].values()
        await known._read(uow, Opportunity, (stay.opportunity_id for stay in stays))
        known._beside = await Beside.of(uow, deliveries)
        await known._read(uow, Goals, (row.application_id for row in deliveries))
        known._abouts = await Abouts.of(uow, deliveries)
        await known._find_pages(uow, deliveries)
        companies = [row.recipient_id for row in deliveries if row.audience == Audience.enabler]
        await known._read(uow, Enabler, (*(stay.enabler_id for stay in stays), *companies))
        return known

    async def _read(self, uow: Uow, model: Any, ids: Iterable[UUID | None]) -> None:
        wanted = select(model).where(model.id.in_({id_ for id_ in ids if id_}))
        self._rows[model] = {row.id: row for row in await uow.rows(wanted)}

    async def _read_late(self, uow: Uow, touchpoints: Sequence[UUID]) -> None:
        """Those that go out within another one, in the order in which they were due."""
        folded = select(Touchpoint).where(Touchpoint.folded_into.in_(touchpoints))  # type: ignore[union-attr]
        for row in await uow.rows(folded.order_by(Touchpoint.due_at, Touchpoint.id)):
            if row.folded_into is not None and (entry := await store.entry_of(uow, row)):
                self._late.setdefault(row.folded_into, []).append((row, entry))

    async def _read_found(self, uow: Uow, deliveries: Sequence[Delivery]) -> None:
        """The titles of opportunities that were found for an EP, as far as they are known, best first."""
        await self._read(uow, FoundList, (row.subject for row in deliveries))
        await self._read(
            uow, Opportunity, (UUID(one) for found in self._rows[FoundList].values() for one in found.opportunity_ids)
        )
        offers = self._rows[Opportunity]
        for row in deliveries:
            if found := self._rows[FoundList].get(row.subject):
                known = [offers[UUID(one)] for one in found.opportunity_ids if UUID(one) in offers]
                titles = [", ".join(filter(None, (one.title, one.city))) for one in known if one.title]
                self._found[row.touchpoint_id] = titles[:MOST_FOUND]

    async def _find_pages(self, uow: Uow, deliveries: Sequence[Delivery]) -> None:
        """Which of them lead to a page of the recipient's own: their subject is what that page is about."""
        others = [row.touchpoint_id for row in deliveries if row.subject != row.application_id]
        entries = await store.entries_of(uow, others)
        subjects = {row.touchpoint_id: row.subject for row in deliveries}
        found = {id_: PAGES.get(one.trigger.event) for id_, one in entries.items()}
        self._own_pages = {id_: link(subjects[id_]) for id_, link in found.items() if link}

    def recipient(self, row: Delivery) -> Recipient | None:
        """Who gets it; None while nobody is named."""
        return self._recipients.get(row)

    def person(self, row: Delivery) -> Person | None:
        return self._rows[Person].get(row.person_id) if row.person_id else None

    def stay(self, row: Delivery) -> Experience | None:
        return self._rows[Experience].get(row.application_id) if row.application_id else None

    def invitation(self, row: Delivery) -> Invitation | None:
        return self._rows[Invitation].get(row.subject)

    def late(self, row: Delivery) -> list[tuple[Touchpoint, Entry]]:
        """The late touchpoints that go out within this message."""
        return self._late.get(row.touchpoint_id, [])

    def facts(self, row: Delivery) -> dict[str, Any]:
        """The facts of one delivery by the names that plan and texts use."""
        stay = self.stay(row)
        opportunity = self._rows[Opportunity].get(stay.opportunity_id) if stay else None
        titles = self._found.get(row.touchpoint_id) or [entry.title for _, entry in self.late(row)]
        found = {
            "recipient": self._recipient(row),
            "items": [{"text": title} for title in titles] or None,
            "person": _part(self.person(row), "email", "given_name", "family_name", "language"),
            "hosting_entity": _part(self._entity(row.hosting_entity_id), "name", "email", "phone"),
            "sending_entity": _part(self._entity(row.sending_entity_id), "name", "email", "phone"),
            "opportunity": _part(opportunity, "title", "city", "description"),
            "weekly_hours": opportunity.weekly_hours if opportunity else None,
            "enabler": _part(self._enabler(row, stay), "name"),
            "stay": _part(stay, "end_on", "start_on", "zone"),
            **self._abouts.facts(row, stay),
            **self._dossier(row),
            **self._papers(row),
            **self._link(row),
            **self._beside.facts(row, self.person(row), stay),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _entity(self, id_: UUID | None) -> Entity | None:
        return self._rows[Entity].get(id_) if id_ else None

    def _recipient(self, row: Delivery) -> dict[str, Any] | None:
        found = self.recipient(row)
        return (
            {name: getattr(found, name) for name in ("name", "email", "phone", "language", "zone")} if found else None
        )

    def _enabler(self, row: Delivery, stay: Experience | None) -> Enabler | None:
        id_ = stay.enabler_id if stay else row.recipient_id if row.audience == Audience.enabler else None
        return self._rows[Enabler].get(id_) if id_ else None

    def _dossier(self, row: Delivery) -> dict[str, Any]:
        dossier = self._rows[Dossier].get(row.application_id) if row.application_id else None
        facts = {name: value for name, value in (dossier.facts if dossier else {}).items() if str(value).strip()}
        return {name: READ.get(name, str)(value) for name, value in facts.items()}

    def _papers(self, row: Delivery) -> dict[str, Any]:
        """What was agreed in writing, and the version of the policies."""
        goals = self._rows[Goals].get(row.application_id) if row.application_id else None
        return {"policy_version": limits().policy_version, "goals": _agreed(goals)}

    def _link(self, row: Delivery) -> dict[str, Any]:
        if own := self._own_pages.get(row.touchpoint_id):
            return {"link": own}
        invitation = self.invitation(row)
        if invitation is None:
            return {}
        survey = {"code": invitation.questionnaire, "minutes": invitation.minutes or 1}
        until = invitation.expires_at.date()
        return {"link": survey_link(invitation.id), "link_until": until, "survey": survey}


def _agreed(goals: Goals | None) -> dict[str, Any] | None:
    if goals is None or not (goals.responsibilities or goals.goals):
        return None
    return {name: getattr(goals, name) for name in ("responsibilities", "goals", "feedback", "agreed_on")}


def _part(row: Any, first: str, *others: str) -> dict[str, Any] | None:
    """Some columns of a row, if it is there and its first one is known."""
    if row is None or getattr(row, first) is None:
        return None
    return {name: getattr(row, name) for name in (first, *others)}
