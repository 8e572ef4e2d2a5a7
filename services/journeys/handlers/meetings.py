"""Contacts and touchpoints from events: on which channel who met whom, and what was due, moved and done.

Which event is a contact is decided as in the scoring room, so that both count the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.journeys.handlers.gathered import Gathered
from services.journeys.policy import touchpoint_state
from shared.contracts import applications as a
from shared.contracts import (
    cases,
    contacts,
    conversations,
    notifications,
    papers,
    questions,
    scoring,
    seminars,
    showcasing,
    surveys,
    tasks,
)
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.ids import derived_id

Reading = Callable[[Gathered, Envelope], None]
CHANNELS = {"whatsapp": "chat", "push": "app", "feed": "app", "mail": "email"}  # other names of the same
ALONE = frozenset({"web", "app"})  # where a customer's own move needs nobody of ours
IN, OUT = "in", "out"
NOON = time(12)  # a day of a committee, as a moment that is that day for most of the world


@dataclass(frozen=True, slots=True)
class Met:
    """A contact that an event tells of: its usual channel, what it was, whose move; `when` it is one at all."""

    channel: str
    kind: str
    direction: str = IN
    when: Callable[[Any], bool] = lambda _: True


def _of_the_ep(event: Any) -> bool:
    return bool(event.party is surveys.Party.ep)


def _by_the_ep(event: Any) -> bool:
    """An exit names the side that caused it; without one the EP did, unless another application was approved."""
    return event.side is None and event.reason != "approved_elsewhere"


def _reported(event: Any) -> bool:
    """A case that a rule opened because of an answer is no move of its own: the answer was."""
    return str(event.cause) == "reported"


def _to_a_customer(event: Any) -> bool:
    """Not to somebody of ours, or beside us, about one."""
    return event.audience in (None, *surveys.Party)


MET: Mapping[type[Event], Met] = {
    a.PersonRegistered: Met("web", "signed_up"),
    a.ApplicationSubmitted: Met("web", "applied"),
    a.AcceptanceNoteSigned: Met("web", "note_signed"),
    a.ApplicationWithdrawn: Met("web", "stepped_back", when=_by_the_ep),
    a.ApplicationDeclined: Met("web", "stepped_back"),
    a.ApprovalBroken: Met("web", "stepped_back", when=_by_the_ep),
    a.ApplicationReopened: Met("web", "applied", when=lambda event: event.side is None),
    surveys.SurveyAnswered: Met("web", "survey_answered"),
    surveys.StayAnswered: Met("web", "survey_answered"),
    surveys.QualityCaseOpened: Met("web", "case_reported", when=_reported),
    surveys.StayCaseOpened: Met("web", "case_reported", when=_reported),
    cases.QualityCaseAnswered: Met("web", "reply", OUT),
    showcasing.TestimonialGiven: Met("web", "testimonial"),
    showcasing.ReferralAttributed: Met("web", "referral"),
    notifications.MailSent: Met("email", "touchpoint", OUT, _to_a_customer),
    notifications.TouchpointSent: Met("email", "touchpoint", OUT, _to_a_customer),
    notifications.EnablerTouchpointSent: Met("email", "touchpoint", OUT),
    questions.QuestionAsked: Met("email", "question"),
    questions.QuestionAnswered: Met("email", "reply", OUT),
    papers.DocumentOpened: Met("web", "document_opened"),
    papers.DocumentAcknowledged: Met("web", "document_acknowledged"),
    seminars.SessionAttended: Met("in_person", "session"),
    a.EnablerRegistered: Met("web", "registered"),
}


def meet(found: Gathered, envelope: Envelope) -> None:
    """A contact by one of the events above."""
    said: Any = envelope.data
    met = MET[type(said)]
    if not met.when(said):
        return
    person, enabler = _customer(said)
    if person is None and enabler is None:
        return
    named = str(getattr(said, "channel", None) or met.channel)
    channel = CHANNELS.get(named, named)
    id_ = _seat(said.seat_id, said.attended_at) if isinstance(said, seminars.SessionAttended) else envelope.id
    what = {"channel": channel, "kind": met.kind, "direction": met.direction}
    about = {"application_id": getattr(said, "application_id", None), "source": getattr(said, "referral", None)}
    about |= {"self_service": met.direction == IN and channel in ALONE}
    about |= {"entity_id": _entity(said, hosting=person is None)}
    _meet(found, id_, person, enabler, at=envelope.time, **what, **about)


def _customer(said: Any) -> tuple[UUID | None, UUID | None]:
    """Whose contact it is: the EP's, or the enabler's (a survey, a case or a message that is for it, its question)."""
    person, enabler = (getattr(said, name, None) for name in ("person_id", "enabler_id"))
    for_enabler = surveys.Party.enabler in (getattr(said, "party", None), getattr(said, "audience", None))
    return (None, enabler) if for_enabler or person is None else (person, None)


def _entity(said: Any, *, hosting: bool) -> UUID | None:
    """The committee on whose side it was, where the event names it."""
    sides = ("sending_entity_id", "entity_id", "hosting_entity_id")
    for name in reversed(sides) if hosting else sides:
        if (id_ := getattr(said, name, None)) is not None:
            return UUID(str(id_))
    return None


def _meet(
    found: Gathered, id_: UUID, person: UUID | None, enabler: UUID | None, *, at: datetime, channel: str, **more: Any
) -> None:
    found.facts.meet(id_, person_id=person, enabler_id=enabler, at=at, channel=channel, campaign=None, **more)
    first = {"first_contact_id": id_, "channel": channel}
    if person is not None:
        more_of_it = {"source": more.get("source") or "", "campaign": ""}
        found.facts.people.reach(person, "first_contact_at", at, **first, **more_of_it)
    if enabler is not None:
        found.facts.enablers.reach(enabler, "first_contact_at", at, **first)


def _seat(seat_id: UUID, at: datetime) -> UUID:
    return derived_id("contact", "session", seat_id, at.isoformat())


def undo_presence(found: Gathered, envelope: Envelope) -> None:
    """Somebody who counted as present was not there."""
    said = envelope.data
    assert isinstance(said, seminars.PresenceUndone)
    found.facts.unmeet([_seat(said.seat_id, said.was_at)])


def meet_as_written(found: Gathered, envelope: Envelope) -> None:
    """A contact that somebody of ours wrote down, at the moment at which it was; a call that reached nobody is none."""
    said = envelope.data
    assert isinstance(said, contacts.ContactRecorded | conversations.EnablerMet)
    if said.kind == "attempt":
        return
    person = said.person_id if isinstance(said, contacts.ContactRecorded) else None
    enabler = said.enabler_id if isinstance(said, conversations.EnablerMet) else None
    source = str(said.source_id) if said.source_id else None
    direction = OUT if said.direction == OUT else IN
    what = {"channel": said.channel, "kind": said.kind, "direction": direction, "self_service": False, "source": source}
    about = {"application_id": said.application_id, "entity_id": said.hosting_entity_id}
    _meet(found, envelope.id, person, enabler, at=said.at, **what, **about)


def come_by_code(found: Gathered, envelope: Envelope) -> None:
    """A code was brought to the sign-up, which it goes before: it is no contact of its own, but tells of the first."""
    said = envelope.data
    assert isinstance(said, conversations.PersonCame)
    source = str(said.source_id) if said.source_id else ""
    first = {"first_contact_id": said.interaction_id, "channel": said.channel, "source": source}
    before = said.at - timedelta(microseconds=1)
    found.facts.people.reach(said.person_id, "first_contact_at", before, **first, campaign=said.campaign or "")


def visit_website(found: Gathered, envelope: Envelope) -> None:
    """A visitor is known from here on; earlier visits are not told one by one. Undone, there was no such contact."""
    said = envelope.data
    if isinstance(said, scoring.VisitorSeparated):
        found.facts.unmeet([said.visitor_id])
        return
    assert isinstance(said, scoring.VisitorIdentified)
    what = {"channel": "web", "kind": "visit", "direction": IN, "self_service": True, "source": None}
    about = {"enabler_id": None, "application_id": None, "campaign": None, "entity_id": None}
    found.facts.meet(said.visitor_id, person_id=said.person_id, at=envelope.time, **what, **about)


# --- touchpoints

TOUCHPOINTS = notifications.TouchpointFact | notifications.EnablerTouchpointFact
POINTS = ("touchpoint", "audience", "person_id", "application_id", "sending_entity_id", "hosting_entity_id")
POINTS += ("enabler_id",)


def _whose(said: Any) -> dict[str, Any]:
    """Which touchpoint it is, and whom it concerns, as far as the event says so."""
    return {name: value for name in POINTS if (value := getattr(said, name, None)) is not None}


def follow_occasion(found: Gathered, envelope: Envelope) -> None:
    """A touchpoint got its date, moved, went out or was skipped."""
    said: Any = envelope.data
    row = found.facts.occasion(said.touchpoint_id)
    row.update(_whose(said))
    if isinstance(said, notifications.EnablerTouchpointFact):
        row["audience"] = surveys.Party.enabler
    row["state"] = state = touchpoint_state(envelope.type)
    if (due_at := getattr(said, "due_at", None)) is not None:
        row.update(moves=row["moves"] + (state == "moved"))
        row.setdefault("first_due_at", due_at)
        if "task_due_on" not in row:
            row["due_at"] = due_at
    if state == "sent":
        row.update(channel=str(said.channel))
        row.setdefault("sent_at", envelope.time)
    if state == "skipped":
        row.update(reason=said.reason)


def follow_task(found: Gathered, envelope: Envelope) -> None:
    """The task that a touchpoint became: somebody has to do it, has done it, or is late."""
    said = envelope.data
    assert isinstance(said, tasks.TaskFact)
    row = found.facts.occasion(said.touchpoint_id)
    known = {name: getattr(said, name) for name in ("touchpoint", "person_id", "enabler_id", "application_id")}
    known[f"{said.side}_entity_id"] = said.entity_id
    row.update({name: value for name, value in known.items() if value is not None})
    match said:
        case tasks.TaskOpened() | tasks.TaskMoved():
            row.update(task="opened", state="scheduled", task_due_on=said.due_on, task_done_at=None, late=None)
            row["due_at"] = datetime.combine(said.due_on, NOON, ZoneInfo(said.zone or "UTC"))
        case tasks.TaskCancelled():
            row.update(task="cancelled", state="skipped", reason=said.reason, task_done_at=None, late=None)
        case tasks.TaskDone():
            row.update(task="done", task_done_at=envelope.time, late=said.late)
        case tasks.TaskOverdue():
            row.update(task="overdue", task_done_at=None, late=True)
        case tasks.TaskEscalated():
            row.update(task="escalated", task_done_at=None, late=True)


def bounce(found: Gathered, envelope: Envelope) -> None:
    """A message of it came back."""
    said = envelope.data
    assert isinstance(said, questions.DeliveryBounced)
    row = found.facts.occasion(said.touchpoint_id)
    row.update(_whose(said))
    row["bounced"] += 1


MEETINGS: Mapping[type[Event], Reading] = {
    **dict.fromkeys(MET, meet),
    contacts.ContactRecorded: meet_as_written,
    conversations.EnablerMet: meet_as_written,
    conversations.PersonCame: come_by_code,
    seminars.PresenceUndone: undo_presence,
    scoring.VisitorIdentified: visit_website,
    scoring.VisitorSeparated: visit_website,
}
OCCASIONS: Mapping[type[Event], Reading] = {
    **dict.fromkeys((event for event in CATALOGUE.values() if issubclass(event, TOUCHPOINTS)), follow_occasion),
    **dict.fromkeys(tasks.SAID, follow_task),
    questions.DeliveryBounced: bounce,
}
