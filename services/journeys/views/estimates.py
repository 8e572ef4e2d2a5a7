"""Reads of estimates; each answers for the caller's own scope, which is part of the question."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.journeys.estimates.kinds import KINDS
from services.journeys.model import Estimate, Segment, Touched, segments_of
from services.journeys.policy.questions import EstimateState, Question, View
from services.journeys.policy.segments import Rule
from services.journeys.schemas import EstimateOut, KindOut
from shared.access import Caller, Role
from shared.errors import FieldError, Invalid, NotFound
from shared.storage.tx import Uow

VIEWS = {
    Role.sending_manager: View.sending,
    Role.hosting_manager: View.hosting,
    Role.national_manager: View.both,
}
NEWEST = f"SELECT max(changed_at) FROM {Touched.__tablename__}"  # noqa: S608 – a table of ours


async def list_kinds(_uow: Uow) -> list[KindOut]:
    """What can be asked for."""
    found = sorted(KINDS.values(), key=lambda kind: kind.name)
    return [KindOut(kind=one.name, version=one.version, params=one.params.model_json_schema()) for one in found]


def view_of(caller: Caller) -> tuple[View, UUID | None]:
    """Whose rows a caller's estimates are made of."""
    view = VIEWS.get(caller.role, View.everything)
    return view, None if view is View.everything else caller.entity


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
        nothing = {"as_of": None, "behind": False, "working": False, "reason": None, "result": None}
        return EstimateOut(kind=question.kind, state=EstimateState.absent, progress=0.0, **nothing)
    newest = (await uow.fetch(NEWEST))[0][0]
    behind = row.result is not None and newest is not None and (row.seen is None or newest > row.seen)
    state = EstimateState.ready if row.result is not None else row.state
    working = row.state in (EstimateState.waiting, EstimateState.computing)
    return EstimateOut(
        kind=row.kind, state=state, progress=row.progress, as_of=row.as_of, behind=behind, working=working,
        reason=row.reason, result=row.result,
    )  # fmt: skip
