"""A small world for the tests of the room: one person's journey as the other rooms tell it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts import notifications, parties, scoring, surveys
from shared.contracts.envelope import Event
from shared.contracts.fields import Product, Side
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room

CLUJ, UPPSALA, WORLD = new_id(), new_id(), new_id()
MEMBER = new_id()


@dataclass
class World:
    """Ioana from Cluj applies twice to Uppsala; `stay` goes through, `other` is rejected."""

    room: Room
    person_id: UUID = field(default_factory=new_id)
    stay: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    scorecard_id: UUID | None = None

    def __post_init__(self) -> None:
        ids = {"person_id": self.person_id, "sending_entity_id": CLUJ, "hosting_entity_id": UPPSALA}
        self.stay, self.other = builders.experience(**ids), builders.about(**ids)
        self.ep = callers.participant(self.person_id)
        self.se, self.he = callers.sending_manager(CLUJ), callers.hosting_manager(UPPSALA)

    @property
    def about(self) -> dict[str, Any]:
        return {name: self.stay[name] for name in facts.ApplicationFact.model_fields}

    async def at(self, year: int, month: int, day: int, *events: Event, hour: int = 9) -> None:
        """Hear these, a minute apart, from nine in the morning (UTC) of this day."""
        self.room.clock.set(datetime(year, month, day, hour, tzinfo=UTC))
        for event in events:
            await self.room.hear(event)
            self.room.clock.advance(timedelta(minutes=1))

    # --- what other rooms say

    def touchpoint(self, kind: type[Event], code: str, id_: UUID, **values: Any) -> Event:
        about = {
            name: self.stay[name] for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
        }
        return kind(touchpoint_id=id_, touchpoint=code, **about, **values)

    def survey(self, kind: type[Event], id_: UUID, **values: Any) -> Event:
        return builders.survey(kind, self.stay, invitation_id=id_, questionnaire="after-experience", **values)  # type: ignore[type-var]

    def case(self, kind: type[Event], id_: UUID, **values: Any) -> Event:
        return builders.case(kind, self.stay, case_id=id_, **values)  # type: ignore[type-var]

    def scored(self, score: float, *reasons: tuple[str, float]) -> Event:
        found = [scoring.Reason(code=code, log_odds=log_odds) for code, log_odds in reasons]
        return scoring.LeadScored(
            person_id=self.person_id, score=score, base_log_odds=-1.2, reasons=found, model="rules-v1"
        )

    def to_enabler(self, kind: type[Any], code: str, id_: UUID, **values: Any) -> Event:
        """A touchpoint with the enabler of the stay that concerns no EP."""
        about = {"enabler_id": self.stay["enabler_id"], "hosting_entity_id": UPPSALA, "application_id": None}
        return kind(touchpoint_id=id_, touchpoint=code, **about, **values)  # type: ignore[no-any-return]

    # --- chapters

    async def signs_up(self) -> None:
        await self.at(
            2026, 1, 5,
            builders.person(self.person_id, sending_entity_id=CLUJ),
            builders.person_details(self.person_id),
            scoring.VisitorIdentified(visitor_id=new_id(), person_id=self.person_id),
            self.scored(0.12, ("form-contact", 0.4)),
        )  # fmt: skip

    async def applies(self) -> None:
        await self.at(
            2026, 1, 9,
            facts.ApplicationSubmitted(**self.about, product=Product.talent),
            facts.ApplicationSubmitted(**self.other, product=Product.talent),
            self.scored(0.31, ("form-contact", 0.4), ("applied", 0.9)),
        )  # fmt: skip

    async def is_approved(self) -> None:
        await self.at(2026, 1, 12, facts.ApplicationRejected(**self.other, reason="timeline", ours=False))
        await self.at(2026, 1, 14, facts.ApplicationAccepted(**self.about))
        await self.at(2026, 1, 15, facts.AcceptanceNoteSigned(**self.about, terms=builders.TERMS))
        await self.at(
            2026, 1, 20,
            facts.ApprovalGiven(**self.about, side=Side.sending, terms=builders.TERMS),
            facts.ApprovalGiven(**self.about, side=Side.hosting, terms=builders.TERMS),
            builders.approved(self.stay),
        )  # fmt: skip

    async def gets_touchpoints(self) -> tuple[UUID, UUID]:
        """Pick-up information goes out at once, the departure document is due two weeks before the end."""
        pickup, departure = new_id(), new_id()
        plain = {"channel": "email", "language": "ro", "document": None, "proves": None}
        scheduled, sent = notifications.TouchpointScheduled, notifications.TouchpointSent
        due = datetime(2026, 5, 10, 7, 0, tzinfo=UTC)
        await self.at(
            2026, 1, 20,
            self.touchpoint(scheduled, "pickup-information", pickup, due_at=datetime(2026, 1, 20, 10, tzinfo=UTC)),
            self.touchpoint(scheduled, "departure-document", departure, due_at=due),
            self.touchpoint(sent, "pickup-information", pickup, **plain),
            hour=10,
        )  # fmt: skip
        return pickup, departure

    async def stays(self, departure: UUID) -> None:
        await self.at(2026, 3, 2, facts.ExperienceRealized(**self.stay))
        sent = {"channel": "email", "language": "ro", "document": "cd" * 32, "proves": "s3"}
        await self.at(
            2026, 5, 10, self.touchpoint(notifications.TouchpointSent, "departure-document", departure, **sent), hour=7
        )
        await self.at(2026, 5, 24, facts.ExperienceCompleted(**self.stay), hour=22)

    async def is_not_happy(self) -> UUID:
        invitation, case = new_id(), new_id()
        soon = datetime(2026, 5, 27, tzinfo=UTC)
        await self.at(
            2026, 5, 25,
            self.survey(surveys.SurveyInvited, invitation, language="ro", expires_at=datetime(2026, 6, 25, tzinfo=UTC)),
            builders.answered(self.stay, {"nps": 4, "ces2": 3}, invitation_id=invitation),
            surveys.SurveyComment(invitation_id=invitation, person_id=self.person_id, comment="Nobody met me."),
            self.survey(surveys.DetractorFound, invitation, about="experience", score=4),
            self.case(surveys.QualityCaseOpened, case, owner=Side.hosting, acknowledge_by=soon),
        )  # fmt: skip
        return case

    async def whole_story(self) -> None:
        await self.signs_up()
        await self.applies()
        await self.is_approved()
        _, departure = await self.gets_touchpoints()
        await self.stays(departure)
        await self.is_not_happy()
        await self.has_a_member()

    async def has_a_member(self) -> None:
        """Dan of Cluj, who never signed up as an EP, works as an EP manager."""
        about: dict[str, Any] = {"member_id": MEMBER, "entity_id": CLUJ, "person_id": None, "role": "ep_manager"}
        await self.at(
            2026, 5, 26,
            parties.MemberApplied(**about), parties.MemberSelected(**about),
            parties.MemberActivated(**about, from_on=date(2026, 5, 26), to_on=None),
            parties.MemberDetails(member_id=MEMBER, given_name="Dan", family_name="Pop", email="dan@sojourn.example"),
        )  # fmt: skip

    async def keeps_score(self) -> None:
        """Cluj keeps a scorecard about the EPs whom it sends."""
        from services.journeys.commands.scorecards import MakeScorecard
        from services.journeys.handlers.scorecards import make_scorecard

        card = MakeScorecard.model_validate({"measure": "nps_ep", "side": "sending", "rhythm": "month", "target": 40})
        self.scorecard_id = (await self.room.do(make_scorecard, card, caller=self.se)).id

    async def person(self, caller: Caller | None = None) -> Any:
        from services.journeys import views

        return await self.room.read(views.get_person, self.person_id, caller=caller)


async def build(room: Room) -> World:
    """The committees, the opportunity and the enabler are known; the person isn't yet."""
    world = World(room)
    await room.hear(builders.entity(CLUJ, path=[WORLD, CLUJ], country="RO", zone="Europe/Bucharest"))
    await room.hear(builders.entity(UPPSALA, path=[WORLD, UPPSALA]))
    await room.hear(builders.entity_details(CLUJ, name="Cluj"))
    await room.hear(builders.entity_details(UPPSALA))
    await room.hear(builders.opportunity_details(world.stay["opportunity_id"]))
    await room.hear(builders.opportunity_details(world.other["opportunity_id"], title="Solar lab assistant"))
    await room.hear(builders.enabler_details(world.stay["enabler_id"]))
    return world
