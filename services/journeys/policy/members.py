"""The journey of a member of a committee: where somebody stands in it, and how recruitment and time in a role are read.

A membership begins with an application and ends as not taken (left before the work began), as a former member or as one
of the alumni. What is open yet counts for as long as it was watched: a share within so many days is one of those who
could have been watched that long (`Horizon.n`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


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
    """Of `n` applications that were made at least `days` ago, `part` had ended so within that time."""

    days: int
    ending: Ending
    part: int
    n: int


def stage_of(course: Course) -> MemberStage:
    """The present stage."""
    if course.left_at is None:
        if course.activated_at is not None:
            return MemberStage.active
        return MemberStage.applied if course.selected_at is None else MemberStage.selected
    if course.was != ACTIVE:
        return MemberStage.not_taken
    return MemberStage.alumna if course.alumna else MemberStage.former


def horizons(courses: Iterable[Course], now: datetime) -> list[Horizon]:
    """How many applications were at work, or had come to nothing, within each number of days."""
    known = [course for course in courses if course.applied_at is not None]
    return [_horizon(known, days, ending, now) for days in HORIZONS for ending in Ending]


def _horizon(courses: Sequence[Course], days: int, ending: Ending, now: datetime) -> Horizon:
    watched = [one for one in courses if one.applied_at and one.applied_at + timedelta(days=days) <= now]
    over = [(one.applied_at, _ended(one, ending)) for one in watched]
    part = sum(1 for begun, at in over if begun and at and at <= begun + timedelta(days=days))
    return Horizon(days, ending, part, len(watched))


def _ended(course: Course, ending: Ending) -> datetime | None:
    if ending is Ending.activated:
        return course.activated_at
    return course.left_at if course.activated_at is None else None


def days_in_role(course: Course, today: date) -> int | None:
    """Days at work so far, or in all; None for who has not begun. A period that was only agreed counts up to today."""
    if course.activated_at is None or course.from_on is None:
        return None
    until = course.to_on if course.left_at is not None and course.to_on else today
    return max(0, (min(until, today) - course.from_on).days)


@dataclass(frozen=True, slots=True)
class Stay:
    """Days in a role, and whether that is all of it (`ended`) or what was seen of it so far."""

    days: int
    ended: bool


def median_stay(stays: Sequence[Stay]) -> tuple[float | None, float | None, float | None]:
    """The median of the time in a role by Kaplan and Meier, with a 95 % interval (None where the curve or its bounds
    stay above one half: not enough members have left to say).

    E. L. Kaplan & P. Meier (1958), JASA 53: 457–481; bounds by Brookmeyer & Crowley (1982), Biometrics 38: 29–41, on
    the log(−log) scale of Greenwood's variance.
    """
    alive, spread, at_risk = 1.0, 0.0, len(stays)
    median = low = high = None
    for days in sorted({stay.days for stay in stays}):
        there = [stay for stay in stays if stay.days == days]
        left = sum(1 for stay in there if stay.ended)
        if left:
            alive *= 1 - left / at_risk
            spread += left / (at_risk * (at_risk - left)) if at_risk > left else math.inf
            lower, upper = _bounds(alive, spread)
            low = days if low is None and lower <= 0.5 else low
            median = days if median is None and alive <= 0.5 else median
            high = days if high is None and upper <= 0.5 else high
        at_risk -= len(there)
    return median, low, high


def _bounds(alive: float, spread: float) -> tuple[float, float]:
    """95 % bounds of a survival, on the log(−log) scale."""
    if alive in (0.0, 1.0) or spread == math.inf:
        return alive, alive
    half = 1.959964 * math.sqrt(spread) / abs(math.log(alive))
    return alive ** math.exp(half), alive ** math.exp(-half)
