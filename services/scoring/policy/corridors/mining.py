"""Paths of touchpoints mined from what happened: how often, with what conversion, in what time, in which loops.

A case is one person's way to one transition: what happened from the beginning on, up to the end, in the order of time.
The directly-follows graph has an edge from each activity to the one right after it (W. van der Aalst, 2016, “Process
mining: data science in action”, ch. 6); one activity several times in a row is a loop of its own. A variant is the
whole way of a case, repeats right after each other drawn together.

What fewer people than `least` walked is not told: not an edge, not a variant, and no activity. Rates have Wilson's
interval, times are medians and 90th percentiles of the waits between two activities.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from shared.proportions import Rate, rate_of

BEGIN, REACHED, STOPPED = "begin", "reached", "stopped"
DAY_SECONDS = 86_400
LONGEST_WAY = 200  # activities of a case
MOST_VARIANTS, MOST_EDGES = 10, 60
Z = 1.96


@dataclass(frozen=True, slots=True)
class Happened:
    """One activity of somebody at a moment; the id decides the order within a moment."""

    activity: str
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Case:
    """A way: `reached` is True when it led to the transition (then `reached_at`), False when it stopped, None while it
    goes on."""

    steps: Sequence[Happened]
    reached: bool | None
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Days between two moments: the median and the 90th percentile of `n` waits."""

    n: int
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Activity:
    """`cases` had it, `times` in all; `repeated` had it again right away (a loop on itself), `returned` came back to
    it after something else. `stopped` of the ended cases ended there without reaching."""

    name: str
    cases: int
    times: int
    repeated: int
    returned: int
    conversion: Rate | None
    stopped: Rate | None


@dataclass(frozen=True, slots=True)
class Edge:
    """`times` in all, in `cases`; `conversion` of the ended cases that went this way."""

    first: str
    then: str
    cases: int
    times: int
    conversion: Rate | None
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A whole way and who walked it."""

    steps: tuple[str, ...]
    cases: int
    conversion: Rate | None
    time: Wait | None


@dataclass(frozen=True, slots=True)
class Corridor:
    """What was mined. `enough` False: fewer cases than `least`, and nothing else is told."""

    enough: bool
    cases: int
    open: int
    conversion: Rate | None
    time: Wait | None
    activities: tuple[Activity, ...] = ()
    edges: tuple[Edge, ...] = ()
    variants: tuple[Variant, ...] = ()
    hidden_edges: int = 0
    hidden_variants: int = 0


def mine(cases: Sequence[Case], least: int) -> Corridor:
    """The corridor of these cases."""
    ways = [_way(case) for case in cases]
    if len(cases) < least:
        return Corridor(False, 0, 0, None, None)
    ended = [case for case in cases if case.reached is not None]
    edges, hidden = _edges(cases, ways, least)
    variants, hidden_variants = _variants(cases, ways, least)
    return Corridor(
        True, len(cases), len(cases) - len(ended), _share(ended), _wait(_whole(case) for case in ended if case.reached),
        _activities(cases, ways, least), edges, variants, hidden, hidden_variants,
    )  # fmt: skip


def _way(case: Case) -> list[Happened]:
    return sorted(case.steps, key=lambda one: (one.at, one.id))[:LONGEST_WAY]


def _named(case: Case, way: Sequence[Happened]) -> list[str]:
    """The activities from the beginning to the end, where there is one."""
    end = {True: [REACHED], False: [STOPPED], None: []}[case.reached]
    return [BEGIN, *(one.activity for one in way), *end]


def _share(cases: Sequence[Case]) -> Rate | None:
    ended = [case for case in cases if case.reached is not None]
    part, n = sum(case.reached is True for case in ended), len(ended)
    return rate_of(part, n, Z)


def _part(part: int, n: int) -> Rate | None:
    return rate_of(part, n, Z)


def _whole(case: Case) -> float:
    moments = [one.at for one in case.steps] + ([case.reached_at] if case.reached_at else [])
    return (max(moments) - min(moments)).total_seconds() / DAY_SECONDS if moments else 0.0


def _wait(days: Iterable[float]) -> Wait | None:
    found = sorted(days)
    return Wait(len(found), quantile(found, 0.5), quantile(found, 0.9)) if found else None


def quantile(ordered: Sequence[float], share: float) -> float:
    """Between the two nearest values (R's type 7)."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _activities(cases: Sequence[Case], ways: Sequence[Sequence[Happened]], least: int) -> tuple[Activity, ...]:
    having: dict[str, list[Case]] = defaultdict(list)
    times: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for case, way in zip(cases, ways, strict=True):
        names = [one.activity for one in way]
        times.update(names)
        repeated.update({a for a, b in pairwise(names) if a == b})
        returned.update(name for name, count in Counter(drawn_together(names)).items() if count > 1)
        for name in set(names):
            having[name].append(case)
        if case.reached is False and names:
            last[names[-1]] += 1
    found = [
        Activity(
            name, len(those), times[name], repeated[name], returned[name], _share(those),
            _part(last[name], sum(case.reached is not None for case in those)),
        )
        for name, those in having.items() if len(those) >= least
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.cases, one.name)))


def _edges(cases: Sequence[Case], ways: Sequence[Sequence[Happened]], least: int) -> tuple[tuple[Edge, ...], int]:
    those: dict[tuple[str, str], list[Case]] = defaultdict(list)
    times: Counter[tuple[str, str]] = Counter()
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for case, way in zip(cases, ways, strict=True):
        pairs = list(pairwise(_named(case, way)))
        times.update(pairs)
        for pair in set(pairs):
            those[pair].append(case)
        for first, then in pairwise(way):
            waits[first.activity, then.activity].append((then.at - first.at).total_seconds() / DAY_SECONDS)
        if way and case.reached_at:
            waits[way[-1].activity, REACHED].append((case.reached_at - way[-1].at).total_seconds() / DAY_SECONDS)
    ordered = sorted(those, key=lambda pair: (-len(those[pair]), pair))
    told = [pair for pair in ordered if len(those[pair]) >= least][:MOST_EDGES]
    found = [
        Edge(*pair, len(those[pair]), times[pair], _share(those[pair]), _wait(waits.get(pair, ()))) for pair in told
    ]
    return tuple(found), len(ordered) - len(told)


def _variants(cases: Sequence[Case], ways: Sequence[Sequence[Happened]], least: int) -> tuple[tuple[Variant, ...], int]:
    those: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case, way in zip(cases, ways, strict=True):
        those[tuple(drawn_together([one.activity for one in way]))].append(case)
    ordered = sorted(those, key=lambda steps: (-len(those[steps]), steps))
    told = [steps for steps in ordered if len(those[steps]) >= least][:MOST_VARIANTS]
    found = [
        Variant(
            steps, len(those[steps]), _share(those[steps]),
            _wait(_whole(case) for case in those[steps] if case.reached),
        )
        for steps in told
    ]  # fmt: skip
    return tuple(found), len(ordered) - len(told)


def drawn_together(names: Sequence[str]) -> list[str]:
    """Without what repeats right after itself."""
    return [name for place, name in enumerate(names) if not place or names[place - 1] != name]


def conversion_by_edge(corridor: Corridor) -> Mapping[tuple[str, str], float]:
    """What is known of each edge's conversion; for pictures and tests."""
    return {(edge.first, edge.then): edge.conversion.rate for edge in corridor.edges if edge.conversion}
