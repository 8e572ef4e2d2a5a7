"""What people wrote, as it was read: the masked quote and its labels."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint
from sqlmodel import Field

from services.surveys.model.table import Table
from services.surveys.verbatims import Sentiment
from shared.access import Caller
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, codes, moment
from shared.storage.scope import visible


class Source(StrEnum):
    """Where it was written."""

    answer = "answer"
    case = "case"


class Verbatim(Table, table=True):
    """One text that somebody wrote. `quote` is masked, and blanked when the person is erased; the labels stay.

    `topics` and `sentiment` are what holds; `read_topics` and `read_sentiment` what the method read, before anybody
    corrected it. `question` tells the free texts of one answer apart. `language` is `und` where the text tells none.
    """

    __tablename__ = "verbatim"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "question", name="verbatim_once"),
        Index("verbatim_by_sending", "sending_entity_id", "written_at"),
        Index("verbatim_by_hosting", "hosting_entity_id", "written_at"),
        Index("verbatim_by_topic", "topics", postgresql_using="gin"),
    )
    id: UUID = Field(primary_key=True)
    source: Source = code(Source)
    source_id: UUID
    question: str = code()
    party: Party = code(Party)
    person_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = None
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    product: Product | None = code(Product, default=None)
    questionnaire: str | None = code(default=None)
    written_at: datetime = moment(index=True)
    quote: str | None = code(default=None)
    language: str = code()
    topics: list[str] = codes()
    sentiment: Sentiment = code(Sentiment)
    sure: float
    method: str = code()
    read_topics: list[str] = codes()
    read_sentiment: Sentiment = code(Sentiment)
    corrected_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


def verbatims_of(caller: Caller) -> ColumnElement[bool]:
    """What was written about the caller's entities; those who wrote see their own words where they wrote them."""
    return visible(caller, sending=Verbatim.sending_entity_id, hosting=Verbatim.hosting_entity_id)
