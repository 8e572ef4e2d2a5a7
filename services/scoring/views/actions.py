"""Actions with what is known of their effects, what committees say of shares, and the ledger of outcomes."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import select

from services.scoring import actions
from services.scoring.model import ActionEvidence, ActionSetting, Suggestion
from services.scoring.policy.actions import Action
from services.scoring.policy.shares import Said, effective
from services.scoring.policy.uplift import Weighed, weighed
from services.scoring.schemas.actions import (
    WORDS,
    ActionOut,
    ActionShareOut,
    ActionsOut,
    EffectInSegmentOut,
    EffectOut,
    EvidenceOut,
    OutcomeLineOut,
)
from shared.access import Role
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH, below, entity_seen
from shared.storage.tx import Uow


async def list_actions(uow: Uow) -> ActionsOut:
    """All actions, as they hold for the caller's committee."""
    catalogue = actions.current()
    trials = {(row.action, row.trial): row for row in await uow.rows(select(ActionEvidence))}
    path, said = await _path(uow, uow.caller.entity), await _said(uow)
    items = []
    for one in catalogue.actions:
        share, setting = effective(one, said, path)
        row = trials.get((one.code, one.trial))
        shown = one.model_dump(mode="json") | {"share": share, "setting": setting, "when": _conditions(one)}
        items.append(ActionOut.model_validate(shown | {"evidence": evidence_of(row, len(catalogue.actions))}))
    return ActionsOut(catalogue=catalogue.version, items=items)


def _conditions(action: Action) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_defaults=True) for one in action.when]


async def _path(uow: Uow, entity_id: UUID | None) -> list[UUID]:
    if entity_id is None:
        return []
    path = select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id)
    return list(await uow.scalar(path) or [entity_id])


async def _said(uow: Uow) -> list[Said]:
    query = select(ActionSetting).order_by(ActionSetting.version)  # type: ignore[arg-type]
    newest = {(row.entity_id, row.action): row for row in await uow.rows(query)}
    return [Said(row.entity_id, row.action, row.version, row.share) for row in newest.values()]


def evidence_of(row: ActionEvidence | None, count: int) -> EvidenceOut:
    """What is known of a trial; `count` actions are looked at side by side."""
    rows = tuple(map(tuple, row.rows)) if row else ()
    told = weighed(rows, count)
    treated, treated_reached, held, held_reached = told.people
    some = bool(treated and held)
    return EvidenceOut(
        verdict=told.verdict, text=WORDS[told.verdict], treated=treated, treated_reached=treated_reached,
        held=held, held_reached=held_reached, effect=EffectOut.of(told.once) if some else None,
        always=EffectOut.of(told.always) if some else None, segments=_segments(rows, told) if some else [],
        measured_at=row.measured_at if row else None,
    )  # fmt: skip


def _segments(rows: tuple[Any, ...], told: Weighed) -> list[EffectInSegmentOut]:
    found = []
    for segment, bounds in told.effects.items():
        mine = [row for row in rows if row[0] == segment]
        effect = EffectOut.of(bounds)
        if mine and effect:
            treated, held = sum(row[2] for row in mine), sum(row[4] for row in mine)
            found.append(EffectInSegmentOut(segment=segment, treated=treated, held=held, effect=effect))
    return found


async def newest_setting(uow: Uow, entity_id: UUID, action: str, *, lock: bool = False) -> ActionSetting | None:
    """What a committee said last of an action."""
    query = select(ActionSetting).where(ActionSetting.entity_id == entity_id, ActionSetting.action == action)
    newest = query.order_by(ActionSetting.version.desc()).limit(1)  # type: ignore[attr-defined]
    rows = await uow.rows(newest.with_for_update() if lock else newest)
    return rows[0] if rows else None


async def get_share(uow: Uow, action: str, entity_id: UUID) -> ActionShareOut:
    """What a committee says of an action's share; its version is what a change is made against."""
    if actions.current().get(action) is None:
        raise NotFound(f"There is no action {action}.")
    await entity_seen(uow, entity_id)
    row = await newest_setting(uow, entity_id, action)
    if row is None:
        return ActionShareOut(entity_id=entity_id, action=action, share=None, version=0)
    return ActionShareOut.model_validate(row)


async def list_outcomes(uow: Uow, action: str, paging: Paging) -> Page:
    """The ledger of an action, oldest first: who was drawn how and whether the aim was reached, without names, and only
    once the horizon has ended, so that nobody learns who is being held back."""
    if actions.current().get(action) is None:
        raise NotFound(f"There is no action {action}.")
    query = select(Suggestion).where(Suggestion.action == action, Suggestion.until <= uow.now)
    if uow.caller.role is Role.national_manager:
        mine = (below(Suggestion.sending_entity_id, uow.caller), below(Suggestion.hosting_entity_id, uow.caller))
        query = query.where(or_(*mine))
    order = (Suggestion.suggested_at, Suggestion.id)
    return await listing(
        uow, query, order=order, paging=paging, changed=Suggestion.changed_at, shape=OutcomeLineOut.model_validate
    )
