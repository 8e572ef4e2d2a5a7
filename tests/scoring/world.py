"""A lead in Romania, its managers, and an opportunity in Sweden: what the tests of the scoring room begin with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.scoring import commands, handlers, views
from services.scoring.policy.interactions import Channel, Kind
from services.scoring.policy.machines import Mark
from services.scoring.schemas import InteractionsOut, ScoreChangeOut, ScoreOut
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.fields import Product, Side
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.rooms import Room

SENDING, HOSTING, WORLD = builders.SENDING, builders.HOSTING, builders.WORLD
NATIONAL, ELSEWHERE = new_id(), new_id()
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@dataclass
class World:
    """The room with one person who signed up; `stay` holds the ids of an application that may come."""

    room: Room
    person_id: UUID = field(default_factory=new_id)
    visitor_id: UUID = field(default_factory=new_id)
    opportunity_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.ep = callers.participant(self.person_id)
        self.se = callers.sending_manager(SENDING)
        self.stay = builders.experience(person_id=self.person_id, opportunity_id=self.opportunity_id)
        self.ids = {name: self.stay[name] for name in facts.ApplicationFact.model_fields}

    async def sign_up(self) -> None:
        await self.room.hear(builders.person(self.person_id))

    async def browse(self, *kinds: Kind, bot: bool = False, at: datetime | None = None) -> InteractionsOut:
        """Visits by the anonymous visitor, who agrees to be followed, now or at a given moment."""
        return await self.send(*(self.visit(kind, at) for kind in kinds), mark=Mark.user_agent if bot else None)

    async def send(self, *visits: commands.Visit, analytics: bool | None = True, **about: Any) -> InteractionsOut:
        """These visits, with the visitor's word on being followed."""
        consent = None if analytics is None else commands.Allowing(analytics=analytics)
        body = commands.Visits(visitor_id=self.visitor_id, visits=list(visits), consent=consent)
        return await self.room.do(handlers.record_visits, commands.RecordVisits(body, **about), Caller.anonymous())

    def visit(self, kind: Kind = Kind.opportunity_view, at: datetime | None = None, **values: Any) -> commands.Visit:
        view = self.opportunity_id if kind is Kind.opportunity_view else None
        given = {"id": new_id(), "channel": Channel.web, "at": at or self.room.clock.now(), "opportunity_id": view}
        return commands.Visit(kind=kind, **{**given, **values})

    async def record(self, kind: Kind, caller: Caller | None = None, **values: Any) -> InteractionsOut:
        """A contact with the person, written down by the manager."""
        given = {"id": new_id(), "channel": Channel.phone, "at": self.room.clock.now(), "person_id": self.person_id}
        one = commands.Recorded(kind=kind, **{**given, **values})
        command = commands.RecordInteractions(interactions=[one])
        return await self.room.do(handlers.record_interactions, command, caller or self.se)

    async def identify(self, caller: Caller | None = None) -> None:
        command = commands.IdentifyVisitor(visitor_id=self.visitor_id, person_id=self.person_id)
        await self.room.do(handlers.identify_visitor, command, caller or self.ep)

    async def apply(self) -> None:
        await self.room.hear(facts.ApplicationSubmitted(**self.ids, product=Product.talent))

    async def accept(self) -> None:
        await self.room.hear(facts.ApplicationAccepted(**self.ids))

    async def sign(self) -> None:
        await self.room.hear(facts.AcceptanceNoteSigned(**self.ids, terms=builders.TERMS))

    async def approve(self) -> None:
        """Both sides, and what follows from it."""
        for side in Side:
            await self.room.hear(facts.ApprovalGiven(**self.ids, side=side, terms=builders.TERMS))
        await self.room.hear(builders.approved(self.stay))

    async def to_approval(self) -> None:
        for step in (self.apply, self.accept, self.sign, self.approve):
            await step()
            self.room.clock.advance(timedelta(hours=1))

    async def score(self) -> ScoreOut:
        return await self.room.read(views.get_score, self.person_id)

    async def course(self, as_of: datetime | None = None) -> list[ScoreChangeOut]:
        page = await self.room.read(views.get_course, self.person_id, as_of, Paging(limit=200))
        return list(page.items)


def codes(scored: ScoreOut | ScoreChangeOut) -> set[str]:
    return {reason.code for reason in scored.reasons}


async def build(room: Room) -> World:
    """The tree, an opportunity, and a person who signed up."""
    world = World(room)
    for entity_id, path in {
        NATIONAL: [WORLD, NATIONAL],
        SENDING: [WORLD, NATIONAL, SENDING],
        ELSEWHERE: [WORLD, ELSEWHERE],
    }.items():
        await room.hear(builders.entity(entity_id, path=path))
    await room.hear(builders.opportunity(world.opportunity_id))
    await world.sign_up()
    return world
