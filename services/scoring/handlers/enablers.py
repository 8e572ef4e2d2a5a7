"""Enablers as leads: what is heard of them, what is recorded of prospects, and how likely they are to raise again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.scoring.handlers.chances import Subject, move_chances
from services.scoring.handlers.following import Seen, follow
from services.scoring.handlers.scoring import KNOWN, MAKE, TIME_PASSED, locked
from services.scoring.model import EnablerHeard, Lead
from services.scoring.policy import enabler_rules, enablers
from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.lead_facts import of_enabler
from services.scoring.policy.rules import LEAST_MOVE
from services.scoring.policy.transitions import Side
from services.scoring.settings import limits
from services.scoring.views.champions import models_in_use
from shared.contracts import applications, cases, parties, surveys
from shared.contracts.envelope import Envelope, Event
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.messaging.together import together
from shared.storage.tx import Cause, Uow

S = EnablerStep
ENABLER_STEPS: Mapping[type[Event], EnablerStep] = {
    applications.EnablerRegistered: S.registered,
    applications.OpportunityPosted: S.posted,
    parties.OpportunityChanged: S.changed,
    parties.OpportunityClosed: S.closed,
    parties.OpportunityRemoved: S.removed,
    parties.OpportunityReraised: S.reraised,
    applications.ApplicationSubmitted: S.submitted,
    applications.ApplicationAccepted: S.accepted,
    applications.ApplicationRejected: S.rejected,
    applications.ApplicationWithdrawn: S.ended,
    applications.ApplicationDeclined: S.ended,
    applications.ApplicationApproved: S.approved,
    applications.ApprovalBroken: S.broken,
    applications.RealizationBroken: S.broken,
    applications.ExperienceRealized: S.realized,
    applications.ExperienceCompleted: S.completed,
    surveys.SurveyAnswered: S.surveyed,
    surveys.DetractorFound: S.detractor,
    surveys.QualityCaseOpened: S.case_opened,
    cases.QualityCaseReopened: S.case_opened,
    surveys.QualityCaseClosed: S.case_closed,
}
KEEP = """
INSERT INTO enabler_fact SELECT * FROM jsonb_populate_recordset(NULL::enabler_fact, $1::text::jsonb)
ON CONFLICT DO NOTHING RETURNING id, enabler_id
"""
MOST_FACTS = 500
# What a prospect did counts for the enabler that it turned out to be. The newest of what was known at the moment.
FACTS = """
SELECT one.lead_id, f.id, f.kind, f.at, f.known_at, f.effective_on, f.opportunity_id, f.application_id
FROM unnest($1::uuid[]) AS one (lead_id)
CROSS JOIN LATERAL (
    SELECT * FROM enabler_fact
    WHERE enabler_id = ANY(ARRAY(SELECT id FROM lead WHERE linked_to = one.lead_id) || one.lead_id)
        AND at <= $2 AND known_at <= $2
    ORDER BY at DESC, id LIMIT $3
) AS f
"""
FADING = """
SELECT id FROM lead WHERE hosting_entity_id = $1 AND stage IN ('lead', 'qualified', 'won_back')
    AND hand_over_id IS NULL AND linked_to IS NULL AND erased_at IS NULL ORDER BY score DESC, id LIMIT $2
"""
MOST_FRESHENED = 500


@dataclass(frozen=True, slots=True)
class Again:
    """An enabler's lead that is to be scored again, why, and when it was seen."""

    lead: Lead
    cause: str
    seen: datetime | None = None
    because: Cause | None = None


@together
async def keep_enablers(uow: Uow, envelopes: list[Envelope]) -> None:
    """Facts of one enabler come from several rooms in any order: whichever is first makes the lead.

    An enabler is scored once for all that is heard of it together.
    """
    heard = [envelope for envelope in envelopes if _of_an_enabler(envelope.data)]
    if not heard:
        return
    leads = await enabler_leads(uow, {_enabler(envelope) for envelope in heard})
    rows = [_row(envelope, leads[_enabler(envelope)], uow.now) for envelope in heard]
    new = {row["id"] for row in await uow.fetch(KEEP, orjson.dumps(rows).decode())}
    again: dict[UUID, Again] = {}
    for envelope in heard:
        if envelope.id in new:
            lead = leads[_enabler(envelope)]
            lead.hosting_entity_id = lead.hosting_entity_id or envelope.data.hosting_entity_id  # type: ignore[union-attr]
            again[lead.id] = Again(lead, envelope.type, envelope.time, Cause.of(envelope))
    await rescore_enablers(uow, again.values())


def _of_an_enabler(fact: Event | None) -> bool:
    """What an EP says of a stay is no word of the enabler."""
    party = getattr(fact, "party", Party.enabler)
    return type(fact) in ENABLER_STEPS and party is Party.enabler and getattr(fact, "enabler_id", None) is not None


def _enabler(envelope: Envelope) -> UUID:
    return envelope.data.enabler_id  # type: ignore[union-attr]


def _row(envelope: Envelope, lead: Lead, now: datetime) -> dict[str, Any]:
    fact: Any = envelope.data
    return {
        "id": envelope.id,
        "enabler_id": fact.enabler_id,
        "kind": ENABLER_STEPS[type(fact)],
        "at": envelope.time,
        "known_at": max(filter(None, (envelope.time, now, lead.scored_at))),
        "effective_on": envelope.effective_on,
        "application_id": getattr(fact, "application_id", None),
        "opportunity_id": getattr(fact, "opportunity_id", None),
    }


async def enabler_leads(uow: Uow, enablers_: Collection[UUID]) -> dict[UUID, Lead]:
    """The leads of these enablers, locked; fragments are made of those of whom nothing was known."""
    if len(await uow.fetch(KNOWN, list(enablers_))) < len(enablers_):
        made = [Lead(id=one, party=Party.enabler).model_dump(mode="json") for one in sorted(enablers_)]
        await uow.fetch(MAKE, orjson.dumps(made).decode())
    return {lead.id: lead for lead in await locked(uow, enablers_)}


async def rescore_enablers(uow: Uow, wanted: Iterable[Again]) -> None:
    """Score these leads, which are locked, by what is known now, and follow their stages."""
    open_ones = [one for one in wanted if one.lead.hosting_entity_id and not one.lead.erased_at]
    if not open_ones:
        return
    moments = {one.lead.id: max(filter(None, (uow.now, one.seen, one.lead.scored_at))) for one in open_ones}
    facts = await enabler_facts(uow, list(moments), max(moments.values()))
    seen, subjects = [], []
    for one in open_ones:
        lead, moment = one.lead, moments[one.lead.id]
        lead.scored_at = moment
        then = enablers.known(facts[lead.id], moment)
        numbers = enablers.row(then, moment)
        _score(uow, lead, numbers)
        subjects.append(Subject(lead.id, then, numbers, moment, one.cause))
        known = of_enabler(then, moment)
        behaviour = enablers.behaviour(then, moment, known.since or moment)
        seen.append(Seen(lead, known, behaviour, moment, one.cause, one.because))
    await move_chances(uow, subjects, await models_in_use(uow), Side.enabler)
    await follow(uow, seen)


def _score(uow: Uow, lead: Lead, numbers: Mapping[str, float]) -> None:
    after = enabler_rules.score(numbers)
    if lead.score is None or abs(after.score - lead.score) >= LEAST_MOVE or lead.model != after.model:
        reasons = [{"code": term.code, "log_odds": term.log_odds} for term in after.reasons]
        uow.change(
            lead, score=after.score, base_log_odds=after.base_log_odds, reasons=reasons, features=numbers,
            model=after.model,
        )  # fmt: skip
    if lead.qualified_at is None and after.score >= limits().enabler_qualified_from:
        lead.qualified_at = lead.scored_at


async def enabler_facts(uow: Uow, leads: Collection[UUID], moment: datetime) -> dict[UUID, list[EnablerFact]]:
    """What was heard of each of these enablers by `moment`, prospects that were linked to it included."""
    found: dict[UUID, list[EnablerFact]] = {lead: [] for lead in leads}
    for row in await uow.fetch(FACTS, list(found), moment, MOST_FACTS):
        lead, id_, kind, at, known_at, effective_on, opportunity, application = row
        found[lead].append(EnablerFact(id_, EnablerStep(kind), at, known_at, effective_on, opportunity, application))
    return found


def keep_step(uow: Uow, lead_id: UUID, kind: EnablerStep, at: datetime, id_: UUID | None = None) -> None:
    """Something that was recorded here of an enabler or a prospect."""
    times = {"at": at, "known_at": uow.now, "effective_on": at.date()}
    uow.add(EnablerHeard(id=id_ or new_id(), enabler_id=lead_id, kind=kind, **times))


async def freshen(uow: Uow, entity_id: UUID) -> None:
    """Silence grows and talks fade without any event: score the entity's open enablers before they are chosen from."""
    ids = [row["id"] for row in await uow.fetch(FADING, entity_id, MOST_FRESHENED)]
    await rescore_enablers(uow, [Again(lead, TIME_PASSED) for lead in await locked(uow, ids)])
