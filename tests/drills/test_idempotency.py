"""The short form of the idempotency drill."""

import pytest

from drills.idempotency import DRILL


@pytest.mark.timeout(240)
async def test_many_posts_under_one_key_have_one_effect_and_one_reply() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
    assert (figures["keys"], figures["posts"]) == (20, 400)


def test_figures_that_are_not_good_enough_are_told() -> None:
    names = ("differing_replies", "lost", "doubled", "refused", "surplus_rows", "accepted_misuses")
    good = dict.fromkeys(names, 0) | {"keys": 20, "posts": 400, "effects": 20, "replayed": 380, "in_flight": 7}
    assert DRILL.falls_short(good, False) == []
    for name in names:
        assert DRILL.falls_short(good | {name: 1}, False) == [f"{name}: 1"]
    for spoilt in ({"effects": 19}, {"replayed": 379}, {"in_flight": 0}):
        assert len(DRILL.falls_short(good | spoilt, False)) == 1
