"""The rules of an application, without any database."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.applications.policy import (
    BEFORE_APPROVAL,
    LIVE,
    MOVES,
    ORDER,
    Status,
    check_move,
    completion_moment,
    dates_errors,
    person_status,
    possible_moves,
    posting_errors,
    rejected_by_us,
    terms_digest,
)
from shared.access import Role
from shared.contracts.applications import Product, RejectionReason
from shared.errors import Conflict, Forbidden

STATED = {"description": "d", "pay": "p", "accommodation": "a", "arrival": "s"}


@pytest.mark.parametrize(
    ("applications", "status"),
    [
        ([], Status.open),
        ([Status.open, Status.rejected], Status.open),
        ([Status.open, Status.approved, Status.withdrawn], Status.approved),
        ([Status.completed], Status.completed),
        ([Status.completed, Status.accepted], Status.accepted),
        ([Status.rejected, Status.withdrawn], Status.open),
        ([Status.declined, Status.approval_broken, Status.realization_broken], Status.open),
        ([Status.rejected, Status.completed], Status.completed),
        ([Status.completed, Status.rejected], Status.open),
    ],
)
def test_a_persons_status_is_the_furthest_of_the_live_applications(applications: list[Status], status: Status) -> None:
    assert person_status(applications) is status


@given(st.lists(st.sampled_from(Status)))
def test_a_persons_status_depends_on_the_live_ones_in_any_order_and_on_the_last_that_ended(
    applications: list[Status],
) -> None:
    status = person_status(applications)
    assert status in ORDER
    if LIVE & set(applications):
        assert person_status(applications[::-1] * 2) is status
    else:
        assert person_status(applications[-1:]) is status


@given(st.sampled_from(sorted(MOVES)), st.sampled_from(Status), st.sampled_from(Role))
def test_what_is_called_possible_is_what_is_let_through(name: str, status: Status, role: Role) -> None:
    try:
        check_move(name, status, role)
    except (Conflict, Forbidden):
        assert name not in possible_moves(status, role)
    else:
        assert name in possible_moves(status, role)


def test_nothing_leads_out_of_the_end_and_only_a_return_out_of_an_exit() -> None:
    assert all(Status.completed not in move.sources for move in MOVES.values())
    exits = set(Status) - LIVE - {Status.completed}
    assert {move.name for move in MOVES.values() if move.sources & exits} == {"unreject", "reopen", "reinstate"}
    assert BEFORE_APPROVAL < LIVE


def test_four_reasons_are_ours() -> None:
    ours = {reason for reason in RejectionReason if rejected_by_us(reason)}
    assert len(ours) == 4
    assert len(RejectionReason) == 12


def test_completion_is_the_first_minute_after_the_last_day() -> None:
    assert completion_moment(date(2028, 2, 29)) == datetime(2028, 3, 1)


@pytest.mark.parametrize(
    ("product", "days", "wrong"),
    [
        (Product.talent, 6 * 7, False),
        (Product.talent, 6 * 7 - 1, True),
        (Product.talent, 78 * 7, False),
        (Product.talent, 78 * 7 + 1, True),
        (Product.volunteer, 8 * 7, False),
        (Product.volunteer, 8 * 7 + 1, True),
        (Product.teacher, 12 * 7, False),
        (Product.teacher, 13 * 7, True),
    ],
)
def test_the_length_keeps_the_programmes_limits(product: Product, days: int, wrong: bool) -> None:
    start = date(2026, 3, 2)
    assert bool(dates_errors(product, start, date.fromordinal(start.toordinal() + days - 1))) is wrong


def test_the_end_is_not_before_the_start() -> None:
    (error,) = dates_errors(Product.talent, date(2026, 3, 2), date(2026, 3, 1))
    assert (error.pointer, error.detail) == ("#/end_on", "the end is before the start")


def test_a_posting_states_what_the_standards_want() -> None:
    start, end = date(2026, 3, 2), date(2026, 5, 24)
    assert posting_errors(Product.talent, start, end, 35, STATED) == []
    errors = posting_errors(Product.talent, start, end, 34, STATED | {"pay": " "})
    assert [error.pointer for error in errors] == ["#/pay", "#/weekly_hours"]


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_other_terms_have_another_digest(one: list[str], other: list[str]) -> None:
    same = "\x1f".join(one) == "\x1f".join(other)
    assert (terms_digest(*one) == terms_digest(*other)) is same
