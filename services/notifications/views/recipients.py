"""Who gets a message: found when it goes out, from this room's own copies, so that it reaches who is there then.

| audience | who |
| --- | --- |
| ep | the person whom it concerns |
| enabler | the contact of the company, NGO or school |
| buddy, host_family | who is named in the dossier of the stay |
| member | the one whose membership it is about, at work or not |
| ep_manager, opportunity_manager, team | somebody of the sending (ep_manager) or hosting committee, see below |

Of a committee it is the member whom it was given to, else the first active one in that role, else a leader, else the
committee's own address.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import select

from services.notifications.model import Dossier, Enabler, Entity, Member, Person
from services.notifications.policy import STAFF, Audience, committee_side
from shared.contracts.fields import Side
from shared.storage.tx import Uow

LEADERS = ("team_leader", "vice_president", "president")
ROLES = {Audience.ep_manager: "ep_manager", Audience.opportunity_manager: "opportunity_manager"}
DOSSIER_NAMES = {
    Audience.buddy: ("buddy", "buddy_phone"),
    Audience.host_family: ("host_family", "host_family_phone"),
}
NOBODY = "nobody_named"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be written to; what isn't known is None. `id`: of a person, enabler, member or committee."""

    id: UUID | None
    name: str
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    zone: str | None = None
    erased: bool = False


class Addressed(Protocol):
    """What names an audience: a touchpoint or a delivery."""

    audience: Audience
    recipient_id: UUID | None
    person_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None


class Recipients:
    """The recipients of a batch, their rows read once."""

    def __init__(self, rows: Mapping[type[Any], Mapping[UUID, Any]], members: Mapping[UUID, Sequence[Member]]) -> None:
        self._rows, self._members = rows, members

    @classmethod
    async def of(cls, uow: Uow, addressed: Iterable[Addressed]) -> "Recipients":
        rows = list(addressed)
        whose = [row.recipient_id for row in rows if row.recipient_id]
        found: dict[type[Any], Mapping[UUID, Any]] = {
            Person: await _by_id(uow, Person, [row.person_id for row in rows if row.audience == Audience.ep]),
            Enabler: await _by_id(uow, Enabler, whose if any(r.audience == Audience.enabler for r in rows) else []),
            Dossier: await _by_id(uow, Dossier, [row.application_id for row in rows if row.audience in DOSSIER_NAMES]),
        }
        staff = [row for row in rows if row.audience in STAFF or row.audience == Audience.member]
        found[Member] = await _by_id(uow, Member, [row.recipient_id for row in staff])
        entities = {committee for row in staff for committee in (row.recipient_id, committee_of(row)) if committee}
        zones = {row.hosting_entity_id for row in rows if row.hosting_entity_id}
        found[Entity] = await _by_id(uow, Entity, [*entities, *zones])
        members: dict[UUID, list[Member]] = defaultdict(list)
        if entities:
            active = select(Member).where(Member.entity_id.in_(entities), Member.active.is_(True))  # type: ignore[union-attr, attr-defined]
            for member in await uow.rows(active.order_by(Member.from_on, Member.id)):
                if member.email:
                    members[member.entity_id].append(member)
        return cls(found, members)

    def get(self, row: Addressed) -> Recipient | None:
        """Who gets it; None while nobody is named."""
        audience = Audience(row.audience)
        if audience is Audience.ep:
            return self._person(row.person_id)
        if audience is Audience.enabler:
            return self._enabler(row)
        if audience is Audience.member:
            member = self._rows[Member].get(row.recipient_id) if row.recipient_id else None
            return self._member(member) if member is not None and member.email else None
        if audience in DOSSIER_NAMES:
            return self._named(audience, row)
        return self._staff(audience, row)

    def _person(self, id_: UUID | None) -> Recipient | None:
        person = self._rows[Person].get(id_) if id_ else None
        if person is None or (person.email is None and not person.erased):
            return None
        name = " ".join(part for part in (person.given_name, person.family_name) if part)
        known = (person.email, person.phone, person.language, person.zone, bool(person.erased))
        return Recipient(person.id, name, *known)

    def _enabler(self, row: Addressed) -> Recipient | None:
        enabler = self._rows[Enabler].get(row.recipient_id) if row.recipient_id else None
        if enabler is None or enabler.email is None:
            return None
        name = enabler.contact_name or enabler.name or ""
        return Recipient(enabler.id, name, enabler.email, enabler.phone, enabler.language, self._host_zone(row))

    def _named(self, audience: Audience, row: Addressed) -> Recipient | None:
        dossier = self._rows[Dossier].get(row.application_id) if row.application_id else None
        name, phone = ((dossier.facts if dossier else {}).get(part) for part in DOSSIER_NAMES[audience])
        return Recipient(None, name, phone=phone, zone=self._host_zone(row)) if name else None

    def _staff(self, audience: Audience, row: Addressed) -> Recipient | None:
        member = self._rows[Member].get(row.recipient_id) if row.recipient_id else None
        if member is not None and member.active and member.email:
            return self._member(member)
        given = row.recipient_id if row.recipient_id in self._rows[Entity] else None
        committee = given or committee_of(row)
        there = self._members.get(committee, ()) if committee else ()
        wanted = (LEADERS,) if given else ((ROLES.get(audience, "team_leader"),), LEADERS)
        for roles in wanted:
            if found := next((member for member in there if member.role in roles), None):
                return self._member(found)
        entity = self._rows[Entity].get(committee) if committee else None
        if entity is None or entity.email is None:
            return None
        return Recipient(entity.id, entity.name or "", entity.email, entity.phone, None, entity.zone)

    def _member(self, member: Member) -> Recipient:
        entity = self._rows[Entity].get(member.entity_id) if member.entity_id else None
        name = " ".join(part for part in (member.given_name, member.family_name) if part)
        return Recipient(member.id, name, member.email, zone=entity.zone if entity else None)

    def _host_zone(self, row: Addressed) -> str | None:
        host = self._rows[Entity].get(row.hosting_entity_id) if row.hosting_entity_id else None
        return host.zone if host else None


def committee_of(row: Addressed) -> UUID | None:
    """The committee whose members a message of this audience is for."""
    return row.sending_entity_id if committee_side(Audience(row.audience)) is Side.sending else row.hosting_entity_id


async def _by_id(uow: Uow, model: Any, ids: Iterable[UUID | None]) -> Mapping[UUID, Any]:
    wanted = {id_ for id_ in ids if id_}
    return {row.id: row for row in await uow.rows(select(model).where(model.id.in_(wanted)))} if wanted else {}
