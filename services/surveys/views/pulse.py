"""The team pulse within the caller's scope, and what a ticket's link opens."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import select

from services.surveys.model import PulseResult, PulseRound, PulseTicket
from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Interval
from services.surveys.policy.invitations import State
from services.surveys.policy.pulse import PULSE, PulseOver, RoundState, closing_of
from services.surveys.policy.questionnaire import direction
from services.surveys.policy.questionnaire_parts import ScoreQuestion
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import IntervalOut, PulseResultOut, PulseResultsOut, PulseScoreOut, RoundOut, SurveyOut
from services.surveys.settings import limits
from services.surveys.views.shown import questions_out, sections_out
from shared import links
from shared.access import Caller
from shared.links import LinkRefused
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import visible
from shared.storage.tx import Uow


async def list_rounds(uow: Uow, paging: Paging) -> Page:
    """Rounds are no secret: every manager sees when teams are asked."""
    order = (PulseRound.opened_on.desc(), PulseRound.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, select(PulseRound), order=order, paging=paging, shape=RoundOut.model_validate)


async def list_results(uow: Uow, entity_id: UUID | None, name: str | None) -> PulseResultsOut:
    """Results of entities at or below the caller's own, as far as they are shown at all."""
    query = select(PulseResult, PulseRound).join(PulseRound, PulseRound.id == PulseResult.round_id)
    query = query.where(results_of(uow.caller))
    if entity_id is not None:
        query = query.where(PulseResult.entity_id == entity_id)
    rows = (await uow.execute(query.order_by(PulseRound.closes_on.desc(), PulseResult.entity_id))).all()
    earlier: dict[UUID, PulseResult] = {}
    found: list[PulseResultOut] = []
    for result, held in reversed(rows):
        if name is None or held.name == name:
            found.append(_result(result, held, earlier.get(result.entity_id)))
        earlier[result.entity_id] = result
    return PulseResultsOut(floor=limits().pulse_floor, items=found[::-1])


def results_of(caller: Caller) -> ColumnElement[bool]:
    """One's own entity and those below it, whichever side one manages; everything for who is above all."""
    return visible(caller, sending=PulseResult.entity_id, hosting=PulseResult.entity_id)


def _result(result: PulseResult, held: PulseRound, before: PulseResult | None) -> PulseResultOut:
    asked = LIBRARY.get(PULSE, held.questionnaire_version)
    scores = [
        _score(question, result.counts[question.id], before.counts.get(question.id) if before else None)
        for question in asked.scored
        if question.id in result.counts
    ]
    return PulseResultOut(
        round=held.name, closed_on=held.closes_on, entity_id=result.entity_id, asked=result.asked,
        answered=result.answered, rate=result.answered / result.asked, scores=scores,
    )  # fmt: skip


def _score(question: ScoreQuestion, counts: Sequence[int], before: Sequence[int] | None) -> PulseScoreOut:
    reading, answers = figures.main_reading(question.metric), Histogram(question.scale.low, tuple(counts))
    figure = figures.estimate(question.metric, reading, answers)
    change = None
    if before is not None:
        earlier = Histogram(question.scale.low, tuple(before))
        change = figures.difference(question.metric, reading, earlier, answers)
    return PulseScoreOut(
        question=question.id, metric=question.metric, about=question.about, n=figure.n, score=figure.value,
        interval=_interval(figure.interval), change=change.value if change else None,
        change_interval=_interval(change.interval) if change else None,
    )  # fmt: skip


def _interval(found: Interval | None) -> IntervalOut | None:
    return IntervalOut.model_validate(found) if found else None


# --- by the link of a ticket


async def ticket_by_token(uow: Uow, token: str, *, lock: bool = False) -> tuple[PulseTicket, PulseRound]:
    """The ticket that a token opens, and its round; LinkRefused (404) for a link that isn't ours, PulseOver (410)
    when the round is closed. `lock` holds the round open until the transaction ends.
    """
    link = links.links().open(links.PULSE, token)
    ticket = await uow.find(PulseTicket, id=link.subject, lock=lock)
    if ticket is None:
        raise PulseOver
    if not links.same(ticket.token_digest, token):
        raise LinkRefused
    held = (await uow.rows(_round(ticket.round_id, lock)))[0]
    if held.state is RoundState.closed:
        raise PulseOver
    return ticket, held


def _round(id_: UUID, lock: bool) -> Any:
    query = select(PulseRound).where(PulseRound.id == id_)
    return query.with_for_update(read=True) if lock else query


async def open_pulse(uow: Uow, token: str, language: str) -> SurveyOut:
    """The pulse behind a link, open or answered, in the language that the reader asks for. Reading leaves no trace."""
    ticket, held = await ticket_by_token(uow, token)
    asked = LIBRARY.get(PULSE, held.questionnaire_version)
    spoken = asked.spoken(language)
    texts = {name: getattr(asked, name)[spoken] for name in ("title", "intro", "thanks")}
    return SurveyOut(
        state=State.answered if ticket.used else State.delivered, questionnaire=asked.id,
        questionnaire_version=asked.version, party=None, language=spoken, languages=asked.languages,
        direction=direction(spoken),
        sections=sections_out(asked, spoken), questions=questions_out(asked, spoken), answers={}, saved_at=None,
        expires_at=closing_of(held.closes_on), answered_at=None, **texts,
    )  # fmt: skip
