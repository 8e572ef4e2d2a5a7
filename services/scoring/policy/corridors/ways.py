"""To which transitions corridors lead, and how what happened to somebody becomes a way there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.corridors.mining import Case, Happened
from services.scoring.policy.features import Step


class Walked(StrEnum):
    """The transition at the end of a corridor."""

    applied = "applied"
    accepted = "accepted"
    approved = "approved"
    realized = "realized"


@dataclass(frozen=True, slots=True)
class Way:
    """`begins`: the step at which a way begins (None: the first thing that is known); `silent`: who has shown nothing
    for so long has stopped."""

    begins: Step | None
    reaches: Step
    silent: timedelta


WAYS: Mapping[Walked, Way] = {
    Walked.applied: Way(None, Step.submitted, timedelta(days=90)),
    Walked.accepted: Way(None, Step.accepted, timedelta(days=90)),
    Walked.approved: Way(None, Step.approved, timedelta(days=90)),
    Walked.realized: Way(Step.approved, Step.realized, timedelta(days=180)),
}
# One side's approval and moved dates are no touchpoints of the person's way.
UNSEEN = frozenset({Step.approval, Step.dates_changed, Step.reopened, Step.detractor})


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that happened to somebody; `step` where it is a step of an application or of the journey."""

    activity: str
    at: datetime
    id: UUID
    step: Step | None = None


def case_of(traces: Iterable[Trace], way: Way, as_of: datetime) -> Case | None:
    """One person's way, cut at its end; None when it has not begun, or nothing came before its end."""
    ordered = sorted((one for one in traces if one.at <= as_of), key=lambda one: (one.at, one.id))
    if way.begins is not None:
        places = [place for place, one in enumerate(ordered) if one.step is way.begins]
        ordered = ordered[places[0] + 1 :] if places else []
    end = next((place for place, one in enumerate(ordered) if one.step is way.reaches), None)
    walked = ordered if end is None else ordered[:end]
    steps = [Happened(one.activity, one.at, one.id) for one in walked if one.step not in UNSEEN]
    if not steps:
        return None
    if end is not None:
        return Case(steps, True, ordered[end].at)
    return Case(steps, False if steps[-1].at <= as_of - way.silent else None)
