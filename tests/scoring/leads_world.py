"""Members who call, enablers who register, and leads of both sides: what tests of leads begin with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.scoring import commands, handlers, views
from services.scoring.policy.handover import HandOverState
from services.scoring.schemas import CallerOut, HandOverOut, LeadDetail, LeadOut, ProspectOut
from services.scoring.views import LeadFilter
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications, parties
from shared.contracts.fields import Product
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.world import HOSTING, SENDING, WORLD

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 8:00 in Bucharest, 7:00 in Stockholm
ROMANIA, SWEDEN = "Europe/Bucharest", "Europe/Stockholm"


@dataclass
class Leads:
    """The room with two committees, a manager of each, and nobody in their teams yet."""

    room: Room
    se: Caller = field(default_factory=lambda: callers.sending_manager(SENDING))
    he: Caller = field(default_factory=lambda: callers.hosting_manager(HOSTING))

    async def member(self, role: str = "ep_manager", entity_id: UUID = SENDING, **values: Any) -> UUID:
        ids = {"member_id": new_id(), "entity_id": entity_id, "person_id": None, "role": role}
        day = {"from_on": datetime(2026, 1, 1).date(), "to_on": None}
        await self.room.hear(parties.MemberActivated(**ids, **{**day, **values}))
        return ids["member_id"]

    async def leave(self, member_id: UUID, entity_id: UUID = SENDING) -> None:
        ids = {"member_id": member_id, "entity_id": entity_id, "person_id": None, "role": "ep_manager"}
        await self.room.hear(parties.MemberLeft(**ids, was="active", to_on=None))

    async def calls(self, calls_per_week: int, entity_id: UUID = SENDING, version: int = 0, **values: Any) -> Any:
        body = commands.CallingBody(calls_per_week=calls_per_week, **values)
        return await self.room.do(handlers.set_calling, commands.SetCalling(entity_id, body), expected=version)

    async def caller(self, member_id: UUID, version: int = 1, **values: Any) -> CallerOut:
        command = commands.SetCaller(member_id, commands.CallerBody(**values))
        return await self.room.do(handlers.set_caller, command, self.se, expected=version)

    async def person(self, *, applied: bool = True) -> UUID:
        """Somebody who signed up; who applied, views and talked is qualified."""
        person_id = new_id()
        await self.room.hear(builders.person(person_id))
        if applied:
            about = builders.about(person_id=person_id)
            await self.room.hear(facts.ApplicationSubmitted(**about, product=Product.talent))
            await self.room.hear(facts.ApplicationAccepted(**about))
        return person_id

    async def enabler(self, **values: Any) -> UUID:
        enabler_id = new_id()
        given = {"hosting_entity_id": HOSTING, "kind": "company"}
        await self.room.hear(facts.EnablerRegistered(enabler_id=enabler_id, **{**given, **values}))
        return enabler_id

    async def post(self, enabler_id: UUID) -> UUID:
        opportunity_id = new_id()
        await self.room.hear(builders.opportunity(opportunity_id, enabler_id=enabler_id))
        return opportunity_id

    async def prospect(self, **values: Any) -> ProspectOut:
        given = {"hosting_entity_id": HOSTING, "company": "Norrsken Lab", "contact_name": "Maja Lind"}
        body = commands.EnterProspect(**{**given, "email": "maja@norrsken.example", "note": "Met at a fair", **values})
        return await self.room.do(handlers.enter_prospect, body, self.he)

    async def talk(self, lead_id: UUID, caller: Caller | None = None, kind: str = "call", **values: Any) -> LeadOut:
        given = {"channel": "phone", "kind": kind, "at": self.room.clock.now()}
        command = commands.RecordTalk(lead_id, commands.Talk(**{**given, **values}))
        return await self.room.do(handlers.record_talk, command, caller or self.se)

    async def assign(self, lead_id: UUID, member_id: UUID, caller: Caller | None = None) -> HandOverOut:
        version = (await self.lead(lead_id)).version
        command = commands.AssignLead(lead_id, member_id)
        return await self.room.do(handlers.assign_lead, command, caller or self.se, expected=version)

    async def stop(self, lead_id: UUID, **values: Any) -> UUID:
        given = {"channel": None, "budget": None, "reason": "wish", "sending_entity_id": SENDING}
        ids = {"suppression_id": new_id(), "recipient_id": lead_id, "person_id": lead_id, "hosting_entity_id": None}
        await self.room.hear(notifications.ContactSuppressed(**{**ids, **given, **values}))
        return ids["suppression_id"]

    async def lead(self, lead_id: UUID) -> LeadDetail:
        return await self.room.read(views.get_lead, lead_id)

    async def stages(self, lead_id: UUID) -> list[str]:
        return [str(one.stage) for one in (await self.lead(lead_id)).course]

    async def listed(self, **values: Any) -> list[UUID]:
        page = await self.room.read(views.list_leads, LeadFilter(**values), Paging(limit=200))
        return [lead.id for lead in page.items]

    async def hand_overs(self, state: HandOverState | None = None) -> list[HandOverOut]:
        page = await self.room.read(views.list_hand_overs, state, None, None, None, Paging(limit=200))
        return sorted(page.items, key=lambda one: (one.at, one.id))

    async def open_ones(self) -> dict[UUID, UUID]:
        """Lead → the member who has it in hand."""
        return {one.lead_id: one.member_id for one in await self.hand_overs(HandOverState.open)}

    async def sleep(self, **duration: float) -> None:
        """Time goes by, and what is due is done."""
        self.room.clock.advance(timedelta(**duration))
        await self.room.due()


async def build_leads(room: Room) -> Leads:
    """The tree, on the eve of a Monday in March."""
    room.clock.set(MONDAY - timedelta(days=3))
    await room.hear(builders.entity(SENDING, path=[WORLD, SENDING], country="RO", zone=ROMANIA))
    await room.hear(builders.entity(HOSTING, path=[WORLD, HOSTING], country="SE", zone=SWEDEN))
    return Leads(room)
