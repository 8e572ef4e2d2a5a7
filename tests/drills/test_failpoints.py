"""The short form of `failpoints`: each boundary kills one process once."""

import pytest

from drills.failpoints import DRILL, EVERYWHERE, ONCE, falls_short
from shared.failpoints import BOUNDARIES

GOOD = dict.fromkeys(("lost", "doubled", "disordered", "mails_lost", "mails_doubled", "mails_without_outcome"), 0)


@pytest.mark.timeout(180)
async def test_a_death_at_any_boundary_loses_doubles_and_swaps_nothing() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
    assert figures["kills"] == len(BOUNDARIES)


@pytest.mark.parametrize("plan", [EVERYWHERE, ONCE])
def test_both_forms_meet_every_boundary(plan: dict[str, tuple[str, ...]]) -> None:
    assert {boundary for passed in plan.values() for boundary in passed} == set(BOUNDARIES)


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [({"lost": 1}, "lost 1"), ({"mails_doubled": 2}, "mails_doubled 2"), ({"boundaries": 12}, "1 boundaries were not")],
)
def test_a_spoiled_figure_falls_short(spoiled: dict[str, int], reason: str) -> None:
    good = GOOD | {"boundaries": len(BOUNDARIES)}
    assert falls_short(good, True) == []
    (said,) = falls_short(good | spoiled, False)
    assert said.startswith(reason)
