"""`persona-evidence`: all figures that items of persona maps may name, of one kind of customer."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import and_, case, func, literal, or_, select

from services.journeys.estimates.observing import Observing, days, due_of, failed
from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Answer, Contact, Course, EnablerCourse, MemberCourse, Occasion, members_of
from services.journeys.policy.blueprints import MOMENTS, Passage, Unit
from services.journeys.policy.questions import Question
from shared.storage.tx import Uow

WATCH = 180  # days within which the next step is to be reached
UNITS = {"ep": Unit.person, "enabler": Unit.enabler}


class EvidenceParams(Params):
    """Whose journey."""

    customer: Literal["ep", "enabler", "member"] = "ep"


@estimator("persona-evidence", version=1, params=EvidenceParams)
class PersonaEvidence:
    """Counted by the database; what is made of the counts needs no time."""

    async def load(self, uow: Uow, question: Question) -> Any:
        customer = EvidenceParams(**question.params).customer
        look = Evidence(uow, question)
        steps = await look.member_steps() if customer == "member" else await look.steps(UNITS[customer])
        return {
            "scores": await look.answers(customer), "apart": await look.answers(customer, apart=True),
            "touchpoints": await look.touchpoints(customer), "channels": await look.channels(customer),
            "steps": steps, "watch_days": WATCH,
        }  # fmt: skip

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        from services.journeys.policy.evidence import counted  # scipy is for the process that counts

        return counted(data)


class Evidence(Observing):
    """The reads: everything by its name, in scope and of the segment."""

    async def answers(self, customer: str, *, apart: bool = False) -> list[list[Any]]:
        """(metric:about, score, count); apart: of each questionnaire for itself."""
        row = Answer
        parts = [row.measure, ":", row.about, *(("@", row.questionnaire) if apart else ())]
        name = func.concat(*parts).label("name")
        query = select(name, row.score, func.count()).where(row.party == customer, self.seen(row))
        return await self._rows(query.group_by(name, row.score).order_by(name, row.score))

    async def touchpoints(self, customer: str) -> list[list[Any]]:
        """(code, done, due so far, of these done at the latest a day after it was due)."""
        row, now = Occasion, literal(self.uow.now)
        last = due_of() + func.make_interval(0, 0, 0, 1)
        owed = or_(row.state.is_distinct_from("skipped"), failed())  # type: ignore[union-attr]
        ripe = and_(owed, or_(row.done_at.is_not(None), last <= now, failed()))  # type: ignore[union-attr]
        well = and_(ripe, ~failed(), row.late.is_distinct_from(True), row.done_at <= last)  # type: ignore[union-attr, operator]
        whose = [row.enabler_id.is_not(None)] if customer == "enabler" else []  # type: ignore[union-attr]
        columns = [func.count(row.done_at), func.count().filter(ripe), func.count().filter(well)]
        query = select(row.touchpoint, *columns).where(self.seen(row), *whose)
        return await self._rows(query.group_by(row.touchpoint))

    async def channels(self, customer: str) -> list[list[Any]]:
        """(channel, contacts), both ways, self-service too; of members none is told."""
        if customer == "member":
            return []
        row = Contact
        whose = row.person_id if customer == "ep" else row.enabler_id
        people = (Unit.person, Unit.enabler)[customer == "enabler"]
        query = select(row.channel, func.count()).where(whose.in_(self._of(people)))  # type: ignore[union-attr]
        return await self._rows(query.group_by(row.channel).order_by(row.channel))

    def _of(self, unit: Unit) -> Any:
        key: Any = Course.person_id if unit is Unit.person else EnablerCourse.enabler_id
        return select(key).where(*self.of(unit))

    async def steps(self, unit: Unit) -> Sequence[Sequence[Any]]:
        """(moment, who had come to the one before it long enough ago, who of these came to it in time)."""
        found = []
        for before, after in pairwise(MOMENTS[unit]):
            told = await self.passage(Passage(of=unit, begins=before, ends=after, watch_days=WATCH))
            found.append([after, told["watched"], told["went"]])
        return found

    async def member_steps(self) -> list[list[Any]]:
        """The same of members, from applying to the alumni: of who left after work, those who stay in touch."""
        row, now = MemberCourse, literal(self.uow.now)
        base = [members_of(self.caller), row.applied_at.is_not(None)]  # type: ignore[union-attr]
        found = []
        for name, begun, ended in (
            ("selected", row.applied_at, func.coalesce(row.selected_at, row.activated_at)),
            ("active", row.selected_at, row.activated_at),
        ):
            watched = and_(begun.is_not(None), days(now, begun) >= WATCH)  # type: ignore[union-attr]
            went = and_(watched, ended.is_not(None), days(ended, begun) <= WATCH)
            query = select(literal(name), func.count().filter(watched), func.count().filter(went)).where(*base)
            found += await self._rows(query)
        left = and_(row.left_at.is_not(None), row.was == "active")  # type: ignore[union-attr]
        asked = and_(left, row.alumna.is_not(None))  # type: ignore[union-attr]
        stays = case((and_(asked, row.alumna.is_(True)), 1))  # type: ignore[union-attr]
        alumni = select(literal("alumna"), func.count().filter(asked), func.count(stays)).where(*base)
        return [*found, *await self._rows(alumni)]
