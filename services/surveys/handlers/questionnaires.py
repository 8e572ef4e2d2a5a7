"""Publishing questionnaires: checked whole, next in line, and never changed afterwards."""

from sqlalchemy import text
from sqlmodel import func, select

from services.surveys.commands import PublishQuestionnaire
from services.surveys.model import Published
from services.surveys.pages import WORDS
from services.surveys.policy.pulse import PULSE
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_holes import Hole
from services.surveys.policy.questionnaire_versions import version_faults
from services.surveys.questionnaires import Unsound, parse
from services.surveys.schemas import QuestionnaireDetail
from services.surveys.views import get_questionnaire, library
from shared.ids import derived_id
from shared.storage.tx import Uow
from shared.web.written import content_of, refused

ONE_AFTER_THE_OTHER = text("LOCK TABLE questionnaire IN SHARE ROW EXCLUSIVE MODE")


async def publish_questionnaire(uow: Uow, command: PublishQuestionnaire) -> QuestionnaireDetail:
    """The next version, from now on the one that people are asked by. All of its faults are told at once."""
    field, content = content_of(command.yaml, command.content)
    try:
        new = parse(content)
    except Unsound as unsound:
        raise refused(field, unsound.faults) from None
    await uow.execute(ONE_AFTER_THE_OTHER)
    there = await library(uow)
    if faults := [*version_faults(new, there.versions(new.id)), *_unspoken(new), *_fixed(new)]:
        raise refused(field, faults)
    number = (await uow.scalar(select(func.max(Published.number))) or 0) + 1
    row = Published(
        questionnaire=new.id, version=new.version, number=number, content=content,
        published_by=uow.caller.subject, published_at=uow.now,
    )  # fmt: skip
    uow.add(row)
    uow.note("publish_questionnaire", derived_id("questionnaire", new.id, new.version), after={"version": new.version})
    await uow.flush()
    return await get_questionnaire(uow, new.id, new.version)


def _unspoken(new: Questionnaire) -> list[Hole]:
    """The answer page has words of its own: it has to have them in every language of a questionnaire."""
    missing = sorted(set(new.languages) - WORDS.keys())
    return [(("languages",), f"the answer page has no words in {', '.join(missing)}")] if missing else []


def _fixed(new: Questionnaire) -> list[Hole]:
    """The pulse keeps counts instead of answers; they are made for the questions that it ships with."""
    return [(("id",), "the team pulse is asked as it ships")] if new.id == PULSE else []
