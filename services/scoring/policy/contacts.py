"""Which events of other rooms are contacts: on which channel, of what kind, and whose move it was.

Every event that names a person stands here, either as a contact or, with the reason, as none; a test sees to that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.scoring.policy.interactions import Channel, Kind, Move
from shared.contracts import applications as a
from shared.contracts import (
    cases,
    notifications,
    papers,
    parties,
    questions,
    returnees,
    seminars,
    showcasing,
    surveys,
    tasks,
)
from shared.contracts.envelope import Event

# Channels as the other rooms name them, where the names differ.
CHANNELS = {"whatsapp": Channel.chat, "push": Channel.app, "feed": Channel.app, "mail": Channel.email}


@dataclass(frozen=True, slots=True)
class Contact:
    """What an event says of a contact. `channel` is where it is when the event names none; `when` is asked of an event
    that is a contact only sometimes; `what` names the field that tells what it was about."""

    channel: Channel
    kind: Kind
    move: Move = Move.theirs
    when: Callable[[Any], bool] = lambda _: True
    what: str | None = None


def _of_the_ep(event: Any) -> bool:
    return event.party is surveys.Party.ep


def _by_the_ep(event: Any) -> bool:
    """An exit names the side that caused it; without one the EP did, unless another application was approved."""
    return event.side is None and event.reason != "approved_elsewhere"


def to_the_ep(event: Any) -> bool:
    """Old events don't tell for whom a touchpoint is: it is for the EP then."""
    return event.audience in (None, "ep")


def _reported(event: Any) -> bool:
    """A case that a rule opened because of an answer is no move of its own: the answer was."""
    return _of_the_ep(event) and str(event.cause) == "reported"


WEB, MAIL = Channel.web, Channel.email
CONTACTS: Mapping[type[Event], Contact] = {
    a.PersonRegistered: Contact(WEB, Kind.signed_up),
    a.ApplicationSubmitted: Contact(WEB, Kind.applied),
    a.AcceptanceNoteSigned: Contact(WEB, Kind.note_signed),
    a.ApplicationWithdrawn: Contact(WEB, Kind.stepped_back, when=_by_the_ep, what="reason"),
    a.ApplicationDeclined: Contact(WEB, Kind.stepped_back, what="reason"),
    a.ApprovalBroken: Contact(WEB, Kind.stepped_back, when=_by_the_ep, what="reason"),
    a.ApplicationReopened: Contact(WEB, Kind.applied, when=lambda event: event.side is None),
    surveys.SurveyAnswered: Contact(WEB, Kind.survey_answered, when=_of_the_ep, what="questionnaire"),
    surveys.StayAnswered: Contact(WEB, Kind.survey_answered, what="questionnaire"),
    surveys.QualityCaseOpened: Contact(WEB, Kind.case_reported, when=_reported, what="standard"),
    surveys.StayCaseOpened: Contact(WEB, Kind.case_reported, when=_reported),
    cases.QualityCaseAnswered: Contact(WEB, Kind.reply, Move.ours, when=_of_the_ep),
    showcasing.TestimonialGiven: Contact(WEB, Kind.testimonial),
    showcasing.ReferralAttributed: Contact(WEB, Kind.referral),
    notifications.MailSent: Contact(MAIL, Kind.touchpoint, Move.ours, when=to_the_ep, what="touchpoint"),
    notifications.TouchpointSent: Contact(MAIL, Kind.touchpoint, Move.ours, when=to_the_ep, what="touchpoint"),
    questions.QuestionAsked: Contact(MAIL, Kind.question, what="touchpoint"),
    questions.QuestionAnswered: Contact(MAIL, Kind.reply, Move.ours, what="touchpoint"),
    papers.DocumentOpened: Contact(WEB, Kind.document_opened, what="kind"),
    papers.DocumentAcknowledged: Contact(WEB, Kind.document_acknowledged, what="kind"),
    seminars.SessionAttended: Contact(Channel.in_person, Kind.session, what="session_kind"),
}
# A contact that had not happened: the earlier event, and the moment at which the later one says it would have been.
UNDOES: Mapping[type[Event], type[Event]] = {seminars.PresenceUndone: seminars.SessionAttended}

DECISION = "a committee decided; what the person hears of it is a touchpoint of its own"
DATES = "the calendar moved on by itself, or dates were agreed elsewhere"
INSIDE = "work of a committee; whether anybody was spoken to is written down as an interaction"
PLANNED = "a plan of ours: only what was really sent is a contact"
ANSWER = "follows from an answer that is a contact already"
EVIDENCE = "evidence of a standard, judged from contacts that stand here themselves"
DETAILS = "what is known of the person, not that anybody met"
SILENT: Mapping[type[Event], str] = {
    a.PersonDetails: DETAILS,
    a.CandidateJudged: "the enabler says it to the hosting side; the EP hears what that decides",
    a.ApplicationAccepted: DECISION,
    a.ApplicationRejected: DECISION,
    a.ApprovalGiven: DECISION,
    a.ApplicationApproved: DECISION,
    a.ExperienceDatesChanged: DATES,
    a.ExperienceRealized: DATES,
    a.ExperienceCompleted: DATES,
    a.ExperienceDossier: DETAILS,
    a.DossierChanged: DETAILS,
    a.RequirementFulfilled: INSIDE,
    a.RequirementWaived: INSIDE,
    a.RequirementReopened: INSIDE,
    a.TermsChanged: DECISION,
    a.RealizationBroken: DECISION,
    parties.ProfileChanged: DETAILS,
    parties.MemberApplied: "another journey: that of a member, who needs not be an EP",
    parties.MemberSelected: "another journey: that of a member, who needs not be an EP",
    parties.MemberActivated: "another journey: that of a member, who needs not be an EP",
    parties.MemberLeft: "another journey: that of a member, who needs not be an EP",
    surveys.SurveyInvited: PLANNED,
    surveys.StayAsked: PLANNED,
    surveys.SurveyReminded: PLANNED,
    surveys.SurveyComment: ANSWER,
    surveys.DetractorFound: ANSWER,
    surveys.StayDetractor: ANSWER,
    surveys.QualityCaseClosed: INSIDE,
    surveys.StayCaseClosed: INSIDE,
    cases.QualityCaseAcknowledged: INSIDE,
    cases.QualityCaseEscalated: "a clock ran out, or somebody contested: the case tells who, this event does not",
    cases.QualityCaseReopened: "either side may have done it, and the event does not tell which",
    showcasing.PromoterFound: ANSWER,
    showcasing.TestimonialWithdrawn: "also said when a person is erased, which is no contact",
    notifications.TouchpointScheduled: PLANNED,
    notifications.TouchpointMoved: PLANNED,
    notifications.TouchpointSkipped: "it was not sent",
    notifications.MessageEvidenced: EVIDENCE,
    notifications.StandardEvidenced: EVIDENCE,
    notifications.StandardMissed: EVIDENCE,
    notifications.StandardWaived: EVIDENCE,
    notifications.StandardDemanded: EVIDENCE,
    notifications.StandardConflicted: EVIDENCE,
    notifications.StandardSettled: EVIDENCE,
    notifications.StandardsClosed: EVIDENCE,
    notifications.ContactSuppressed: "says whom not to write to any more; a bounce is as likely the cause as a wish",
    notifications.ContactRestored: "says whom may be written to again",
    questions.DeliveryBounced: "a message came back: nobody was reached",
    questions.QuestionOverdue: INSIDE,
    papers.FactsMissing: INSIDE,
    papers.FactsComplete: INSIDE,
    seminars.SessionInvited: PLANNED,
    seminars.PresenceUndone: "takes a contact back",
    tasks.TaskOpened: INSIDE,
    tasks.TaskMoved: INSIDE,
    tasks.TaskCancelled: INSIDE,
    tasks.TaskDone: INSIDE,
    tasks.TaskOverdue: INSIDE,
    tasks.TaskEscalated: INSIDE,
    returnees.ReturneeInvited: "the letter that carries it is a message of its own",
    returnees.ReturneeAnswered: "about staying with us as a member or alumna, no step towards another exchange",
}


def contact_in(event: Event | None) -> Contact | None:
    """The contact that an event tells of, if it does and names whom."""
    found = CONTACTS.get(type(event)) if event is not None else None
    if found is None or getattr(event, "person_id", None) is None or not found.when(event):
        return None
    return found


def channel_of(event: Event, contact: Contact) -> Channel:
    """The channel that the event itself names, else the usual one."""
    named = str(getattr(event, "channel", None) or "")
    if named in Channel.__members__:
        return Channel(named)
    return CHANNELS.get(named, contact.channel)


def about(event: Event, contact: Contact) -> str | None:
    """A code of what it was about: the touchpoint, the questionnaire, the kind of document or session."""
    value = getattr(event, contact.what, None) if contact.what else None
    return None if value is None else str(value)
