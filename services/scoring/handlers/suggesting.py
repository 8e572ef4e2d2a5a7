"""Work out what is suggested: for the customers at hand, set by set; nothing is suggested twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import select

from services.scoring import actions
from services.scoring.handlers.customers import Looked, enablers, eps
from services.scoring.model import ActionEvidence, Suggestion
from services.scoring.policy.actions import Action
from services.scoring.policy.shares import Said, effective
from services.scoring.policy.suggesting import Arm, Known, Pick, State, is_automatic, picks
from services.scoring.policy.uplift import weighed
from services.scoring.settings import limits
from shared.contracts.suggestions import ActionSettled, ActionSuggested
from shared.contracts.surveys import Party
from shared.ids import derived_id
from shared.storage.tx import Uow
from shared.zones import to_utc

MAKE = """
INSERT INTO suggestion SELECT * FROM jsonb_populate_recordset(NULL::suggestion, $1::text::jsonb) ORDER BY id
ON CONFLICT DO NOTHING RETURNING id
"""
NEWEST = """
SELECT DISTINCT ON (entity_id, action) entity_id, action, version, share FROM action_setting
ORDER BY entity_id, action, version DESC
"""
PATHS = "SELECT entity_id, path FROM entity_path WHERE entity_id = ANY($1)"
OPEN = (State.open, State.accepted)
MOOT, AIM_REACHED = "no_longer_applies", "aim_reached"


async def suggest(uow: Uow, side: Party, ids: Collection[UUID]) -> int:
    """Look at these customers of one side; how many suggestions were made (those held back among them)."""
    looked = await (eps(uow, ids) if side is Party.ep else enablers(uow, ids))
    wanted = actions.current().of(side)
    known = await known_of(uow, wanted, {one.entity_id for one in looked})
    await _drop_moot(uow, looked)
    made: list[tuple[Looked, Pick]] = []
    for one in looked:
        found = picks(wanted, one.customer, known[one.entity_id], uow.now, limits().budgets)
        made += [(one, pick) for pick in found]
    return await _keep(uow, made)


async def known_of(uow: Uow, wanted: Sequence[Action], entities: Collection[UUID]) -> dict[UUID, Mapping[str, Known]]:
    """What is known of each action, by committee: its share there, and what was measured of its trial everywhere."""
    trials = {(row.action, row.trial): row for row in await uow.rows(select(ActionEvidence))}
    said = [Said(*row) for row in await uow.fetch(NEWEST)]
    paths = {row[0]: row[1] for row in await uow.fetch(PATHS, list(entities))}
    found: dict[UUID, Mapping[str, Known]] = {}
    for entity in entities:
        shares = {one.code: effective(one, said, paths.get(entity, [entity])) for one in wanted}
        found[entity] = {one.code: _known(one, shares[one.code], trials.get((one.code, one.trial))) for one in wanted}
    return found


def _known(action: Action, share: tuple[float, int], row: ActionEvidence | None) -> Known:
    if row is None:
        return Known(*share)
    told = weighed(tuple(map(tuple, row.rows)), len(actions.current().actions))
    return Known(*share, told.verdict, told.effects)


async def _keep(uow: Uow, made: Sequence[tuple[Looked, Pick]]) -> int:
    """Write what is new, and say it. Whoever is held back is written down too, and nothing is said."""
    if not made:
        return 0
    rows = {row.id: row for row in (_row(uow, one, pick) for one, pick in made)}
    values = [row.model_dump(mode="json") for row in rows.values()]
    fresh = [row[0] for row in await uow.fetch(MAKE, orjson.dumps(values).decode())]
    for id_ in fresh:
        if rows[id_].arm is Arm.treat:
            uow.say(_suggested(rows[id_]))
    return len(fresh)


def _row(uow: Uow, one: Looked, pick: Pick) -> Suggestion:
    action, customer = pick.action, one.customer
    whose = "sending_entity_id" if customer.side is Party.ep else "hosting_entity_id"
    names = ("arm", "draw", "share", "setting", "first", "segment", "gain", "basis", "local_at", "zone", "expires_at")
    same = ("trial", "side", "doer", "channel", "budget", "aim")
    return Suggestion(
        id=derived_id("suggestion", customer.id, action.code, pick.local_at.isoformat()),
        action=action.code, catalogue=actions.current().version, party_id=customer.id,
        application_id=customer.situation.application_id,
        state=State.open if pick.arm is Arm.treat else State.held,
        reasons=[list(reason) for reason in pick.reasons], effect=list(pick.effect) if pick.effect else None,
        suggested_at=uow.now, until=uow.now + timedelta(days=action.horizon_days), changed_at=uow.clock.machine(),
        **{name: getattr(pick, name) for name in names}, **{name: getattr(action, name) for name in same},
        **{whose: one.entity_id},
    )  # fmt: skip


def ids_of(row: Suggestion) -> dict[str, Any]:
    """The ids that every fact of a suggestion carries."""
    whom = {"person_id": None, "enabler_id": None}
    whom["person_id" if row.side is Party.ep else "enabler_id"] = row.party_id  # type: ignore[assignment]
    names = ("action", "application_id", "sending_entity_id", "hosting_entity_id")
    return {"suggestion_id": row.id, **whom, **{name: getattr(row, name) for name in names}}


def _suggested(row: Suggestion) -> ActionSuggested:
    action = actions.current().get(row.action)
    assert action is not None
    effect = row.effect or [None, None, None]
    return ActionSuggested(
        **ids_of(row), catalogue=row.catalogue, touchpoint=action.touchpoint, automatic=is_automatic(action),
        channel=row.channel, budget=row.budget, at=to_utc(row.local_at, row.zone), zone=row.zone,
        due_on=(row.local_at + timedelta(days=action.expires_days)).date(), expires_at=row.expires_at,
        reasons=[code for code, _ in row.reasons], aim=row.aim,
        effect=effect[0], effect_low=effect[1], effect_high=effect[2],
    )  # fmt: skip


# --- what becomes of those that are open


async def _drop_moot(uow: Uow, looked: Iterable[Looked]) -> None:
    """Open suggestions whose reasons are gone fall away, so that nobody is called about what is over."""
    by_id = {one.customer.id: one for one in looked}
    live = [id_ for id_, one in by_id.items() if any(past.state is State.open for past in one.customer.past)]
    for row in await live_of(uow, live, (State.open,)):
        action = actions.current().get(row.action)
        facts = by_id[row.party_id].customer.situation.facts if row.party_id else {}
        if action is None or not all(one.holds(facts.get(one.fact)) for one in action.when):
            settle(uow, row, State.skipped, MOOT)


async def live_of(uow: Uow, parties: Collection[UUID], states: Collection[State] = OPEN) -> Sequence[Suggestion]:
    """The suggestions of these customers that wait, locked in one order."""
    if not parties:
        return []
    query = select(Suggestion).where(Suggestion.party_id.in_(parties), Suggestion.state.in_(states))  # type: ignore[union-attr, attr-defined]
    return await uow.rows(query.order_by(Suggestion.id).with_for_update())


def settle(uow: Uow, row: Suggestion, state: State, why: str | None = None, by: str | None = None) -> None:
    """It ends so. Of who is held back nothing is said."""
    uow.change(row, state=state, why=why, settled_at=uow.now, settled_by=by)
    if row.arm is Arm.treat:
        uow.say(ActionSettled(**ids_of(row), state=state, reason=why))
