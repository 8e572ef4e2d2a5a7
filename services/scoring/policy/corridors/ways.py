"""To which transitions corridors lead, and how what happened to somebody becomes a way there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.corridors.mining import Case, Happened
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.features import Step
from shared.contracts.surveys import Party


class Walked(StrEnum):
    """The transition at the end of a corridor."""

    applied = "applied"
    accepted = "accepted"
    approved = "approved"
    realized = "realized"
    again = "again"
    posted = "posted"


@dataclass(frozen=True, slots=True)
class Way:
    """`begins`: the step at which a way begins (None: the first thing that is known); `silent`: who has shown nothing
    for so long has stopped."""

    begins: Step | EnablerStep | None
    reaches: Step | EnablerStep
    silent: timedelta


SEASON, YEAR = timedelta(days=90), timedelta(days=365)
WAYS: Mapping[Party, Mapping[Walked, Way]] = {
    Party.ep: {
        Walked.applied: Way(None, Step.submitted, SEASON),
        Walked.accepted: Way(None, Step.accepted, SEASON),
        Walked.approved: Way(None, Step.approved, SEASON),
        Walked.realized: Way(Step.approved, Step.realized, 2 * SEASON),
        Walked.again: Way(Step.completed, Step.submitted, YEAR),
    },
    Party.enabler: {
        Walked.posted: Way(None, EnablerStep.posted, SEASON),
        Walked.approved: Way(None, EnablerStep.approved, 2 * SEASON),
        Walked.realized: Way(EnablerStep.approved, EnablerStep.realized, 2 * SEASON),
        Walked.again: Way(EnablerStep.completed, EnablerStep.reraised, YEAR),
    },
}
# One side's approval and moved dates are no touchpoints of the way; what comes with another fact is told by that one.
UNSEEN = frozenset({Step.approval, Step.dates_changed, Step.reopened, Step.detractor, EnablerStep.changed})


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that happened to somebody; `step` where it is a step of an application or of the journey."""

    activity: str
    at: datetime
    id: UUID
    step: Step | EnablerStep | None = None


def case_of(traces: Iterable[Trace], way: Way, as_of: datetime) -> Case | None:
    """One person's way, cut at its end; None when it has not begun, or nothing came before its end."""
    ordered = sorted((one for one in traces if one.at <= as_of), key=lambda one: (one.at, one.id))
    if way.begins is not None:
        places = [place for place, one in enumerate(ordered) if one.step == way.begins]
        ordered = ordered[places[0] + 1 :] if places else []
    end = next((place for place, one in enumerate(ordered) if one.step == way.reaches), None)
    walked = ordered if end is None else ordered[:end]
    steps = [Happened(one.activity, one.at, one.id) for one in walked if one.step not in UNSEEN]
    if not steps:
        return None
    if end is not None:
        return Case(steps, True, ordered[end].at)
    return Case(steps, False if steps[-1].at <= as_of - way.silent else None)
