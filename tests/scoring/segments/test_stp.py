"""Figures of a segment's sheet: intervals that hold, conversion that counts only what could be known, and silence."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.scoring.policy.segments.catalogue import FIELDS, Party, Sort
from services.scoring.policy.segments.stp import Entry, conversion, figures, mean_of, net_score

NOW, DAY = datetime(2026, 6, 1, tzinfo=UTC), timedelta(days=1)
ROW: dict[str, Any] = {name: 0 if field.sort is Sort.number else None for name, field in FIELDS[Party.ep].items()}
ROW |= {"nps": None, "ces2": None, "csat": None, "stage": "none"}


def test_the_net_score_is_that_of_the_reference() -> None:
    # 2,746 answers with an NPS of 39.84 and an adjusted Wald interval of 37.18 … 42.41 (SFO guest survey, 2017).
    up, down = 1_516, 422
    found = net_score([10] * up + [3] * down + [8] * (2_746 - up - down))
    assert found is not None
    assert (found.n, round(found.value, 2)) == (2_746, 39.84)
    assert (round(found.low, 1), round(found.high, 1)) == (pytest.approx(37.2, abs=0.3), pytest.approx(42.4, abs=0.3))


def test_of_few_answers_no_score_is_told() -> None:
    assert net_score([10] * 9 + [None] * 20) is None
    assert mean_of([5] * 9) is None
    assert net_score([10] * 10) is not None


def test_the_interval_of_a_net_score_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, held = Random(1), 0
    for _ in range(400):
        found = net_score([chance.choices((10, 8, 2), (0.5, 0.3, 0.2))[0] for _ in range(30)])
        assert found is not None
        held += found.low <= 30 <= found.high
    assert held >= 400 * 0.93


def entries(days_ago: int, converted_after: int | None, count: int) -> list[Entry]:
    at = NOW - days_ago * DAY
    return [Entry(at, None if converted_after is None else at + converted_after * DAY)] * count


def test_conversion_counts_only_those_whose_time_is_over() -> None:
    came = entries(100, 30, 6) + entries(100, None, 14)
    found = conversion(came, NOW)
    assert found is not None
    assert (found.part, found.n) == (6, 20)
    assert conversion(came + entries(80, 10, 50) + entries(80, None, 50), NOW) == found
    assert conversion(came + entries(100, -5, 9), NOW) == found  # they had converted before they came in


def test_who_converts_after_the_horizon_did_not_within_it() -> None:
    found = conversion(entries(300, 91, 10) + entries(300, 90, 10), NOW)
    assert found is not None
    assert (found.part, found.n) == (10, 20)


def test_with_few_who_came_no_conversion_is_told() -> None:
    assert conversion(entries(100, 30, 19), NOW) is None


def test_what_sets_a_segment_apart_is_told_apart_by_want_and_behaviour() -> None:
    inside = [ROW | {"wants.products": ["talent"], "visits.90": 9, "nps": 10} for _ in range(40)]
    rest = [ROW | {"wants.products": ["teacher"], "visits.90": number % 3, "nps": 5} for number in range(80)]
    found = figures([*inside, *rest], [True] * 40 + [False] * 80, Party.ep, (3, 1), [], NOW)
    assert (found.size, found.rest, found.entered, found.left) == (40, 80, 3, 1)
    assert {one.trait.words for one in found.wants} == {"wants.products talent", "wants.products teacher"}
    assert "visits.90 above 2" in {one.trait.words for one in found.behaviour}
    assert found.nps is not None
    assert found.nps_rest is not None
    assert (found.nps.value, found.nps_rest.value) == (100, -100)
    assert found.effort is None
