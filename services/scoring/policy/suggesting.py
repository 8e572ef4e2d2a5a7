"""Which action is suggested for whom: what applies, what the contact budget and the customer's own wishes leave, what
is worth most, and when. Who gets it and who is held back is drawn by a hash, with a share that stood before."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.scoring.policy.actions import Action, Class, Condition, Doer, Hours
from services.scoring.policy.effects import Verdict
from services.scoring.policy.situations import Situation, Value, segment_of
from shared.contracts.surveys import Party
from shared.zones import to_utc

SPAN = timedelta(days=7)  # of the contact budget
SATURDAY = 5


class Arm(StrEnum):
    """Those who get an action, and those who are held back so that its effect is known."""

    treat = "treat"
    hold = "hold"


class State(StrEnum):
    """The life of a suggestion. `held` is nobody's to see; `overtaken`: the aim was reached before anybody acted."""

    open = "open"
    accepted = "accepted"
    held = "held"
    done = "done"
    sent = "sent"
    declined = "declined"
    skipped = "skipped"
    expired = "expired"
    overtaken = "overtaken"
    erased = "erased"


LIVE = frozenset({State.open, State.accepted, State.held})  # those that take the place of their class


class Evidence(StrEnum):
    """What a suggestion's place in the order rests on."""

    rules = "rules"
    measured = "measured"


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier suggestion of the same customer."""

    action: str
    trial: int
    arm: Arm
    state: State
    budget: Class
    suggested_at: datetime
    expires_at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing is to be sent over this channel (None: any) or of this class (None: any)."""

    channel: str | None
    budget: str | None


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody for whom something may be suggested. `load` counts contacts of the last and the coming week by class."""

    id: UUID
    side: Party
    zone: str
    situation: Situation
    score: float | None = None
    past: Sequence[Past] = ()
    load: Mapping[str, int] = field(default_factory=dict)
    stops: Sequence[Stop] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an action: whether it works, and its effect in each segment with bounds (difference, low, high).

    `share` is what holds for this customer's committee, `setting` the version that says so; 0 is the catalogue's own.
    """

    share: float
    setting: int = 0
    verdict: Verdict = Verdict.none
    effects: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is suggested. `draw` lies in [0, 1): below the share it is treated. `local_at` is a wall time in `zone`."""

    action: Action
    arm: Arm
    draw: float
    share: float
    setting: int
    first: bool
    segment: str
    reasons: tuple[tuple[str, Value], ...]
    local_at: datetime
    zone: str
    expires_at: datetime
    gain: float
    basis: Evidence
    effect: tuple[float, float, float] | None


def draw_of(action: str, trial: int, customer: UUID) -> float:
    """A number in [0, 1) that is the same for ever for this customer in this trial, and independent of other trials."""
    digest = hashlib.sha256(f"{action}:{trial}:".encode() + customer.bytes).digest()
    return int.from_bytes(digest[:6]) / 2**48


def picks(
    actions: Iterable[Action], customer: Customer, known: Mapping[str, Known], now: datetime, budgets: Mapping[str, int]
) -> list[Pick]:
    """What is to be suggested now: at most one of each class, the one with the largest expected gain.

    A suggestion takes the place of its class until it expires, whatever became of it: who was held back waits as long
    as who got it.
    """
    taken = {one.budget for one in customer.past if one.state in LIVE or one.expires_at > now}
    best: dict[Class, Pick] = {}
    for action in actions:
        if action.budget in taken or not _may(action, customer, known[action.code], now, budgets):
            continue
        pick = _pick(action, customer, known[action.code], now)
        other = best.get(action.budget)
        if other is None or (pick.gain, -action.minutes) > (other.gain, -other.action.minutes):
            best[action.budget] = pick
    return list(best.values())


def _may(action: Action, customer: Customer, known: Known, now: datetime, budgets: Mapping[str, int]) -> bool:
    if known.share <= 0 or known.verdict is Verdict.harms or resting(action, customer.past, now):
        return False
    if any(forbids(stop, action) for stop in customer.stops):
        return False
    most = budgets.get(action.budget)
    if action.budget is not Class.owed and most is not None and customer.load.get(action.budget, 0) >= most:
        return False
    return all(one.holds(customer.situation.facts.get(one.fact)) for one in action.when)


def resting(action: Action, past: Iterable[Past], now: datetime) -> bool:
    """Whether it was suggested (or held back) too short a time ago."""
    return any(
        one.action == action.code and one.suggested_at + timedelta(days=action.cool_down_days) > now for one in past
    )


def forbids(stop: Stop, action: Action) -> bool:
    """What the customer doesn't want of a class, or over a channel; a stop of neither is one of all contact."""
    return stop.channel in (None, action.channel) and stop.budget in (None, action.budget)


def _pick(action: Action, customer: Customer, known: Known, now: datetime) -> Pick:
    segment = segment_of(customer.side, customer.situation.facts, customer.score)
    earlier = [one for one in customer.past if one.action == action.code and one.trial == action.trial]
    draw = draw_of(action.code, action.trial, customer.id)
    share = earlier[0].share if earlier else known.share
    arm = earlier[0].arm if earlier else Arm.treat if draw < share else Arm.hold
    told = known.verdict is not Verdict.none
    effect = (known.effects.get(segment) or known.effects.get("")) if told else None
    local_at = next_slot(now, customer.zone, action.hours)
    return Pick(
        action, arm, draw, share, known.setting, not earlier, segment, reasons_of(action.when, customer.situation),
        local_at, customer.zone, expiry(action, local_at, customer.zone),
        effect[0] if effect else action.guess, Evidence.measured if effect else Evidence.rules, effect,
    )  # fmt: skip


def reasons_of(when: Iterable[Condition], situation: Situation) -> tuple[tuple[str, Value], ...]:
    """The facts that the action asks for, with their values; the bare absence of something is no reason."""
    return tuple((one.fact, situation.facts.get(one.fact)) for one in when if one.at_most != 0)


def next_slot(now: datetime, zone: str, hours: Hours) -> datetime:
    """The next wall time in `zone` at which the customer may be approached; now, when that is one."""
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    day = local.date()
    if _works(day, hours) and local.time() < hours.opens:
        return datetime.combine(day, hours.opens)
    if _works(day, hours) and local.time() < hours.closes:
        return local
    day += timedelta(days=1)
    while not _works(day, hours):
        day += timedelta(days=1)
    return datetime.combine(day, hours.opens)


def _works(day: date, hours: Hours) -> bool:
    return not hours.weekdays_only or day.weekday() < SATURDAY


def expiry(action: Action, local_at: datetime, zone: str) -> datetime:
    """The end of the hours on the last day on which the suggestion still makes sense."""
    last = local_at.date() + timedelta(days=action.expires_days)
    return to_utc(datetime.combine(last, action.hours.closes), zone)


def is_automatic(action: Action) -> bool:
    return action.doer is Doer.automatic


# --- reasons in words

TEXTS: Mapping[str, str] = {
    "opportunities": "looked at {count} opportunities in the last 14 days",
    "forms": "began {count} application forms in the last 14 days",
    "visits": "visited {count} times in the last 14 days",
    "silent_days": "no sign of life for {count} days",
    "signed_up_days": "signed up {count} days ago",
    "place_days": "there for {count} days",
    "waiting_days": "has waited {count} days for an answer",
    "rejected_days": "was rejected {count} days ago",
    "live_applications": "{count} live applications",
    "missing": "{count} requirements are missing",
    "deadline_days": "{count} days until the deadline",
    "unanswered_days": "an application has waited {count} days for the company",
    "completed_days": "an intern finished {count} days ago",
    "quiet_days": "nothing was heard for {count} days",
}
PLACES = {
    "none": "has not applied",
    "ended": "all applications have ended",
    "applied": "has applied",
    "accepted": "is accepted",
    "signed": "signed the acceptance note",
    "approved": "is approved",
    "realized": "is abroad",
    "completed": "came back",
}


def in_words(fact: str, value: Value) -> str:
    """A reason as a person reads it."""
    if fact == "place":
        return PLACES.get(str(value), str(value))
    if value is None or isinstance(value, str):
        return f"{fact.replace('_', ' ')}: {value}"
    return TEXTS.get(fact, fact.replace("_", " ") + ": {count}").format(count=int(value))
