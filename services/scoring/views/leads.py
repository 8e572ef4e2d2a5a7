"""Leads on both sides: whom to call, how many stand where, who lapsed and came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func
from sqlmodel import select

from services.scoring.model import ENTITY_OF_LEAD, Lead, StageChange, leads_of
from services.scoring.policy import enabler_rules, lead_stages, lifecycle
from services.scoring.policy.interactions import VISITS
from services.scoring.policy.lead_stages import SILENCE, LeadStage
from services.scoring.policy.lifecycle import Lifecycle
from services.scoring.schemas import (
    CountedOut,
    DefinitionOut,
    DefinitionsOut,
    FunnelOut,
    LeadCounts,
    LeadDetail,
    LeadOut,
    LeadSort,
    LeadState,
    StageChangeOut,
    WinBackOut,
)
from services.scoring.views.scores import reasons_out, state_of
from shared.contracts.surveys import Party
from shared.proportions import wilson
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow

SHOWN, Z = 3, 1.96
FILTERS = ("stage", "lifecycle", "party")
# Visitors known to be nobody: those who looked at something of ours, and those who met us elsewhere only.
ANONYMOUS = """
SELECT count(*) FILTER (WHERE looked) AS visitors, count(*) FILTER (WHERE NOT looked) AS strangers FROM (
    SELECT bool_or(i.kind = ANY($2::text[])) AS looked FROM interaction i
    WHERE i.visitor_id IS NOT NULL AND i.mark IS NULL AND i.at > $1
        AND NOT EXISTS (SELECT FROM identity n WHERE n.visitor_id = i.visitor_id)
    GROUP BY i.visitor_id
) AS one
"""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What a list of leads is asked for; None asks for all."""

    state: LeadState = LeadState.open
    stage: LeadStage | None = None
    lifecycle: Lifecycle | None = None
    party: Party | None = None
    entity_id: UUID | None = None
    assigned_to: UUID | None = None
    sort: LeadSort = LeadSort.score


def lead_out(lead: Lead) -> LeadOut:
    return LeadOut.model_validate(_shown(lead))


def _shown(lead: Lead) -> dict[str, Any]:
    enabler = lead.party is Party.enabler
    ids = {"person_id": None if enabler else lead.id, "enabler_id": lead.id if enabler and not lead.prospect else None}
    seen = ids | {"entity_id": lead.entity_id, "state": state_of(lead), "top_reasons": _top(lead)}
    return lead.model_dump() | seen


def _top(lead: Lead) -> list[str]:
    top = lead.reasons[:SHOWN]
    if lead.party is Party.enabler:
        return [enabler_rules.in_words(one["code"], one["log_odds"], lead.features) for one in top]
    return [reason.text for reason in reasons_out(top, lead.features)]


async def list_leads(uow: Uow, wanted: LeadFilter, paging: Paging) -> Page:
    """Those that match, and how many there are by stage, lifecycle and party under the other filters."""
    conditions = _conditions(uow, wanted)
    query = select(Lead).where(*conditions.values())
    order: tuple[Any, ...] = (Lead.score.desc(), Lead.id.desc())  # type: ignore[union-attr, attr-defined]
    if wanted.sort is LeadSort.newest:
        order = (Lead.stage_since.desc(), Lead.id.desc())  # type: ignore[union-attr, attr-defined]
    elif wanted.sort is LeadSort.due:
        query = query.where(Lead.contact_due_at.is_not(None))  # type: ignore[union-attr]
        order = (Lead.contact_due_at, Lead.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Lead.changed_at, shape=lead_out)
    counts = await _counts(uow, conditions) if paging.cursor is None else None
    return Page(page.items, page.next, {"counts": counts})


def _conditions(uow: Uow, wanted: LeadFilter) -> dict[str, ColumnElement[bool]]:
    found: dict[str, Any] = {"scope": leads_of(uow.caller), "known": _listed()}
    if wanted.state is not LeadState.any:
        converted = Lead.converted_at.is_not(None)  # type: ignore[union-attr]
        found["state"] = converted if wanted.state is LeadState.converted else ~converted
    for name in FILTERS:
        if (value := getattr(wanted, name)) is not None:
            found[name] = getattr(Lead, name) == value
    if wanted.entity_id is not None:
        found["entity"] = within(ENTITY_OF_LEAD, wanted.entity_id)
    if wanted.assigned_to is not None:
        found["assigned"] = Lead.member_id == wanted.assigned_to
    return found


def _listed() -> Any:
    """A scored lead with a stage, and no prospect that stands for a registered enabler."""
    known = (Lead.stage.is_not(None), Lead.score.is_not(None))  # type: ignore[union-attr]
    return and_(*known, Lead.linked_to.is_(None))  # type: ignore[union-attr]


async def _counts(uow: Uow, conditions: Mapping[str, ColumnElement[bool]]) -> LeadCounts:
    counted = {}
    for name in FILTERS:
        column = getattr(Lead, name)
        others = [condition for key, condition in conditions.items() if key != name]
        query: Select[Any] = select(column, func.count()).where(*others, column.is_not(None)).group_by(column)
        counted[name] = {row[0]: row[1] for row in await uow.execute(query)}
    return LeadCounts(stages=counted["stage"], lifecycles=counted["lifecycle"], parties=counted["party"])


async def get_lead(uow: Uow, lead_id: UUID) -> LeadDetail:
    """One lead with the course of its stages, oldest first."""
    lead = await uow.get(Lead, lead_id, leads_of(uow.caller), _listed())
    query = select(StageChange).where(StageChange.lead_id == lead.id)
    course = await uow.rows(query.order_by(StageChange.known_at, StageChange.id))  # type: ignore[arg-type]
    kept = [StageChangeOut.model_validate(one) for one in course]
    return LeadDetail.model_validate(_shown(lead) | {"course": kept})


async def get_funnel(uow: Uow, party: Party, entity_id: UUID | None, days: int) -> FunnelOut:
    """How many stand at each stage now, of the caller's scope; anonymous ones have no entity and are in all scopes."""
    conditions = _conditions(uow, LeadFilter(LeadState.any, party=party, entity_id=entity_id))
    query: Select[Any] = select(Lead.stage, func.count()).where(*conditions.values()).group_by(Lead.stage)
    stages = dict.fromkeys(LeadStage, 0) | {row[0]: row[1] for row in await uow.execute(query)}
    since = uow.now - timedelta(days=days)
    if party is Party.ep:
        (row,) = await uow.fetch(ANONYMOUS, since, sorted(VISITS))
        stages |= {LeadStage.stranger: row["strangers"], LeadStage.visitor: row["visitors"]}
    return FunnelOut(party=party, stages=stages, since=since)


async def get_win_backs(uow: Uow, party: Party, entity_id: UUID | None, days: int) -> WinBackOut:
    """Of those who lapsed in the last days, how many came back since."""
    since = uow.now - timedelta(days=days)
    lapsed = _conditions(uow, LeadFilter(LeadState.any, party=party, entity_id=entity_id))
    back = Lead.won_back_at >= Lead.lapsed_at  # type: ignore[operator]
    talked = func.coalesce(Lead.contacted_at >= Lead.lapsed_at, False)  # type: ignore[operator]
    query: Select[Any] = select(talked, func.count(), func.count().filter(back))
    query = query.where(*lapsed.values(), Lead.lapsed_at >= since).group_by(talked)  # type: ignore[operator]
    found = {row[0]: (row[2], row[1]) for row in await uow.execute(query)}
    of = {name: found.get(name, (0, 0)) for name in (True, False)}
    whole = share(of[True][0] + of[False][0], of[True][1] + of[False][1])
    return WinBackOut(since=since, all=whole, contacted=share(*of[True]), left_alone=share(*of[False]))


def share(part: int, n: int) -> CountedOut:
    """A share with its interval."""
    low, high = wilson(part, n, Z) if n else (None, None)
    return CountedOut(part=part, n=n, share=part / n if n else None, low=low, high=high)


async def get_definitions(uow: Uow) -> DefinitionsOut:
    """What stages and lifecycles mean; the same for everybody."""
    stages = [
        DefinitionOut(code=one, words=words, silence_days={p: of[one].days for p, of in SILENCE.items() if one in of})
        for one, words in lead_stages.WORDS.items()
    ]
    return DefinitionsOut(
        stages=stages, lifecycles=[DefinitionOut(code=one, words=words) for one, words in lifecycle.WORDS.items()]
    )
