"""Human tasks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody, Application, ManagerChanges
from services.notifications.policy import TaskState
from services.notifications.schemas import TaskOut
from services.notifications.views.tasks import TaskFilter
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Slug

router = APIRouter(prefix="/v1", tags=["tasks"])


@router.get("/tasks", response_model=PageOf[TaskOut], operation_id="list_tasks")
async def list_tasks(
    door: Anybody,
    paging: Paging,
    state: Annotated[TaskState | None, Query(description="Only in this state")] = None,
    overdue: Annotated[bool | None, Query(description="Only open ones whose day has passed, or only others")] = None,
    mine: Annotated[bool | None, Query(description="Only those that the caller has taken, or only others")] = None,
    code: Annotated[Slug | None, Query(description="Only this touchpoint of the plan")] = None,
    application_id: Application = None,
    person_id: Annotated[UUID | None, Query(description="Only about this person")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only about this enabler")] = None,
) -> Response:
    """What the caller's committees have to do, had to do, and who took it."""
    wanted = TaskFilter(state, overdue, mine, code, application_id, person_id, enabler_id)
    return await door.page(views.list_tasks, wanted, paging=paging)


@router.get("/tasks/{task_id}", response_model=TaskOut, operation_id="get_task")
async def get_task(task_id: UUID, door: Anybody) -> Response:
    """One task; its version is what taking and ticking it name."""
    return await door.read(views.get_task, task_id)


@router.post("/tasks/{task_id}/taking", response_model=TaskOut, operation_id="take_task")
async def take_task(task_id: UUID, body: commands.Taking, door: ManagerChanges) -> Response:
    """It is the caller's to do from now on, or that of a member of the committee; reminders go there."""
    return await door.execute(handlers.take_task, commands.TakeTask(task_id, body.member_id))


@router.post("/tasks/{task_id}/done", response_model=TaskOut, operation_id="tick_task")
async def tick_task(task_id: UUID, body: commands.Ticking, door: ManagerChanges) -> Response:
    """It is done, with a word of evidence. What is recorded elsewhere (paid, signed, interviewed) closes by itself."""
    return await door.execute(handlers.tick_task, commands.TickTask(task_id, body.note))


@router.post("/tasks/{task_id}/undo", response_model=TaskOut, operation_id="undo_task")
async def undo_task(task_id: UUID, door: ManagerChanges) -> Response:
    """It was ticked by mistake: open again, its days are counted from today."""
    return await door.execute(handlers.undo_task, commands.UndoTask(task_id))
