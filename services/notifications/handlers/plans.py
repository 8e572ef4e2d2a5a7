"""Versions of plans: written as drafts, published for new or running applications, retired, published again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications import plan as reading
from services.notifications.commands.plans import (
    ApplyTo,
    ChangeDraft,
    DraftPlan,
    MeasureRadius,
    PlanSource,
    PublishPlan,
    RetirePlan,
)
from services.notifications.handlers.radius import begin_measuring, beyond, few, measure_now, start_applying
from services.notifications.model import PlanRadius, PlanVersion, RadiusState, VersionState
from services.notifications.plan import PlanError, store
from services.notifications.plan.layers import Layer, content_of, digest_of, read_layer
from services.notifications.schemas.plans import PlanContentOut, RadiusOut
from services.notifications.settings import limits
from services.notifications.views.plans import findings_of, plans_of
from shared.access import Role
from shared.errors import Conflict, FieldError, Forbidden, Invalid
from shared.ids import new_id
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('plan ' || :plan, 0))")
MOST_TOUCHPOINTS = 300
EVERYWHERE = frozenset({Role.global_manager, Role.service})


async def draft_plan(uow: Uow, command: DraftPlan) -> PlanContentOut:
    """A new version; its number follows the last one of the same plan, whose scope it must have."""
    await may_write(uow, command.entity_id)
    if command.plan == reading.current().plan:
        raise Invalid(errors=[FieldError("#/plan", "the shipped plan changes with a release; name one of your own")])
    await uow.execute(ONE_AT_A_TIME, {"plan": command.plan})
    scopes = select(PlanVersion.entity_id).where(PlanVersion.plan == command.plan).limit(1)
    if (found := (await uow.execute(scopes)).first()) is not None and found[0] != command.entity_id:
        raise Conflict("A plan of this name is there for another scope.", code="name-taken")
    last = await uow.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.plan == command.plan))
    id_, number = new_id(), (last or 0) + 1
    content = content_of(_read(command, command.plan, number, id_))
    row = uow.add(
        PlanVersion(
            id=id_, plan=command.plan, number=number, entity_id=command.entity_id, state=VersionState.draft,
            content=content, digest=digest_of(content), author=uow.caller.subject, created_at=uow.now,
        )
    )  # fmt: skip
    uow.note("draft_plan", row.id, after={"plan": row.plan, "number": row.number})
    return PlanContentOut.model_validate(row)


async def change_draft(uow: Uow, command: ChangeDraft) -> PlanContentOut:
    row = await _own(uow, command.version_id)
    if row.state is not VersionState.draft:
        raise Conflict(f"It is {row.state}: write a new version instead.", code="not-a-draft")
    content = content_of(_read(command.what, row.plan, row.number, row.id))
    uow.change(row, content=content, digest=digest_of(content), author=uow.caller.subject)
    return PlanContentOut.model_validate(row)


async def measure_radius(uow: Uow, command: MeasureRadius) -> RadiusOut:
    """What a publish for running applications would do to them now; kept, for the publish names it."""
    row = await _own(uow, command.version_id, changes=False)
    return RadiusOut.model_validate(await begin_measuring(uow, row, _layer(row)))


async def publish_plan(uow: Uow, command: PublishPlan) -> PlanContentOut:
    """Bring a draft into use, or an older version back. The version of the same plan that was in use is retired."""
    row = await _own(uow, command.version_id)
    await uow.execute(ONE_AT_A_TIME, {"plan": row.plan})
    if row.state is VersionState.published:
        raise Conflict("It is in use already.", code="published-already")
    await _ready(uow, row)
    if command.what.apply_to is ApplyTo.running:
        await _as_seen(uow, row, command.what.radius)
    earlier = select(PlanVersion).where(PlanVersion.plan == row.plan, PlanVersion.state == VersionState.published)
    for one in await uow.rows(earlier):
        uow.change(one, state=VersionState.retired, retired_at=uow.now)
    uow.change(row, state=VersionState.published, published_at=uow.now, retired_at=None)
    await store.keep_shipped(uow)
    if command.what.apply_to is ApplyTo.running:
        await start_applying(uow, row)
    uow.note("publish_plan", row.id, after={"plan": row.plan, "number": row.number, "to": command.what.apply_to})
    return PlanContentOut.model_validate(row)


async def retire_plan(uow: Uow, command: RetirePlan) -> PlanContentOut:
    """Out of use: new applications follow the wider plans; those that are pinned to it go on with it."""
    row = await _own(uow, command.version_id)
    if row.state is not VersionState.published or row.plan == reading.current().plan:
        raise Conflict("Only a version in use can be retired, and the shipped plan never.", code="not-in-use")
    uow.change(row, state=VersionState.retired, retired_at=uow.now)
    uow.note("retire_plan", row.id)
    return PlanContentOut.model_validate(row)


async def _own(uow: Uow, version_id: UUID, *, changes: bool = True) -> PlanVersion:
    """A version that the caller may write, of the version that they saw."""
    everywhere = uow.caller.role in EVERYWHERE
    mine = plans_of(uow.caller) if everywhere else below(PlanVersion.entity_id, uow.caller)
    row = await uow.get(PlanVersion, version_id, mine, lock=changes)
    if changes:
        uow.expect(row.version)
    return row


async def may_write(uow: Uow, entity_id: UUID | None) -> None:
    """Global managers write for everybody, the others for their own committee and those below it."""
    if uow.caller.role in EVERYWHERE:
        return
    if entity_id is None:
        raise Forbidden("A plan for everybody is the global team's.")
    seen = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id, below(entity_id, uow.caller))
    if await uow.scalar(seen) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "there is no such entity, or it is not yours")])


def _read(source: PlanSource, plan: str, number: int, id_: UUID) -> Layer:
    """The version that a body says; Invalid with every fault at its place."""
    root = "content" if source.yaml is None else "yaml"
    try:
        content: Any = source.content if source.yaml is None else reading.load(source.yaml, plan)
        layer = read_layer(content, plan, number, id_)
    except PlanError as error:
        raise Invalid(
            "The plan can't be used.", errors=[FieldError(f"#/{root}{at}", why) for at, why in error.places]
        ) from None
    if len(layer.touchpoints) > MOST_TOUCHPOINTS:
        raise Invalid(errors=[FieldError(f"#/{root}/touchpoints", f"there may be {MOST_TOUCHPOINTS}")])
    return layer


def _layer(row: PlanVersion) -> Layer:
    return read_layer(row.content, row.plan, row.number, row.id)


async def _ready(uow: Uow, row: PlanVersion) -> None:
    if found := await findings_of(uow, row):
        errors = [FieldError(one.pointer, one.detail) for one in found]
        raise Conflict("It is not ready to be published.", code="not-ready", errors=errors)


async def _as_seen(uow: Uow, row: PlanVersion, digest: str | None) -> None:
    """The publish may do no more than what was seen: few applications are measured again, many must have been
    measured within the last hours."""
    if digest is None:
        raise Invalid(errors=[FieldError("#/radius", "measure the blast radius first, and name its digest")])
    whole = (PlanRadius.state == RadiusState.ready, PlanRadius.content == row.digest)
    latest = select(PlanRadius).where(PlanRadius.version_id == row.id, PlanRadius.digest == digest, *whole)
    seen = (await uow.rows(latest.order_by(PlanRadius.made_at.desc()).limit(1)) or [None])[0]  # type: ignore[attr-defined]
    if seen is None:
        raise Conflict("No such blast radius was measured for this version.", code="radius-unknown")
    if not few(seen):
        if uow.now - seen.made_at > timedelta(hours=limits().radius_hours):
            raise Conflict("The blast radius was measured too long ago: measure again.", code="radius-old")
        return
    now = await measure_now(uow, row, _layer(row))
    if more := beyond(seen.figures, now):
        raise Conflict(
            "More would happen now than was seen: measure again.", code="radius-grown", extra={"beyond": more}
        )
