"""Reads of the surveys room; every query carries the caller's scope, or is opened by a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import select

from services.surveys.model import Answer, Case, Invitation, Score, answers_of, cases_of, invitations_of
from services.surveys.policy import figures
from services.surveys.policy.cases import CaseState
from services.surveys.policy.invitations import OPEN, State, SurveyOver, state_now
from services.surveys.policy.metrics import DETRACTOR_UP_TO, PROMOTER_FROM, SCALES, Bucket
from services.surveys.policy.questionnaire import CommentQuestion, Question, Questionnaire, direction
from services.surveys.questionnaires import LIBRARY
from services.surveys.schemas import (
    AnswerOut,
    CaseOut,
    IntervalOut,
    InvitationDetail,
    InvitationOut,
    QuestionOut,
    ResponseOut,
    ScoreOut,
    SurveyOut,
)
from services.surveys.settings import limits
from shared import links
from shared.contracts.surveys import Metric
from shared.links import LinkRefused
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow


def invitation_out(uow: Uow, row: Invitation) -> InvitationOut:
    return InvitationOut.model_validate(row).model_copy(update={"state": _state(uow, row)})


def _state(uow: Uow, row: Invitation) -> State:
    return state_now(row.state, row.expires_at, uow.now)


async def list_invitations(
    uow: Uow, state: State | None, application_id: UUID | None, person_id: UUID | None, paging: Paging
) -> Page:
    query = select(Invitation).where(invitations_of(uow.caller))
    if state is not None:
        query = query.where(*_in_state(uow, state))
    if application_id is not None:
        query = query.where(Invitation.application_id == application_id)
    if person_id is not None:
        query = query.where(Invitation.person_id == person_id)

    def shape(row: Invitation) -> InvitationOut:
        return invitation_out(uow, row)

    order = (Invitation.changed_at, Invitation.id)
    return await listing(uow, query, order=order, paging=paging, changed=Invitation.changed_at, shape=shape)


def _in_state(uow: Uow, state: State) -> Sequence[Any]:
    """What `state_now` says, as a query."""
    if state is State.expired:
        return (Invitation.state.in_(OPEN), Invitation.expires_at <= uow.now)  # type: ignore[attr-defined]
    return (Invitation.state == state, *((Invitation.expires_at > uow.now,) if state in OPEN else ()))


async def get_invitation(uow: Uow, invitation_id: UUID) -> InvitationDetail:
    row = await uow.get(Invitation, invitation_id, invitations_of(uow.caller))
    shown = invitation_out(uow, row).model_dump()
    return InvitationDetail.model_validate(shown | {"answer": await _answer(uow, row.id)})


async def _answer(uow: Uow, invitation_id: UUID) -> AnswerOut | None:
    answer = await uow.find(Answer, invitation_id=invitation_id)
    if answer is None:
        return None
    scores = await uow.rows(select(Score).where(Score.answer_id == answer.id))
    given = {row.metric: row.score for row in scores}
    return AnswerOut(answered_at=answer.answered_at, scores=given, comment=answer.comment)


async def get_case(uow: Uow, case_id: UUID) -> CaseOut:
    return CaseOut.model_validate(await uow.get(Case, case_id, cases_of(uow.caller)))


async def list_cases(
    uow: Uow, state: CaseState | None, overdue: bool | None, application_id: UUID | None, paging: Paging
) -> Page:
    query = select(Case).where(cases_of(uow.caller))
    if state is not None:
        query = query.where(Case.state == state)
    if overdue is not None:
        query = query.where(Case.overdue == overdue)
    if application_id is not None:
        query = query.where(Case.application_id == application_id)
    order = (Case.changed_at, Case.id)
    return await listing(uow, query, order=order, paging=paging, changed=Case.changed_at, shape=CaseOut.model_validate)


# --- figures


@dataclass(frozen=True, slots=True)
class Slice:
    """What a figure is asked for: one metric, in an entity's subtree (either side), over days (UTC, both included)."""

    metric: Metric
    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def of(self, row: type[Answer] | type[Invitation], moment: Any) -> list[ColumnElement[bool]]:
        """The slice as conditions on a table that names both sides."""
        found = []
        if self.entity_id is not None:
            found.append(
                or_(*(_within(side, self.entity_id) for side in (row.sending_entity_id, row.hosting_entity_id)))
            )
        if self.since is not None:
            found.append(moment >= datetime.combine(self.since, time(), UTC))
        if self.until is not None:
            found.append(moment < datetime.combine(self.until, time(), UTC) + timedelta(days=1))
        return found


def _within(side: Any, entity_id: UUID) -> ColumnElement[bool]:
    path = ENTITY_PATH
    return exists(select(path.c.entity_id).where(path.c.entity_id == side, path.c.path.contains([entity_id])))


async def get_score(uow: Uow, wanted: Slice) -> ScoreOut:
    """A figure with n, interval and response rate; from too few answers none at all."""
    counts, least = await _counts(uow, wanted), limits().minimum_answers
    enough = counts.n >= least
    score, interval = _figure(wanted.metric, counts) if enough else (None, None)
    return ScoreOut(
        metric=wanted.metric, entity_id=wanted.entity_id, since=wanted.since, until=wanted.until, n=counts.n,
        minimum_n=least, enough=enough, score=score,
        interval=IntervalOut.model_validate(interval) if interval else None,
        buckets=_buckets(counts) if enough and wanted.metric is Metric.nps else None,
        response=await _response(uow, wanted),
    )  # fmt: skip


def _figure(metric: Metric, counts: figures.Counts) -> tuple[float, figures.Interval | None]:
    return figures.nps(counts) if metric is Metric.nps else figures.mean(counts, SCALES[metric])


def _buckets(counts: figures.Counts) -> dict[str, int]:
    passives = counts.n - counts.promoters - counts.detractors
    return {Bucket.promoter: counts.promoters, Bucket.passive: passives, Bucket.detractor: counts.detractors}


async def _counts(uow: Uow, wanted: Slice) -> figures.Counts:
    score = Score.score
    columns = (
        func.count(),
        func.coalesce(func.sum(score), 0),
        func.coalesce(func.sum(score * score), 0),
        func.count().filter(score >= PROMOTER_FROM),
        func.count().filter(score <= DETRACTOR_UP_TO),
    )
    query = select(*columns).join(Answer, Answer.id == Score.answer_id)
    query = query.where(Score.metric == wanted.metric, answers_of(uow.caller), *wanted.of(Answer, Answer.answered_at))
    return figures.Counts(*(await uow.execute(query)).one())


async def _response(uow: Uow, wanted: Slice) -> ResponseOut:
    """Asked in the period, by the questionnaires that ask for this metric."""
    counts = (func.count(), func.count(Invitation.delivered_at), func.count(Invitation.answered_at))
    query = select(*counts).where(
        Invitation.questionnaire.in_(LIBRARY.measuring(wanted.metric)),
        invitations_of(uow.caller),
        *wanted.of(Invitation, Invitation.invited_at),
    )
    asked, delivered, answered = (await uow.execute(query)).one()
    return ResponseOut(asked=asked, delivered=delivered, answered=answered, rate=answered / asked if asked else None)


# --- by the personal link


async def invitation_by_token(uow: Uow, token: str, *, lock: bool = False) -> Invitation:
    """The invitation that a link token opens; LinkRefused (404) for one that we didn't make or that was replaced."""
    link = links.links().open(links.SURVEY, token)
    row = await uow.find(Invitation, id=link.subject, lock=lock)
    if row is None or not links.same(row.token_digest, token):
        raise LinkRefused
    return row


async def open_survey(uow: Uow, token: str) -> SurveyOut:
    """The survey behind a link, open or answered; SurveyOver (410) when it is over. Reading it leaves no trace."""
    row = await invitation_by_token(uow, token)
    state = _state(uow, row)
    asked = LIBRARY.get(row.questionnaire, row.questionnaire_version)
    shown = survey_out(asked, row, state)
    if state in (State.expired, State.cancelled):
        raise SurveyOver(extra={"language": shown.language})
    return shown


def survey_out(asked: Questionnaire, row: Invitation, state: State) -> SurveyOut:
    """A questionnaire in the language of the invitation, else in English."""
    language = asked.spoken(row.language)
    texts = {name: getattr(asked, name)[language] for name in ("title", "intro", "thanks")}
    return SurveyOut(
        state=state, questionnaire=asked.id, questionnaire_version=asked.version, language=language,
        direction=direction(language), questions=[_question(question, language) for question in asked.questions],
        expires_at=row.expires_at, answered_at=row.answered_at, **texts,
    )  # fmt: skip


def _question(question: Question, language: str) -> QuestionOut:
    common = {"id": question.id, "kind": question.kind, "text": question.text[language]}
    if isinstance(question, CommentQuestion):
        return QuestionOut(**common, required=False, hint=question.hint[language], max_length=question.max_length)
    scale = {"low": question.scale.low, "high": question.scale.high}
    words = {"low_text": question.low[language], "high_text": question.high[language]}
    return QuestionOut(**common, required=question.required, metric=question.metric, **scale, **words)
