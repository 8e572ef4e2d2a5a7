"""Score leads again, in the transaction of whatever made it necessary; keep and say what moved."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlmodel import select

from services.scoring.commands import Rescore
from services.scoring.handlers.chances import Subject, move_chances
from services.scoring.handlers.facts import facts_of
from services.scoring.handlers.following import Seen, follow, seen_ep
from services.scoring.model import Lead, ScoreChange
from services.scoring.policy.features import Features, features
from services.scoring.policy.rules import Score, Term, next_look, score, worth_saying
from services.scoring.policy.transitions import WAYS, Transition
from services.scoring.settings import limits
from services.scoring.views.champions import Models, models_in_use
from shared.contracts.scoring import LeadQualified, LeadScored, Reason
from shared.storage.due import Due
from shared.storage.tx import Uow

RESCORE = "rescore-lead"
TIME_PASSED = "scoring.time-passed"
CONVERTED = "converted"
KNOWN = "SELECT FROM lead WHERE id = ANY($1::uuid[])"
WITH_TOPS = text("""lead.id = ANY(CAST(:people AS uuid[]) || ARRAY(
    SELECT l.linked_to FROM lead l WHERE l.id = ANY(CAST(:people AS uuid[])) AND l.linked_to IS NOT NULL))""")
MAKE = """
INSERT INTO lead SELECT * FROM jsonb_populate_recordset(NULL::lead, $1::text::jsonb) ORDER BY id
ON CONFLICT (id) DO UPDATE SET id = excluded.id
"""


async def lead_of(uow: Uow, person_id: UUID) -> Lead:
    """The lead of this person, locked; a fragment is made when nothing is known of the person yet."""
    return (await leads_for(uow, {person_id}))[person_id]


async def leads_for(uow: Uow, people: Collection[UUID]) -> dict[UUID, Lead]:
    """The same for many people, by their ids. New ones are made while the others are locked, all in one order."""
    if len(await uow.fetch(KNOWN, list(people))) < len(people):
        fragments = [Lead(id=person).model_dump(mode="json") for person in sorted(people)]
        await uow.fetch(MAKE, orjson.dumps(fragments).decode())
    return {lead.id: lead for lead in await locked(uow, people)}


async def locked(uow: Uow, people: Iterable[UUID]) -> Sequence[Lead]:
    """These leads, locked in one order with those that stand for them, EPs before enablers. Nothing may load a lead
    without the lock before: it would stay as it was."""
    wanted = set(people)
    query = select(Lead).where(WITH_TOPS.bindparams(people=list(wanted))).order_by(Lead.party.desc(), Lead.id)  # type: ignore[attr-defined]
    return [lead for lead in await uow.rows(query.with_for_update()) if lead.id in wanted]


async def tops_of(uow: Uow, leads: Iterable[Lead]) -> dict[UUID, Lead]:
    """By the ids of these leads, which are locked, the one that each counts for: most count for themselves."""
    found = {lead.id: lead for lead in leads}
    missing = {lead.linked_to for lead in found.values() if lead.linked_to} - found.keys()
    found |= {lead.id: lead for lead in await locked(uow, filter(None, missing))} if missing else {}
    return {id_: found[lead.linked_to or id_] for id_, lead in found.items()}


async def rescore(uow: Uow, command: Rescore) -> None:
    """Score these people by what is known now."""
    await rescore_locked(uow, [(lead, command) for lead in await locked(uow, command.people)])


async def rescore_locked(uow: Uow, wanted: Sequence[tuple[Lead, Rescore]]) -> None:
    """The same for leads in hand, each for its own reason. Fragments and the erased get no score; who is one with
    another has that one scored."""
    tops = await tops_of(uow, [lead for lead, _ in wanted])
    wanted = list({tops[lead.id].id: (tops[lead.id], command) for lead, command in wanted}.values())
    moments = {lead.id: _moment(uow, lead, command.seen) for lead, command in wanted}
    scored = [lead.id for lead, _ in wanted if lead.sending_entity_id and not lead.erased_at]
    facts = await facts_of(uow, scored, max(moments.values())) if scored else {}
    models, subjects = await models_in_use(uow), []
    seen: list[Seen] = []
    for lead, command in wanted:
        # Fragments, too: what was written of them while an older transaction waited is no news from the future.
        lead.scored_at = moments[lead.id]
        uow.cause = command.because or uow.cause
        if lead.id not in facts:
            continue
        numbers = features(facts[lead.id], lead.scored_at)
        subjects.append(Subject(lead.id, facts[lead.id], numbers.row, lead.scored_at, command.cause))
        if lead.converted_at:
            keep_after_conversion(uow, lead, lead.scored_at, command)
        else:
            await _score(uow, lead, numbers, score_by(models, numbers), lead.scored_at, command.cause)
        seen.append(seen_ep(lead, facts[lead.id], numbers, lead.scored_at, command.cause, command.because))
    await move_chances(uow, subjects, models)
    await follow(uow, seen)


async def move_converted(uow: Uow, wanted: Sequence[tuple[Lead, Rescore]]) -> None:
    """The chances of leads whose score has had its say: other transitions begin for them."""
    if not (leads := [lead for lead, _ in wanted if lead.sending_entity_id and not lead.erased_at]):
        return
    moments = {lead.id: _moment(uow, lead, command.seen) for lead, command in wanted}
    facts = await facts_of(uow, [lead.id for lead in leads], max(moments.values()))
    causes = {lead.id: command.cause for lead, command in wanted}
    numbers = {id_: features(found, moments[id_]) for id_, found in facts.items()}
    subjects = [Subject(id_, found, numbers[id_].row, moments[id_], causes[id_]) for id_, found in facts.items()]
    await move_chances(uow, subjects, await models_in_use(uow))
    await follow(
        uow,
        [
            seen_ep(lead, facts[lead.id], numbers[lead.id], moments[lead.id], command.cause, command.because)
            for lead, command in wanted
            if lead.id in facts
        ],
    )


def score_by(models: Models, numbers: Features) -> Score:
    """The lead's own score: of the model that speaks for approvals, or of the rules where that one abstains."""
    champion = models.champion(WAYS[Transition.approved])
    if champion.id is not None:
        said = champion.chance(numbers.row)
        if said.probability is not None:
            return Score(said.probability, said.base_log_odds, said.terms, champion.name)
    return score(numbers)


def _moment(uow: Uow, lead: Lead, seen: datetime | None) -> datetime:
    """Now, but never before the event that is heard (processes follow a moved clock a moment apart), the last look
    at this lead, or what the command saw: transactions overlap, and each has the `now` of its beginning."""
    return max(filter(None, (uow.now, seen, lead.scored_at)))


def keep_after_conversion(uow: Uow, lead: Lead, moment: datetime, command: Rescore) -> None:
    """This transition is over: the course goes on, the score stands still and says so."""
    if command.always:
        keep_point(uow, lead, moment, command.cause, outcome=CONVERTED)


async def _score(uow: Uow, lead: Lead, numbers: Features, after: Score, moment: datetime, cause: str) -> None:
    qualifies = lead.qualified_at is None and after.score >= limits().qualified_from
    if qualifies or worth_saying(score_of(lead), after):
        _tell(uow, lead, after, numbers, moment, cause)
    if qualifies:
        lead.qualified_at = moment
        uow.say(LeadQualified(person_id=lead.id, score=after.score))
    await _look_again(uow, lead, numbers, moment)


def _tell(uow: Uow, lead: Lead, after: Score, numbers: Features, moment: datetime, cause: str) -> None:
    reasons = [asdict(term) for term in after.reasons]
    uow.change(
        lead, score=after.score, base_log_odds=after.base_log_odds, reasons=reasons, features=numbers.as_document(),
        model=after.model,
    )  # fmt: skip
    keep_point(uow, lead, moment, cause)
    said = [Reason(code=term.code, log_odds=term.log_odds) for term in after.reasons]
    told = {"score": after.score, "base_log_odds": after.base_log_odds, "reasons": said, "model": after.model}
    uow.say(LeadScored(person_id=lead.id, **told))


def keep_point(uow: Uow, lead: Lead, moment: datetime, cause: str, outcome: str | None = None) -> None:
    """A point of the course, with the score as it stands."""
    copied = ("score", "base_log_odds", "reasons", "features", "model")
    stands = {name: getattr(lead, name) for name in copied}
    uow.add(ScoreChange(person_id=lead.id, at=moment, cause=cause, outcome=outcome, **stands))


def score_of(lead: Lead) -> Score | None:
    """The score that was said last."""
    if lead.score is None or lead.base_log_odds is None or lead.model is None:
        return None
    return Score(lead.score, lead.base_log_odds, tuple(Term(**term) for term in lead.reasons), lead.model)


async def _look_again(uow: Uow, lead: Lead, numbers: Features, moment: datetime) -> None:
    """Visits fade and silence grows without any event: look again in a week, as long as something can still change."""
    if lead.rescore_on is None and numbers.fades:
        local = next_look(moment, lead.zone)
        set_ = await uow.schedule(RESCORE, lead.id, local.date().isoformat(), local, lead.zone)
        lead.rescore_on = None if set_.settled else local.date()


async def rescore_lead(uow: Uow, due: Due) -> None:
    """A week went by."""
    lead = next(iter(await locked(uow, [due.subject])), None)
    if lead is None or lead.erased_at or lead.converted_at or lead.linked_to:
        due.skip("no open lead any more")
        return
    lead.rescore_on = None
    await rescore_locked(uow, [(lead, Rescore((lead.id,), TIME_PASSED))])
