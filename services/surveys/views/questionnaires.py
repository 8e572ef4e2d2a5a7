"""Questionnaires and their versions, and where people stop answering them."""

from typing import Any

from sqlmodel import func, select

from services.surveys.model import Answer, Draft, Given, Invitation, Published, invitations_of
from services.surveys.policy.drop_off import reach
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_versions import version_notes
from services.surveys.questionnaires import LIBRARY, Library
from services.surveys.schemas import (
    DropOffOut,
    MeasureOut,
    QuestionnaireDetail,
    QuestionnaireOut,
    QuestionnairesOut,
    ReachOut,
)
from services.surveys.settings import limits
from services.surveys.views.library import library
from shared.errors import NotFound
from shared.storage.tx import Uow


async def list_questionnaires(uow: Uow, code: str | None = None) -> QuestionnairesOut:
    """All versions, by id; one without a `code` shows the newest of each."""
    there = await library(uow)
    published = {(row.questionnaire, row.version): row for row in await uow.rows(select(Published))}
    shown = there.versions(code) if code else list(there.newest.values())
    if code and not shown:
        raise NotFound("There is no such questionnaire.")
    return QuestionnairesOut(items=[_out(there, one, published.get((one.id, one.version))) for one in shown])


async def get_questionnaire(uow: Uow, code: str, version: int) -> QuestionnaireDetail:
    """One version with all that it says."""
    there = await library(uow)
    one = find(there, code, version)
    row = await uow.find(Published, questionnaire=code, version=version)
    content = row.content if row else one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    notes = version_notes(one, there.all.get((code, version - 1)))
    shown = _out(there, one, row).model_dump()
    return QuestionnaireDetail.model_validate(shown | {"content": content, "notes": notes})


def find(there: Library, code: str, version: int) -> Questionnaire:
    if (code, version) not in there.all:
        raise NotFound("There is no such version of a questionnaire.")
    return there.all[code, version]


def _out(there: Library, one: Questionnaire, row: Published | None) -> QuestionnaireOut:
    return QuestionnaireOut(
        questionnaire=one.id, version_number=one.version, newest=there.newest[one.id].version == one.version,
        party=one.party, title=one.title["en"], languages=list(one.languages), questions=len(one.questions),
        measures=[MeasureOut(metric=score.metric, about=score.about) for score in one.scored],
        asked_at=one.asked_at, shipped=(one.id, one.version) in LIBRARY.all and row is None,
        published_at=row.published_at if row else None,
    )  # fmt: skip


async def get_drop_off(uow: Uow, code: str, version: int) -> DropOffOut:
    """Where people stop in one version, among the invitations that the caller may see."""
    one = find(await library(uow), code, version)
    mine = (Invitation.questionnaire == code, Invitation.questionnaire_version == version, invitations_of(uow.caller))
    counts = select(func.count(), func.count(Invitation.answered_at)).where(*mine)
    invited, finished = (await uow.execute(counts)).one()
    drafts = select(Draft.answers, Invitation.expires_at).join(Invitation, Invitation.id == Draft.invitation_id)
    saved = (await uow.execute(drafts.where(*mine))).all()
    partial = [answers for answers, expires_at in saved if expires_at <= uow.now]
    started, least = finished + len(partial), limits().minimum_answers
    questions = reach(one, finished, await _answered(uow, mine), partial) if started >= least else []
    return DropOffOut(
        questionnaire=code, version_number=version, invited=invited, started=started, finished=finished,
        partial=len(partial), open=len(saved) - len(partial), minimum_n=least, enough=started >= least,
        questions=[ReachOut.model_validate(question) for question in questions],
    )  # fmt: skip


async def _answered(uow: Uow, mine: tuple[Any, ...]) -> dict[str, int]:
    """How many finished answers have one to each question; a comment stands with the answer itself."""
    asked = select(Answer.id).join(Invitation, Invitation.id == Answer.invitation_id).where(*mine)
    each = func.count(func.distinct(Given.answer_id))
    given = select(Given.question, each).where(Given.answer_id.in_(asked)).group_by(Given.question)
    commented = select(func.count()).where(Answer.id.in_(asked), Answer.comment.is_not(None))
    return dict((await uow.execute(given)).all()) | {"comment": await uow.scalar(commented) or 0}
