"""Quality cases: what opens one, who owns it, by when both sides acknowledge, and who may close it."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from services.surveys.policy.metrics import Bucket, bucket
from shared.access import Role
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, GivenScore, Metric
from shared.errors import Conflict, Forbidden

HIGH_EFFORT_UP_TO, HIGH_EFFORT_FROM = 3, 4  # CES 2.0 counts ease upwards, CES 1.0 effort
OWNERS = dict.fromkeys(CaseCause, Side.hosting)  # the host is where it happened, and can still mend it
SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}
ABOVE_THE_SIDES = frozenset({Role.national_manager, Role.global_manager})


class CaseState(StrEnum):
    open = "open"
    acknowledged = "acknowledged"
    closed = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    solved = "solved"
    compensated = "compensated"
    explained = "explained"
    not_confirmed = "not_confirmed"
    withdrawn = "withdrawn"


def cause_of(scores: Sequence[GivenScore]) -> CaseCause | None:
    """Why this answer opens a case, or None. One case an answer: that of a detractor comes before that of effort."""
    if any(given.metric is Metric.nps and bucket(given.score) is Bucket.detractor for given in scores):
        return CaseCause.detractor
    return CaseCause.high_effort if any(map(_hard, scores)) else None


def _hard(given: GivenScore) -> bool:
    if given.metric is Metric.ces1:
        return given.score >= HIGH_EFFORT_FROM
    return given.metric is Metric.ces2 and given.score <= HIGH_EFFORT_UP_TO


def check_reportable(end_on: date, today: date, days: int) -> None:
    """A case can be reported until some days after the stay (S&S: about a month)."""
    if today > end_on + timedelta(days=days):
        detail = f"Cases are taken up to {days} days after the end, which was {end_on}."
        raise Conflict(detail, code="too-late-to-report")


def side_of(role: Role) -> Side:
    """The side for which this role acknowledges; Forbidden for those above the sides."""
    if role not in SIDES:
        raise Forbidden("Each of the two entities acknowledges for itself.")
    return SIDES[role]


def check_acknowledge(state: CaseState, already: bool, side: Side) -> None:
    if state is CaseState.closed:
        raise Conflict("The case is closed.", code="case-closed")
    if already:
        raise Conflict(f"The {side} side has acknowledged this case already.", code="acknowledged-already")


def check_close(state: CaseState, owner: Side, role: Role) -> None:
    """The owner's manager closes a case, or one above the sides; once."""
    if role not in ABOVE_THE_SIDES and SIDES.get(role) is not owner:
        raise Forbidden(f"The case belongs to the {owner} side, which closes it.", code="not-the-owner")
    if state is CaseState.closed:
        raise Conflict("The case is closed already.", code="case-closed")
