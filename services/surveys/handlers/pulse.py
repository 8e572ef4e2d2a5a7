"""The team pulse: rounds are opened by the calendar, members answer once, results are published when a round closes.

The only trace of an answer is that counts of the member's committee grew; see ADR 0019 for what that protects from.
"""

import json
from collections import Counter, defaultdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.commands import AnswerPulse, OpenRound
from services.surveys.handlers.answers import BadAnswer
from services.surveys.model import Member, PulseResult, PulseRound, PulseTally, PulseTicket
from services.surveys.policy.invitations import AnsweredAlready
from services.surveys.policy.pulse import CLOCK, PULSE, Calendar, RoundState, closing_of, round_name, shown, summed
from services.surveys.policy.questionnaire_answers import read_answer
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import RoundOut
from services.surveys.settings import limits
from services.surveys.views.pulse import ticket_by_token
from shared import links
from shared.contracts.envelope import Envelope
from shared.contracts.parties import MemberActivated, MemberFact
from shared.contracts.surveys import PulseAsked, PulsePublished
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import derived_id, new_id
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

PULSE_OPENING, PULSE_ASKING, PULSE_CLOSING = "pulse-opening", "pulse-asking", "pulse-closing"
EVERYBODY = derived_id("team-pulse", "everybody")
"""The subject of the due rows that concern no single committee."""


async def know_member(uow: Uow, envelope: Envelope) -> None:
    """Who works where; the event with the highest sequence has the last word. The first one starts the calendar."""
    fact = envelope.data
    assert isinstance(fact, MemberFact)
    active = isinstance(fact, MemberActivated)
    values = {"entity_id": fact.entity_id, "active": active, "sequence": envelope.sequence}
    put = insert(Member).values(id=fact.member_id, **values)
    later = Member.sequence < put.excluded.sequence  # type: ignore[arg-type]
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values, where=later))
    if active:
        await _plan_next(uow, uow.today("UTC"))


async def _plan_next(uow: Uow, today: date) -> None:
    day = calendar().next_opening(today)
    await uow.schedule(PULSE_OPENING, EVERYBODY, round_name(day), datetime.combine(day, CLOCK), "UTC")


def calendar() -> Calendar:
    known = limits()
    return Calendar(tuple(known.pulse_months), known.pulse_day, known.pulse_open_days)


async def open_by_calendar(uow: Uow, due: Due) -> None:
    """The day of a round has come; one that would be over by now isn't made up for."""
    today, day = uow.today("UTC"), due.due_at.date()
    await _plan_next(uow, day)
    if calendar().closing(day) <= today:
        due.skip("its time has passed")
        return
    if await uow.find(PulseRound, name=due.occurrence):
        due.skip("it is open already")
        return
    await _open(uow, today, calendar().closing(today), due.occurrence)


async def open_round(uow: Uow, command: OpenRound) -> RoundOut:
    """The global team asks at another time."""
    today = uow.today("UTC")
    if command.closes_on <= today:
        raise Invalid(errors=[FieldError("#/closes_on", "It must lie after today.")])
    if await uow.find(PulseRound, state=RoundState.open):
        raise Conflict("A round is open; one at a time.", code="round-open")
    if await uow.find(PulseRound, name=today.isoformat()):
        raise Conflict("A round was opened today.", code="round-opened-today")
    opened = await _open(uow, today, command.closes_on, today.isoformat())
    return RoundOut.model_validate(opened)


async def _open(uow: Uow, today: date, closes_on: date, name: str) -> PulseRound:
    version = LIBRARY.newest[PULSE].version
    opened = uow.add(
        PulseRound(id=new_id(), name=name, questionnaire_version=version, opened_on=today, closes_on=closes_on)
    )
    await uow.flush()
    entities = select(Member.entity_id).where(Member.active.is_(True)).distinct()  # type: ignore[attr-defined]
    now, payload = uow.now.replace(tzinfo=None), json.dumps({"round": str(opened.id)})
    there = (await uow.execute(entities)).scalars()
    await schedule_many(uow, PULSE_ASKING, [Wanted(one, name, now, "UTC", uow.now, payload) for one in there])
    await uow.schedule(PULSE_CLOSING, opened.id, "once", datetime.combine(closes_on, CLOCK), "UTC")
    uow.note("open_pulse", opened.id, after={"name": name, "closes_on": closes_on.isoformat()})
    return opened


async def ask_committee(uow: Uow, due: Due) -> None:
    """Every active member of one committee gets a ticket."""
    held = await uow.get(PulseRound, UUID(due.payload["round"]), lock=True)
    if held.state is RoundState.closed:
        due.skip("the round is closed")
        return
    asked = set((await uow.execute(select(PulseTicket.member_id).where(PulseTicket.round_id == held.id))).scalars())
    there = select(Member.id).where(Member.entity_id == due.subject, Member.active.is_(True)).order_by(Member.id)  # type: ignore[attr-defined]
    for member_id in [one for one in (await uow.execute(there)).scalars() if one not in asked]:
        ticket = new_id()
        digest = links.digest(links.pulse_token(ticket))
        ids = {"member_id": member_id, "entity_id": due.subject}
        uow.add(PulseTicket(id=ticket, round_id=held.id, token_digest=digest, **ids))
        uow.say(PulseAsked(ticket_id=ticket, round=held.name, expires_at=closing_of(held.closes_on), **ids))
    await uow.flush()


# --- answering


TALLY = text("""
INSERT INTO pulse_tally (round_id, entity_id, question, value, count) VALUES (:round, :entity, :question, :value, 1)
ON CONFLICT (round_id, entity_id, question, value) DO UPDATE SET count = pulse_tally.count + 1
""")


async def answer_pulse(uow: Uow, command: AnswerPulse) -> None:
    """Count the answer of the ticket that the token opens; it is taken once. Nothing of it is noted, said or timed."""
    ticket, held = await ticket_by_token(uow, command.token, lock=True)
    asked = LIBRARY.get(PULSE, held.questionnaire_version)
    said = read_answer(asked, command.answers)
    if said.faults:
        raise BadAnswer(said.faults)
    if ticket.used:
        raise AnsweredAlready("Each ticket takes one answer, and this one has it.")
    ticket.used = True
    for piece in sorted(said.given, key=lambda one: one.question):
        ids = {"round": held.id, "entity": ticket.entity_id}
        await uow.execute(TALLY, ids | {"question": piece.question, "value": piece.value})
    await uow.flush()


# --- closing


async def close_round(uow: Uow, due: Due) -> None:
    """Work out what can be shown, publish it, and forget who was asked."""
    held = await uow.get(PulseRound, due.subject, lock=True)
    if held.state is RoundState.closed:
        due.skip("it is closed")
        return
    tree = await uow.execute(select(ENTITY_PATH.c.entity_id, ENTITY_PATH.c.path))
    paths = dict(tree.all())
    given: dict[tuple[str, int], Counter[UUID]] = defaultdict(Counter)  # question and value → committee → how often
    for tally in await uow.all(PulseTally, round_id=held.id):
        given[tally.question, tally.value][tally.entity_id] += tally.count
    questions = LIBRARY.get(PULSE, held.questionnaire_version).scored
    answered: Counter[UUID] = Counter()
    for (question, _), counts in given.items():  # every question is required: each has as many answers as any other
        if question == questions[0].id:
            answered.update(counts)
    asked = summed(await _asked(uow, held.id), paths)
    sums = {key: summed(counts, paths) for key, counts in given.items()}
    none: Counter[UUID] = Counter()
    for entity, count in sorted(shown(answered, paths, limits().pulse_floor).items()):
        counts_of = {
            question.id: [sums.get((question.id, value), none)[entity] for value in question.scale.values]
            for question in questions
        }
        values = {"asked": asked[entity], "answered": count, "counts": counts_of}
        uow.add(PulseResult(round_id=held.id, entity_id=entity, **values))
        result_id = derived_id("pulse-result", held.id, entity)
        uow.say(PulsePublished(result_id=result_id, round=held.name, entity_id=entity, **values))
    await uow.execute(delete(PulseTicket).where(PulseTicket.round_id == held.id))  # type: ignore[arg-type]
    held.state = RoundState.closed
    await uow.flush()
    uow.note("close_pulse", held.id, after={"state": held.state})


async def _asked(uow: Uow, round_id: UUID) -> Counter[UUID]:
    """Committee → how many of its members were asked."""
    query = select(PulseTicket.entity_id, func.count()).where(PulseTicket.round_id == round_id)
    return Counter(dict((await uow.execute(query.group_by(PulseTicket.entity_id))).all()))
