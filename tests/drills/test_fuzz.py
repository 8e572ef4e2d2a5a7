"""The short form of the fuzz drill."""

import pytest

from drills.fuzz import DRILL


@pytest.mark.timeout(180)
async def test_no_answer_is_a_server_error_or_undocumented() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
    assert (figures["rooms"], figures["server_errors"], figures["undocumented"]) == (5, 0, 0)
