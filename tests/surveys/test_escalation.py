"""Levels of a quality case: which comes next, who decides there, and by when."""

from datetime import UTC, datetime

import pytest

from services.surveys.policy.escalation import Level, Terms, above, check_decides, clocks, deciders
from shared.access import Role
from shared.contracts.fields import Side
from shared.errors import Forbidden
from shared.ids import new_id
from shared.working_time import Counts, WorkingTime

TOP, ROMANIA, SWEDEN, NORTH, CLUJ, UPPSALA = (new_id() for _ in range(6))
PATHS = ([TOP, ROMANIA, NORTH, CLUJ], [TOP, SWEDEN, UPPSALA])
KINDS = {TOP: "world", ROMANIA: "national", SWEDEN: "national", CLUJ: "local", UPPSALA: "local"}
BEGAN = datetime(2026, 6, 1, 8, tzinfo=UTC)
OFFICE = WorkingTime("Europe/Stockholm")


def test_a_case_goes_from_the_committees_to_the_international_board() -> None:
    level, seen = Level.local, []
    while level is not None:
        seen.append(level)
        level = above(level)
    assert seen == ["local", "national", "control_boards", "international"]


@pytest.mark.parametrize(
    ("level", "who"),
    [
        (Level.local, [CLUJ, UPPSALA]),
        (Level.national, [ROMANIA, SWEDEN]),
        (Level.control_boards, [ROMANIA, SWEDEN]),
        (Level.international, [TOP]),
    ],
)
def test_who_decides_comes_from_the_tree_of_entities(level: Level, who: list[object]) -> None:
    assert deciders(level, PATHS, KINDS) == who


def test_a_tree_without_kinds_takes_what_stands_below_the_root() -> None:
    assert deciders(Level.national, PATHS, {}) == [ROMANIA, SWEDEN]
    assert deciders(Level.national, ([TOP], [TOP]), {}) == [TOP]


def test_one_country_has_one_board() -> None:
    assert deciders(Level.control_boards, ([TOP, SWEDEN, UPPSALA], [TOP, SWEDEN, CLUJ]), KINDS) == [SWEDEN]


def test_boards_have_seven_days_to_answer_and_seven_to_decide() -> None:
    terms = clocks(Level.control_boards, BEGAN, Terms(), OFFICE)
    assert terms.answer_by == datetime(2026, 6, 8, 8, tzinfo=UTC)
    assert terms.decide_by == datetime(2026, 6, 15, 8, tzinfo=UTC)
    assert clocks(Level.local, BEGAN, Terms(local=3), OFFICE).decide_by == datetime(2026, 6, 4, 8, tzinfo=UTC)


def test_terms_in_working_days_end_when_the_entity_closes() -> None:
    terms = clocks(Level.national, BEGAN, Terms(national=5, counts=Counts.working), OFFICE)
    assert terms.decide_by == datetime(2026, 6, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "may"),
    [
        (Level.local, {Role.hosting_manager, Role.national_manager, Role.global_manager}),
        (Level.national, {Role.national_manager, Role.global_manager}),
        (Level.control_boards, {Role.national_manager, Role.global_manager}),
        (Level.international, {Role.global_manager}),
    ],
)
def test_each_level_is_decided_by_its_own(level: Level, may: set[Role]) -> None:
    for role in Role:
        if role in may:
            check_decides(level, Side.hosting, role)
        else:
            with pytest.raises(Forbidden):
                check_decides(level, Side.hosting, role)
