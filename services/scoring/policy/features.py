"""What is known of a lead at a moment: stored facts become the few numbers that the rules look at."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from services.scoring.policy.interactions import CONTACTS, COUNTED, MAIL, VISITS, Kind

WINDOW = timedelta(days=30)
VISIT_WINDOW, VISIT_HALF_LIFE = timedelta(days=14), timedelta(days=7)
CONTACT_HALF_LIFE = timedelta(days=14)
DAY = timedelta(days=1)
EARLIEST_ZONE = timedelta(hours=14)


class Step(StrEnum):
    """What other rooms told about a person."""

    registered = "registered"
    submitted = "submitted"
    accepted = "accepted"
    rejected = "rejected"
    withdrawn = "withdrawn"
    declined = "declined"
    reopened = "reopened"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"
    signed = "signed"
    approval = "approval"
    approved = "approved"
    dates_changed = "dates_changed"
    realized = "realized"
    completed = "completed"
    surveyed = "surveyed"
    detractor = "detractor"
    case_opened = "case_opened"
    case_closed = "case_closed"
    touchpoint = "touchpoint"
    referred = "referred"


class Stage(IntEnum):
    """How far the furthest of a person's live applications is."""

    none = 0
    applied = 1
    accepted = 2
    signed = 3
    half_approved = 4


ENDED = {Step.rejected, Step.withdrawn, Step.declined, Step.approval_broken, Step.realization_broken}
STAGE_OF = {
    Step.submitted: Stage.applied,
    Step.accepted: Stage.accepted,
    Step.signed: Stage.signed,
    Step.approval: Stage.half_approved,
    Step.approved: Stage.half_approved,
}
# What the person does itself. What is done to it (a touchpoint, a rejection) never breaks a silence: otherwise our own
# mailings would raise scores, and a rejection could.
SIGNS_OF_LIFE = {Step.registered, Step.submitted, Step.signed, Step.surveyed}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `at` is when it did, `known_at` when this room heard of it; the id tells repeats."""

    id: UUID
    kind: Kind | Step
    at: datetime
    known_at: datetime
    effective_on: date | None = None
    application_id: UUID | None = None
    opportunity_id: UUID | None = None
    bot: bool = False
    ours: bool = False  # an end that says nothing about the candidate


@dataclass(frozen=True, slots=True)
class Features:
    """The numbers of one person at one moment. A `…_weight` is the count beside it, faded by age."""

    visits: int = 0
    visits_weight: float = 0.0
    opportunities: int = 0
    opportunities_weight: float = 0.0
    forms: int = 0
    forms_weight: float = 0.0
    mails: int = 0
    mails_weight: float = 0.0
    contacts: int = 0
    contacts_weight: float = 0.0
    silent_days: float = 0.0
    stage: Stage = Stage.none
    live_applications: int = 0
    rejected_candidate_side: int = 0
    rejected_our_side: int = 0
    withdrawn: int = 0
    surveys: int = 0
    detractor_answers: int = 0
    open_cases: int = 0
    touchpoints: int = 0

    def as_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Features":
        """Read a stored one; names that a newer model added later keep their defaults, unknown ones are dropped."""
        known = {name: value for name, value in document.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "stage": Stage(known.get("stage", 0))})

    @property
    def row(self) -> dict[str, float]:
        """The numbers by name, as models take them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"stage": int(self.stage)}

    @property
    def fades(self) -> bool:
        """Whether these numbers will change by themselves as time goes on."""
        return bool(self.visits or self.mails or self.contacts) or self.silent_days < WINDOW / DAY


@dataclass(slots=True)
class _Application:
    """What is known of one application: each step with the last time it was made, so that no order of hearing matters.

    Each end keeps whose cause it was: being approved elsewhere later doesn't make an earlier rejection ours. What was
    before a re-opening is over.
    """

    times: dict[Step, datetime] = field(default_factory=dict)
    ends: set[tuple[Step, bool]] = field(default_factory=set)

    @property
    def steps(self) -> set[Step]:
        since = self.times.get(Step.reopened)
        steps = {step for step, at in self.times.items() if since is None or at > since}
        return steps if since is None else steps | {Step.submitted}

    @property
    def live(self) -> bool:
        return not self.steps & ENDED

    @property
    def stage(self) -> Stage:
        stages = [STAGE_OF[step] for step in self.steps if step in STAGE_OF]
        return max(stages) if stages and self.live else Stage.none


def known(facts: Iterable[Fact], moment: datetime) -> list[Fact]:
    """Each fact once, and only those that had happened, were in effect and were known here at that moment (D5, D11)."""
    begun = (moment + EARLIEST_ZONE).date()  # a day counts once it has begun anywhere on earth
    return [
        fact
        for fact in {fact.id: fact for fact in facts}.values()
        if fact.at <= moment and fact.known_at <= moment and (fact.effective_on is None or fact.effective_on <= begun)
    ]


def features(facts: Iterable[Fact], moment: datetime) -> Features:
    """The numbers of one person at `moment`, from that person's facts in any order."""
    then = known(facts, moment)
    human = _human([fact for fact in then if isinstance(fact.kind, Kind)], moment)
    told = [fact for fact in then if isinstance(fact.kind, Step)]
    silent = _silence(told, human, moment)
    return Features(**_behaviour(human, moment), **_applications(told), **_history(told), silent_days=silent)


def _human(interactions: list[Fact], moment: datetime) -> list[Fact]:
    """Those that a person made, in the window. Mail scanners open and click: mail counts beside something else only."""
    recent = [fact for fact in interactions if not fact.bot and fact.kind in COUNTED and fact.at > moment - WINDOW]
    return recent if any(fact.kind not in MAIL for fact in recent) else []


def _behaviour(human: list[Fact], moment: datetime) -> dict[str, Any]:
    recent = [fact for fact in human if fact.at > moment - VISIT_WINDOW]
    visits = _of(recent, VISITS)
    views = _newest_views(visits)
    groups = {
        "visits": (visits, VISIT_HALF_LIFE),
        "opportunities": (views, VISIT_HALF_LIFE),
        "forms": (_of(recent, {Kind.form_start}), VISIT_HALF_LIFE),
        "mails": (_of(recent, MAIL), VISIT_HALF_LIFE),
        "contacts": (_of(human, CONTACTS), CONTACT_HALF_LIFE),
    }
    counts = {name: len(group) for name, (group, _) in groups.items()}
    weights = {f"{name}_weight": weight(group, moment, half) for name, (group, half) in groups.items()}
    return counts | weights


def _of(facts: Iterable[Fact], kinds: Collection[Kind]) -> list[Fact]:
    return [fact for fact in facts if fact.kind in kinds]


def _newest_views(visits: Iterable[Fact]) -> list[Fact]:
    """The newest view of each opportunity."""
    newest: dict[UUID, Fact] = {}
    for fact in sorted(_of(visits, {Kind.opportunity_view}), key=lambda fact: fact.at):
        if fact.opportunity_id:
            newest[fact.opportunity_id] = fact
    return list(newest.values())


def weight(facts: Iterable[Fact], moment: datetime, half_life: timedelta) -> float:
    """How much they still count: each one half after `half_life`, by the time of the event. Order changes nothing."""
    return sum(sorted(0.5 ** ((moment - fact.at) / half_life) for fact in facts))


def _applications(told: Iterable[Fact]) -> dict[str, Any]:
    found: dict[UUID, _Application] = {}
    for fact in told:
        if fact.application_id and (fact.kind in STAGE_OF or fact.kind in ENDED or fact.kind is Step.reopened):
            one, step = found.setdefault(fact.application_id, _Application()), Step(fact.kind)
            one.times[step] = max(fact.at, one.times.get(step, fact.at))
            if fact.kind in ENDED:
                one.ends.add((Step(fact.kind), fact.ours))
    return {
        "stage": max((one.stage for one in found.values()), default=Stage.none),
        "live_applications": sum(one.live for one in found.values()),
        "rejected_candidate_side": sum((Step.rejected, False) in one.ends for one in found.values()),
        "rejected_our_side": sum((Step.rejected, True) in one.ends for one in found.values()),
        "withdrawn": sum((Step.withdrawn, False) in one.ends for one in found.values()),
    }


def _history(told: list[Fact]) -> dict[str, int]:
    def count(step: Step) -> int:
        return sum(fact.kind is step for fact in told)

    return {
        "surveys": count(Step.surveyed),
        "detractor_answers": count(Step.detractor),
        "open_cases": max(0, count(Step.case_opened) - count(Step.case_closed)),
        "touchpoints": count(Step.touchpoint),
    }


def _silence(told: Iterable[Fact], human: Iterable[Fact], moment: datetime) -> float:
    """Days since the person's last sign of life, at most the window: what is older is not looked at."""
    signs = [fact.at for fact in human] + [fact.at for fact in told if fact.kind in SIGNS_OF_LIFE]
    return min((moment - max(signs)) / DAY, WINDOW / DAY) if signs else 0.0
