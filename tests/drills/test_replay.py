"""The short form of the replay drill; that a rebuild would notice is shown in tests/flows/test_whole.py."""

import pytest

from drills.replay import DRILL


@pytest.mark.timeout(360)
async def test_every_read_model_comes_back_to_the_byte() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
