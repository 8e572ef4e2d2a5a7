"""Improvements of journeys: proposed and changed, with a history of every change."""

from typing import Any
from uuid import UUID

from sqlalchemy import literal
from sqlmodel import select

from services.journeys.commands.improvements import ChangeImprovement, ImprovementBody, ProposeImprovement
from services.journeys.model import Improvement, ImprovementPast, improvements_of
from services.journeys.policy.blueprints import KIND, Blueprint
from services.journeys.schemas.improvements import ImprovementOut
from services.journeys.views.designs import design_in_use
from shared.access import Role
from shared.errors import FieldError, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

EVERYWHERE = frozenset({Role.global_manager, Role.service})


async def propose_improvement(uow: Uow, command: ProposeImprovement) -> ImprovementOut:
    """A new one, on a step (and item) that the blueprint in use has."""
    await _may_write(uow, command.entity_id)
    await _placed(uow, command.journey, command.entity_id, command)
    values = command.model_dump()
    row = uow.add(Improvement(id=new_id(), author=uow.caller.subject, created_at=uow.now, **values))
    _remember(uow, row, {}, _plain(values))
    uow.note("propose_improvement", row.id, after={"kind": row.kind, "step": row.step})
    await uow.flush()
    return ImprovementOut.model_validate(row)


async def change_improvement(uow: Uow, command: ChangeImprovement) -> ImprovementOut:
    """Another kind, place, date or text; what it was before is kept."""
    row = await _own(uow, command.improvement_id)
    await _placed(uow, row.journey, row.entity_id, command.what)
    values = command.what.model_dump()
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    before = _plain({name: getattr(row, name) for name in changed})
    uow.change(row, **changed)
    _remember(uow, row, before, _plain(changed))
    uow.note("change_improvement", row.id, after={"kind": row.kind, "fields": sorted(changed)})
    return ImprovementOut.model_validate(row)


def _remember(uow: Uow, row: Improvement, before: dict[str, Any], after: dict[str, Any]) -> None:
    past = ImprovementPast(
        improvement_id=row.id, version=row.version, author=uow.caller.subject, at=uow.now, before=before, after=after
    )
    uow.add(past)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else str(value) for name, value in values.items()}


async def _own(uow: Uow, improvement_id: UUID) -> Improvement:
    mine = improvements_of(uow.caller) if uow.caller.role in EVERYWHERE else below(Improvement.entity_id, uow.caller)
    row = await uow.find(Improvement, mine, id=improvement_id, lock=True)
    if row is None:
        raise NotFound(f"There is no improvement {improvement_id}, or it is not yours to change.")
    uow.expect(row.version)
    return row


async def _may_write(uow: Uow, entity_id: UUID | None) -> None:
    if entity_id is None:
        if uow.caller.role not in EVERYWHERE:
            raise Forbidden("An improvement for everybody is the global team's.")
        return
    seen = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id)
    if uow.caller.role not in EVERYWHERE:
        seen = seen.where(below(literal(entity_id), uow.caller))
    if await uow.scalar(seen) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "There is no such entity, or it is not yours.")])


async def _placed(uow: Uow, journey: str, entity_id: UUID | None, body: ImprovementBody) -> None:
    try:
        design = await design_in_use(uow, KIND, journey, None, entity_id)
    except NotFound:
        raise Invalid(errors=[FieldError("#/journey", "No blueprint of this journey is in use.")]) from None
    steps = {step.id: step for step in Blueprint.model_validate(design.document).steps}
    if body.step not in steps:
        raise Invalid(errors=[FieldError("#/step", f"The blueprint in use has {', '.join(steps)}.")])
    if body.item is not None and body.item not in {item.id for item in steps[body.step].items}:
        raise Invalid(errors=[FieldError("#/item", "The step has no such item.")])
