"""Many applications in one go: the single moves, each as if it were asked for alone, in one transaction."""

from uuid import UUID

from services.applications import commands
from services.applications.commands.bulk import BulkItem, BulkMode, BulkMove, MoveMany
from services.applications.handlers.applications import accept_application
from services.applications.handlers.exits import reject_application
from services.applications.schemas import ApplicationOut
from services.applications.schemas.bulk import BulkItemOut, BulkOut, BulkProblem
from shared.errors import Conflict, FieldError, Refusal
from shared.storage.trouble import Trouble, diagnose
from shared.storage.tx import Uow


async def move_many(uow: Uow, command: MoveMany) -> BulkOut:
    """Locked in the order of their ids, so that two of these never wait for each other.

    `all`: one refusal undoes all, and tells of every one. `report`: what is refused stays as it was.
    """
    found: dict[UUID, BulkItemOut] = {}
    for item in sorted(command.items, key=lambda item: item.id):
        found[item.id] = await _attempt(uow, command, item)
    items = [found[item.id] for item in command.items]
    refused = sum(not item.done for item in items)
    if refused and command.mode is BulkMode.all:
        raise _all_refused(items, refused)
    return BulkOut(done=len(items) - refused, refused=refused, items=items)


async def _attempt(uow: Uow, command: MoveMany, item: BulkItem) -> BulkItemOut:
    """One of them; what it changed before it was refused is undone."""
    uow.expected = item.version
    try:
        async with uow.attempt():
            row = await _move(uow, command, item.id)
    except Refusal as refusal:
        return BulkItemOut(id=item.id, done=False, problem=_problem(refusal))
    except Exception as error:
        if diagnose(error) is not Trouble.clash:
            raise
        return BulkItemOut(id=item.id, done=False, problem=_problem(Conflict("It clashes with what is there already.")))
    return BulkItemOut(id=row.id, done=True, application_status=row.status, version_now=row.version)


async def _move(uow: Uow, command: MoveMany, application_id: UUID) -> ApplicationOut:
    if command.move is BulkMove.accept:
        return await accept_application(uow, commands.AcceptApplication(application_id))
    assert command.reason is not None
    return await reject_application(uow, commands.RejectApplication(application_id, command.reason))


def _problem(refusal: Refusal) -> BulkProblem:
    code = f"/problems/{refusal.code}"
    return BulkProblem(type=code, title=refusal.title, status=refusal.status, detail=refusal.detail)


def _all_refused(items: list[BulkItemOut], refused: int) -> Conflict:
    errors = [
        FieldError(f"#/items/{place}", item.problem.detail or item.problem.title)
        for place, item in enumerate(items)
        if item.problem
    ]
    told = [item.model_dump(mode="json", include={"id", "problem"}) for item in items if not item.done]
    return Conflict(
        f"{refused} of {len(items)} can't be moved, so none was.", code="bulk-refused", errors=errors[:50],
        extra={"items": told},
    )  # fmt: skip
