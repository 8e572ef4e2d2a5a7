"""How far leads are, after whatever made it known: stages, lifecycle, and the clock of an open hand-over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.scoring.handlers.hand_overs import about, end_many
from services.scoring.handlers.stale import mark_leads_stale
from services.scoring.model import Lead, StageChange
from services.scoring.policy.features import Fact, Features
from services.scoring.policy.handover import Ending
from services.scoring.policy.lead_facts import LeadFacts, first_talk, of_ep
from services.scoring.policy.lead_stages import LeadStage, Staged, staged
from services.scoring.policy.lifecycle import Behaviour, behaviour_of_ep, lifecycle
from shared.contracts import leads as said
from shared.ids import new_id
from shared.storage.tx import Cause, Uow


@dataclass(frozen=True, slots=True)
class Seen:
    """A lead, locked, with what is known of it at a moment, and what made it known."""

    lead: Lead
    facts: LeadFacts
    behaviour: Behaviour | None
    moment: datetime
    cause: str
    because: Cause | None = None


def seen_ep(
    lead: Lead, facts: Sequence[Fact], numbers: Features, moment: datetime, cause: str, because: Cause | None = None
) -> Seen:
    """An EP whose facts are at hand."""
    known = of_ep(facts, moment)
    since = known.since or moment
    behaviour = behaviour_of_ep(facts, moment, since, numbers.opportunities, numbers.forms)
    return Seen(lead, known, behaviour, moment, cause, because)


async def follow(uow: Uow, seen: Iterable[Seen]) -> None:
    """Bring each lead's stage up to date; rows are in hand, so that only what ends hand-overs costs a statement."""
    ended: list[tuple[Lead, Ending, datetime]] = []
    cause, seen = uow.cause, list(seen)
    await mark_leads_stale(uow, [one.lead for one in seen])
    for one in seen:
        if one.lead.erased_at or one.lead.entity_id is None:
            continue
        uow.cause = one.because or cause
        ended += _learn(one)
        advance(uow, one.lead, one.moment, one.cause, one.behaviour)
    if ended:
        await end_many(uow, ended)


def _learn(one: Seen) -> Iterable[tuple[Lead, Ending, datetime]]:
    """Put what is known on the lead; the hand-over that this ends, if it does."""
    lead, facts = one.lead, one.facts
    sign = max(filter(None, (facts.last_sign_at, lead.last_sign_at)), default=None)
    known = {"since": facts.since or lead.since, "last_sign_at": sign, "bought_at": facts.bought_at, "met": facts.met}
    for name, value in known.items():
        if getattr(lead, name) != value:  # a value that is set is looked at when rows are written, changed or not
            setattr(lead, name, value)
    if lead.since is None:
        return
    begun = max(filter(None, (lead.since, lead.won_back_at, lead.lapsed_at, lead.handed_over_at)))
    talk = first_talk(facts.talks, begun)
    if talk is not None and (lead.contacted_at is None or lead.contacted_at < begun):
        lead.contacted_at = talk
    if lead.hand_over_id is None or lead.handed_over_at is None:
        return
    if lead.contacted_at and lead.contacted_at >= lead.handed_over_at:
        yield lead, Ending.contacted, lead.contacted_at
    elif lead.bought_at and lead.bought_at >= lead.handed_over_at:
        yield lead, Ending.became_customer, one.moment


def advance(uow: Uow, lead: Lead, moment: datetime, cause: str, behaviour: Behaviour | None = None) -> None:
    """The stage at `moment`, kept with its course; without `behaviour` the lifecycle only follows the lapse."""
    standing = lead.standing()
    if standing is None:
        return
    now = staged(standing, moment)
    lapsed = now.stage is LeadStage.lapsed
    stands: Any = lead.lifecycle
    if behaviour is not None or lapsed:
        stands = lifecycle(behaviour or Behaviour(standing.since), lapsed=lapsed, moment=moment)
    if now.stage is not lead.stage:
        _move(uow, lead, now, moment, cause)
    if stands is not lead.lifecycle:
        uow.change(lead, lifecycle=stands)


def _move(uow: Uow, lead: Lead, now: Staged, moment: datetime, cause: str) -> None:
    former = lead.stage
    if now.stage is LeadStage.lapsed and not _away(lead):
        lead.lapsed_at = now.since
        silent_since = max(filter(None, (lead.last_sign_at, lead.stage_since)), default=now.since)
        uow.say(said.LeadLapsed(**about(lead), stage=former or LeadStage.lead, silent_since=silent_since))
    elif now.stage is LeadStage.won_back and _away(lead):
        assert lead.lapsed_at is not None
        talked = lead.contacted_at is not None and lead.contacted_at >= lead.lapsed_at
        uow.say(said.LeadWonBack(**about(lead), lapsed_at=lead.lapsed_at, contacted=talked))
        lead.won_back_at = now.since
    uow.change(lead, stage=now.stage, stage_since=now.since)
    kept = {"lead_id": lead.id, "party": lead.party, "entity_id": lead.entity_id, "cause": cause}
    course = {"former": former, "stage": now.stage, "at": now.since, "known_at": moment, "why": now.why}
    uow.add(StageChange(id=new_id(), **kept, **course))


def _away(lead: Lead) -> bool:
    standing = lead.standing()
    return standing is not None and standing.away
