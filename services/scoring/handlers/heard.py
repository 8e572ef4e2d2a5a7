"""What other rooms tell: each fact of a person is kept once, and the person is scored again with it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert

from services.scoring.commands import Rescore
from services.scoring.handlers.calling import know_place
from services.scoring.handlers.chances import forget_chances, know_countries
from services.scoring.handlers.joining import hold_merges
from services.scoring.handlers.lapses import look_for_lapsed
from services.scoring.handlers.merges import part_forgotten
from services.scoring.handlers.overrides import forget_overrides
from services.scoring.handlers.remarks import forget_remarks
from services.scoring.handlers.scoring import (
    CONVERTED,
    RESCORE,
    keep_point,
    lead_of,
    leads_for,
    move_converted,
    rescore_locked,
    tops_of,
)
from services.scoring.handlers.sharing import forget_lead
from services.scoring.handlers.visitors import forget_interactions
from services.scoring.model import Lead, Opportunity, Outcome
from services.scoring.policy.features import Step
from services.scoring.policy.rules import TRANSITION
from shared.contracts import applications, cases, notifications, surveys
from shared.contracts.envelope import Envelope, Event
from shared.messaging.together import together
from shared.storage.scope import remember_entity
from shared.storage.tx import Cause, Uow

STEPS: Mapping[type[Event], Step] = {
    applications.PersonRegistered: Step.registered,
    applications.ApplicationSubmitted: Step.submitted,
    applications.ApplicationAccepted: Step.accepted,
    applications.ApplicationRejected: Step.rejected,
    applications.ApplicationWithdrawn: Step.withdrawn,
    applications.ApplicationDeclined: Step.declined,
    applications.ApplicationReopened: Step.reopened,
    applications.ApprovalBroken: Step.approval_broken,
    applications.RealizationBroken: Step.realization_broken,
    applications.AcceptanceNoteSigned: Step.signed,
    applications.ApprovalGiven: Step.approval,
    applications.ApplicationApproved: Step.approved,
    applications.ExperienceDatesChanged: Step.dates_changed,
    applications.ExperienceRealized: Step.realized,
    applications.ExperienceCompleted: Step.completed,
    surveys.SurveyAnswered: Step.surveyed,
    surveys.StayAnswered: Step.surveyed,
    surveys.DetractorFound: Step.detractor,
    surveys.StayDetractor: Step.detractor,
    surveys.QualityCaseOpened: Step.case_opened,
    surveys.StayCaseOpened: Step.case_opened,
    cases.QualityCaseReopened: Step.case_opened,
    surveys.QualityCaseClosed: Step.case_closed,
    surveys.StayCaseClosed: Step.case_closed,
    notifications.MailSent: Step.touchpoint,
    notifications.TouchpointSent: Step.touchpoint,
}
OUR_ENDS = {"approved_elsewhere", "partner_cancelled", "project_cancelled"}
KEEP = """
INSERT INTO heard_fact SELECT * FROM jsonb_populate_recordset(NULL::heard_fact, $1::text::jsonb)
ON CONFLICT DO NOTHING RETURNING id
"""


async def know_entity(uow: Uow, envelope: Envelope) -> None:
    entity = envelope.data
    assert isinstance(entity, applications.EntityRegistered)
    await remember_entity(uow, entity.entity_id, entity.path)
    await know_place(uow, entity)
    await look_for_lapsed(uow)


async def keep_opportunity(uow: Uow, envelope: Envelope) -> None:
    posted = envelope.data
    assert isinstance(posted, applications.OpportunityPosted)
    row = Opportunity(id=posted.opportunity_id, product=posted.product, country=posted.country, known_at=uow.now)
    await uow.execute(insert(Opportunity).values(**row.model_dump()).on_conflict_do_nothing())


@together
async def keep_facts(uow: Uow, envelopes: list[Envelope]) -> None:
    """Facts of one person come from several rooms in any order: whichever is first makes the lead.

    They are scored in rounds, each with the next fact of every person, so that every fact has its point of the course.
    """
    envelopes = [envelope for envelope in envelopes if of_an_ep(envelope.data)]
    leads = await leads_for(uow, {_person(envelope) for envelope in envelopes})
    await keep_rounds(uow, leads, envelopes)


async def keep_rounds(uow: Uow, leads: Mapping[UUID, Lead], envelopes: Iterable[Envelope]) -> None:
    """Facts of people whose leads are in hand."""
    for facts in _rounds(envelopes):
        await _keep_round(uow, leads, facts)


def of_an_ep(fact: Event | None) -> bool:
    """What an enabler says of somebody is no fact about that person's own wishes."""
    return getattr(fact, "party", surveys.Party.ep) is surveys.Party.ep


def _person(envelope: Envelope) -> UUID:
    return envelope.data.person_id  # type: ignore[union-attr]


def _rounds(envelopes: Iterable[Envelope]) -> list[list[Envelope]]:
    rounds: list[list[Envelope]] = []
    before: Counter[UUID] = Counter()
    for envelope in envelopes:
        person = _person(envelope)
        if before[person] == len(rounds):
            rounds.append([])
        rounds[before[person]].append(envelope)
        before[person] += 1
    return rounds


async def _keep_round(uow: Uow, leads: Mapping[UUID, Lead], envelopes: Sequence[Envelope]) -> None:
    """One fact of each person."""
    counts_for = await tops_of(uow, leads.values())
    looked = {person: counts_for[person].scored_at for person in leads}
    times = {e.id: max(filter(None, (e.time, uow.now, looked[_person(e)]))) for e in envelopes}
    new = await _keep(uow, envelopes, times)
    scored, converted, countries = [], [], {}
    for envelope in (envelope for envelope in envelopes if envelope.id in new):
        fact, own = envelope.data, leads[_person(envelope)]
        _place(own, fact)
        lead = counts_for[own.id]
        if isinstance(fact, applications.PersonRegistered) and not lead.erased_at:
            countries[own.id] = fact.country
        because = Cause.of(envelope)
        command = Rescore((lead.id,), envelope.type, seen=times[envelope.id], always=True, because=because)
        if isinstance(fact, applications.ApplicationApproved) and not lead.erased_at and not lead.converted_at:
            await _convert(uow, lead, envelope, command)
            converted.append((lead, command))
        else:
            scored.append((lead, command))
    await rescore_locked(uow, scored)
    await move_converted(uow, converted)
    await know_countries(uow, countries)


async def _keep(uow: Uow, envelopes: Iterable[Envelope], known_at: Mapping[UUID, datetime]) -> set[UUID]:
    """Which of the facts are new."""
    rows = [_row(envelope, known_at[envelope.id]) for envelope in envelopes]
    return {row["id"] for row in await uow.fetch(KEEP, orjson.dumps(rows).decode())}


def _row(envelope: Envelope, known_at: datetime) -> dict[str, Any]:
    fact: Any = envelope.data
    return {
        "id": envelope.id,
        "person_id": fact.person_id,
        "kind": STEPS[type(fact)],
        "at": envelope.time,
        "known_at": known_at,
        "effective_on": envelope.effective_on,
        "application_id": getattr(fact, "application_id", None),
        "opportunity_id": getattr(fact, "opportunity_id", None),
        "ours": _ours(fact),
    }


def _ours(fact: Any) -> bool:
    """Whether the end of an application says nothing about the candidate."""
    if isinstance(fact, applications.ApplicationRejected):
        return fact.ours
    return isinstance(fact, applications.ApplicationWithdrawn) and fact.reason in OUR_ENDS


def _place(lead: Lead, fact: Any) -> None:
    """Whose lead it is: the sign-up decides, any other fact that names the sending entity will do until then."""
    if isinstance(fact, applications.PersonRegistered):
        lead.sending_entity_id, lead.zone = fact.sending_entity_id, fact.zone
    elif lead.sending_entity_id is None:
        lead.sending_entity_id = fact.sending_entity_id


async def _convert(uow: Uow, lead: Lead, envelope: Envelope, command: Rescore) -> None:
    """Approved: what the model said just before is kept beside how it ended, and the score has had its say."""
    if lead.score is None:
        await rescore_locked(uow, [(lead, command)])
    application_id: UUID = envelope.data.application_id  # type: ignore[union-attr]
    known_at = max(filter(None, (command.seen, lead.scored_at)))
    ended = {"outcome": CONVERTED, "score_before": lead.score, "model": lead.model, "application_id": application_id}
    uow.add(Outcome(person_id=lead.id, transition=TRANSITION, at=envelope.time, known_at=known_at, **ended))
    uow.change(lead, converted_at=envelope.time, rescore_on=None)
    keep_point(uow, lead, known_at, envelope.type, outcome=CONVERTED)
    lead.scored_at = known_at
    await uow.cancel(RESCORE, lead.id, why="the lead is approved")


async def obey_erasure(uow: Uow, envelope: Envelope) -> None:
    """A tombstone: nobody can tell any more which visits were this person's. Facts stay, under the bare id."""
    if envelope.data is not None:
        return
    await hold_merges(uow)
    lead = await lead_of(uow, envelope.key)
    await forget_interactions(uow, envelope.key)
    await forget_chances(uow, envelope.key)
    await forget_lead(uow, lead)
    await forget_overrides(uow, envelope.key)
    await forget_remarks(uow, envelope.key)
    await uow.cancel(RESCORE, lead.id, why="the person is erased")
    if lead.erased_at is None:
        uow.change(lead, erased_at=uow.now, rescore_on=None)
        uow.note("forget_person", lead.id)
    await part_forgotten(uow, envelope.key)
