"""A small world for the tests of the room: two committees, their managers, an EP whose internship ends."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.surveys import commands, handlers
from shared import links
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.notifications import InvitationSent
from shared.contracts.surveys import SurveyInvited
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room

AFTER = datetime(2026, 5, 25, 6, 0, tzinfo=UTC)


@dataclass
class World:
    """`se` and `he` are the managers of the two sides; `stay` names one application with its dates."""

    room: Room
    sending: UUID
    hosting: UUID
    se: Caller
    he: Caller
    mc: Caller
    stay: dict[str, Any] = field(default_factory=dict)

    @property
    def ep(self) -> Caller:
        return callers.participant(self.stay["person_id"])

    def another_stay(self, **values: Any) -> dict[str, Any]:
        sides = {"sending_entity_id": self.sending, "hosting_entity_id": self.hosting}
        return builders.experience(**{**sides, **values})

    async def complete(self, stay: dict[str, Any] | None = None, language: str = "ro") -> UUID:
        """The person, the approval and the completion of a stay; the id of the invitation that follows."""
        stay = stay or self.stay
        await self.room.hear(builders.person(stay["person_id"], language=language))
        await self.room.hear(builders.approved(stay))
        self.room.clock.set(max(AFTER, self.room.clock.now()))
        await self.room.hear(facts.ExperienceCompleted(**stay))
        said = await self.room.said(SurveyInvited)
        return next(event.invitation_id for event in said if event.application_id == stay["application_id"])

    async def asked_shortly(self, **values: Any) -> UUID:
        """The invitation of somebody who was asked by the first version: one page, three questions."""
        invited = await self.complete(**values)
        first = "UPDATE invitation SET questionnaire_version = 1 WHERE id = :id"
        async with self.room.runtime.database.engine.begin() as connection:
            await connection.execute(text(first), {"id": invited})
        return invited

    async def answer(self, invitation_id: UUID, nps: int = 9, ces2: int = 6, comment: str | None = None) -> Any:
        token = links.survey_token(invitation_id)
        command = commands.AnswerSurvey(token, {"nps": nps, "ces2": ces2, "comment": comment})
        return await self.room.do(handlers.answer_survey, command, Caller.anonymous())

    async def sent(self, invitation_id: UUID, touchpoint: str = "survey-invitation") -> None:
        """The mail that carries this invitation went out."""
        how = {"touchpoint": touchpoint, "channel": "email", "touchpoint_id": new_id()}
        await self.room.hear(InvitationSent(invitation_id=invitation_id, **how))


async def build(room: Room) -> World:
    """World → Romania → Cluj, and Sweden → Uppsala."""
    top, romania, sweden, cluj, uppsala = (new_id() for _ in range(5))
    for path in ([top], [top, romania], [top, sweden], [top, romania, cluj], [top, sweden, uppsala]):
        await room.hear(builders.entity(path[-1], path=path))
    managers = callers.sending_manager(cluj), callers.hosting_manager(uppsala), callers.national_manager(sweden)
    world = World(room, cluj, uppsala, *managers)
    world.stay = world.another_stay()
    return world
