"""What other rooms tell: each fact of a person is kept once, and the person is scored again with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import insert

from services.scoring.commands import Rescore
from services.scoring.handlers.scoring import CONVERTED, RESCORE, keep_point, lead_of, rescore_locked
from services.scoring.model import HeardFact, Lead, Opportunity, Outcome
from services.scoring.policy.features import Step
from services.scoring.policy.rules import TRANSITION
from shared.contracts import applications, notifications, surveys
from shared.contracts.envelope import Envelope, Event
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow

STEPS: Mapping[type[Event], Step] = {
    applications.PersonRegistered: Step.registered,
    applications.ApplicationSubmitted: Step.submitted,
    applications.ApplicationAccepted: Step.accepted,
    applications.ApplicationRejected: Step.rejected,
    applications.ApplicationWithdrawn: Step.withdrawn,
    applications.AcceptanceNoteSigned: Step.signed,
    applications.ApprovalGiven: Step.approval,
    applications.ApplicationApproved: Step.approved,
    applications.ExperienceDatesChanged: Step.dates_changed,
    applications.ExperienceRealized: Step.realized,
    applications.ExperienceCompleted: Step.completed,
    surveys.SurveyAnswered: Step.surveyed,
    surveys.DetractorFound: Step.detractor,
    surveys.QualityCaseOpened: Step.case_opened,
    surveys.QualityCaseClosed: Step.case_closed,
    notifications.TouchpointSent: Step.touchpoint,
}
APPROVED_ELSEWHERE = "approved_elsewhere"
FORGET = text("""
WITH cut AS (DELETE FROM identity WHERE person_id = :person RETURNING visitor_id)
UPDATE interaction SET visitor_id = NULL, person_id = NULL
WHERE person_id = :person OR visitor_id IN (SELECT visitor_id FROM cut)
""").bindparams(bindparam("person"))


async def know_entity(uow: Uow, envelope: Envelope) -> None:
    entity = envelope.data
    assert isinstance(entity, applications.EntityRegistered)
    await remember_entity(uow, entity.entity_id, entity.path)


async def keep_opportunity(uow: Uow, envelope: Envelope) -> None:
    posted = envelope.data
    assert isinstance(posted, applications.OpportunityPosted)
    row = Opportunity(id=posted.opportunity_id, product=posted.product, country=posted.country, known_at=uow.now)
    await uow.execute(insert(Opportunity).values(**row.model_dump()).on_conflict_do_nothing())


async def keep_fact(uow: Uow, envelope: Envelope) -> None:
    """Facts of one person come from several rooms in any order: whichever is first makes the lead."""
    fact: Any = envelope.data
    lead = await lead_of(uow, fact.person_id)
    known_at = max(filter(None, (envelope.time, uow.now, lead.scored_at)))
    if not await _keep(uow, envelope, known_at):
        return
    _place(lead, fact)
    command = Rescore((lead.id,), envelope.type, seen=known_at, always=True)
    if isinstance(fact, applications.ApplicationApproved) and not lead.erased_at and not lead.converted_at:
        await _convert(uow, lead, envelope, command)
    else:
        await rescore_locked(uow, [lead], command)


async def _keep(uow: Uow, envelope: Envelope, known_at: datetime) -> bool:
    """Whether the fact is new."""
    fact: Any = envelope.data
    row = HeardFact(
        id=envelope.id,
        person_id=fact.person_id,
        kind=STEPS[type(fact)],
        at=envelope.time,
        known_at=known_at,
        effective_on=envelope.effective_on,
        application_id=getattr(fact, "application_id", None),
        opportunity_id=getattr(fact, "opportunity_id", None),
        ours=_ours(fact),
    )
    new = insert(HeardFact).values(**row.model_dump()).on_conflict_do_nothing().returning(HeardFact.id)
    return (await uow.execute(new)).scalar() is not None


def _ours(fact: Any) -> bool:
    """Whether the end of an application says nothing about the candidate."""
    if isinstance(fact, applications.ApplicationRejected):
        return fact.ours
    return isinstance(fact, applications.ApplicationWithdrawn) and fact.reason == APPROVED_ELSEWHERE


def _place(lead: Lead, fact: Any) -> None:
    """Whose lead it is: the sign-up decides, any other fact that names the sending entity will do until then."""
    if isinstance(fact, applications.PersonRegistered):
        lead.sending_entity_id, lead.zone = fact.sending_entity_id, fact.zone
    elif lead.sending_entity_id is None:
        lead.sending_entity_id = fact.sending_entity_id


async def _convert(uow: Uow, lead: Lead, envelope: Envelope, command: Rescore) -> None:
    """Approved: what the model said just before is kept beside how it ended, and the score has had its say."""
    if lead.score is None:
        await rescore_locked(uow, [lead], command)
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
    lead = await lead_of(uow, envelope.key)
    await uow.execute(FORGET, {"person": envelope.key})
    await uow.cancel(RESCORE, lead.id, why="the person is erased")
    if lead.erased_at is None:
        uow.change(lead, erased_at=uow.now, rescore_on=None)
        uow.note("forget_person", lead.id)
