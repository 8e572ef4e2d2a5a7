"""The life of a membership: from applying to leaving, as a table of moves; and the tree that members work in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.access import MANAGERS, Role
from shared.contracts.applications import EntityKind
from shared.errors import Conflict, FieldError


class MemberRole(StrEnum):
    """What somebody does in a committee."""

    member = "member"
    ep_manager = "ep_manager"
    opportunity_manager = "opportunity_manager"
    team_leader = "team_leader"
    vice_president = "vice_president"
    president = "president"
    alumnus = "alumnus"


class MemberStatus(StrEnum):
    """How far a membership is."""

    applied = "applied"
    selected = "selected"
    active = "active"
    left = "left"


@dataclass(frozen=True, slots=True)
class MemberMove:
    """A line of the table: from where, to where, by whom."""

    sources: tuple[MemberStatus, ...]
    target: MemberStatus
    roles: frozenset[Role]


APPLIED, SELECTED, ACTIVE, LEFT = MemberStatus
MEMBER_MOVES: dict[str, MemberMove] = {
    "select": MemberMove((APPLIED,), SELECTED, MANAGERS),
    "activate": MemberMove((SELECTED,), ACTIVE, MANAGERS),
    "leave": MemberMove((APPLIED, SELECTED, ACTIVE), LEFT, MANAGERS | {Role.participant}),
}
# Which kind of committee stands below which; the world stands below none.
ABOVE: dict[EntityKind, EntityKind | None] = {
    EntityKind.world: None,
    EntityKind.national: EntityKind.world,
    EntityKind.local: EntityKind.national,
}


def possible_member_moves(status: MemberStatus, role: Role) -> list[str]:
    """The moves that this role may make from this status."""
    return [name for name, move in MEMBER_MOVES.items() if status in move.sources and role in move.roles]


def check_member_move(name: str, status: MemberStatus, role: Role) -> MemberMove:
    """The move, or a refusal that says what is possible instead."""
    move = MEMBER_MOVES[name]
    if status not in move.sources:
        allowed = " or ".join(source.value for source in move.sources)
        raise Conflict(
            f"The membership is {status.value}; only one that is {allowed} can be moved by “{name}”.",
            code="illegal-move",
            extra={"status": status.value, "possible_moves": possible_member_moves(status, role)},
        )
    return move


def period_errors(from_on: date | None, to_on: date | None) -> list[FieldError]:
    """Why these dates are no period of a membership."""
    if from_on and to_on and to_on < from_on:
        return [FieldError("#/to_on", "is before the first day")]
    return []


def place_errors(kind: EntityKind, above: EntityKind | None) -> list[FieldError]:
    """Why a committee of this kind can't stand there: global, then national, then local."""
    wanted = ABOVE[kind]
    if above == wanted:
        return []
    text = "has no entity above it" if wanted is None else f"stands below a {wanted.value} entity"
    return [FieldError("#/parent_id", f"a {kind.value} entity {text}")]
