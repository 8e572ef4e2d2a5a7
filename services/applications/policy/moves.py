"""The state machine of an application, as data in one table: which moves there are, who may make them, what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.applications.policy.reasons import (
    BreakReason,
    DeclineReason,
    NoteBreakReason,
    RealizationBreakReason,
    WithdrawalReason,
)
from shared.access import Role
from shared.contracts.applications import RejectionReason
from shared.errors import Conflict, Forbidden


class Status(StrEnum):
    """Status of one application, in the words of the exchange system; the last five are exits."""

    open = "open"
    accepted = "accepted"
    in_progress = "in_progress"
    approved = "approved"
    realized = "realized"
    completed = "completed"
    rejected = "rejected"
    withdrawn = "withdrawn"
    declined = "declined"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"


ORDER = (Status.open, Status.accepted, Status.in_progress, Status.approved, Status.realized, Status.completed)
LIVE = frozenset({Status.open, Status.accepted, Status.in_progress, Status.approved, Status.realized})
SIGNED = frozenset({Status.in_progress, Status.approved, Status.realized})
BEFORE_APPROVAL = frozenset({Status.open, Status.accepted, Status.in_progress})


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the state machine: from where, by whom, to where (None: it stays), if what holds, and what follows.

    `guard` names a function of `guards.py`, `effect` one of the room's effects, `route` the last part of the address
    at which the move is made; `reasons` is the list that its reason comes from.
    """

    name: str
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    effect: str
    guard: str = "always"
    reasons: type[StrEnum] | None = None
    route: str | None = None


S, EP, SE, HE, CALENDAR = Status, Role.participant, Role.sending_manager, Role.hosting_manager, Role.service
STAY = {S.approved, S.realized}


def _move(
    name: str, sources: set[Status] | frozenset[Status], target: Status | None, *roles: Role, **rest: object
) -> Move:
    return Move(name, frozenset(sources), target, frozenset(roles), **rest)  # type: ignore[arg-type]


# fmt: off
TABLE = (
    _move("accept", {S.open}, S.accepted, HE, effect="offer_note", route="acceptance"),
    _move("reject", {S.open, S.accepted}, S.rejected, HE,
          effect="end", reasons=RejectionReason, route="rejection"),
    _move("withdraw", BEFORE_APPROVAL, S.withdrawn, EP,
          effect="end", reasons=WithdrawalReason, route="withdrawal"),
    _move("decline", {S.accepted}, S.declined, EP, effect="end", reasons=DeclineReason, route="refusal"),
    _move("sign", {S.accepted}, S.in_progress, EP,
          guard="no_other_note", effect="await_approvals", route="acceptance-note"),
    _move("break_note", {S.in_progress}, S.withdrawn, SE, HE,
          effect="end", reasons=NoteBreakReason, route="acceptance-note-break"),
    _move("approve", {S.in_progress}, S.approved, SE, HE,
          guard="approvable", effect="take_opening", route="approval"),
    _move("break_approval", {S.approved}, S.approval_broken, EP, SE, HE,
          effect="give_back_opening", reasons=BreakReason, route="approval-break"),
    _move("realize", {S.approved}, S.realized, HE,
          guard="begun", effect="await_completion", route="realization"),
    _move("break_realization", {S.realized}, S.realization_broken, SE, HE,
          effect="give_back_opening", reasons=RealizationBreakReason, route="realization-break"),
    _move("complete", {S.realized}, S.completed, CALENDAR, guard="over", effect="close"),
    _move("postpone", {S.approved}, None, HE, effect="move_dates", route="postponement"),
    _move("extend", STAY, None, HE, effect="move_dates", route="extension"),
    _move("finish_early", STAY, None, HE, effect="move_dates", route="early-finish"),
    _move("unreject", {S.rejected}, S.open, HE, guard="reopenable", effect="start_over", route="un-rejection"),
    _move("reopen", {S.withdrawn, S.declined}, S.open, EP,
          guard="reopenable", effect="start_over", route="reopening"),
    _move("reinstate", {S.approval_broken, S.realization_broken}, S.in_progress, SE, HE,
          guard="reinstatable", effect="approve_anew", route="reinstatement"),
)
# fmt: on
EFFECTS = {
    "offer_note": "the EP may sign the acceptance note",
    "end": "approvals lapse",
    "await_approvals": "both sides are to approve the terms that were signed",
    "take_opening": (
        "the side's approval is kept; with both, an opening is taken from slot and opportunity, and the EP's other"
        " live applications are withdrawn (unless the room is set otherwise)"
    ),
    "give_back_opening": "the opening is given back, the completion is cancelled",
    "await_completion": "it completes by itself one day after the end",
    "close": "the stay is over",
    "move_dates": "everything that hangs on the dates moves, the completion with it",
    "start_over": "as if just submitted, on the terms that stand today",
    "approve_anew": "both sides are to approve again, on the terms that stand today; a break that is repaired is void",
}
MOVES: dict[str, Move] = {move.name: move for move in TABLE}


def possible_moves(status: Status, role: Role) -> list[str]:
    """The moves that this role may make from this status, as far as status and role tell."""
    return [move.name for move in TABLE if status in move.sources and role in move.roles]


def check_move(name: str, status: Status, role: Role) -> Move:
    """The move, or a refusal that says what is possible instead (A1)."""
    move = MOVES[name]
    if role not in move.roles:
        raise Forbidden(wrong_role(move, role))
    if status not in move.sources:
        raise Conflict(
            wrong_status(move, status),
            code="illegal-move",
            extra={"status": status.value, "possible_moves": possible_moves(status, role)},
        )
    return move


def wrong_role(move: Move, role: Role) -> str:
    return f"A {_words(role)} may not {_words(move.name)} an application."


def wrong_status(move: Move, status: Status) -> str:
    either = " or ".join(_words(source) for source in Status if source in move.sources)
    return f"It is {_words(status)}; only {either} can be moved by “{move.name}”."


def _words(code: str) -> str:
    return code.replace("_", " ")


def person_status(applications: Iterable[Status]) -> Status:
    """A person's status: the furthest live application; with none live, completed if the last that ended did, or open.

    Those that have ended come in the order in which they did.
    """
    found = list(applications)
    live = [status for status in ORDER if status in LIVE and status in found]
    if live:
        return live[-1]
    return Status.completed if found and found[-1] is Status.completed else Status.open


def dates_move(start_on: date, end_on: date, new_start: date, new_end: date) -> str:
    """Which move makes these dates of those; the same dates once more extend by nothing."""
    if new_start != start_on:
        return "postpone"
    return "extend" if new_end >= end_on else "finish_early"


def completion_moment(end_on: date) -> datetime:
    """Local wall time at which an experience completes: the first minute of the day after its last day."""
    return datetime.combine(end_on + timedelta(days=1), time(0))
