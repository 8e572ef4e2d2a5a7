"""What of a pulse can be shown: an attacker who has every shown sum can work out no group below the floor."""

import itertools
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy.pulse import Calendar, round_name, shown

TOP, NORTH, SOUTH, A, B, C, D = (UUID(int=n) for n in range(1, 8))
TREE = {
    TOP: (TOP,),
    NORTH: (TOP, NORTH),
    SOUTH: (TOP, SOUTH),
    A: (TOP, NORTH, A),
    B: (TOP, NORTH, B),
    C: (TOP, SOUTH, C),
    D: (TOP, SOUTH, D),
}


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({A: 5, B: 5, C: 5, D: 5}, {TOP: 20, NORTH: 10, SOUTH: 10, A: 5, B: 5, C: 5, D: 5}),
        ({A: 4, B: 9}, {TOP: 13, NORTH: 13}),  # beside B there would be four
        ({A: 4, B: 4}, {TOP: 8, NORTH: 8}),
        ({A: 2, B: 2}, {}),
        ({A: 6, B: 7, C: 1}, {TOP: 14, B: 7}),  # beside the north there would be one
        ({A: 6, B: 7, C: 1, TOP: 4}, {TOP: 18, NORTH: 13, A: 6, B: 7}),
        ({A: 6, B: 7, NORTH: 2}, {TOP: 15, NORTH: 15, B: 7}),
        ({}, {}),
        ({UUID(int=99): 20}, {}),  # nobody knows where it is
    ],
)
def test_a_subtree_is_shown_when_nothing_small_is_left_beside_it(answers: dict[UUID, int], seen: dict) -> None:
    assert shown(answers, TREE, 5) == seen


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[UUID, tuple[UUID, ...]], dict[UUID, int]]:
    """A tree of up to twelve entities, each with up to nine answers of its own."""
    paths: dict[UUID, tuple[UUID, ...]] = {UUID(int=1): (UUID(int=1),)}
    for number in range(2, draw(st.integers(1, 12)) + 1):
        above = draw(st.sampled_from(sorted(paths)))
        paths[UUID(int=number)] = (*paths[above], UUID(int=number))
    return paths, {entity: draw(st.integers(0, 9)) for entity in paths}


@given(trees())
def test_no_combination_of_what_is_shown_gives_a_group_below_the_floor(
    drawn: tuple[dict[UUID, tuple[UUID, ...]], dict[UUID, int]],
) -> None:
    """The attacker solves for the members of every set of committees: what can be solved has none or five and more."""
    paths, answers = drawn
    leaves = sorted(entity for entity, count in answers.items() if count)
    known = [[Fraction(entity in paths[leaf]) for leaf in leaves] for entity in shown(answers, paths, 5)]
    basis = reduced(known)
    for size in range(1, len(leaves) + 1):
        for group in itertools.combinations(leaves, size):
            if 0 < sum(answers[leaf] for leaf in group) < 5:
                wanted = [Fraction(leaf in group) for leaf in leaves]
                assert not spans(basis, wanted), f"{group} can be worked out"


def reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """The rows in reduced echelon form."""
    rows, found = [list(row) for row in rows], []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        found = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in found] + [pivot]
    return found


def spans(basis: list[list[Fraction]], wanted: list[Fraction]) -> bool:
    left = list(wanted)
    for row in basis:
        column = next(place for place, value in enumerate(row) if value)
        left = [a - left[column] * b for a, b in zip(left, row, strict=True)]
    return not any(left)


def test_the_attacker_of_these_tests_succeeds_where_nothing_is_held_back() -> None:
    """Were the north of thirteen and its B of nine both shown, the four of A would be worked out."""
    basis = reduced([[Fraction(1), Fraction(1)], [Fraction(0), Fraction(1)]])
    assert spans(basis, [Fraction(1), Fraction(0)])


def test_rounds_follow_the_calendar() -> None:
    calendar = Calendar((2, 5, 8, 11), 1, 14)
    assert calendar.next_opening(date(2026, 5, 1)) == date(2026, 8, 1)
    assert calendar.next_opening(date(2026, 11, 2)) == date(2027, 2, 1)
    assert calendar.closing(date(2026, 8, 1)) == date(2026, 8, 15)
    assert round_name(date(2026, 8, 1)) == "2026-08"
