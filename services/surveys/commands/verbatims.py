"""What can be told about what people wrote."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from services.surveys.verbatims import Sentiment, Topic
from shared.web.schemas import Body


class Labels(Body):
    """What a comment is really about, and its mood: both whole, in place of what was read."""

    topics: set[Topic] = Field(description="All topics it speaks of; none is an answer too", examples=[["pickup"]])
    sentiment: Sentiment = Field(examples=["negative"])


@dataclass(frozen=True, slots=True)
class CorrectVerbatim:
    """A manager has read the quote and knows better."""

    verbatim_id: UUID
    topics: frozenset[Topic]
    sentiment: Sentiment
