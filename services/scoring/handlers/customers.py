"""Everything that suggestions look at, read for many customers at once: one statement a table."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.scoring.handlers.enablers import enabler_facts
from services.scoring.handlers.facts import facts_of
from services.scoring.policy.actions import Class
from services.scoring.policy.features import features
from services.scoring.policy.situations import of_enabler, of_ep
from services.scoring.policy.suggesting import SPAN, Arm, Customer, Past, State, Stop
from services.scoring.views.counting import counting_for
from shared.contracts.surveys import Party
from shared.storage.tx import Uow

REMEMBERED = timedelta(days=730)

LEADS = """
SELECT id, sending_entity_id, zone, score FROM lead
WHERE id = ANY($1) AND erased_at IS NULL AND sending_entity_id IS NOT NULL AND linked_to IS NULL
"""
MET = "SELECT person_id, application_id, kind FROM requirement_met WHERE person_id = ANY($1)"
PAST = """
SELECT party_id, action, trial, arm, state, budget, suggested_at, expires_at, share FROM suggestion
WHERE party_id = ANY($1) AND suggested_at > $2 ORDER BY suggested_at, id
"""
LOAD = """
SELECT party_id, budget, count(*) FROM contact
WHERE party_id = ANY($1) AND at > $2 AND at < $3 GROUP BY party_id, budget
"""
STOPS = "SELECT lead_id, channel, budget FROM contact_stop WHERE lead_id = ANY($1)"
REFUSED = "SELECT subject_id FROM consent WHERE subject_id = ANY($1) AND purpose = 'marketing' AND NOT given"
ENABLERS = """
SELECT id, hosting_entity_id, zone, score FROM lead
WHERE id = ANY($1) AND erased_at IS NULL AND hosting_entity_id IS NOT NULL AND NOT prospect
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """A customer as the policy sees it, and the committee that looks after it."""

    customer: Customer
    entity_id: UUID


@dataclass(slots=True)
class _Beside:
    """What is the same for both kinds of customers."""

    past: Mapping[UUID, Sequence[Past]]
    load: Mapping[UUID, Mapping[str, int]]
    stops: Mapping[UUID, Sequence[Stop]] = field(default_factory=dict)

    def of(self, id_: UUID) -> dict[str, Any]:
        return {"past": self.past.get(id_, ()), "load": self.load.get(id_, {}), "stops": self.stops.get(id_, ())}


async def eps(uow: Uow, people: Collection[UUID]) -> list[Looked]:
    """These people, as far as they are known and not forgotten."""
    leads = await uow.fetch(LEADS, list(people))
    ids = [row["id"] for row in leads]
    if not ids:
        return []
    facts = await facts_of(uow, ids, uow.now)
    met: dict[UUID, dict[UUID, list[str]]] = defaultdict(dict)
    whose = await counting_for(uow, ids)
    for person, application, kind in await uow.fetch(MET, list(whose)):
        met[whose[person]].setdefault(application, []).append(kind)
    beside = await _beside(uow, whose)
    found = []
    for id_, entity, zone, score in leads:
        situation = of_ep(facts[id_], features(facts[id_], uow.now), uow.now, met.get(id_))
        found.append(Looked(Customer(id_, Party.ep, zone, situation, score, **beside.of(id_)), entity))
    return found


async def enablers(uow: Uow, ids: Collection[UUID]) -> list[Looked]:
    """These enablers, as far as they are registered and not forgotten."""
    leads = await uow.fetch(ENABLERS, list(ids))
    known = [row["id"] for row in leads]
    if not known:
        return []
    facts, beside = await enabler_facts(uow, known, uow.now), await _beside(uow, {id_: id_ for id_ in known})
    return [
        Looked(Customer(id_, Party.enabler, zone, of_enabler(facts[id_], uow.now), score, **beside.of(id_)), entity)
        for id_, entity, zone, score in leads
    ]


async def _beside(uow: Uow, whose: Mapping[UUID, UUID]) -> _Beside:
    """`whose`: for whom each id counts."""
    ids = list(whose)
    past: dict[UUID, list[Past]] = defaultdict(list)
    for row in await uow.fetch(PAST, ids, uow.now - REMEMBERED):
        past[whose[row["party_id"]]].append(_past(*row[1:]))
    load: dict[UUID, Counter[str]] = defaultdict(Counter)
    for id_, budget, count in await uow.fetch(LOAD, ids, uow.now - SPAN, uow.now + SPAN):
        load[whose[id_]][budget] += count
    stops: dict[UUID, list[Stop]] = defaultdict(list)
    for id_, channel, budget in await uow.fetch(STOPS, ids):
        stops[whose[id_]].append(Stop(channel, budget))
    for (id_,) in await uow.fetch(REFUSED, ids):
        stops[whose[id_]].append(Stop(None, Class.promotion))
    return _Beside(past, load, stops)


def _past(
    action: str, trial: int, arm: str, state: str, budget: str, at: datetime, expires_at: datetime, share: float
) -> Past:
    return Past(action, trial, Arm(arm), State(state), Class(budget), at, expires_at, share)
