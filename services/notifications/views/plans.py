"""The plan in use, and the versions of plans."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, true
from sqlmodel import select

from services.notifications import plan, texts
from services.notifications.model import PlanRadius, PlanVersion, VersionState
from services.notifications.plan import PlanError, store
from services.notifications.plan.layers import differences, read_layer
from services.notifications.plan.preflight import preflight
from services.notifications.schemas import PlanOut
from services.notifications.schemas.plans import (
    ChecksOut,
    EntryChangeOut,
    FindingOut,
    PlanContentOut,
    PlanDiffOut,
    PlanVersionOut,
    RadiusOut,
)
from shared.access import Caller, Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow


def plans_of(caller: Caller) -> ColumnElement[bool]:
    """Everybody sees what is or was in use for all; managers also what concerns their committee, drafts included."""
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    shared = PlanVersion.entity_id.is_(None) & (PlanVersion.state != VersionState.draft)  # type: ignore[union-attr]
    if caller.entity is None:
        return shared
    line = exists().where(ENTITY_PATH.c.entity_id == caller.entity, PlanVersion.entity_id == any_(ENTITY_PATH.c.path))
    above = line & (PlanVersion.state != VersionState.draft)
    return or_(shared, above, below(PlanVersion.entity_id, caller))


async def get_plan(uow: Uow, sending: UUID | None = None, hosting: UUID | None = None) -> PlanOut:
    """What an application between these committees would follow now."""
    composed = await store.composed(uow, sending, hosting)
    return PlanOut.model_validate(plan.shown(composed.plan) | {"languages": list(texts.languages())})


async def list_plans(uow: Uow, name: str | None, state: VersionState | None, paging: Paging) -> Page:
    query = select(PlanVersion).where(plans_of(uow.caller))
    for column, value in ((PlanVersion.plan, name), (PlanVersion.state, state)):
        query = query if value is None else query.where(column == value)
    order, shape = (PlanVersion.changed_at, PlanVersion.id), PlanVersionOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=PlanVersion.changed_at, shape=shape)


async def get_plan_version(uow: Uow, version_id: UUID) -> PlanContentOut:
    return PlanContentOut.model_validate(await uow.get(PlanVersion, version_id, plans_of(uow.caller)))


async def version_of(uow: Uow, name: str, number: int) -> PlanVersion:
    """A version by the name of its plan and its number; NotFound when there is none."""
    row = await uow.find(PlanVersion, plans_of(uow.caller), plan=name, number=number)
    if row is None:
        raise NotFound(f"There is no version {number} of a plan {name}.")
    return row


async def check_plan(uow: Uow, version_id: UUID) -> ChecksOut:
    """The pre-flight check of a version: what would block its publish."""
    row = await uow.get(PlanVersion, version_id, plans_of(uow.caller))
    findings = await findings_of(uow, row)
    return ChecksOut(ready=not findings, findings=findings)


async def findings_of(uow: Uow, row: PlanVersion) -> list[FindingOut]:
    try:
        layer = read_layer(row.content, row.plan, row.number, row.id)
    except PlanError as error:  # what was good when it was written may have lost a letter since
        return [FindingOut(pointer=f"#/content{at}", detail=why) for at, why in error.places]
    placed = await store.in_use(uow, None, row.entity_id, instead=store.Placed(row.entity_id, layer))
    wider = [one.layer for one in placed[: [one.layer.id for one in placed].index(layer.id)]]
    codes = frozenset(entry.code for one in wider for entry in one.touchpoints)
    return [FindingOut(pointer=f"#/content{one.pointer}", detail=one.detail) for one in preflight(layer, codes)]


async def get_plan_radius(uow: Uow, version_id: UUID, radius_id: UUID) -> RadiusOut:
    await uow.get(PlanVersion, version_id, plans_of(uow.caller))
    made = await uow.get(PlanRadius, radius_id, PlanRadius.version_id == version_id)  # type: ignore[arg-type]
    return RadiusOut.model_validate(made)


async def diff_plans(uow: Uow, version_id: UUID, against: UUID) -> PlanDiffOut:
    """What `version_id` says other than `against`."""
    sides: list[Any] = []
    for id_ in (against, version_id):
        row = await uow.get(PlanVersion, id_, plans_of(uow.caller))
        sides.append(read_layer(row.content, row.plan, row.number, row.id))
    before, after = ({entry.code: entry for entry in side.touchpoints} for side in sides)
    old, new = (set(side.without) for side in sides)
    changes = [EntryChangeOut.model_validate(one) for one in differences(before, after)]
    without = {"added": sorted(new - old), "removed": sorted(old - new)}
    return PlanDiffOut(before=against, after=version_id, touchpoints=changes, without=without)
