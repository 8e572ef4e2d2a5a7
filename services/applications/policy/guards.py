"""What must hold for a move beyond status and role: pure guards over one picture of the situation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.applications.policy.moves import Move, Status, possible_moves, wrong_role, wrong_status
from shared.access import Role
from shared.contracts.fields import Side
from shared.errors import Conflict

SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}


@dataclass(frozen=True, slots=True)
class Situation:
    """All that guards look at: the application, who asks, and what stands around it."""

    status: Status
    role: Role
    today: date  # at the host
    start_on: date
    end_on: date
    terms: str
    approved: frozenset[Side] = frozenset()
    unmet: tuple[str, ...] = ()  # kinds of requirements that are open and due before the approval
    openings: int = 1  # what is left of the slot and of the opportunity, the lesser
    offered: bool = True  # the opportunity is open and the slot takes applications
    signed_elsewhere: bool = False
    applied_again: bool = False  # another live application of this person for the same opportunity
    named_terms: str | None = None  # those that the caller has read


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a move isn't possible now; `code` and `extra` are those of the problem that making it would answer."""

    code: str
    detail: str
    extra: Mapping[str, Any] = field(default_factory=dict)


Guard = Callable[[Situation], Refused | None]


def always(_: Situation) -> Refused | None:
    """Nothing more than status and role."""
    return None


def no_other_note(here: Situation) -> Refused | None:
    """The terms stand as they were read, and the EP has signed no other acceptance note."""
    if here.signed_elsewhere:
        return Refused("an-signed", "Another acceptance note is signed already; withdraw that application first.")
    return _same_terms(here)


def approvable(here: Situation) -> Refused | None:
    """Each side approves terms that stand, once; the second approval wants all requirements met and an opening."""
    if refused := _same_terms(here):
        return refused
    side = SIDES.get(here.role)
    if side in here.approved:
        return Refused("approved-already", f"The {side} side has approved these terms already.")
    if not here.approved:
        return None
    if here.unmet:
        missing = ", ".join(kind.replace("_", " ") for kind in here.unmet)
        return Refused("requirements-open", f"Still open before the approval: {missing}.", {"missing": [*here.unmet]})
    return _opening(here)


def begun(here: Situation) -> Refused | None:
    """The first day of work has come at the host."""
    if here.today < here.start_on:
        return Refused("not-started", f"The first day of work is {here.start_on}; it can't have happened yet.")
    return None


def over(here: Situation) -> Refused | None:
    """The last day has passed at the host."""
    if here.today <= here.end_on:
        return Refused("not-over", f"The last day is {here.end_on}; it completes by itself on the day after.")
    return None


def reopenable(here: Situation) -> Refused | None:
    """The opportunity still takes applications, has an opening, and the EP has no other live one for it."""
    if here.applied_again:
        return Refused("applied-again", "There is another live application for this opportunity already.")
    if not here.offered:
        return Refused("not-offered", "The opportunity takes no applications for these dates any more.")
    return _opening(here)


def reinstatable(here: Situation) -> Refused | None:
    """An opening is left, and the EP has neither signed another acceptance note nor applied to the same again."""
    if here.applied_again:
        return Refused("applied-again", "There is another live application for this opportunity already.")
    if here.signed_elsewhere:
        return Refused("an-signed", "Another acceptance note is signed meanwhile.")
    return _opening(here)


def _same_terms(here: Situation) -> Refused | None:
    if here.named_terms not in (None, here.terms):
        return Refused("stale-terms", "The terms changed since you read them.", {"terms": here.terms})
    return None


def _opening(here: Situation) -> Refused | None:
    if here.openings < 1:
        return Refused("no-openings", "The last opening was taken meanwhile.")
    return None


GUARDS: dict[str, Guard] = {
    guard.__name__: guard for guard in (always, no_other_note, approvable, begun, over, reopenable, reinstatable)
}
LOOKS_AROUND = frozenset({"no_other_note", "approvable", "reopenable", "reinstatable"})


def why_not(move: Move, here: Situation) -> Refused | None:
    """Why this move is not possible here and now, or None."""
    if here.role not in move.roles:
        return Refused("forbidden", wrong_role(move, here.role))
    if here.status not in move.sources:
        possible = {"status": here.status.value, "possible_moves": possible_moves(here.status, here.role)}
        return Refused("illegal-move", wrong_status(move, here.status), possible)
    return GUARDS[move.guard](here)


def check_guard(move: Move, here: Situation) -> None:
    """Refuse a move whose guard doesn't hold."""
    if refused := GUARDS[move.guard](here):
        raise Conflict(refused.detail, code=refused.code, extra=dict(refused.extra))
