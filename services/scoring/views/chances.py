"""Chances of somebody: as they stand, as they were said at a moment, and their course."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import Chance, ChanceChange, Lead, leads_of
from services.scoring.policy import enabler_rules
from services.scoring.policy.chances import what_would_change
from services.scoring.policy.features import Features
from services.scoring.policy.rules import in_words, probability
from services.scoring.policy.spells import State
from services.scoring.policy.transitions import WAYS, Side, Transition
from services.scoring.schemas import ChanceOut, ChancePointOut, ChancesOut, IntervalOut, ReasonOut, WhatIfOut
from services.scoring.views.champions import Models, models_in_use
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

TOP = 3
# The last word on each transition by that moment.
THEN = """
SELECT DISTINCT ON (transition) id FROM chance_change WHERE subject_id = $1 AND at <= $2
ORDER BY transition, at DESC, id DESC
"""
PLACES = {transition: place for place, transition in enumerate(Transition)}


async def get_chances(uow: Uow, person_id: UUID, as_of: datetime | None) -> ChancesOut:
    await uow.get(Lead, person_id, leads_of(uow.caller))
    return await chances_of(uow, person_id, as_of)


async def chances_of(uow: Uow, subject_id: UUID, as_of: datetime | None) -> ChancesOut:
    """Whoever asks was checked before."""
    if as_of is None:
        rows: Iterable[Any] = await uow.rows(select(Chance).where(Chance.subject_id == subject_id))
        models: Models | None = await models_in_use(uow)
    else:
        ids = [row["id"] for row in await uow.fetch(THEN, subject_id, as_of)]
        rows = await uow.rows(select(ChanceChange).where(ChanceChange.id.in_(ids)))  # type: ignore[union-attr]
        models = None
    shown = [_chance_out(row, models) for row in sorted(rows, key=lambda row: PLACES[row.transition])]
    return ChancesOut(subject_id=subject_id, as_of=as_of, chances=shown)


def _chance_out(row: Any, models: Models | None) -> ChanceOut:
    """Of a chance as it stands, or of a point of its course (then without what would change it)."""
    way = WAYS[row.transition]
    reasons = reasons_out(row)
    return ChanceOut(
        transition=row.transition, what=way.what, horizon_days=way.horizon_days, state=row.state, since=row.since,
        probability=row.probability, abstains=row.abstains, base_rate=probability(row.base_log_odds),
        base_log_odds=row.base_log_odds, interval=_interval(row), evidence=row.evidence,
        evidence_text=evidence_text(row.model_id is not None, row.evidence, row.abstains), reasons=reasons,
        top_for=[one.text for one in reasons if one.log_odds > 0][:TOP],
        top_against=[one.text for one in reasons if one.log_odds < 0][:TOP],
        what_would_change=_what_ifs(row, models), model=row.model, model_id=row.model_id,
        scored_at=getattr(row, "scored_at", None) or row.at,
    )  # fmt: skip


def _interval(row: Any) -> IntervalOut | None:
    return None if row.low is None or row.high is None else IntervalOut(low=row.low, high=row.high)


def evidence_text(learned: bool, evidence: int, abstains: str | None) -> str:
    """What stands behind it, honestly."""
    if not learned:
        return "rules, no own outcomes learned from"
    if abstains:
        return f"{evidence} own outcomes, too few for this"
    return f"learned from {evidence} own outcome{'' if evidence == 1 else 's'}"


def reasons_out(row: Any) -> list[ReasonOut]:
    if WAYS[row.transition].side is Side.enabler:
        words = enabler_rules.in_words
        return [ReasonOut(**term, text=words(term["code"], term["log_odds"], row.features)) for term in row.terms]
    numbers = Features.of_document(row.features)
    return [ReasonOut(**term, text=in_words(term["code"], term["log_odds"], numbers)) for term in row.terms]


def _what_ifs(row: Any, models: Models | None) -> list[WhatIfOut]:
    if models is None or row.state is not State.open:
        return []
    way = WAYS[row.transition]
    found = what_would_change(models.champion(way).chance, way.side, row.features)
    return [WhatIfOut.model_validate(one) for one in found]


async def get_chance_course(
    uow: Uow, subject_id: UUID, transition: Transition, as_of: datetime | None, paging: Paging
) -> Page:
    """The course of one chance, oldest first; with `as_of` only what was said by then."""
    await uow.get(Lead, subject_id, leads_of(uow.caller))
    query = select(ChanceChange).where(ChanceChange.subject_id == subject_id, ChanceChange.transition == transition)
    if as_of:
        query = query.where(ChanceChange.at <= as_of)
    order = (ChanceChange.at, ChanceChange.id)
    return await listing(
        uow, query, order=order, paging=paging, changed=ChanceChange.changed_at,
        shape=lambda row: ChancePointOut.model_validate(row.model_dump() | {"reasons": reasons_out(row)}),
    )  # fmt: skip
