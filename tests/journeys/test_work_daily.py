"""The daily tasks of each role, as they are declared."""

import pytest

from services.journeys.console.daily_tasks import DAILY, MOST_CLICKS
from shared.access import Role


def test_everybody_who_signs_in_has_five_tasks() -> None:
    assert set(DAILY) == set(Role) - {Role.service}
    assert {len(tasks) for tasks in DAILY.values()} == {5}


@pytest.mark.parametrize("role", DAILY)
def test_no_task_takes_more_clicks_than_promised(role: Role) -> None:
    assert all(1 <= len(task.clicks) <= MOST_CLICKS for task in DAILY[role])
    assert len({task.code for task in DAILY[role]}) == 5
