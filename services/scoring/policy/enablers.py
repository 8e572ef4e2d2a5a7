"""What is known of an enabler at a moment: what it did and what became of it, as the few numbers that rules look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.features import EARLIEST_ZONE
from services.scoring.policy.lifecycle import Behaviour, came_back

DAY = timedelta(days=1)
QUICK = timedelta(days=7)  # from an application to the answer: what candidates are told to expect
CONTACT_WINDOW, CONTACT_HALF_LIFE = timedelta(days=30), timedelta(days=14)
LONGEST_SILENCE = timedelta(days=365)


class EnablerStep(StrEnum):
    """What was heard of an enabler, and (the last three) what was recorded here."""

    registered = "registered"
    posted = "posted"
    changed = "changed"
    closed = "closed"
    removed = "removed"
    reraised = "reraised"
    submitted = "submitted"
    accepted = "accepted"
    rejected = "rejected"
    ended = "ended"  # by the candidate, or because another one was taken
    approved = "approved"
    broken = "broken"
    realized = "realized"
    completed = "completed"
    surveyed = "surveyed"
    detractor = "detractor"
    case_opened = "case_opened"
    case_closed = "case_closed"
    entered = "entered"
    contacted = "contacted"
    met = "met"


E = EnablerStep
# What the enabler does itself: its answers to candidates are clicked by its opportunity manager at times, and count.
SIGNS = frozenset({E.registered, E.posted, E.changed, E.reraised, E.accepted, E.rejected, E.surveyed, E.met})
MILESTONES = frozenset({E.approved, E.realized, E.completed})
CONTACTS = frozenset({E.contacted, E.met})
ANSWERS = frozenset({E.accepted, E.rejected})
OVER = frozenset({E.rejected, E.ended, E.broken, E.completed})
Row = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EnablerFact:
    """One thing that happened. `at` is when it did, `known_at` when this room heard of it."""

    id: UUID
    kind: EnablerStep
    at: datetime
    known_at: datetime
    effective_on: date
    opportunity_id: UUID | None = None
    application_id: UUID | None = None


class Known(tuple[EnablerFact, ...]):
    """What was known at one moment, in order: who looks at it again, for that moment, takes it as it is."""

    __slots__ = ()


def known(facts: Iterable[EnablerFact], moment: datetime) -> Known:
    """Each fact once, and only those that had happened, were in effect and were known here (as with EPs)."""
    if isinstance(facts, Known):
        return facts
    begun = (moment + EARLIEST_ZONE).date()
    then = {fact.id: fact for fact in facts if fact.at <= moment and fact.known_at <= moment}.values()
    return Known(sorted((fact for fact in then if fact.effective_on <= begun), key=lambda fact: (fact.at, fact.id)))


def last_sign(facts: Iterable[EnablerFact], moment: datetime) -> datetime | None:
    """The newest thing that the enabler did itself, or that its interns reached."""
    return max((f.at for f in known(facts, moment) if f.kind in SIGNS | MILESTONES), default=None)


def bought(facts: Iterable[EnablerFact], moment: datetime) -> datetime | None:
    """When it last became a customer: by an opportunity that it posted."""
    return max((f.at for f in known(facts, moment) if f.kind is E.posted), default=None)


def row(facts: Iterable[EnablerFact], moment: datetime) -> dict[str, float]:
    """The numbers of one enabler at `moment`, by name; what never happened is 0."""
    then = known(facts, moment)
    answered = _answer_times(then)
    waiting = [at for at in _waiting(then).values() if moment - at > QUICK]
    talks = [f.at for f in then if f.kind in CONTACTS and f.at > moment - CONTACT_WINDOW]
    signs = [f.at for f in then if f.kind in SIGNS | MILESTONES]
    silent = min(moment - max(signs), LONGEST_SILENCE) / DAY if signs else 0.0
    return {
        "raised": _count(then, E.posted),
        "reraised": _count(then, E.reraised),
        "open_opportunities": len(_open(then)),
        "applications": _count(then, E.submitted),
        "accepted": _count(then, E.accepted),
        "rejected": _count(then, E.rejected),
        "approved": _count(then, E.approved),
        "completed": _count(then, E.completed),
        "broken": _count(then, E.broken),
        "answers": len(answered),
        "quick_answers": sum(took <= QUICK for took in answered),
        "unanswered": len(waiting),
        "contacts": len(talks),
        "contacts_weight": sum(sorted(0.5 ** ((moment - at) / CONTACT_HALF_LIFE) for at in talks)),
        "surveys": _count(then, E.surveyed),
        "detractor_answers": _count(then, E.detractor),
        "open_cases": max(0, _count(then, E.case_opened) - _count(then, E.case_closed)),
        "silent_days": silent,
    }


def behaviour(facts: Iterable[EnablerFact], moment: datetime, since: datetime) -> Behaviour:
    """What it did as a customer, for its lifecycle."""
    then = known(facts, moment)
    turned = _count(then, E.submitted) > 0 and _count(then, E.accepted) == 0 and _count(then, E.rejected) >= MANY
    again = [f.at for f in then if f.kind in {E.posted, E.reraised}]
    ends = [f.at for f in then if f.kind is E.completed]
    posted = len({f.opportunity_id for f in then if f.kind is E.posted})
    return Behaviour(since, posted, came_back(ends, again), len(_open(then)), 0, 0, int(turned))


MANY = 5  # candidates refused, and none ever taken


def _count(then: Iterable[EnablerFact], kind: EnablerStep) -> int:
    return sum(fact.kind is kind for fact in then)


def _open(then: Iterable[EnablerFact]) -> set[UUID | None]:
    """Opportunities that are on offer, by the last thing that was said of each."""
    state: dict[UUID | None, EnablerStep] = {}
    for fact in then:
        if fact.kind in {E.posted, E.closed, E.removed}:
            state[fact.opportunity_id] = fact.kind
    return {opportunity for opportunity, kind in state.items() if kind is E.posted}


def _waiting(then: Iterable[EnablerFact]) -> dict[UUID | None, datetime]:
    """Applications without an answer: when each came in."""
    found: dict[UUID | None, datetime] = {}
    for fact in then:
        if fact.kind is E.submitted:
            found[fact.application_id] = fact.at
        elif fact.kind in ANSWERS | OVER | {E.approved, E.realized}:
            found.pop(fact.application_id, None)
    return found


def _answer_times(then: Iterable[EnablerFact]) -> list[timedelta]:
    """How long each answered application waited for its first answer."""
    since: dict[UUID | None, datetime] = {}
    took: dict[UUID | None, timedelta] = {}
    for fact in then:
        if fact.kind is E.submitted:
            since.setdefault(fact.application_id, fact.at)
        elif fact.kind in ANSWERS and fact.application_id in since:
            took.setdefault(fact.application_id, fact.at - since[fact.application_id])
    return list(took.values())
