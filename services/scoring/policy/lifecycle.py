"""The lifecycle of intent: first purchase, indecisive, lapsed, loyal, repeat – derived from facts, for both customers.

A *purchase* is what makes somebody a customer: an approved experience of an EP that wasn't broken, an opportunity that
an enabler posted. Thresholds are data and set by hand; satisfaction is none of them: loyal is who comes back or brings
others, whatever they said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.scoring.policy.features import ENDED, Fact, Step, known
from services.scoring.policy.interactions import Kind


class Lifecycle(StrEnum):
    """Where somebody stands as a customer; who fits none has no lifecycle yet."""

    first_purchase = "first_purchase"
    indecisive = "indecisive"
    lapsed = "lapsed"
    loyal = "loyal"
    repeat = "repeat"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a definition holds."""

    undecided_after_days: int = 14  # known for so long
    undecided_views: int = 5  # opportunities looked at in the last 14 days
    undecided_turns: int = 1  # applications taken back or declined, candidates all refused
    loyal_purchases: int = 3
    again_within_days: int = 365  # after an experience was completed
    repeat_purchases: int = 2


THRESHOLDS = Thresholds()
WORDS: Mapping[Lifecycle, str] = {
    Lifecycle.lapsed: "silent for as long as the stage that was reached allows; comes before all others",
    Lifecycle.loyal: (
        f"{THRESHOLDS.loyal_purchases} purchases or more, or, within {THRESHOLDS.again_within_days} days after a "
        "completed experience, comes back (applies or raises again) or brings somebody (a referral)"
    ),
    Lifecycle.repeat: f"{THRESHOLDS.repeat_purchases} purchases",
    Lifecycle.first_purchase: "one purchase",
    Lifecycle.indecisive: (
        f"known for {THRESHOLDS.undecided_after_days} days or more, no purchase and nothing under way, and either "
        f"looked at {THRESHOLDS.undecided_views} opportunities or more lately, began a form, or turned back "
        f"{THRESHOLDS.undecided_turns} time or more"
    ),
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What somebody has done, in counts; `again` tells whether they came back or brought somebody in time."""

    known_since: datetime
    purchases: int = 0
    again: bool = False
    under_way: int = 0  # live applications; opportunities that candidates wait at
    views: int = 0
    forms: int = 0
    turns: int = 0


def lifecycle(one: Behaviour, *, lapsed: bool, moment: datetime, limits: Thresholds = THRESHOLDS) -> Lifecycle | None:
    """The first definition that holds, in the order of `WORDS`; None when none does."""
    if lapsed:
        return Lifecycle.lapsed
    if one.purchases >= limits.loyal_purchases or (one.purchases and one.again):
        return Lifecycle.loyal
    if one.purchases >= limits.repeat_purchases:
        return Lifecycle.repeat
    if one.purchases:
        return Lifecycle.first_purchase
    known_for = moment - one.known_since
    undecided = one.views >= limits.undecided_views or one.forms or one.turns >= limits.undecided_turns
    if undecided and not one.under_way and known_for >= timedelta(days=limits.undecided_after_days):
        return Lifecycle.indecisive
    return None


def behaviour_of_ep(facts: Iterable[Fact], moment: datetime, since: datetime, views: int, forms: int) -> Behaviour:
    """An EP's counts from facts known at `moment`; `views` and `forms` are those of the score's features."""
    then = [fact for fact in known(facts, moment) if not fact.bot]
    ends = {Step.approval_broken}
    bought = {f.application_id for f in then if f.kind is Step.approved}
    broken = {f.application_id for f in then if f.kind in ends}
    begun = {f.application_id for f in then if f.kind is Step.submitted}
    over = {f.application_id for f in then if f.kind in ENDED or f.kind is Step.completed}
    turns = {f.application_id for f in then if f.kind in {Step.withdrawn, Step.declined} and not f.ours}
    back = [f.at for f in then if f.kind in {Step.submitted, Kind.referral} or str(f.kind) == "referred"]
    ends_at = [f.at for f in then if f.kind is Step.completed]
    return Behaviour(
        since, len(bought - broken), came_back(ends_at, back), len((begun | bought) - over), views, forms, len(turns)
    )


def came_back(completed: Iterable[datetime], again: Iterable[datetime], limits: Thresholds = THRESHOLDS) -> bool:
    """Whether one of `again` lies within the time after one of `completed`."""
    within, later = timedelta(days=limits.again_within_days), list(again)
    return any(end < at <= end + within for end in completed for at in later)
