"""What can be told about the fact sheet of an entity."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.notifications.policy.fact_sheets import LONGEST, MOST_LANGUAGES, Section
from shared.web.schemas import Body, Day

Text = Annotated[str, Field(max_length=LONGEST)]
Texts = Annotated[
    dict[str, Text],
    Field(
        max_length=MOST_LANGUAGES,
        description="The text by language; one left blank is not kept. Without any the section comes from above",
        examples=[{"en": "Bus 801 leaves from Sky City every 30 minutes.", "sv": "Buss 801 går från Sky City."}],
    ),
]


class WriteSection(Body):
    """A section, whole: what is not sent is gone."""

    texts: Texts
    owner_id: UUID | None = Field(None, description="The member who keeps it right")
    review_on: Day | None = Field(None, description="When it is to be looked at again")


class Reversion(Body):
    """The version whose texts are to count again."""

    number: int = Field(ge=1, le=2_147_483_647, examples=[3])


@dataclass(frozen=True, slots=True)
class PutSection:
    entity_id: UUID
    section: Section
    texts: dict[str, str]
    owner_id: UUID | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class PublishFactSheet:
    entity_id: UUID


@dataclass(frozen=True, slots=True)
class RevertFactSheet:
    entity_id: UUID
    number: int
