"""What the surveys room says: who is asked, what was answered, and the quality cases that follow.

Until others than EPs were asked, each fact named a person and an application; these first versions stand on the topics
from before and are said no more.
"""

from typing import ClassVar

from pydantic import BaseModel

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Language, PersonalText, Side, StrEnum, datetime


class Metric(StrEnum):
    """A typed score, declared with the question and never guessed from its scale.

    nps 0–10; ces1 1–5, low is good (CES 1.0); ces2 1–7, high is good (CES 2.0); csat 1–5, high is good.
    """

    nps = "nps"
    ces1 = "ces1"
    ces2 = "ces2"
    csat = "csat"


class Party(StrEnum):
    """Which of the two customers is asked."""

    ep = "ep"
    enabler = "enabler"


class CaseCause(StrEnum):
    """Why a quality case was opened."""

    detractor = "detractor"
    high_effort = "high_effort"
    standard_denied = "standard_denied"
    conflict = "conflict"
    reported = "reported"


class StandardWord(StrEnum):
    """What an EP says of an exchange standard; what isn't answered has no word, and is never a no."""

    yes = "yes"
    no = "no"
    not_needed = "not_needed"


class GivenScore(BaseModel):
    """A score on its metric's own scale, and what it is about: `experience`, `organisation`, a case, a touchpoint."""

    metric: Metric
    about: Code
    score: int


class GivenItem(BaseModel):
    """How much somebody expects of an item, or found of it, from 1 (not at all) to 7 (fully)."""

    item: Code
    value: int


class SurveyFact(Event):
    """Whom a survey asks, about what; the base of its events. `occasion` tells the times apart that a programme asks.

    `person_id` is the EP who is asked or whose stay is asked about; `enabler_id` likewise.
    """

    invitation_id: UUID
    party: Party
    programme: Code
    occasion: Code
    questionnaire: Code
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None


@event("surveys.survey-invited.v2", key="invitation_id")
class SurveyInvited(SurveyFact):
    """Somebody is to be asked. Listen to deliver the question; the personal link is signed by whoever delivers it.

    `minutes` is how long answering takes, about.
    """

    language: Language
    expires_at: datetime
    minutes: int | None = None


@event("surveys.survey-reminded.v1", key="invitation_id")
class SurveyReminded(SurveyFact):
    """Who was asked has not answered and is asked again, for the `number`-th time. Listen to deliver the reminder."""

    language: Language
    expires_at: datetime
    number: int
    minutes: int | None = None


@event("surveys.survey-answered.v2", key="invitation_id")
class SurveyAnswered(SurveyFact):
    """The one finished answer of an invitation: scores, the EP's word on standards, what was expected and found."""

    scores: list[GivenScore]
    standards: dict[Code, StandardWord]
    expectations: list[GivenItem]
    perceptions: list[GivenItem]


@event("surveys.survey-comment.v1", key="invitation_id", personal=True)
class SurveyComment(Event):
    """What the person wrote, in their words; kept apart from the scores because it may name people."""

    invitation_id: UUID
    person_id: UUID
    comment: PersonalText


@event("surveys.detractor-found.v2", key="invitation_id")
class DetractorFound(SurveyFact):
    """An NPS answer of 0–6: somebody should call."""

    about: Code
    score: int


class CaseFact(Event):
    """Whom a quality case concerns; the base of its events. `standard` is the one that wasn't kept, where it is one."""

    case_id: UUID
    party: Party
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    cause: CaseCause
    standard: Code | None


@event("surveys.quality-case-opened.v2", key="case_id")
class QualityCaseOpened(CaseFact):
    """A case has an owner and a clock: both entities acknowledge it by `acknowledge_by`."""

    owner: Side
    acknowledge_by: datetime


@event("surveys.quality-case-closed.v2", key="case_id")
class QualityCaseClosed(CaseFact):
    """The case was solved; the outcome in words stays in the room."""

    outcome: Code


# --- the team pulse


@event("surveys.pulse-asked.v1", key="ticket_id")
class PulseAsked(Event):
    """A member of a committee may answer the team pulse of a round. Listen to deliver the personal link; that somebody
    answered is never said.
    """

    ticket_id: UUID
    member_id: UUID
    entity_id: UUID
    round: Code
    expires_at: datetime


@event("surveys.pulse-published.v1", key="result_id")
class PulsePublished(Event):
    """The result of a closed round for an entity and all below it: question → how often each value of its scale, from
    the lowest up. Only said where nobody can be singled out.
    """

    result_id: UUID
    round: Code
    entity_id: UUID
    asked: int
    answered: int
    counts: dict[Code, list[int]]


# --- the first versions


class StayMetric(StrEnum):
    """The metrics of that time."""

    nps = "nps"
    ces2 = "ces2"
    csat = "csat"


class StayCause(StrEnum):
    """The causes of that time."""

    detractor = "detractor"
    high_effort = "high_effort"
    reported = "reported"


class StayFact(Event):
    """Which invitation of which EP; the base of the first versions, which knew no other customer."""

    party: ClassVar[Party] = Party.ep
    invitation_id: UUID
    person_id: UUID
    application_id: UUID
    questionnaire: Code
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("surveys.survey-invited.v1", key="invitation_id")
class StayAsked(StayFact):
    """An EP is to be asked after the stay."""

    language: Language
    expires_at: datetime


@event("surveys.survey-answered.v1", key="invitation_id")
class StayAnswered(StayFact):
    """What an EP answered: metric → score on the metric's own scale, standard → the EP's word."""

    scores: dict[StayMetric, int]
    standards: dict[Code, StandardWord] | None = None


@event("surveys.detractor-found.v1", key="invitation_id")
class StayDetractor(StayFact):
    """An EP's NPS answer of 0–6."""

    score: int


class StayCaseFact(Event):
    """The quality case of an EP's stay; the base of its first versions."""

    party: ClassVar[Party] = Party.ep
    case_id: UUID
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    cause: StayCause


@event("surveys.quality-case-opened.v1", key="case_id")
class StayCaseOpened(StayCaseFact):
    """A case of a stay has an owner and a clock."""

    owner: Side
    acknowledge_by: datetime


@event("surveys.quality-case-closed.v1", key="case_id")
class StayCaseClosed(StayCaseFact):
    """A case of a stay was solved."""

    outcome: Code
