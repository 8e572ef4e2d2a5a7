"""Scorecards, pure: periods in a named zone, which target holds when, and whether it is met."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.journeys.policy.measures import CATALOGUE, FEW, Direction, Figure, Kind, Measure
from services.journeys.policy.shares import FAIR


class Rhythm(StrEnum):
    """How long a period is."""

    month = "month"
    quarter = "quarter"
    year = "year"


class Side(StrEnum):
    """Whose customers count: EPs whom a committee sent, interns whom it hosted, or both."""

    sending = "sending"
    hosting = "hosting"
    both = "both"


class CardState(StrEnum):
    """Whether a scorecard is kept."""

    active = "active"
    retired = "retired"


class State(StrEnum):
    """How a figure stands to its target."""

    met = "met"
    not_met = "not_met"
    too_early = "too_early"
    too_few = "too_few"
    no_target = "no_target"


MONTHS = {Rhythm.month: 1, Rhythm.quarter: 3, Rhythm.year: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both within it."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sure`: the whole interval lies on the figure's side of the target."""

    state: State
    sure: bool = False


def period_of(day: date, rhythm: Rhythm) -> Period:
    """The period that a day lies in: `2026-05`, `2026-Q2` or `2026`."""
    months = MONTHS[rhythm]
    month = (day.month - 1) // months * months + 1
    first = date(day.year, month, 1)
    turn = month + months
    after = date(day.year + (turn > 12), (turn - 1) % 12 + 1, 1)
    names = {
        Rhythm.month: f"{first:%Y-%m}",
        Rhythm.quarter: f"{first.year}-Q{(month + 2) // 3}",
        Rhythm.year: f"{first.year}",
    }
    return Period(names[rhythm], first, after - timedelta(days=1))


def periods_until(day: date, rhythm: Rhythm, count: int) -> list[Period]:
    """The last periods up to the one that the day lies in, the oldest first."""
    found = [period_of(day, rhythm)]
    while len(found) < count:
        found.append(period_of(found[-1].first - timedelta(days=1), rhythm))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at from a day on."""

    value: float | None
    from_on: date


def target_for(targets: Sequence[Target], period: Period) -> float | None:
    """The target that held on the period's last day; the later written one where two begin on one day."""
    held = [target for target in targets if target.from_on <= period.last]
    return max(enumerate(held), key=lambda one: (one[1].from_on, one[0]))[1].value if held else None


def enough(measure: Measure, figure: Figure) -> bool:
    """Whether there is enough to compare; a count is itself the answer."""
    match CATALOGUE[measure].kind:
        case Kind.count:
            return True
        case Kind.share:
            return figure.n >= FAIR
    return figure.n >= FEW


def verdict(measure: Measure, figure: Figure, target: float | None, period: Period, today: date) -> Verdict:
    """Met, not met, or why that can't be said.

    Before a period's figure is final only a count can be met, because it grows; nothing can be missed.
    """
    entry = CATALOGUE[measure]
    if target is None:
        return Verdict(State.no_target)
    final = today > period.last + timedelta(days=entry.ripens)
    if not final and not (entry.kind is Kind.count and figure.n >= target):
        return Verdict(State.too_early)
    if not enough(measure, figure) or figure.value is None:
        return Verdict(State.too_few)
    up = entry.direction is Direction.up
    met = figure.value >= target if up else figure.value <= target
    if entry.kind is Kind.count:
        return Verdict(State.met if met else State.not_met, sure=True)
    low, high = figure.low, figure.high
    beyond = (low is not None and low >= target, high is not None and high <= target)
    sure = beyond[0 if met == up else 1]
    return Verdict(State.met if met else State.not_met, sure)
