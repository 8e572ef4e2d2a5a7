"""The short form of the storm: nothing is lost, doubled or disordered.

That of three brokers is a drill only (`make drill`): the bus suite kills one of three at a lower price.
"""

import pytest

from drills.kills import DRILL


@pytest.mark.timeout(240)
async def test_a_short_storm_of_kills_does_no_harm() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == [], figures
