"""What the managers of the delivering side say of a standard; the board follows in the same transaction."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.notifications.commands import DemandStandard, EvaluateStandards, Finding, StateStandard, WaiveStandard
from services.notifications.handlers.standards import about_standard, hold, settle_standards
from services.notifications.handlers.tasks import close_by
from services.notifications.model import Board, Obligation, Touchpoint, boards_of
from services.notifications.plan.standards import catalogue
from services.notifications.policy import Happening, Kind
from services.notifications.policy.board import Kept
from services.notifications.policy.standards import Standard
from services.notifications.schemas import EvaluationOut, StandardOut
from services.notifications.views.standards import WAIVABLE, get_board, standard_out
from shared.access import Role
from shared.contracts import notifications as said
from shared.contracts.fields import Side
from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from shared.storage.tx import Uow

SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}


async def waive_standard(uow: Uow, command: WaiveStandard) -> StandardOut:
    """It isn't needed this time: who says so, and why. The EP's yes or no stands above it."""
    board, row = await _held(uow, command.application_id, command.standard)
    _waivable(row)
    _waive(uow, board, row, command.why)
    return await _settled(uow, board, row)


async def demand_standard(uow: Uow, command: DemandStandard) -> StandardOut:
    """It is needed after all."""
    board, row = await _held(uow, command.application_id, command.standard)
    if row.waived_at is None:
        raise Conflict("Nobody said that it isn't needed.", code="standard-state", extra={"state": row.state})
    uow.change(row, waived_at=None, waived_by=None, waived_why=None)
    uow.say(said.StandardDemanded(**about_standard(board, row), side=SIDES[uow.caller.role]))
    uow.note("demand_standard", board.id, after={"standard": row.standard})
    return await _settled(uow, board, row)


async def state_standard(uow: Uow, command: StateStandard) -> StandardOut:
    """The provider's word: kept, on this day; or not kept, whatever was sent: then it agrees with an EP who says no."""
    board, row = await _held(uow, command.application_id, command.standard)
    _state(uow, board, row, command.kept, _day(uow, board, command.on), command.why)
    return await _settled(uow, board, row)


async def evaluate_standards(uow: Uow, command: EvaluateStandards) -> EvaluationOut:
    """The evaluation of an experience in one go: what is so already stays; all reasons against it are said at once."""
    await uow.get(Board, command.application_id, boards_of(uow.caller))
    if uow.caller.role is Role.hosting_manager:
        await _end_task(uow, command.application_id)
    board = await _board(uow, command.application_id)
    uow.expect(board.version)
    rows = {row.standard: row for row in await uow.all(Obligation, application_id=board.id, lock=True)}
    _check(uow, command, rows)
    on = _day(uow, board, command.on)
    changed = []
    for code, finding in command.findings.items():
        row = rows[code]
        if not _new(row, finding):
            continue
        changed.append(code)
        if finding is Finding.not_needed:
            _waive(uow, board, row, command.why)
        else:
            _state(uow, board, row, finding is Finding.kept, on, command.why)
    uow.note("evaluate_standards", board.id, after={"standards": sorted(command.findings)})
    await uow.flush()
    await settle_standards(uow, board.id)
    shown = await get_board(uow, board.id)
    return EvaluationOut(changed=changed, board=shown, version=shown.version)


async def _end_task(uow: Uow, application_id: UUID) -> None:
    """Whoever was to evaluate has done so. Tasks are locked before boards, as when one is ticked."""
    held = await uow.rows(select(Touchpoint).where(Touchpoint.subject == application_id, Touchpoint.kind == Kind.task))
    for touchpoint in held:
        await close_by(uow, touchpoint, Happening.standards_evaluated)
    await uow.flush()


def _check(uow: Uow, command: EvaluateStandards, rows: dict[str, Obligation]) -> None:
    unknown = [code for code in command.findings if code not in rows]
    if unknown:
        raise Invalid(errors=[FieldError(f"#/standards/{code}", "There is no such standard.") for code in unknown])
    foreign = [code for code in command.findings if not _standard(code).stated_by(uow.caller.role)]
    if foreign:
        errors = [FieldError(f"#/standards/{code}", "is the other side's to evaluate") for code in foreign]
        raise Forbidden("Some of these standards are the other side's.", errors=errors)
    waived = [code for code, found in command.findings.items() if found is Finding.not_needed]
    judged = [code for code in waived if rows[code].state not in (*WAIVABLE, Kept.not_needed)]
    if judged:
        raise Invalid(errors=[FieldError(f"#/standards/{code}", f"It is {rows[code].state}.") for code in judged])


def _new(row: Obligation, finding: Finding) -> bool:
    if finding is Finding.not_needed:
        return row.state is not Kept.not_needed
    done = row.done_on is not None
    return not done if finding is Finding.kept else (done or row.stated is not False)


async def _board(uow: Uow, application_id: UUID) -> Board:
    """The board, locked behind its due row, if it is the caller's and still open."""
    await uow.get(Board, application_id, boards_of(uow.caller))
    board = (await hold(uow, [application_id]))[application_id]
    if board.broken is not None:
        raise Conflict("The experience ended before its time.", code="board-closed", extra={"broken": board.broken})
    if board.closed_at is not None:
        raise Conflict("The figure of this experience is final.", code="board-closed")
    return board


async def _held(uow: Uow, application_id: UUID, code: str) -> tuple[Board, Obligation]:
    """Board and standard, of the version that the caller saw."""
    board = await _board(uow, application_id)
    row = await uow.find(Obligation, application_id=application_id, standard=code, lock=True)
    if row is None:
        raise NotFound(f"The experience has no standard “{code}”.")
    uow.expect(row.version)
    standard = _standard(code)
    if not standard.stated_by(uow.caller.role):
        owners = " and ".join(side.value for side in standard.delivered_by)
        raise Forbidden(f"“{code}” is delivered by the {owners} side: its manager speaks for it.")
    return board, row


def _standard(code: str) -> Standard:
    found = catalogue().find(code)
    assert found is not None
    return found


def _waivable(row: Obligation) -> None:
    if row.state not in WAIVABLE:
        raise Conflict(f"It is {row.state}.", code="standard-state", extra={"state": row.state})


def _waive(uow: Uow, board: Board, row: Obligation, why: str) -> None:
    uow.change(row, waived_at=uow.now, waived_by=uow.caller.subject, waived_why=why)
    uow.say(said.StandardWaived(**about_standard(board, row), side=SIDES[uow.caller.role]))
    uow.note("waive_standard", board.id, after={"standard": row.standard})


def _state(uow: Uow, board: Board, row: Obligation, kept: bool, on: date, why: str) -> None:
    values: dict[str, Any] = {"stated": kept, "stated_on": on if kept else None, "stated_at": uow.now}
    uow.change(row, **values, stated_by=uow.caller.subject, stated_why=why)
    uow.note("state_standard", board.id, after={"standard": row.standard, "kept": kept})


def _day(uow: Uow, board: Board, on: date | None) -> date:
    today = uow.today(board.zone)
    if on is not None and on > today:
        raise Invalid(errors=[FieldError("#/on", "it lies ahead")])
    return on or today


async def _settled(uow: Uow, board: Board, row: Obligation) -> StandardOut:
    await uow.flush()
    await settle_standards(uow, board.id)
    await uow.flush()
    return standard_out(board, row, uow.caller.role)
