"""What a plan is: touchpoints as data, each with its trigger, its late policy and what it proves."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

EXACT = {"extra": "forbid"}  # for whoever reads a plan from data: a field that isn't here is a mistake


class Anchor(StrEnum):
    """A date of the experience that touchpoints hang on."""

    start = "start"
    end = "end"


class Happening(StrEnum):
    """An event that starts a touchpoint at once."""

    application_approved = "application-approved"
    survey_invited = "survey-invited"
    session_invited = "session-invited"  # to a seminar: the handler takes the entry of its kind
    session_changed = "session-changed"
    session_cancelled = "session-cancelled"
    session_place = "session-place"  # somebody moved up from the waiting list
    session_missed = "session-missed"


# The other events are about a subject of their own: an invitation to a survey, a seat in a session.
OF_THE_STAY = (None, Happening.application_approved)


class LatePolicy(StrEnum):
    """What becomes of a touchpoint whose time has passed."""

    skip = "skip"
    send_now = "send_now"


class Weight(StrEnum):
    """A mandatory notice is owed; a nudge is kind, and worth nothing when it comes too late."""

    mandatory = "mandatory"
    nudge = "nudge"


class Budget(StrEnum):
    """What a message counts as: it is owed, it is care, or it promotes something. What is owed has no budget."""

    owed = "owed"
    care = "care"
    promotion = "promotion"


class Priority(StrEnum):
    """Urgent messages go out in quiet hours too, and never into a digest."""

    normal = "normal"
    urgent = "urgent"


class Audience(StrEnum):
    """Whom a touchpoint is for. Managers and team are members; buddy and family stand in the dossier."""

    ep = "ep"
    enabler = "enabler"
    ep_manager = "ep_manager"
    opportunity_manager = "opportunity_manager"
    buddy = "buddy"
    host_family = "host_family"
    team = "team"


class Medium(StrEnum):
    """A channel; a touchpoint names them in the order in which they are tried."""

    email = "email"
    sms = "sms"
    whatsapp = "whatsapp"
    push = "push"
    chat = "chat"
    feed = "feed"


class Kind(StrEnum):
    """A message that is sent, or something that a person has to do."""

    message = "message"
    task = "task"


@dataclass(frozen=True, slots=True)
class Condition:
    """A touchpoint is wanted only when this fact is one of these values; `not_in` turns it round."""

    __pydantic_config__ = EXACT
    fact: str
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A task is due `days` calendar days after it opens. Days are counted from the due day; below 0 is before it.

    `closed_by` names what was recorded elsewhere that ends it: an event, or `requirement:fee_paid`.
    """

    __pydantic_config__ = EXACT
    days: int = 0
    remind: tuple[int, ...] = ()
    escalate: int | None = None
    closed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """Either an event, or an anchor date ± calendar days at a local time in the host's zone."""

    __pydantic_config__ = EXACT
    event: Happening | None = None
    anchor: Anchor | None = None
    days: int = 0
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DueRule:
    """The last day on which a standard is kept in time: an anchor ± calendar days."""

    __pydantic_config__ = EXACT
    anchor: Anchor
    days: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The exchange standard that a sent touchpoint is evidence of."""

    __pydantic_config__ = EXACT
    standard: str
    due: DueRule


@dataclass(frozen=True, slots=True)
class Late:
    """From `after_hours` behind its time on, a touchpoint is late."""

    __pydantic_config__ = EXACT
    policy: LatePolicy
    after_hours: int = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One touchpoint of the plan. `needs` names the facts without which its message makes no sense."""

    __pydantic_config__ = EXACT
    code: str
    title: str
    audience: Audience
    trigger: Trigger
    late: Late
    weight: Weight
    channels: tuple[Medium, ...] = (Medium.email,)
    letter: str | None = None
    needs: tuple[str, ...] = ()
    document: str | None = None
    proves: Proof | None = None
    kind: Kind = Kind.message
    task: TaskRule | None = None
    when: tuple[Condition, ...] = ()
    budget: Budget = Budget.owed
    priority: Priority = Priority.normal


@dataclass(frozen=True, slots=True)
class Plan:
    """A versioned set of touchpoints."""

    __pydantic_config__ = EXACT
    plan: str
    version: int
    touchpoints: tuple[Entry, ...]

    def entry(self, code: str) -> Entry | None:
        return next((entry for entry in self.touchpoints if entry.code == code), None)

    def started_by(self, event: Happening) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.touchpoints if entry.trigger.event is event)
