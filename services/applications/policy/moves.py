"""The state machine of an application: which moves there are, who may make them, and what follows for the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

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
    """A line of the state machine: from where, by whom, to where."""

    name: str
    sources: frozenset[Status]
    target: Status
    roles: frozenset[Role]


def _move(name: str, sources: Iterable[Status], target: Status, *roles: Role) -> tuple[str, Move]:
    return name, Move(name, frozenset(sources), target, frozenset(roles))


MOVES: dict[str, Move] = dict(
    (
        _move("accept", {Status.open}, Status.accepted, Role.hosting_manager),
        _move("reject", {Status.open, Status.accepted}, Status.rejected, Role.hosting_manager),
        _move("withdraw", BEFORE_APPROVAL, Status.withdrawn, Role.participant),
        _move("sign", {Status.accepted}, Status.in_progress, Role.participant),
        _move("approve", {Status.in_progress}, Status.approved, Role.sending_manager, Role.hosting_manager),
        _move("change_dates", {Status.approved, Status.realized}, Status.approved, Role.hosting_manager),
        _move("realize", {Status.approved}, Status.realized, Role.hosting_manager),
        _move("complete", {Status.realized}, Status.completed, Role.service),
    )
)


OURS = frozenset(
    {
        RejectionReason.position_filled,
        RejectionReason.partner_unresponsive,
        RejectionReason.organisation_unresponsive,
        RejectionReason.project_cancelled,
    }
)


def possible_moves(status: Status, role: Role) -> list[str]:
    """The moves that this role may make from this status."""
    return [move.name for move in MOVES.values() if status in move.sources and role in move.roles]


def check_move(name: str, status: Status, role: Role) -> Move:
    """The move, or a refusal that says what is possible instead (A1)."""
    move = MOVES[name]
    if role not in move.roles:
        raise Forbidden(f"A {role.value.replace('_', ' ')} may not {name.replace('_', ' ')} an application.")
    if status not in move.sources:
        raise Conflict(
            f"It is {status.value.replace('_', ' ')}; only {_either(move.sources)} can be moved by “{name}”.",
            code="illegal-move",
            extra={"status": status.value, "possible_moves": possible_moves(status, role)},
        )
    return move


def _either(sources: Iterable[Status]) -> str:
    return " or ".join(status.value.replace("_", " ") for status in ORDER if status in sources)


def person_status(applications: Iterable[Status]) -> Status:
    """A person's status: the furthest live application; with none live, completed if one ended so, else open."""
    seen = set(applications)
    live = [status for status in ORDER if status in seen & LIVE]
    if live:
        return live[-1]
    return Status.completed if Status.completed in seen else Status.open


def completion_moment(end_on: date) -> datetime:
    """Local wall time at which an experience completes: the first minute of the day after its last day."""
    return datetime.combine(end_on + timedelta(days=1), time(0))


def rejected_by_us(reason: RejectionReason) -> bool:
    """Whether a rejection is our side's cause and says nothing about the candidate."""
    return reason in OURS
