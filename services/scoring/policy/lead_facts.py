"""What a lead's stage is made of, read from the facts of either customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.scoring.policy import enablers
from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.features import SIGNS_OF_LIFE, Fact, Step, known
from services.scoring.policy.interactions import MAIL, Kind

# Somebody of ours and the customer, person to person: it stops the clock of a hand-over. Leaflets, booths, class visits
# and referrals reach many.
TALKS = frozenset({Kind.call, Kind.meeting, Kind.message})
# Calls and messages may be ours alone: our own attempt must not win anybody back. Mail is opened by scanners.
NO_SIGN = frozenset({Kind.call, Kind.message}) | MAIL
MILESTONES = frozenset({Step.approved, Step.realized, Step.completed})


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """`talks` are the moments of personal contacts, in order; `met` tells that a prospect had a first meeting."""

    since: datetime | None
    last_sign_at: datetime | None
    bought_at: datetime | None
    talks: tuple[datetime, ...] = ()
    met: bool = False


def of_ep(facts: Iterable[Fact], moment: datetime) -> LeadFacts:
    """From what was known at `moment`; an approval that was broken has made no customer."""
    then = [fact for fact in known(facts, moment) if not fact.bot]
    told = [fact for fact in then if isinstance(fact.kind, Step)]
    registered = [fact.at for fact in told if fact.kind is Step.registered]
    signs = [fact.at for fact in then if _is_sign(fact)]
    broken = {fact.application_id for fact in told if fact.kind is Step.approval_broken}
    bought = [fact.at for fact in told if fact.kind is Step.approved and fact.application_id not in broken]
    return LeadFacts(
        min(registered or (fact.at for fact in told), default=None),
        max(signs, default=None),
        max(bought, default=None),
        tuple(sorted(fact.at for fact in then if fact.kind in TALKS)),
    )


def _is_sign(fact: Fact) -> bool:
    if isinstance(fact.kind, Step):
        return fact.kind in SIGNS_OF_LIFE | MILESTONES
    return fact.kind not in NO_SIGN


def of_enabler(facts: Iterable[EnablerFact], moment: datetime) -> LeadFacts:
    """The same of an enabler, or of a prospect."""
    then = enablers.known(facts, moment)
    begun = [fact.at for fact in then if fact.kind in {EnablerStep.registered, EnablerStep.entered}]
    return LeadFacts(
        min(begun or (fact.at for fact in then), default=None),
        enablers.last_sign(then, moment),
        enablers.bought(then, moment),
        tuple(fact.at for fact in then if fact.kind in enablers.CONTACTS),
        any(fact.kind is EnablerStep.met for fact in then),
    )


def first_talk(talks: Iterable[datetime], since: datetime) -> datetime | None:
    """The first one at or after a moment."""
    return min((at for at in talks if at >= since), default=None)
