"""Reads of estimates; each answers for the caller's own scope, which is part of the question."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.journeys.estimates.kinds import KINDS
from services.journeys.model import Estimate, Segment, Touched, segments_of
from services.journeys.model.narrowing import view_of
from services.journeys.policy.questions import EstimateState, Question, quiet
from services.journeys.policy.segments import Rule
from services.journeys.schemas import EstimateOut, KindOut
from shared.errors import FieldError, Invalid, NotFound
from shared.storage.tx import Uow

NEWEST = f"SELECT max(changed_at) FROM {Touched.__tablename__}"  # noqa: S608 – a table of ours


async def list_kinds(_uow: Uow) -> list[KindOut]:
    """What can be asked for."""
    found = sorted(KINDS.values(), key=lambda kind: kind.name)
    return [KindOut(kind=one.name, version=one.version, params=one.params.model_json_schema()) for one in found]


async def asked(uow: Uow, kind: str, params: dict[str, Any], segment: UUID | None) -> Question:
    """The question of this caller; NotFound for a kind or segment that isn't there, Invalid for other params."""
    if (known := KINDS.get(kind)) is None:
        raise NotFound(f"There is no estimate {kind}.")
    try:
        given = known.params.model_validate(params)
    except ValidationError as error:
        raise Invalid(errors=[_fault(one) for one in error.errors()]) from None
    rule = await rule_of(uow, segment) if segment else None
    said = given.model_dump(mode="json", exclude_none=True)
    return Question(kind, known.version, *view_of(uow.caller), said, rule)


def _fault(error: Any) -> FieldError:
    return FieldError("#/params/" + "/".join(str(part) for part in error["loc"]), error["msg"])


async def rule_of(uow: Uow, segment: UUID) -> Rule:
    """The rule of a saved segment that the caller may use."""
    row = await uow.find(Segment, segments_of(uow.caller), id=segment)
    if row is None:
        raise NotFound(f"There is no segment {segment}, or it is not yours to see.")
    return Rule(**row.rule)


async def get_estimate(uow: Uow, kind: str, params: dict[str, Any], segment: UUID | None) -> EstimateOut:
    question = await asked(uow, kind, params, segment)
    return await estimate_out(uow, question, await uow.find(Estimate, key=question.key))


async def estimate_out(uow: Uow, question: Question, row: Estimate | None) -> EstimateOut:
    """How it stands; nothing is known of one that nobody asked for."""
    if row is None:
        nothing = {"as_of": None, "behind": False, "old": False, "working": False, "reason": None, "result": None}
        return EstimateOut(kind=question.kind, state=EstimateState.absent, progress=0.0, **nothing)
    newest = (await uow.fetch(NEWEST))[0][0]
    behind = row.result is not None and newest is not None and (row.seen is None or newest > row.seen)
    state = EstimateState.ready if row.result is not None else row.state
    working = row.state in (EstimateState.waiting, EstimateState.computing)
    rested = row.made_at is not None and row.made_at < uow.clock.machine() - quiet(row.seconds or 0.0)
    return EstimateOut(
        kind=row.kind, state=state, progress=row.progress, as_of=row.as_of, behind=behind,
        old=behind and rested and not working, working=working, reason=row.reason, result=row.result,
    )  # fmt: skip
