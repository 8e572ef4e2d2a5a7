"""The short forms of the storms: nothing is lost, doubled or disordered."""

import pytest

from drills.kills import DRILL, THREE_BROKERS
from shared.testing.trials import Trial


@pytest.mark.timeout(240)
@pytest.mark.parametrize("drill", [DRILL, THREE_BROKERS], ids=lambda drill: drill.name)
async def test_a_short_storm_of_kills_does_no_harm(drill: Trial) -> None:
    figures = await drill.run(False)
    assert drill.falls_short(figures, False) == [], figures
