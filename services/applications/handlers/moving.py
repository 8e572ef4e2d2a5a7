"""What all moves share: the locked row, its guard, the change with its memory, and the clear word of a constraint."""

from datetime import date
from typing import Any
from uuid import UUID

from services.applications.handlers.requirements import open_requirements
from services.applications.model import Application, ApplicationState, applications_of
from services.applications.policy import LOOKS_AROUND, MOVES, SIDES, Move, Status, check_guard, check_move
from services.applications.views import situation_of
from shared.contracts.fields import Side
from shared.errors import Conflict
from shared.storage.trouble import Trouble, diagnose
from shared.storage.tx import Uow

CLASHES = {
    "application_one_signed_an": (
        "an-signed",
        "Another acceptance note is signed already; withdraw that application first.",
    ),
    "application_once_per_opportunity": (
        "applied-again",
        "There is another live application for this opportunity already.",
    ),
}


def about(row: Application) -> dict[str, Any]:
    """The ids that every fact of an application carries."""
    names = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    return {"application_id": row.id} | {name: getattr(row, name) for name in names}


def experience(row: Application) -> dict[str, Any]:
    """The same with the dates of the stay."""
    return about(row) | {name: getattr(row, name) for name in ("product", "start_on", "end_on", "zone", "country")}


def side_of(uow: Uow) -> Side | None:
    """The caller's side; None for the EP and for the system."""
    return SIDES.get(uow.caller.role)


async def open_row(uow: Uow, application_id: UUID, move: str) -> Application:
    """The application, locked, seen by the caller, of the version that the caller saw, and in a state for this move."""
    row = await uow.get(Application, application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    check_move(move, Status(row.status), uow.caller.role)
    return row


async def guarded(uow: Uow, row: Application, name: str, terms: str | None = None) -> Move:
    """The move, when its guard lets it through; `terms` are those that the caller named."""
    move = MOVES[name]
    check_guard(move, await situation_of(uow, row, terms, around=move.guard in LOOKS_AROUND))
    return move


async def moved(
    uow: Uow, row: Application, action: str, status: Status, reason: str | None = None,
    effective_on: date | None = None, **values: Any,
) -> Application:  # fmt: skip
    """Change the status (and `values`), remember it, and note who did it, from what to what, and why."""
    before = {"status": row.status}
    uow.change(row, status=status, reason=reason, **values)
    remember(uow, row, effective_on)
    uow.note(action, row.id, reason=reason, before=before, after={"status": status})
    await written(uow)
    await open_requirements(uow, row, status, before["status"])
    return row


def remember(uow: Uow, row: Application, effective_on: date | None = None) -> None:
    """Append what the application is from now on; in reports it counts on `effective_on` (else today at the host)."""
    names = ApplicationState.model_fields.keys() & Application.model_fields.keys() - {"id"}
    state = {name: getattr(row, name) for name in names}
    day = effective_on or uow.today(row.zone)
    uow.add(ApplicationState(application_id=row.id, recorded_at=uow.now, effective_on=day, **state))


async def written(uow: Uow) -> None:
    """Write the rows now: two requests at the same moment may both have passed a guard that a constraint holds."""
    try:
        await uow.flush()
    except Exception as error:
        known = CLASHES.get(getattr(error, "constraint_name", None) or "")
        if known is None or diagnose(error) is not Trouble.clash:
            raise
        raise Conflict(known[1], code=known[0]) from error
