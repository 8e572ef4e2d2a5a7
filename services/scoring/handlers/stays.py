"""Stays and their signs, as they are heard; each running one is looked at again with what is new."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import select

from services.scoring.handlers.risk import IDS, LOOK, SETTLE, at_night, look, models_of, signs_of
from services.scoring.model import Lead, StayRisk, StaySign
from services.scoring.policy.contacts import to_the_ep
from services.scoring.policy.risk import End, Sign, harm, settled_on
from shared.contracts import applications, notifications, papers, questions, surveys, tasks
from shared.contracts.envelope import Envelope, Event
from shared.contracts.risks import StayCalmed
from shared.ids import derived_id
from shared.messaging.together import together
from shared.storage.due import Due
from shared.storage.tx import Cause, Uow

Said = list[tuple[Sign, object, float | None]]
KEEP = """
INSERT INTO stay_sign SELECT * FROM jsonb_populate_recordset(NULL::stay_sign, $1::text::jsonb) ON CONFLICT DO NOTHING
"""
MAKE = """
INSERT INTO stay_risk SELECT * FROM jsonb_populate_recordset(NULL::stay_risk, $1::text::jsonb) ORDER BY id
ON CONFLICT (id) DO NOTHING
"""


DENIED = {surveys.StandardWord.no: Sign.standard_denied, surveys.StandardWord.yes: Sign.standard_confirmed}


def _one(sign: Sign, subject: str) -> Callable[[Any], Said]:
    """The sign of an event, about what this attribute of it names."""
    return lambda fact: [(sign, getattr(fact, subject), None)]


def _evidenced(fact: notifications.StandardEvidenced) -> Said:
    return [(Sign.standard_kept_late if fact.late else Sign.standard_kept, fact.standard, None)]


def _paper(fact: notifications.TouchpointSent) -> Said:
    return [(Sign.paper_sent, fact.touchpoint_id, None)] if fact.document and to_the_ep(fact) else []


def _answered(fact: surveys.SurveyAnswered) -> Said:
    """What an EP says: that it answers at all, effort and satisfaction, and its word on standards."""
    if fact.party is not surveys.Party.ep:
        return []
    said: Said = [(Sign.survey_answered, fact.invitation_id, None)]
    for given in fact.scores:
        if given.metric is not surveys.Metric.nps:
            effort = given.metric is not surveys.Metric.csat
            worth = harm(given.metric, given.score)
            said.append((Sign.effort if effort else Sign.satisfaction, f"{given.metric}:{given.about}", worth))
    return said + [(DENIED[word], code, None) for code, word in fact.standards.items() if word in DENIED]


def _stay_answered(fact: surveys.StayAnswered) -> Said:
    """The same of the first version, in which each score was of the whole stay."""
    said: Said = [(Sign.survey_answered, fact.invitation_id, None)]
    signs = {surveys.StayMetric.ces2: Sign.effort, surveys.StayMetric.csat: Sign.satisfaction}
    said += [(sign, f"{m}:experience", harm(m, fact.scores[m])) for m, sign in signs.items() if m in fact.scores]
    return said + [(DENIED[word], code, None) for code, word in (fact.standards or {}).items() if word in DENIED]


def _invited(fact: surveys.SurveyInvited | surveys.StayAsked) -> Said:
    return [(Sign.survey_sent, fact.invitation_id, None)] if fact.party is surveys.Party.ep else []


def _bounced(fact: questions.DeliveryBounced) -> Said:
    return [(Sign.bounced, fact.delivery_id, None)] if fact.permanent else []


SIGNS: Mapping[type[Event], Callable[[Any], Said]] = {
    notifications.StandardMissed: _one(Sign.standard_missed, "standard"),
    notifications.StandardEvidenced: _evidenced,
    notifications.StandardWaived: _one(Sign.standard_kept, "standard"),
    notifications.TouchpointSent: _paper,
    papers.DocumentOpened: _one(Sign.paper_opened, "touchpoint_id"),
    papers.DocumentAcknowledged: _one(Sign.paper_opened, "touchpoint_id"),
    papers.FactsMissing: _one(Sign.facts_missing, "touchpoint_id"),
    papers.FactsComplete: _one(Sign.facts_complete, "touchpoint_id"),
    tasks.TaskOverdue: _one(Sign.task_overdue, "task_id"),
    **dict.fromkeys((tasks.TaskMoved, tasks.TaskCancelled, tasks.TaskDone), _one(Sign.task_done, "task_id")),
    questions.QuestionAsked: _one(Sign.question_asked, "question_id"),
    questions.QuestionOverdue: _one(Sign.question_overdue, "question_id"),
    questions.QuestionAnswered: _one(Sign.question_answered, "question_id"),
    questions.DeliveryBounced: _bounced,
    surveys.SurveyInvited: _invited,
    surveys.StayAsked: _invited,
    surveys.SurveyAnswered: _answered,
    surveys.StayAnswered: _stay_answered,
    applications.ExperienceDatesChanged: _one(Sign.dates_changed, "application_id"),
}
COURSE = (
    applications.ApplicationApproved, applications.ExperienceDatesChanged, applications.ExperienceRealized,
    applications.ExperienceCompleted, applications.ApprovalBroken, applications.RealizationBroken,
)  # fmt: skip
TROUBLE = (
    surveys.DetractorFound, surveys.StayDetractor, surveys.QualityCaseOpened, surveys.StayCaseOpened,
)  # fmt: skip
HEARD = (*{**SIGNS, **dict.fromkeys((*COURSE, *TROUBLE))},)
COPIED = (
    "person_id", "enabler_id", "opportunity_id", "sending_entity_id", "hosting_entity_id", "product", "country", "zone",
    "start_on", "end_on",
)  # fmt: skip


@together
async def hear_stays(uow: Uow, envelopes: list[Envelope]) -> None:
    """Signs are kept whether or not their stay is known yet; then each stay is looked at once, with all of them."""
    about = {one.id: getattr(one.data, "application_id", None) for one in envelopes}
    mine = [one for one in envelopes if about[one.id]]
    await _keep(uow, mine)
    await _make(uow, mine)
    query = select(StayRisk).where(StayRisk.id.in_(set(about.values()) - {None})).order_by(StayRisk.id)  # type: ignore[attr-defined]
    stays = {stay.id: stay for stay in await uow.rows(query.with_for_update())}
    told: dict[UUID, Envelope] = {}
    for envelope in uow.each(mine):
        if stay := stays.get(about[envelope.id]):  # type: ignore[arg-type]
            await _follow(uow, stay, envelope)
            told[stay.id] = envelope
    running = [stays[id_] for id_ in told if stays[id_].running]
    if not running:
        return
    signs, model = await signs_of(uow, running), await models_of(uow)
    for stay in running:
        uow.cause = Cause.of(told[stay.id])
        await look(uow, stay, signs[stay.id], model, told[stay.id].type)


async def _keep(uow: Uow, envelopes: Iterable[Envelope]) -> None:
    rows = []
    for envelope in envelopes:
        fact: Any = envelope.data
        for number, (sign, subject, value) in enumerate(SIGNS[type(fact)](fact) if type(fact) in SIGNS else ()):
            known_at = max(envelope.time, uow.now)
            row = StaySign(
                id=derived_id("stay-sign", envelope.id, number), application_id=fact.application_id, sign=sign,
                subject=str(subject), at=envelope.time, known_at=known_at, value=value,
            )  # fmt: skip
            rows.append(row.model_dump(mode="json"))
    if rows:
        await uow.fetch(KEEP, orjson.dumps(rows).decode())


async def _make(uow: Uow, envelopes: Sequence[Envelope]) -> None:
    """Whichever fact of a stay is heard first makes it: all of them name its dates. The erased have none any more."""
    begun = {}
    for envelope in envelopes:
        if isinstance(envelope.data, COURSE):
            copied = {name: getattr(envelope.data, name) for name in COPIED}
            begun.setdefault(envelope.data.application_id, StayRisk(id=envelope.data.application_id, **copied))
    if not begun:
        return
    people = {stay.person_id for stay in begun.values()}
    erased = select(Lead.id).where(Lead.id.in_(people), Lead.erased_at.is_not(None))  # type: ignore[attr-defined, union-attr]
    gone = set(await uow.rows(erased))
    rows = [begun[id_].model_dump(mode="json") for id_ in sorted(begun) if begun[id_].person_id not in gone]
    if rows:
        await uow.fetch(MAKE, orjson.dumps(rows).decode())


async def _follow(uow: Uow, stay: StayRisk, envelope: Envelope) -> None:
    """What a fact changes of a stay: its dates, whether it runs, how it ended."""
    fact: Any = envelope.data
    if isinstance(fact, COURSE):
        stay.start_on, stay.end_on = fact.start_on, fact.end_on
    match fact:
        case applications.ApplicationApproved():
            stay.running, stay.ended, stay.ended_at = True, None, None
        case applications.ApprovalBroken():
            await _stop(uow, stay)
        case applications.RealizationBroken():
            await end(uow, stay, End.broken, envelope)
        case applications.ExperienceCompleted():
            await _stop(uow, stay)
            await uow.schedule(SETTLE, stay.id, "settle", at_night(settled_on(stay.dates)), stay.zone)
        case surveys.DetractorFound() if fact.party is surveys.Party.ep and fact.about == "experience":
            await end(uow, stay, End.detractor, envelope)
        case surveys.StayDetractor():
            await end(uow, stay, End.detractor, envelope)
        case surveys.QualityCaseOpened() | surveys.StayCaseOpened() if fact.party is surveys.Party.ep:
            await end(uow, stay, End.case, envelope)


async def end(uow: Uow, stay: StayRisk, how: End, envelope: Envelope) -> None:
    """It went wrong: the first thing that did counts, and the risk has had its say."""
    if stay.ended is None:
        uow.change(stay, ended=how, ended_at=envelope.time)
    await _stop(uow, stay)


async def _stop(uow: Uow, stay: StayRisk) -> None:
    if not stay.running:
        return
    if stay.alarmed_at is not None:
        ids = {name: getattr(stay, name) for name in IDS}
        uow.say(StayCalmed(application_id=stay.id, **ids, risk=stay.risk or 0.0, why="settled"))
    uow.change(stay, running=False, alarmed_at=None, look_on=None)
    await uow.cancel(LOOK, stay.id, why="it doesn't run any more")


async def forget_stays(uow: Uow, envelope: Envelope) -> None:
    """A tombstone: nobody looks at this person's stays any more. What they looked like stays, under bare ids."""
    if envelope.data is None:
        query = select(StayRisk).where(StayRisk.person_id == envelope.key, StayRisk.running).order_by(StayRisk.id)  # type: ignore[arg-type]
        for stay in await uow.rows(query.with_for_update()):
            await _stop(uow, stay)


async def settle(uow: Uow, due: Due) -> None:
    """So long after the end nothing bad was heard: it went well."""
    stay = await uow.find(StayRisk, id=due.subject, lock=True)
    if stay is None or stay.ended is not None:
        due.skip("how it ended is known")
        return
    uow.change(stay, ended=End.well, ended_at=uow.now)
