"""The short form of `partition`: one hole before the database, one before the broker."""

import pytest

from drills.kit import network
from drills.partition import DRILL, falls_short

GOOD = {
    **dict.fromkeys(("lost", "doubled", "disordered", "liveness_flaps", "restarts", "bad_answers", "unanswered"), 0),
    "slowest_request_s": 8.0, "unready_expected": 18, "unready_seen": 18, "unready_told_s": 3.0, "recovered_s": 1.0,
}  # fmt: skip


@pytest.fixture
def _a_network_of_our_own() -> None:
    if reason := network.why_not():
        pytest.skip(reason)


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("_a_network_of_our_own")
async def test_black_holes_are_answered_in_time_told_and_survived() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == [], figures
    assert figures["refused_honestly"] > 0


@pytest.mark.usefixtures("_a_network_of_our_own")
async def test_a_hole_swallows_packets_and_refuses_nobody() -> None:
    found = await network.alone("tests.drills.hole")
    assert found["answers"] == [["connected", "connected"], ["TimeoutError", "connected"], ["connected", "connected"]]


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ({"restarts": 1}, "restarts 1"),
        ({"slowest_request_s": 31.0}, "a request took 31.0 s"),
        ({"unready_seen": 17}, "1 times a process in a hole said that it is ready"),
        ({"unready_told_s": 9.0}, "readiness told only after 9.0 s"),
        ({"recovered_s": 40.0}, "ready again only after 40.0 s"),
    ],
)
def test_a_spoiled_figure_falls_short(spoiled: dict[str, float], reason: str) -> None:
    assert falls_short(dict(GOOD), True) == []
    assert falls_short(GOOD | spoiled, False) == [reason]
