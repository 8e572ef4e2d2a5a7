"""Where a customer stands at a moment: the facts that actions ask for, from what was known then."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scoring.policy.enablers import ANSWERS, OVER, EnablerFact, EnablerStep
from services.scoring.policy.enablers import known as enabler_known
from services.scoring.policy.features import DAY, ENDED, Fact, Features, Step, known
from shared.contracts.surveys import Party

Value = float | str | None
NEEDED = ("contract_signed", "fee_paid")  # what a signed acceptance note still lacks before both sides approve
DEADLINE_DAYS = 7  # of both, from the day of signing
PLACES: Mapping[Step, str] = {
    Step.submitted: "applied",
    Step.reopened: "applied",
    Step.accepted: "accepted",
    Step.signed: "signed",
    Step.approval: "signed",
    Step.approved: "approved",
    Step.dates_changed: "approved",
    Step.realized: "realized",
    Step.completed: "completed",
} | dict.fromkeys(ENDED, "ended")
# Who stands in several places stands in the last one of these.
ORDER = ("none", "ended", "completed", "applied", "accepted", "signed", "approved", "realized")
RUNG = {step: rank for rank, step in enumerate(PLACES)}
COUNTED = ("visits", "opportunities", "forms", "contacts", "silent_days", "live_applications", "open_cases")
COUNTED += ("detractor_answers",)
FACTS: Mapping[Party, frozenset[str]] = {
    Party.ep: frozenset(COUNTED)
    | {"place", "place_days", "waiting_days", "rejected_days", "signed_up_days", "missing", "deadline_days"},
    Party.enabler: frozenset(
        {"offers_open", "offers", "quiet_days", "completed", "completed_days", "raised_since", "unanswered"}
        | {"unanswered_days"}
    ),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts by name (days as numbers; None: not known, or not so), and the application that they are about."""

    facts: Mapping[str, Value]
    application_id: UUID | None = None


@dataclass(slots=True)
class _Course:
    """One application: the newest of its steps. Of steps of one moment the further one is the newer."""

    newest: Fact
    signed_at: datetime | None = None

    def hear(self, fact: Fact) -> None:
        if (fact.at, RUNG[Step(fact.kind)]) >= (self.newest.at, RUNG[Step(self.newest.kind)]):
            self.newest = fact

    @property
    def place(self) -> str:
        return PLACES[Step(self.newest.kind)]


def of_ep(
    facts: Iterable[Fact], numbers: Features, moment: datetime, met: Mapping[UUID, Collection[str]] | None = None
) -> Situation:
    """Where an EP stands; `met` are the requirements that are fulfilled or waived, by application."""
    then = [fact for fact in known(facts, moment) if isinstance(fact.kind, Step)]
    courses = _courses(then)
    place = max((one.place for one in courses.values()), key=ORDER.index, default="none")
    # Of several applications in the same place: the one that came there last, and for who waits the first one.
    there = sorted((one.newest.at, id_) for id_, one in courses.items() if one.place == place)
    at, application_id = there[-1] if there else (None, None)
    found: dict[str, Value] = {name: float(getattr(numbers, name)) for name in COUNTED}
    found |= {"place": place, "place_days": _days(at, moment)}
    found["waiting_days"] = _days(there[0][0], moment) if place == "applied" else None
    found["rejected_days"] = _since(then, Step.rejected, moment)
    found["signed_up_days"] = _since(then, Step.registered, moment)
    found |= _lacking(courses.get(application_id), application_id, place, moment, met or {})
    return Situation(found, application_id if place != "none" else None)


def _courses(then: Iterable[Fact]) -> dict[UUID, _Course]:
    courses: dict[UUID, _Course] = {}
    for fact in then:
        if fact.application_id is None or fact.kind not in PLACES:
            continue
        one = courses.setdefault(fact.application_id, _Course(fact))
        one.hear(fact)
        if fact.kind is Step.signed:
            one.signed_at = max(fact.at, one.signed_at or fact.at)
    return courses


def _lacking(
    one: _Course | None, id_: UUID | None, place: str, moment: datetime, met: Mapping[UUID, Collection[str]]
) -> dict[str, Value]:
    if one is None or id_ is None or place != "signed" or one.signed_at is None:
        return {"missing": None, "deadline_days": None}
    missing = [need for need in NEEDED if need not in met.get(id_, ())]
    left = DEADLINE_DAYS - (moment - one.signed_at) / DAY
    return {"missing": float(len(missing)), "deadline_days": left}


def _since(then: Iterable[Fact], step: Step, moment: datetime) -> Value:
    return _days(max((fact.at for fact in then if fact.kind is step), default=None), moment)


def _days(at: datetime | None, moment: datetime) -> Value:
    return None if at is None else (moment - at) / DAY


# --- the enabler

ON_OFFER = frozenset({EnablerStep.posted, EnablerStep.closed, EnablerStep.removed})
ANSWERED = OVER | ANSWERS | {EnablerStep.approved, EnablerStep.realized}


def of_enabler(facts: Iterable[EnablerFact], moment: datetime) -> Situation:
    """Where an enabler stands; the application is the one that has waited longest for its answer."""
    offers: dict[UUID | None, bool] = {}
    waiting: dict[UUID | None, datetime] = {}
    done: list[datetime] = []
    posted: list[datetime] = []
    news: datetime | None = None
    for fact in enabler_known(facts, moment):
        kind, at = fact.kind, fact.at
        if kind in ON_OFFER:
            offers[fact.opportunity_id] = kind is EnablerStep.posted
        if kind is EnablerStep.posted:
            posted.append(at)
        if kind is EnablerStep.submitted:
            waiting[fact.application_id] = at
        elif kind in ANSWERED:
            waiting.pop(fact.application_id, None)
        if kind is EnablerStep.completed:
            done.append(at)
        news = at if kind in ANSWERED | ON_OFFER or kind is EnablerStep.submitted else news
    first = min(waiting.items(), key=lambda one: one[1], default=(None, None))
    found: dict[str, Value] = {
        "offers": float(len(offers)),
        "offers_open": float(sum(offers.values())),
        "quiet_days": _days(news, moment),
        "completed": float(len(done)),
        "completed_days": _days(max(done, default=None), moment),
        "raised_since": float(sum(at > max(done) for at in posted)) if done else 0.0,
        "unanswered": float(len(waiting)),
        "unanswered_days": _days(first[1], moment),
    }
    return Situation(found, first[0])


# --- segments: in which an action may bring more than in others


def segment_of(side: Party, facts: Mapping[str, Value], score: float | None) -> str:
    """A coarse segment: how likely an EP is to be approved, or whether an enabler has had an intern before."""
    if side is Party.enabler:
        return "had-interns" if facts.get("completed") else "new"
    if score is None:
        return "unscored"
    return "unlikely" if score < UNLIKELY else "likely" if score >= LIKELY else "undecided"


UNLIKELY, LIKELY = 0.20, 0.40
