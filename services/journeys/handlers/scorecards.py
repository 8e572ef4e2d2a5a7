"""Scorecards: made, given to somebody, aimed, retired; their figures are worked out by the worker."""

from zoneinfo import ZoneInfo

from sqlalchemy import literal, select

from services.journeys.commands.scorecards import Aimed, Change, MakeScorecard, RetireScorecard
from services.journeys.estimates.kinds import KINDS
from services.journeys.handlers.estimates import want
from services.journeys.model import Scorecard, ScorecardTarget, scorecards_of
from services.journeys.model.scorecards import SIDES
from services.journeys.policy.measures import CATALOGUE, Measure
from services.journeys.policy.questions import Question, View
from services.journeys.policy.scorecards import CardState
from services.journeys.schemas.scorecards import ScorecardOut
from services.journeys.views.scorecards import cards_out
from shared.access import Role
from shared.contracts.scorecards import TargetSet
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

KIND = "scorecard"


async def make_scorecard(uow: Uow, command: MakeScorecard) -> ScorecardOut:
    """Its figures are worked out from now on; a target that is named holds from today."""
    entity = command.entity_id or uow.caller.entity
    if entity is None:
        raise Invalid(errors=[FieldError("#/entity_id", "say of which committee")])
    there = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity)
    if uow.caller.role is not Role.global_manager:
        there = there.where(below(literal(entity), uow.caller))
    if await uow.scalar(there) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "there is no such committee, or it is not yours")])
    own = SIDES.get(uow.caller.role, command.side)
    if own is not command.side:
        raise Invalid(errors=[FieldError("#/side", f"managers of your side keep scorecards of the {own} side")])
    about = command.model_dump(include={"side", "measure", "rhythm", "zone", "owner_id", "note"})
    question = Question(
        KIND, KINDS[KIND].version, View(command.side), entity,
        {"measure": str(command.measure), "rhythm": str(command.rhythm), "zone": command.zone},
    )  # fmt: skip
    await want(uow, question)
    row = uow.add(
        Scorecard(
            id=new_id(), entity_id=entity, state=CardState.active, estimate_key=question.key,
            made_by=uow.caller.subject, made_at=uow.now, **about,
        )
    )  # fmt: skip
    uow.note("make_scorecard", row.id, after={"measure": str(row.measure), "entity_id": str(entity)})
    if command.target is not None:
        _aim(uow, row, command.target, None)
    return (await cards_out(uow, [row]))[0]


async def change_scorecard(uow: Uow, command: Change) -> ScorecardOut:
    """Another owner, another note."""
    row = await _active(uow, command)
    uow.change(row, owner_id=command.what.owner_id, note=command.what.note)
    uow.note("change_scorecard", row.id, after={"owner_id": str(row.owner_id) if row.owner_id else None})
    return (await cards_out(uow, [row]))[0]


async def set_target(uow: Uow, command: Aimed) -> ScorecardOut:
    """From a day on; what held before goes on holding for the periods that ended before it."""
    row = await _active(uow, command)
    _aim(uow, row, command.what.value, command.what.from_on)
    uow.change(row)
    return (await cards_out(uow, [row]))[0]


async def retire_scorecard(uow: Uow, command: RetireScorecard) -> ScorecardOut:
    """It is kept no more."""
    row = await _active(uow, command)
    uow.change(row, state=CardState.retired)
    uow.note("retire_scorecard", row.id)
    return (await cards_out(uow, [row]))[0]


async def _active(uow: Uow, command: Change | Aimed | RetireScorecard) -> Scorecard:
    row = await uow.get(Scorecard, command.scorecard_id, scorecards_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.state is not CardState.active:
        raise Conflict("This scorecard is retired.", code="scorecard-retired")
    return row


def _aim(uow: Uow, row: Scorecard, value: float | None, from_on: object) -> None:
    _check(row.measure, value)
    on = from_on or uow.now.astimezone(ZoneInfo(row.zone)).date()
    row.targets += 1
    uow.add(
        ScorecardTarget(
            scorecard_id=row.id, number=row.targets, value=value, from_on=on, set_at=uow.now, set_by=uow.caller.subject
        )
    )
    uow.note("set_target", row.id, after={"value": value, "from_on": str(on)})
    uow.say(
        TargetSet(
            scorecard_id=row.id, entity_id=row.entity_id, side=row.side, measure=row.measure, rhythm=row.rhythm,
            number=row.targets, value=value, from_on=on,
        )
    )  # fmt: skip


def _check(measure: Measure, value: float | None) -> None:
    entry = CATALOGUE[measure]
    if value is not None and not entry.least <= value <= entry.most:
        detail = f"it lies between {entry.least:g} and {entry.most:g}"
        raise Invalid(errors=[FieldError("#/value", detail), FieldError("#/target", detail)])
