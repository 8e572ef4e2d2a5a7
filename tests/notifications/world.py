"""A small world for the tests of the room: one EP on the way to Uppsala, a mail server, and a sender."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.notifications import views
from services.notifications.sender import Sender
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import SurveyInvited
from shared.embedded.mail import MailServer
from shared.embedded.mailbox import Letter
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders
from shared.testing.rooms import Room

DOSSIER: dict[str, Any] = {
    "pickup_place": "Uppsala Central Station, under the clock",
    "pickup_on": date(2026, 2, 27),
    "pickup_time": time(16, 40),
    "pickup_person": "Maja Lindström",
    "pickup_phone": "+46701234567",
    "accommodation": "Studentvägen 12, room 304",
    "workplace": "Dragarbrunnsgatan 35",
    "supervisor": "Åsa Öberg",
    "emergency_contact": "Duty phone +46709999999",
    "departure_route": "Bus 801 to Arlanda, every 30 minutes",
}
DEPARTURE = datetime(2026, 5, 10, 7, tzinfo=UTC)  # 24 May − 14 days at 09:00 in Stockholm


@dataclass
class World:
    """`verdicts` lets the mail server refuse an address: address → SMTP reply."""

    room: Room
    mail: MailServer
    verdicts: dict[str, str]
    sender: Sender
    stay: dict[str, Any] = field(default_factory=builders.experience)

    @property
    def application_id(self) -> UUID:
        return self.stay["application_id"]

    @property
    def person_id(self) -> UUID:
        return self.stay["person_id"]

    # --- what is heard

    async def hear_people(self, **person: Any) -> None:
        await self.room.hear(builders.person(self.person_id, **{k: v for k, v in person.items() if k == "language"}))
        await self.room.hear(builders.person_details(self.person_id, **person))

    async def hear_places(self) -> None:
        room, stay = self.room, self.stay
        for entity_id, name in ((builders.HOSTING, "Uppsala Committee"), (builders.SENDING, "Cluj Committee")):
            await room.hear(builders.entity(entity_id))
            await room.hear(builders.entity_details(entity_id, name=name))
        await room.hear(builders.opportunity(stay["opportunity_id"], enabler_id=stay["enabler_id"]))
        await room.hear(builders.opportunity_details(stay["opportunity_id"]))
        await room.hear(builders.enabler_details(stay["enabler_id"]))

    async def hear_dossier(self, **values: Any) -> None:
        await self.room.hear(builders.dossier(self.application_id, self.person_id, **{**DOSSIER, **values}))

    async def approve(self) -> None:
        await self.room.hear(builders.approved(self.stay))

    async def known(self, **person: Any) -> None:
        """Everything is known and the application approved; nothing has been sent yet."""
        await self.hear_people(**person)
        await self.hear_places()
        await self.hear_dossier()
        await self.approve()

    async def move(self, **dates: date) -> None:
        self.stay |= dates
        await self.room.hear(facts.ExperienceDatesChanged(**self.stay, move="extended"))

    async def step(self, event: type[facts.ApplicationFact], **more: Any) -> None:
        """The same application, one fact further."""
        await self.room.hear(event.model_validate(self.stay | more))

    async def hear_as(self, event: Any, sequence: int) -> None:
        """Hear an event with a sequence of its own, past the inbox that would keep the order."""
        now = datetime(2026, 2, 2, 9, sequence, tzinfo=UTC)
        source = "/sojourn/applications"
        envelope = Envelope(
            new_id(), event.TYPE, source, event.key, now, now.date(), sequence, new_id(), None, None, event
        )  # fmt: skip
        await self.room.take([envelope])

    async def invite(self, **values: Any) -> SurveyInvited:
        given = {"language": "sv", "expires_at": self.room.clock.now() + timedelta(days=60)}
        invited = builders.survey(SurveyInvited, self.stay, **{**given, **values})
        await self.room.hear(invited)
        return invited

    # --- what is done and seen

    async def run(self) -> None:
        """Timers, then the sender, until both have nothing to do."""
        while await self.room.due() + await self.sender.step():
            pass

    async def at(self, moment: datetime) -> None:
        self.room.clock.set(moment)
        await self.run()

    async def calendar(self) -> dict[str, Any]:
        page = await self.room.read(views.list_touchpoints, self.application_id, None, None, None, Paging(limit=200))
        return {row.code: row for row in page.items}

    async def states(self) -> dict[str, str]:
        return {code: str(row.state) for code, row in (await self.calendar()).items()}

    async def deliveries(self, touchpoint: str) -> list[Any]:
        page = await self.room.read(views.list_deliveries, None, self.application_id, Paging(limit=200))
        return [row for row in page.items if row.touchpoint == touchpoint]

    def inbox(self) -> list[Letter]:
        return [letter for summary in self.mail.mailbox.listed() if (letter := self.mail.mailbox.open(summary.id))]

    async def sql(self, statement: str) -> None:
        async with self.room.runtime.database.engine.begin() as connection:
            await connection.execute(text(statement))

    async def hurry(self) -> None:
        """Machine time passes: whatever backs off may be tried again."""
        await self.sql("UPDATE delivery SET not_before = clock_timestamp()")
