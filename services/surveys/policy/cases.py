"""Quality cases: what opens one, who owns it, who acknowledges, how it may end, and when it may go on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.surveys.policy.metrics import Bucket, bucket
from shared.access import Role
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, GivenScore, Metric, StandardWord
from shared.errors import Conflict, Forbidden

OWNERS = dict.fromkeys(CaseCause, Side.hosting)  # the host is where it happened, and can still mend it
SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}
OF_A_CASE = "case"  # what the questionnaire after a case asks about


class CaseState(StrEnum):
    """`acknowledged`: all entities have seen it. `answered`: the written solution is there and nobody contests it."""

    open = "open"
    acknowledged = "acknowledged"
    answered = "answered"
    closed = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    solved = "solved"
    compensated = "compensated"
    explained = "explained"
    not_confirmed = "not_confirmed"
    withdrawn = "withdrawn"


class CaseRule(StrEnum):
    """What may open a case by itself; which of them do is a setting."""

    detractor = "detractor"
    high_effort = "high_effort"
    standard_denied = "standard_denied"
    conflict = "conflict"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that are on, and where effort begins to be high: CES 1.0 counts effort upwards, CES 2.0 ease."""

    on: Collection[CaseRule] = field(default_factory=lambda: frozenset(CaseRule))
    ces1_from: int = 4
    ces2_up_to: int = 3

    def hard(self, given: GivenScore) -> bool:
        if given.metric is Metric.ces1:
            return given.score >= self.ces1_from
        return given.metric is Metric.ces2 and given.score <= self.ces2_up_to


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in an answer: the cause of its one case, and the standards that were denied in it."""

    cause: CaseCause
    standards: tuple[str, ...] = ()


def trouble_in(
    scores: Sequence[GivenScore], standards: Mapping[str, StandardWord], known: Collection[str], rules: Rules
) -> Trouble | None:
    """Why this answer opens a case, or None. The first rule that holds names the cause.

    `known` are the standards of this experience that have a case: they don't open a second one. What somebody says of
    a case itself opens none: it can be opened again.
    """
    scores = [given for given in scores if given.about != OF_A_CASE]
    denied = tuple(sorted(code for code, word in standards.items() if word is StandardWord.no and code not in known))
    if CaseRule.standard_denied not in rules.on:
        denied = ()
    if CaseRule.detractor in rules.on and any(map(_detracts, scores)):
        return Trouble(CaseCause.detractor, denied)
    if CaseRule.high_effort in rules.on and any(map(rules.hard, scores)):
        return Trouble(CaseCause.high_effort, denied)
    return Trouble(CaseCause.standard_denied, denied) if denied else None


def _detracts(given: GivenScore) -> bool:
    return given.metric is Metric.nps and bucket(given.score) is Bucket.detractor


def owner_of(cause: CaseCause, sides: Collection[Side]) -> Side:
    """The side that owns a case: as the table has it, else the only one that there is."""
    wanted = OWNERS[cause]
    return wanted if wanted in sides or not sides else next(iter(sides))


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


def check_goes_on(state: CaseState) -> None:
    """Nothing more happens to a closed case; it can be opened again."""
    if state is CaseState.closed:
        raise Conflict("The case is closed.", code="case-closed")


def check_acknowledge(state: CaseState, already: bool, side: Side) -> None:
    check_goes_on(state)
    if already:
        raise Conflict(f"The {side} side has acknowledged this case already.", code="acknowledged-already")


def check_contest(state: CaseState, late: bool, customer: bool) -> None:
    """The customer may take a case higher once there is a solution that doesn't help, or a term was missed."""
    check_goes_on(state)
    if customer and state is not CaseState.answered and not late:
        raise Conflict("The committees still have time to answer.", code="too-early")


def check_reopen(state: CaseState, closed_at: datetime | None, now: datetime, days: int) -> None:
    """A closed case goes on within some days."""
    if state is not CaseState.closed or closed_at is None:
        raise Conflict("The case is open.", code="case-open")
    if now > closed_at + timedelta(days=days):
        raise Conflict(f"A case can be opened again for {days} days after it was closed.", code="too-late-to-reopen")


def check_hand_over(owner: Side, to: Side, sides: Collection[Side], role: Role) -> None:
    """The owner gives a case to the other side, or somebody above both does."""
    if role in SIDES and SIDES[role] is not owner:
        raise Forbidden(f"The case belongs to the {owner} side.", code="not-the-owner")
    if to is owner:
        raise Conflict(f"The {to} side owns the case already.", code="owner-already")
    if to not in sides:
        raise Conflict(f"There is no {to} side in this case.", code="no-such-side")


AGES = {1: "0-1", 7: "1-7", 14: "7-14", 30: "14-30"}  # days, each border counted to the class below it
OLDEST = "30+"
AGE_CLASSES = (*AGES.values(), OLDEST)


def age_class(opened_at: datetime, now: datetime) -> str:
    """For how many days a case has been open: one of AGE_CLASSES."""
    days = (now - opened_at) / timedelta(days=1)
    return next((name for border, name in AGES.items() if days <= border), OLDEST)
