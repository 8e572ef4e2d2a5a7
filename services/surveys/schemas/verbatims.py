"""What people wrote, and how often it is about what."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.surveys.model.verbatims import Source
from services.surveys.verbatims import Sentiment, Topic
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.web.schemas import Out


class VerbatimOut(Out):
    """A quote with its labels. Personal data in it is masked for everybody; None when its writer was erased."""

    id: UUID
    source: Source
    source_id: UUID = Field(description="The answer or the case it stands in")
    question: str
    party: Party
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    product: Product | None
    questionnaire: str | None
    written_at: datetime
    quote: str | None
    language: str = Field(description="Detected; `und` where the text tells none")
    topics: list[Topic]
    sentiment: Sentiment
    sure: float = Field(description="How likely the mood that was read was beside the two others, 0…1")
    corrected_at: datetime | None = Field(description="When a manager set the labels right")
    method: str
    version: int


class ShareOut(Out):
    """n of so many, with the 95 % interval of the share (Wilson)."""

    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class MonthOut(Out):
    """A topic's share of one month's comments."""

    month: date
    about: ShareOut


class TopicOut(Out):
    """How many comments speak of a topic, how many of these are negative, and the share by month."""

    topic: Topic
    about: ShareOut
    negative: ShareOut
    sentiments: dict[Sentiment, int]
    trend: list[MonthOut]


class CorrectionsOut(Out):
    """How the readings stood up to managers who looked: of the corrected ones, how many labels had been right."""

    corrected: int
    topics_right: int
    sentiment_right: int


class TopicsOut(Out):
    """What a slice of comments is about. Shares are left out below `minimum_n` comments."""

    n: int
    minimum_n: int
    enough: bool
    sentiments: dict[Sentiment, int]
    languages: dict[str, int]
    topics: list[TopicOut]
    corrections: CorrectionsOut
