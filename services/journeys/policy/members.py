"""The journey of a member of a committee: where somebody stands in it, and how recruitment and time in a role are read.

A membership begins with an application and ends as not taken (left before the work began), as a former member or as one
of the alumni. Who waits still counts for as long as they were watched: beginning to work and coming to nothing compete.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.journeys.policy.durations import Quantile, quantiles
from services.journeys.policy.incidence import ENDED, OPEN, REACHED, Estimate, Incidence, incidence


class MemberStage(StrEnum):
    """Where a membership stands."""

    applied = "applied"
    selected = "selected"
    active = "active"
    alumna = "alumna"
    former = "former"
    not_taken = "not_taken"


class Ending(StrEnum):
    """How waiting for the first day of work ends: it comes, or the application comes to nothing."""

    activated = "activated"
    not_taken = "not_taken"


ACTIVE = "active"  # what `was` says of who left after having been at work
HORIZONS = (30, 90, 180)  # days


@dataclass(frozen=True, slots=True)
class Course:
    """A membership as its events leave it; `was` is the status from which it ended."""

    applied_at: datetime | None
    selected_at: datetime | None
    activated_at: datetime | None
    left_at: datetime | None
    was: str | None = None
    alumna: bool | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Horizon:
    """The share of applications that had ended so within `days`, by Aalen and Johansen; `count` had. None: nobody was
    watched for so long."""

    days: int
    ending: Ending
    count: int
    n: int
    share: Estimate | None


def stage_of(course: Course) -> MemberStage:
    """The present stage."""
    if course.left_at is None:
        if course.activated_at is not None:
            return MemberStage.active
        return MemberStage.applied if course.selected_at is None else MemberStage.selected
    if course.was != ACTIVE:
        return MemberStage.not_taken
    return MemberStage.alumna if course.alumna else MemberStage.former


def horizons(waits: Iterable[tuple[int, int, int]]) -> list[Horizon]:
    """From counted waits: (whole days since applying, OPEN, REACHED for at work or ENDED for nothing, how many)."""
    found = [*waits]
    turned = [(day, {REACHED: ENDED, ENDED: REACHED}.get(outcome, outcome), count) for day, outcome, count in found]
    curves = {Ending.activated: incidence(found), Ending.not_taken: incidence(turned)}
    still = any(outcome == OPEN for _, outcome, _ in found)
    return [_horizon(curves[ending], days, ending, still) for days in HORIZONS for ending in Ending]


def _horizon(curve: Incidence, days: int, ending: Ending, still: bool) -> Horizon:
    count = int(curve.reached[curve.days <= days].sum())
    watched = curve.horizon >= days or not still
    return Horizon(days, ending, count, curve.n, curve.at(days) if watched else None)


def days_in_role(course: Course, today: date) -> int | None:
    """Days at work so far, or in all; None for who has not begun. A period that was only agreed counts up to today."""
    if course.activated_at is None or course.from_on is None:
        return None
    until = course.to_on if course.left_at is not None and course.to_on else today
    return max(0, (min(until, today) - course.from_on).days)


def median_stay(stays: Iterable[tuple[int, bool, int]]) -> Quantile:
    """The median of the time in a role from counted stays: (days, whether it has ended, how many). Kaplan–Meier and its
    interval as in `durations.quantiles`; none where too many are still at work to say."""
    found = [*stays]
    (median,) = quantiles([one[0] for one in found], [one[1] for one in found], (0.5,), [one[2] for one in found])
    return median
