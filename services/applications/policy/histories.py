"""The history of an application, made from the dates that another system kept of it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.applications.policy.moves import ORDER, Status, completion_moment
from shared.zones import to_utc

# The least that an ended application must have been through.
LEAST = {
    Status.rejected: Status.open,
    Status.withdrawn: Status.open,
    Status.declined: Status.accepted,
    Status.approval_broken: Status.approved,
    Status.realization_broken: Status.realized,
}
DAY = timedelta(days=1)


class Step(NamedTuple):
    """What an application became: known since `at`, holding from the day `on`."""

    status: Status
    at: datetime
    on: date


def history(
    status: Status,
    at: Mapping[Status, datetime | None],
    ended: datetime | None,
    start_on: date,
    end_on: date,
    zone: str,
) -> tuple[list[Step], list[str]]:
    """The steps that led to `status`, in order, and what had to be assumed.

    `at` holds the moments that are known; a stage that must have been passed and has none gets that of the stage before
    it; completion has one of its own, the day after the end. An ended application went as far as its moments tell.
    """
    last = ORDER.index(LEAST.get(status, status))
    if status in LEAST:
        for number, stage in enumerate(ORDER[:-1]):
            if number > last and at.get(stage):
                last = number
    steps: list[Step] = []
    assumed: list[str] = []
    before: datetime | None = None
    for stage in ORDER[: last + 1]:
        found = at.get(stage)
        if found is None and stage is Status.completed:
            found = to_utc(completion_moment(end_on), zone)
        before = _not_before(before, found, stage, assumed)
        day = _effective(stage, before, start_on, end_on, zone)
        steps.append(Step(stage, before, day))
    if status in LEAST:
        assert before is not None
        moment = _not_before(before, ended, status, assumed)
        steps.append(Step(status, moment, local_day(moment, zone)))
    return steps, assumed


def _not_before(before: datetime | None, found: datetime | None, stage: Status, assumed: list[str]) -> datetime:
    """The moment of a stage; the one of the stage before it when there is none, or when it lies before that."""
    if before is None:
        assert found is not None, "the first moment is always given"
        return found
    if found is None or found < before:
        assumed.append(f"{stage.value} {'has no date' if found is None else 'is dated before what led to it'}")
        return before
    return found


def _effective(stage: Status, at: datetime, start_on: date, end_on: date, zone: str) -> date:
    if stage is Status.realized:
        return start_on
    return end_on + DAY if stage is Status.completed else local_day(at, zone)


@lru_cache(maxsize=1000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of a moment in a zone."""
    return at.astimezone(_zone(zone)).date()
