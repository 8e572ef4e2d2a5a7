"""What is done with a quality case: acknowledged, solved, contested, handed over, closed, opened again."""

from uuid import UUID

from services.surveys.commands import AcknowledgeCase, CloseCase, ContestCase, HandOverCase, ReopenCase, SolveCase
from services.surveys.handlers.case_clocks import (
    ACKNOWLEDGEMENT,
    about,
    begin_acknowledgement,
    begin_level,
    end_terms,
    missing,
    move_decision,
    reckon,
    rise,
    round_of,
    sides_of,
)
from services.surveys.handlers.case_talk import say_written, write
from services.surveys.handlers.occasions import settle_case
from services.surveys.model import Case, cases_of
from services.surveys.policy.cases import (
    CaseState,
    check_acknowledge,
    check_contest,
    check_goes_on,
    check_hand_over,
    check_reopen,
    side_of,
)
from services.surveys.policy.escalation import Level, Why, check_decides
from services.surveys.policy.talk import Author, MessageKind, author_of, is_customer
from services.surveys.schemas import CaseOut
from services.surveys.settings import limits
from services.surveys.views import case_by_token
from shared.contracts.cases import QualityCaseAcknowledged, QualityCaseReopened
from shared.contracts.surveys import QualityCaseClosed
from shared.errors import Conflict
from shared.storage.tx import Uow


async def seen_case(uow: Uow, case_id: UUID) -> Case:
    """The case, locked, seen by the caller, of the version that the caller saw."""
    case = await uow.get(Case, case_id, cases_of(uow.caller), lock=True)
    uow.expect(case.version)
    return case


async def case_and_author(uow: Uow, case_id: UUID | None, token: str | None) -> tuple[Case, Author]:
    """The case and the part of who acts: by the personal link the customer, else by the caller's role."""
    if token is not None:
        return await case_by_token(uow, token, lock=True)
    assert case_id is not None
    return await seen_case(uow, case_id), author_of(uow.caller.role)


async def acknowledge_case(uow: Uow, command: AcknowledgeCase) -> CaseOut:
    """One of the two entities has seen the case; its clock stops."""
    case = await seen_case(uow, command.case_id)
    side = side_of(uow.caller.role)
    check_acknowledge(case.state, getattr(case, f"{side}_acknowledged_at") is not None, side)
    uow.change(case, **{f"{side}_acknowledged_at": uow.now})
    await uow.cancel(ACKNOWLEDGEMENT, case.id, round_of(case, side), why="acknowledged")
    if not missing(case):
        await uow.cancel(ACKNOWLEDGEMENT, case.id, why="acknowledged by both")
        if case.state is CaseState.open:
            case.state = CaseState.acknowledged
        said = about(case) | {"in_time": not case.overdue}
        uow.say(QualityCaseAcknowledged.model_validate(said))
    reckon(case)
    uow.note("acknowledge_case", case.id, after={"side": side, "state": case.state})
    return CaseOut.model_validate(case)


async def solve_case(uow: Uow, command: SolveCase) -> CaseOut:
    """The written solution, or a board's decision: the term ends, and the customer reads it."""
    case = await seen_case(uow, command.case_id)
    check_goes_on(case.state)
    check_decides(case.level, case.owner, uow.caller.role)
    before = {"state": case.state}
    message = write(uow, case, author_of(uow.caller.role), command.text, MessageKind.solution)
    await end_terms(uow, case, "solved")
    uow.change(case, solution=command.text, solved_at=uow.now, state=CaseState.answered)
    reckon(case)
    say_written(uow, case, message)
    uow.note("solve_case", case.id, before=before, after={"state": case.state, "level": case.level})
    return CaseOut.model_validate(case)


async def answer_as_board(uow: Uow, command: SolveCase) -> CaseOut:
    """A control board's answer to the case: its time to decide begins."""
    case = await seen_case(uow, command.case_id)
    check_goes_on(case.state)
    check_decides(case.level, case.owner, uow.caller.role)
    if case.level is not Level.control_boards or case.answered_at is not None or case.state is CaseState.answered:
        raise Conflict("No control board owes an answer.", code="no-answer-owed")
    message = write(uow, case, author_of(uow.caller.role), command.text, MessageKind.answer)
    await move_decision(uow, case)
    uow.change(case)
    reckon(case)
    say_written(uow, case, message)
    uow.note("answer_case", case.id, after={"level": case.level})
    return CaseOut.model_validate(case)


async def contest_case(uow: Uow, command: ContestCase) -> CaseOut:
    """Somebody takes the case higher, and says why."""
    case, author = await case_and_author(uow, command.case_id, command.token)
    check_contest(case.state, case.late or case.overdue, is_customer(author))
    write(uow, case, author, command.reason, MessageKind.contest)
    await rise(uow, case, Why.contested)
    return CaseOut.model_validate(case)


async def hand_over_case(uow: Uow, command: HandOverCase) -> CaseOut:
    """The other side owns the case from now on; its clocks run on."""
    case = await seen_case(uow, command.case_id)
    check_goes_on(case.state)
    check_hand_over(case.owner, command.to, sides_of(case), uow.caller.role)
    before = {"owner": case.owner}
    write(uow, case, author_of(uow.caller.role), command.reason, MessageKind.message, internal=True)
    uow.change(case, owner=command.to)
    uow.note("hand_over_case", case.id, before=before, after={"owner": case.owner})
    return CaseOut.model_validate(case)


async def close_case(uow: Uow, command: CloseCase) -> CaseOut:
    """Who decides says how it ended. The words stay in this room: they may name people."""
    case = await seen_case(uow, command.case_id)
    check_decides(case.level, case.owner, uow.caller.role)
    check_goes_on(case.state)
    before = {"state": case.state}
    await end_terms(uow, case, "closed")
    await uow.cancel(ACKNOWLEDGEMENT, case.id, why="closed")
    closed = {"state": CaseState.closed, "outcome": command.outcome, "note": command.note, "closed_at": uow.now}
    uow.change(case, **closed)
    reckon(case)
    uow.say(QualityCaseClosed.model_validate(about(case) | {"outcome": command.outcome}))
    uow.note("close_case", case.id, reason=command.outcome, before=before, after={"state": case.state})
    await settle_case(uow, case)
    return CaseOut.model_validate(case)


async def reopen_case(uow: Uow, command: ReopenCase) -> CaseOut:
    """It isn't over: the case goes on at its level, and all clocks begin anew."""
    case, author = await case_and_author(uow, command.case_id, command.token)
    check_reopen(case.state, case.closed_at, uow.now, limits().reopen_days)
    before = {"state": case.state, "outcome": case.outcome}
    write(uow, case, author, command.reason, MessageKind.reopening)
    uow.change(case, state=CaseState.open, outcome=None, closed_at=None, reopened_at=uow.now, overdue=False, late=False)
    await begin_level(uow, case, case.level)
    await begin_acknowledgement(uow, case)
    reckon(case)
    said = {"owner": case.owner, "level": case.level, "acknowledge_by": case.acknowledge_by}
    uow.say(QualityCaseReopened.model_validate(about(case) | said))
    uow.note("reopen_case", case.id, before=before, after={"state": case.state})
    await settle_case(uow, case)
    return CaseOut.model_validate(case)
