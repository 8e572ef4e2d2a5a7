"""People's own words on a chance are kept apart from it: the model neither sees nor learns them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlmodel import delete, select

from services.scoring.commands import EndOverride, PutOverride
from services.scoring.model import Chance, Lead, Override, leads_of
from services.scoring.policy.overrides import counts
from services.scoring.policy.transitions import Transition
from services.scoring.schemas import OverrideOut
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.ids import new_id
from shared.storage.tx import Uow


async def put_override(uow: Uow, command: PutOverride) -> OverrideOut:
    """The newest word counts; those before it stay, for the comparison. If-Match: `"0"` where nobody said anything."""
    body = command.body
    await uow.get(Lead, command.person_id, leads_of(uow.caller), lock=True)
    if body.until <= uow.now:
        raise Invalid(errors=[FieldError("#/until", "it is over already")])
    chance = await uow.find(Chance, subject_id=command.person_id, transition=body.transition)
    if chance is None or chance.state != "open":
        raise Conflict("This person is not on the way through that transition.", code="not-open")
    before = await newest(uow, command.person_id, body.transition)
    uow.expect(before.version if before else 0)
    version = before.version + 1 if before else 1
    if before is not None and before.ended_at is None:
        uow.change(before, ended_at=uow.now)
    row = uow.add(
        Override(
            id=new_id(), subject_id=command.person_id, by=uow.caller.subject, at=uow.now, said=chance.probability,
            model=chance.model, version=version, **body.model_dump(),
        )
    )  # fmt: skip
    given = body.model_dump(mode="json", include={"transition", "probability", "verdict"})
    uow.note("override_chance", command.person_id, after=given)
    return OverrideOut.model_validate(row)


async def end_override(uow: Uow, command: EndOverride) -> None:
    """It counts no more."""
    await uow.get(Lead, command.person_id, leads_of(uow.caller), lock=True)
    row = await newest(uow, command.person_id, command.transition)
    if row is None or not counts(row.ended_at, row.until, uow.now):
        raise NotFound("Nobody's own word stands against this chance.")
    uow.expect(row.version)
    uow.change(row, ended_at=uow.now)
    uow.note("end_override", command.person_id, after={"transition": command.transition})


async def newest(uow: Uow, subject_id: UUID, transition: Transition) -> Override | None:
    query = select(Override).where(Override.subject_id == subject_id, Override.transition == transition)
    order = (Override.at.desc(), Override.id.desc())  # type: ignore[attr-defined]
    return next(iter(await uow.rows(query.order_by(*order).limit(1))), None)


def standing(now: datetime) -> ColumnElement[bool]:
    return and_(Override.ended_at.is_(None), Override.until > now)  # type: ignore[union-attr,arg-type]


async def forget_overrides(uow: Uow, subject_id: UUID) -> None:
    """What was said of somebody who is erased is gone, with its reasons."""
    await uow.execute(delete(Override).where(Override.subject_id == subject_id))  # type: ignore[arg-type]
