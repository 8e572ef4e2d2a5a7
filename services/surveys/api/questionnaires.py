"""Questionnaires over HTTP: what there is, what a version says, publishing the next one, and where people stop."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import Publisher, Staff
from services.surveys.schemas import DropOffOut, QuestionnaireDetail, QuestionnairesOut
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1/questionnaires", tags=["questionnaires"])
Code = Annotated[Slug, Path(description="The questionnaire", examples=["after-completion"])]
Number = Annotated[int, Path(description="Its version", ge=1, le=100_000)]


@router.get("", response_model=QuestionnairesOut, operation_id="list_questionnaires")
async def list_questionnaires(door: Staff) -> Response:
    """The newest version of each questionnaire: the one that people are asked by."""
    return await door.read(views.list_questionnaires)


@router.post("", status_code=201, response_model=QuestionnaireDetail, operation_id="publish_questionnaire")
async def publish_questionnaire(body: commands.PublishQuestionnaire, door: Publisher) -> Response:
    """Publish a new questionnaire or the next version of one; it can't be changed or taken back.

    From now on people are asked by it; who was asked before answers what they were asked. `errors` points to
    everything that is wrong, in the content; an id may never measure another thing than it did in an earlier version.
    """
    where = "/v1/questionnaires/{0.questionnaire}/versions/{0.version_number}"
    return await door.execute(handlers.publish_questionnaire, body, status=201, location=where.format)


@router.get("/{questionnaire}", response_model=QuestionnairesOut, operation_id="list_versions")
async def list_versions(questionnaire: Code, door: Staff) -> Response:
    """All versions of one questionnaire, the oldest first."""
    return await door.read(views.list_questionnaires, questionnaire)


@router.get("/{questionnaire}/versions/{version}", response_model=QuestionnaireDetail, operation_id="get_questionnaire")
async def get_questionnaire(questionnaire: Code, version: Number, door: Staff) -> Response:
    """One version with all that it says, as it can be published again under the next number."""
    return await door.read(views.get_questionnaire, questionnaire, version)


@router.get("/{questionnaire}/versions/{version}/drop-off", response_model=DropOffOut, operation_id="get_drop_off")
async def get_drop_off(questionnaire: Code, version: Number, door: Staff) -> Response:
    """Of those who started: how many reached each question, and where partial answers end. None from too few."""
    return await door.read(views.get_drop_off, questionnaire, version)
