"""A small world for the tests of the room: a tree of committees, an EP, an enabler and an opportunity."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.applications import commands, handlers
from shared.access import Caller
from shared.testing import callers
from shared.testing.rooms import Room

START, END = date(2026, 3, 2), date(2026, 5, 24)
ENTITY = {"zone": "Europe/Bucharest", "email": "lc@sojourn.example", "phone": "+40700000000"}


def posting(enabler_id: UUID, **values: Any) -> commands.PostOpportunity:
    stated = {
        "description": "Clean and chart energy data.",
        "pay": "9,000 SEK a month",
        "accommodation": "student room",
    }
    given = {
        "product": "talent",
        "title": "Data intern",
        "city": "Uppsala",
        "country": "SE",
        "zone": "Europe/Stockholm",
    }
    given |= {
        "weekly_hours": 38,
        "arrival": "Uppsala station, main hall",
        "start_on": START,
        "end_on": END,
        "openings": 1,
    }
    return commands.PostOpportunity(enabler_id=enabler_id, **{**given, **stated, **values})


@dataclass
class World:
    """Who is there; `se` and `he` are the managers of the two sides."""

    room: Room
    sending: UUID
    hosting: UUID
    enabler_id: UUID
    ep: Caller
    se: Caller
    he: Caller
    nation: UUID  # above the hosting entity

    async def opportunity(self, **values: Any) -> Any:
        return await self.room.do(handlers.post_opportunity, posting(self.enabler_id, **values), self.he)

    async def apply(self, opportunity: Any = None, ep: Caller | None = None) -> Any:
        opportunity = opportunity or await self.opportunity()
        command = commands.SubmitApplication(opportunity_id=opportunity.id)
        return await self.room.do(handlers.submit_application, command, ep or self.ep)

    async def sign_up(self, ep: Caller, email: str) -> Any:
        who = {"given_name": "Ioana", "family_name": "Șerban", "email": email, "country": "RO", "language": "ro"}
        command = commands.RegisterPerson(sending_entity_id=self.sending, zone="Europe/Bucharest", **who)
        return await self.room.do(handlers.register_person, command, ep)

    async def accept(self, application: Any) -> Any:
        return await self.room.do(handlers.accept_application, commands.AcceptApplication(application.id), self.he)

    async def sign(self, application: Any, ep: Caller | None = None) -> Any:
        command = commands.SignAcceptanceNote(application.id, application.terms)
        return await self.room.do(handlers.sign_acceptance_note, command, ep or self.ep)

    async def approve(self, application: Any, by: Caller) -> Any:
        command = commands.ApproveApplication(application.id, application.terms)
        return await self.room.do(handlers.approve_application, command, by)

    async def pay(self, application: Any) -> None:
        """What has to be done before anything is approved: fee and contract, recorded by the EP manager."""
        fee = commands.Facts(amount="450.00", currency="EUR", reference="2026-0117")
        for kind, told in {"fee_paid": fee, "contract_signed": commands.Facts()}.items():
            command = commands.RecordRequirement(application.id, kind, told)
            await self.room.do(handlers.record_requirement, command, self.se)

    async def signed(self, application: Any, ep: Caller | None = None) -> Any:
        """Signed, and all is done that an approval waits for."""
        application = await self.sign(application, ep)
        await self.pay(application)
        return application

    async def approved(self, application: Any = None) -> Any:
        application = application or await self.apply()
        await self.accept(application)
        await self.sign(application)
        await self.pay(application)
        await self.approve(application, self.se)
        return await self.approve(application, self.he)

    async def realized(self, application: Any = None) -> Any:
        application = await self.approved(application)
        return await self.room.do(handlers.realize_experience, commands.RealizeExperience(application.id), self.he)


async def build(room: Room, email: str = "ioana@sojourn.example") -> World:
    """World → Romania → Cluj, and Sweden → Uppsala, with an EP in Cluj and an enabler in Uppsala."""
    top = callers.global_manager()

    async def entity(name: str, kind: str, parent: UUID | None) -> UUID:
        command = commands.RegisterEntity(name=name, kind=kind, parent_id=parent, **ENTITY)
        return (await room.do(handlers.register_entity, command, top)).id

    world = await entity("World", "world", None)
    sending = await entity("Cluj", "local", await entity("Romania", "national", world))
    nation = await entity("Sweden", "national", world)
    hosting = await entity("Uppsala", "local", nation)
    he, se, ep = callers.hosting_manager(hosting), callers.sending_manager(sending), callers.participant()
    contact = {"name": "Norrsken Lab", "contact_name": "Maja Lind", "email": "maja@norrsken.example", "kind": "company"}
    enabler = await room.do(
        handlers.register_enabler, commands.RegisterEnabler(hosting_entity_id=hosting, **contact), he
    )
    made = World(room, sending, hosting, enabler.id, ep, se, he, nation)
    await made.sign_up(ep, email)
    return made
