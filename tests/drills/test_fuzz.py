"""The short form of the fuzz drill, and that it reads a finding as one."""

import pytest
from schemathesis.core.failures import ServerError

from drills.fuzz import DRILL, SERVER_ERROR, Report


@pytest.mark.timeout(900)
async def test_no_answer_is_a_server_error_or_undocumented() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []
    assert (figures["rooms"], figures["server_errors"], figures["undocumented"]) == (5, 0, 0)


def test_a_server_error_is_told_with_its_operations() -> None:
    assert ServerError.code == SERVER_ERROR
    finding = {"code": ServerError.code, "operations": ["GET /v1/people", "POST /v1/people"]}
    told = Report("journeys", "auditor", {"failures": [finding]}).failures()
    assert told == [f"ST101: {name} /v1/people of journeys as auditor" for name in ("GET", "POST")]
    calm = {"skipped": 0, "broken_off": 0, "operations": 4, "operations_accepted": 4}
    assert DRILL.falls_short(calm | {"found": told}, False) == told
    assert DRILL.falls_short(calm | {"found": [], "operations_accepted": 1}, False) != []
