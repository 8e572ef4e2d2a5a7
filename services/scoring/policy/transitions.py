"""The transitions that are foretold, as data: where each begins and ends, what ends it otherwise, how long it may take.

A chance is that of reaching the end within the horizon from the moment of looking. Rules are the prior of each; their
bases are figures of the field where there are some (`applied` and `again`: by hand, and each says so).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.scoring.policy import enabler_rules
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.features import Step
from services.scoring.policy.rules import (
    APPROVED_PER_APPLICANT,
    APPROVED_PER_SIGN_UP,
    BASE,
    DIGITS,
    MODEL,
    WEIGHTS,
    Row,
    log_odds,
    number,
)

ACCEPTED_PER_APPLICATION, REALIZED_PER_APPROVED = 0.12, 0.91  # the field: 12 %, and 86–96 %
APPLIED_PER_SIGN_UP = APPROVED_PER_SIGN_UP / APPROVED_PER_APPLICANT  # what the two figures of `rules-1` imply
AGAIN_PER_COMPLETED = 0.10  # by hand: no figure is known
MOST_APPLICATIONS = 10


class Side(StrEnum):
    """Which of the two customers."""

    ep = "ep"
    enabler = "enabler"


class Transition(StrEnum):
    """From where to where."""

    applied = "applied"
    accepted = "accepted"
    approved = "approved"
    realized = "realized"
    again = "again"
    reraised = "reraised"


@dataclass(frozen=True)
class Way:
    """One transition. `instead` are competing ends: once there, it was not reached, however much time is left.

    `of_the_last`: a competing end counts when no application is live any more. `of_one`: begin and end are of the same
    application.
    """

    transition: Transition
    side: Side
    begins: frozenset[StrEnum]
    ends: frozenset[StrEnum]
    horizon_days: int
    base: float
    weights: Mapping[str, Callable[[Row], float]]
    what: str
    base_from: str
    instead: frozenset[StrEnum] = frozenset()
    of_the_last: bool = False
    of_one: bool = False
    model: str = MODEL

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)


def _these(*codes: str) -> dict[str, Callable[[Row], float]]:
    return {code: WEIGHTS[code] for code in codes}


def _one_of_several(row: Row) -> float:
    """What more live applications are worth: one of n is accepted with 1 − (1 − 12 %)ⁿ, as if they knew no other."""
    count = max(1.0, min(number(row, "live_applications"), MOST_APPLICATIONS))
    share = 1 - (1 - ACCEPTED_PER_APPLICATION) ** count
    return log_odds(share) - log_odds(ACCEPTED_PER_APPLICATION)


def _base(share: float) -> float:
    return round(log_odds(share), DIGITS)


BEHAVIOUR = ("visits", "opportunities_viewed", "forms_started", "mail_read", "personal_contact", "silence")
VOICE = ("survey_answered", "detractor", "quality_case")
GONE = frozenset({Step.rejected, Step.withdrawn, Step.declined})

WAYS: Mapping[Transition, Way] = {
    way.transition: way
    for way in (
        Way(
            Transition.applied, Side.ep, frozenset({Step.registered}), frozenset({Step.submitted}), 90,
            _base(APPLIED_PER_SIGN_UP), _these(*BEHAVIOUR), "somebody who signed up applies",
            "set by hand: what two other figures imply",
        ),
        Way(
            Transition.accepted, Side.ep, frozenset({Step.submitted, Step.reopened}), frozenset({Step.accepted}), 60,
            _base(ACCEPTED_PER_APPLICATION), {
                "more_applications": _one_of_several,
                **_these("rejected_candidate_side", "rejected_our_side", "personal_contact"),
            },
            "one of an applicant's applications is accepted", "the field's 12 % of applications",
            instead=GONE, of_the_last=True,
        ),
        Way(
            Transition.approved, Side.ep, frozenset({Step.registered}), frozenset({Step.approved}), 180,
            BASE, WEIGHTS, "somebody who signed up is approved", "the field's 22–26 % of sign-ups",
        ),
        Way(
            Transition.realized, Side.ep, frozenset({Step.approved}), frozenset({Step.realized}), 365,
            _base(REALIZED_PER_APPROVED), _these(*VOICE, "personal_contact"),
            "an approved experience begins", "the field's 86–96 % of approvals",
            instead=frozenset({Step.approval_broken, Step.withdrawn}), of_one=True,
        ),
        Way(
            Transition.again, Side.ep, frozenset({Step.completed}), frozenset({Step.submitted, Step.referred}), 365,
            _base(AGAIN_PER_COMPLETED), _these(*BEHAVIOUR, *VOICE),
            "somebody who came home applies again, or refers somebody", "set by hand: no figure is known",
        ),
        Way(
            Transition.reraised, Side.enabler, frozenset({EnablerStep.completed}),
            frozenset({EnablerStep.posted, EnablerStep.reraised}), 365, enabler_rules.BASE, enabler_rules.WEIGHTS,
            "an enabler whose intern went home raises an opportunity again", "set by hand: no figure is known",
            model=enabler_rules.MODEL,
        ),
    )
}  # fmt: skip


def ways_of(side: Side) -> list[Way]:
    """The transitions of one of the two customers."""
    return [way for way in WAYS.values() if way.side is side]
