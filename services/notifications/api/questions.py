"""Questions over HTTP: the list with its overdue ones, the conversation, answers."""

import re
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody, Application
from services.notifications.policy import QuestionState
from services.notifications.schemas import ArrivalOut, ConversationOut, QuestionOut
from services.notifications.settings import NotificationsSettings
from shared.access import CUSTOMERS, MANAGERS, Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["questions"])
ONE = "/questions/{question_id}"
Manager = Annotated[Door, allow(*MANAGERS, changes=True)]
Asker = Annotated[Door, allow(*CUSTOMERS)]
Watcher = Annotated[Door, allow(Role.global_manager, Role.auditor, Role.service)]


@router.get("/questions", response_model=PageOf[QuestionOut], operation_id="list_questions")
async def list_questions(
    door: Anybody,
    paging: Paging,
    state: Annotated[QuestionState | None, Query(description="Only in this state")] = None,
    overdue: Annotated[bool | None, Query(description="Only those whose answer is late, or not")] = None,
    unassigned: Annotated[bool | None, Query(description="Only those of strangers, or not")] = None,
    assignee: Annotated[str | None, Query(description="Only those of this manager", max_length=300)] = None,
    entity_id: Annotated[UUID | None, Query(description="Only those that this committee answers")] = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
    application_id: Application = None,
) -> Response:
    """Questions that came in; managers see those of their committee and below."""
    wanted = {"state": state, "overdue": overdue, "assignee": assignee, "entity_id": entity_id}
    wanted |= {"person_id": person_id, "application_id": application_id}
    return await door.page(views.list_questions, wanted, unassigned, paging=paging)


@router.post("/questions", status_code=201, response_model=QuestionOut, operation_id="ask_question")
async def ask_question(body: commands.NewQuestion, door: Asker) -> Response:
    """Ask the committee; the one that answers follows from the application and its dates."""
    assert isinstance(door.runtime.settings, NotificationsSettings)
    command = commands.AskQuestion(body, door.runtime.settings.answer_rules())
    return await door.execute(
        handlers.ask_question, command, status=201, location=lambda out: f"/v1/questions/{out.id}"
    )


@router.get(ONE, response_model=ConversationOut, operation_id="get_question")
async def get_question(question_id: UUID, door: Anybody) -> Response:
    """One question with its conversation."""
    return await door.read(views.get_question, question_id)


@router.get(
    ONE + "/files/{file_id}", response_class=Response, operation_id="download_question_file",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def download_file(question_id: UUID, file_id: UUID, door: Anybody) -> Response:
    """An attachment, to be saved: it is never shown in place, whatever it claims to be."""
    file = await door.runtime.read(views.question_file, question_id, file_id, caller=door.caller)
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", file.name or "attachment")
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(file.name or 'attachment', safe='')}"
    headers = {
        "Content-Disposition": f"attachment; {name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type="application/octet-stream", headers=headers)


@router.post(ONE + "/answers", status_code=201, response_model=QuestionOut, operation_id="answer_question")
async def answer_question(question_id: UUID, body: commands.NewAnswer, door: Manager) -> Response:
    """Answer by e-mail in the same thread, in the committee's name; the clock stops."""
    return await door.execute(handlers.answer_question, commands.AnswerQuestion(question_id, body), status=201)


@router.post(ONE + "/closure", response_model=QuestionOut, operation_id="close_question")
async def close_question(question_id: UUID, door: Manager) -> Response:
    """Nothing more is expected; a new message of the person opens it again."""
    return await door.execute(handlers.close_question, commands.CloseQuestion(question_id))


@router.post(ONE + "/reopening", response_model=QuestionOut, operation_id="reopen_question")
async def reopen_question(question_id: UUID, door: Manager) -> Response:
    """An answer is due once more, in as many working hours as the first time."""
    assert isinstance(door.runtime.settings, NotificationsSettings)
    command = commands.ReopenQuestion(question_id, door.runtime.settings.answer_rules())
    return await door.execute(handlers.reopen_question, command)


@router.post(ONE + "/assignment", response_model=QuestionOut, operation_id="assign_question")
async def assign_question(question_id: UUID, body: commands.Assignment, door: Manager) -> Response:
    """To a colleague, to the other committee, or a stranger's question to its application."""
    return await door.execute(handlers.assign_question, commands.AssignQuestion(question_id, body))


@router.get("/arrivals", response_model=PageOf[ArrivalOut], operation_id="list_arrivals")
async def list_arrivals(
    door: Watcher,
    paging: Paging,
    outcome: Annotated[str | None, Query(description="Only what was taken for this", max_length=80)] = None,
) -> Response:
    """Everything that came in, and what it was taken for; without words and addresses."""
    return await door.page(views.list_arrivals, outcome, paging=paging)
