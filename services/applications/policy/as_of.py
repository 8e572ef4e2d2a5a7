"""Which state held on a day, and what counts as reached: two clocks, late facts, corrections and breaks.

Each state of an application has two dates: `effective_on`, the day from which it holds, and `recorded_at`, the moment
at which it became known. "As known at K, on day D" looks at the states that were recorded by K and hold from D or
earlier; of these the last one recorded stands. So a realization clicked late holds from the start date of the form,
also over an extension that was recorded before the click and holds from a later day: the later word knows the earlier
ones.

What counts (`track`) follows from the same states:

- a stage is reached by the first state at it or beyond it, on the earliest day from which such a state holds;
- realized counts on the start date in the form, as the last realized state has it (a break that is taken back counts on
  the new start, and once);
- an exit counts while nothing made it void. It is void once the application is again at the stage that it left, or
  beyond. Of several exits the last one counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.applications.policy.moves import ORDER, Status

REALIZED = ORDER.index(Status.realized)


class Stage(StrEnum):
    """The steps of the funnel, in the words of its published figures."""

    submitted = "submitted"
    accepted = "accepted"
    signed = "signed"
    approved = "approved"
    realized = "realized"
    completed = "completed"


STAGES = tuple(Stage)
STAGE_OF = dict(zip(ORDER, STAGES, strict=True))


@dataclass(frozen=True, slots=True)
class State:
    """What an application was from a day on, as it was recorded; states are compared in the order of recording."""

    recorded_at: datetime
    effective_on: date
    status: Status
    start_on: date
    reason: str | None = None

    @property
    def rank(self) -> int | None:
        """How far along the way; None for an exit."""
        return ORDER.index(self.status) if self.status in ORDER else None


@dataclass(frozen=True, slots=True)
class Reached:
    """A day in the reports, and since when it is known."""

    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Exit:
    """An exit that is not void."""

    status: Status
    reason: str | None
    reached: Reached


@dataclass(frozen=True, slots=True)
class Track:
    """What counts of one application."""

    stages: dict[Stage, Reached] = field(default_factory=dict)
    exit: Exit | None = None


def known(states: Iterable[State], known_at: datetime | None = None, as_of: date | None = None) -> list[State]:
    """The states recorded by then that hold on that day or did before it; in the order of recording."""
    return [
        state
        for state in states
        if (known_at is None or state.recorded_at <= known_at) and (as_of is None or state.effective_on <= as_of)
    ]


def state_at(states: Iterable[State], known_at: datetime | None = None, as_of: date | None = None) -> State | None:
    """The state that held on day `as_of` as it was known at `known_at`; None when there was no application."""
    seen = known(states, known_at, as_of)
    return seen[-1] if seen else None


def track(states: Iterable[State], known_at: datetime | None = None, as_of: date | None = None) -> Track:
    """The stages that were reached, and the exit that stands, by the same two clocks."""
    seen = known(states, known_at, as_of)
    found = ((stage, _reached(seen, rank)) for rank, stage in enumerate(STAGES))
    come = {stage: day for stage, day in found if day is not None and (as_of is None or day.on <= as_of)}
    return Track(come, _exit(seen))


def _reached(states: Sequence[State], rank: int) -> Reached | None:
    there = [state for state in states if rank == 0 or (state.rank is not None and state.rank >= rank)]
    if not there:
        return None
    day = there[-1].start_on if rank == REALIZED else min(state.effective_on for state in there)
    return Reached(day, min(state.recorded_at for state in there))


def _exit(states: Sequence[State]) -> Exit | None:
    exits = [number for number, state in enumerate(states) if state.rank is None]
    if not exits:
        return None
    here = states[exits[-1]]
    left = next((state.rank for state in reversed(states[: exits[-1]]) if state.rank is not None), 0)
    if any(state.rank is not None and state.rank >= left for state in states[exits[-1] + 1 :]):
        return None
    return Exit(here.status, here.reason, Reached(here.effective_on, here.recorded_at))
