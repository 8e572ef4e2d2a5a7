"""What the surveys room says: who is asked, what was answered, and the quality cases that follow."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Language, PersonalText, Side, StrEnum, datetime


class Metric(StrEnum):
    """A typed score, declared with the question and never guessed from its scale (0–10; 1–7 high is good; 1–5)."""

    nps = "nps"
    ces2 = "ces2"
    csat = "csat"


class CaseCause(StrEnum):
    """Why a quality case was opened."""

    detractor = "detractor"
    high_effort = "high_effort"
    reported = "reported"


class StandardWord(StrEnum):
    """What an EP says of an exchange standard; what isn't answered has no word, and is never a no."""

    yes = "yes"
    no = "no"
    not_needed = "not_needed"


class SurveyFact(Event):
    """Whom a survey concerns; the base of its events."""

    invitation_id: UUID
    person_id: UUID
    application_id: UUID
    questionnaire: Code
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("surveys.survey-invited.v1", key="invitation_id")
class SurveyInvited(SurveyFact):
    """A person is to be asked. Listen to deliver the question; the personal link is signed by whoever delivers it."""

    language: Language
    expires_at: datetime


@event("surveys.survey-answered.v1", key="invitation_id")
class SurveyAnswered(SurveyFact):
    """The one finished answer of an invitation: metric → score on the metric's own scale, standard → the EP's word."""

    scores: dict[Metric, int]
    standards: dict[Code, StandardWord] | None = None


@event("surveys.survey-comment.v1", key="invitation_id", personal=True)
class SurveyComment(Event):
    """What the person wrote, in their words; kept apart from the scores because it may name people."""

    invitation_id: UUID
    person_id: UUID
    comment: PersonalText


@event("surveys.detractor-found.v1", key="invitation_id")
class DetractorFound(SurveyFact):
    """An NPS answer of 0–6: somebody should call."""

    score: int


class CaseFact(Event):
    """Whom a quality case concerns; the base of its events."""

    case_id: UUID
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    cause: CaseCause


@event("surveys.quality-case-opened.v1", key="case_id")
class QualityCaseOpened(CaseFact):
    """A case has an owner and a clock: both entities acknowledge it by `acknowledge_by`."""

    owner: Side
    acknowledge_by: datetime


@event("surveys.quality-case-closed.v1", key="case_id")
class QualityCaseClosed(CaseFact):
    """The case was solved; the outcome in words stays in the room."""

    outcome: Code
