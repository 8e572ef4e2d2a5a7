"""What a plan is: touchpoints as data, each with its trigger, its late policy and what it proves."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

EXACT = {"extra": "forbid"}  # for whoever reads a plan from data: a field that isn't here is a mistake


class Anchor(StrEnum):
    """A date that touchpoints hang on: the stay's own, or the day (at the host) on which a status was reached."""

    start = "start"
    end = "end"
    submitted = "submitted"
    accepted = "accepted"
    signed = "signed"
    approved = "approved"


class Happening(StrEnum):
    """What starts a touchpoint: a step of an application, something else that is heard, or the calendar itself."""

    application_submitted = "application-submitted"
    application_accepted = "application-accepted"
    application_signed = "application-signed"
    application_approved = "application-approved"
    application_realized = "application-realized"
    application_completed = "application-completed"
    application_rejected = "application-rejected"
    application_withdrawn = "application-withdrawn"
    application_broken = "application-broken"
    person_registered = "person-registered"
    enabler_registered = "enabler-registered"
    opportunity_posted = "opportunity-posted"
    opportunity_closed = "opportunity-closed"
    opportunity_reraised = "opportunity-reraised"
    survey_invited = "survey-invited"
    promoter_found = "promoter-found"
    stay_at_risk = "stay-at-risk"  # scoring says that somebody should call
    stay_calmed = "stay-calmed"
    action_suggested = "action-suggested"  # by scoring, which names the entry and the time
    matches_found = "matches-found"  # by scoring: opportunities that fit an EP, a list a week at most
    returnee_invited = "returnee-invited"  # to membership or the alumni, by journeys
    returnee_willing = "returnee-willing"  # wants to become a member
    member_applied = "member-applied"
    member_selected = "member-selected"
    member_activated = "member-activated"
    member_left = "member-left"  # after having been at work
    member_unasked = "member-unasked"  # left, and nobody asked about the alumni
    pulse_asked = "pulse-asked"  # a member of a team; the handler names which
    survey_reminded = "survey-reminded"
    enabler_survey_invited = "enabler-survey-invited"
    enabler_survey_reminded = "enabler-survey-reminded"
    quality_case_opened = "quality-case-opened"
    quality_case_answered = "quality-case-answered"
    quality_case_escalated = "quality-case-escalated"
    quality_case_closed = "quality-case-closed"
    accommodation_defect = "accommodation-defect"  # a case that is about the room and nothing else
    enabler_case_opened = "enabler-case-opened"
    enabler_case_answered = "enabler-case-answered"
    enabler_case_escalated = "enabler-case-escalated"
    standards_evaluated = "standards-evaluated"  # by the hosting committee; it ends a task
    session_invited = "session-invited"  # to a seminar: the handler takes the entry of its kind
    session_changed = "session-changed"
    session_cancelled = "session-cancelled"
    session_place = "session-place"  # somebody moved up from the waiting list
    session_missed = "session-missed"
    fact_review = "fact-review"  # a section of a committee's fact sheet is to be looked at again
    fact_reviewed = "fact-reviewed"
    sending_facts_missing = "sending-facts-missing"  # a coming message lacks what this side has to give, or to get
    hosting_facts_missing = "hosting-facts-missing"
    facts_complete = "facts-complete"
    lead_handed_over = "lead-handed-over"  # a member is to contact an EP who isn't a customer yet
    enabler_lead_handed_over = "enabler-lead-handed-over"
    lead_contacted = "lead-contacted"
    dates_changed = "dates-changed"  # what was sent told other dates than hold now
    calendar_stopped = "calendar-stopped"  # an approved stay fell through
    fallen_behind = "fallen-behind"  # late ones of one recipient go out as one
    task_reminded = "task-reminded"
    task_escalated = "task-escalated"


STEPS = frozenset(happening for happening in Happening if happening.startswith("application-"))
ENDINGS = frozenset({Happening.application_rejected, Happening.application_withdrawn, Happening.application_broken})
CORRECTIONS = frozenset({Happening.dates_changed, Happening.calendar_stopped})
INTERNAL = frozenset({Happening.fallen_behind, Happening.task_reminded, Happening.task_escalated})
SURVEYS = frozenset({
    Happening.survey_invited, Happening.survey_reminded,
    Happening.enabler_survey_invited, Happening.enabler_survey_reminded,
})  # fmt: skip
CASES = frozenset({
    Happening.quality_case_opened, Happening.quality_case_answered, Happening.quality_case_escalated,
    Happening.enabler_case_opened, Happening.enabler_case_answered, Happening.enabler_case_escalated,
})  # fmt: skip
OTHERS = frozenset(Happening) - STEPS - CORRECTIONS
# These end tasks and start nothing; those start messages and end nothing.
ENDS_ONLY = frozenset({
    Happening.standards_evaluated, Happening.fact_reviewed, Happening.facts_complete, Happening.lead_contacted,
    Happening.stay_calmed, Happening.member_applied,
})  # fmt: skip
LEADS = frozenset({Happening.lead_handed_over, Happening.enabler_lead_handed_over})
SESSIONS = frozenset(happening for happening in Happening if happening.startswith("session-"))
ASKING = frozenset({
    Happening.fact_review, Happening.sending_facts_missing, Happening.hosting_facts_missing,
    Happening.accommodation_defect,
})  # fmt: skip
MEMBERS = frozenset({
    Happening.member_selected, Happening.member_activated, Happening.member_left, Happening.member_unasked,
})  # fmt: skip
STARTS_ONLY = MEMBERS | SESSIONS | CORRECTIONS | INTERNAL | ASKING | SURVEYS | CASES | LEADS | {
    Happening.pulse_asked, Happening.action_suggested, Happening.stay_at_risk,
    Happening.returnee_invited, Happening.returnee_willing, Happening.matches_found,
}  # fmt: skip
SUGGESTED = "suggested-"  # how the codes of entries begin that are started by a suggestion, and of no others


class LatePolicy(StrEnum):
    """What becomes of a touchpoint whose time has passed; folded ones of a recipient go out as one message."""

    skip = "skip"
    send_now = "send_now"
    fold = "fold"


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
    """Whom a touchpoint is for. Managers and team are members; buddy and family stand in the dossier; `member` is the
    one whose membership it is about, at work or not."""

    ep = "ep"
    enabler = "enabler"
    ep_manager = "ep_manager"
    opportunity_manager = "opportunity_manager"
    buddy = "buddy"
    host_family = "host_family"
    team = "team"
    member = "member"


STAFF = frozenset({Audience.ep_manager, Audience.opportunity_manager, Audience.team})


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


class Whose(StrEnum):
    """Whose clock a local time is read on."""

    host = "host"
    recipient = "recipient"


class Fact(StrEnum):
    """What a condition may ask for. `abroad` is yes or no: whether the stay is in another country than the EP's."""

    status = "status"
    product = "product"
    country = "country"
    home_country = "home_country"
    abroad = "abroad"


@dataclass(frozen=True, slots=True)
class Condition:
    """A touchpoint is wanted only when this fact is one of these values, and none of those.

    What isn't known yet is no value at all: `is_in` fails, `not_in` holds.
    """

    __pydantic_config__ = EXACT
    fact: Fact
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A task is due `days` calendar days after it opens. Days are counted from the due day; below 0 is before it.

    `escalate` are the days on which the committee's leaders hear of it, then those of the committee above. `closed_by`
    names what was recorded elsewhere that ends it: a happening, or `requirement:fee_paid`.
    """

    __pydantic_config__ = EXACT
    days: int = 0
    remind: tuple[int, ...] = ()
    escalate: tuple[int, ...] = ()
    closed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueRule:
    """A day: an anchor ± calendar days. For a standard, the last one on which it is kept in time."""

    __pydantic_config__ = EXACT
    anchor: Anchor
    days: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """Again every so many days, `until` a day that still counts."""

    __pydantic_config__ = EXACT
    days: int
    until: DueRule


@dataclass(frozen=True, slots=True)
class Trigger:
    """Either a happening, or an anchor date; ± calendar months, weeks and days, at a local time of a zone.

    A happening without an offset is due at once. `latest` brings the day forward where it would come after that one.
    """

    __pydantic_config__ = EXACT
    event: Happening | None = None
    anchor: Anchor | None = None
    months: int = 0
    weeks: int = 0
    days: int = 0
    at: time | None = None
    zone: Whose = Whose.host
    latest: DueRule | None = None
    repeat: Repeat | None = None


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
    """One touchpoint of the plan. `needs` names the facts without which its message makes no sense.

    `tells` names the dates that its message gives: when they change after it was sent, a correction is owed.
    """

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
    tells: tuple[Anchor, ...] = ()


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

    def for_applications(self) -> tuple[Entry, ...]:
        """The entries that an application's calendar is made of."""
        return tuple(entry for entry in self.touchpoints if entry.trigger.event not in OTHERS)
