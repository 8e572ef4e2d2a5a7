"""The short form: workers come and go, and every event is heard once, in order."""

import pytest

from drills.rebalance import DRILL


@pytest.mark.timeout(180)
async def test_workers_that_come_and_go_do_no_harm() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == [], figures
