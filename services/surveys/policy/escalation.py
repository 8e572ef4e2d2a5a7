"""Who decides in a quality case, by when, and where it goes when they don't: local, national, boards, international."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.access import Role
from shared.contracts.cases import CaseLevel, Rise
from shared.contracts.fields import Side
from shared.errors import Conflict, Forbidden
from shared.working_time import Counts, WorkingTime, after_days

Level, Why = CaseLevel, Rise
ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each level has, in days; an answer term of 0 means that the level has none."""

    local: int = 7
    national: int = 7
    board_answer: int = 7
    board_decision: int = 7
    international: int = 14
    counts: Counts = Counts.clock


@dataclass(frozen=True, slots=True)
class Clocks:
    """By when the level answers (boards only) and by when it decides."""

    answer_by: datetime | None
    decide_by: datetime


def above(level: Level) -> Level | None:
    """The next level, or None at the top."""
    at = ORDER.index(level) + 1
    return ORDER[at] if at < len(ORDER) else None


def clocks(level: Level, began: datetime, terms: Terms, office: WorkingTime) -> Clocks:
    """The terms of a level that begins now. A board decides within its term after its answer, or after that was due."""
    if level is Level.control_boards:
        answer_by = after_days(began, terms.board_answer, terms.counts, office)
        return Clocks(answer_by, decision_by(answer_by, terms, office))
    days = {Level.local: terms.local, Level.national: terms.national, Level.international: terms.international}
    return Clocks(None, after_days(began, days[level], terms.counts, office))


def decision_by(answered: datetime, terms: Terms, office: WorkingTime) -> datetime:
    """By when the boards decide, counted from their answer."""
    return after_days(answered, terms.board_decision, terms.counts, office)


NATIONAL = "national"


def deciders(level: Level, paths: Sequence[Sequence[UUID]], kinds: Mapping[UUID, str]) -> list[UUID]:
    """The entities that decide at a level: each side's own, its country's, or the root of the tree; no one twice.

    `paths` are those of the two sides, from the root down. Where no national entity is known, the one below the root
    stands for it. The two national control boards are of the national entities.
    """
    match level:
        case Level.local:
            found = [path[-1] for path in paths]
        case Level.international:
            found = [path[0] for path in paths]
        case _:
            found = [_national(path, kinds) for path in paths]
    return list(dict.fromkeys(found))


def _national(path: Sequence[UUID], kinds: Mapping[UUID, str]) -> UUID:
    known = [entity for entity in path if kinds.get(entity) == NATIONAL]
    return known[-1] if known else path[min(1, len(path) - 1)]


SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}
DECIDE = {
    Level.local: frozenset({Role.national_manager, Role.global_manager}),
    Level.national: frozenset({Role.national_manager, Role.global_manager}),
    Level.control_boards: frozenset({Role.national_manager, Role.global_manager}),
    Level.international: frozenset({Role.global_manager}),
}


def check_decides(level: Level, owner: Side, role: Role) -> None:
    """Whether this role may solve or close a case at its level; else Forbidden `not-the-owner`."""
    if level is Level.local and SIDES.get(role) is owner:
        return
    if role not in DECIDE[level]:
        who = f"the {owner} side" if level is Level.local else f"the {level.replace('_', ' ')} level"
        raise Forbidden(f"The case belongs to {who}, which decides it.", code="not-the-owner")


def check_rises(level: Level) -> Level:
    """The level that a case goes to; Conflict at the top."""
    if (following := above(level)) is None:
        raise Conflict("Nobody stands above the international board.", code="no-higher-level")
    return following
