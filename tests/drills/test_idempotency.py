"""The short form of the idempotency drill."""

import pytest

from drills.idempotency import DRILL


@pytest.mark.timeout(90)
async def test_many_posts_under_one_key_have_one_effect_and_one_reply() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
    assert (figures["keys"], figures["posts"]) == (20, 400)
