"""What can be searched for, and what a search answers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.applications import Product
from shared.contracts.fields import Code
from shared.web.schemas import CountryCode, Day, LanguageCode, Out

T = TypeVar("T")
MANY = 20


class Sort(StrEnum):
    """The order of what is found. `relevance`: all words in the title, the field and the skills first, then the rest,
    each of them newest first; without words it is `newest`."""

    relevance = "relevance"
    newest = "newest"
    start = "start"
    active = "active"


def _one_line(words: str) -> str:
    if any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in words):
        raise ValueError("Control characters are not allowed.")
    return words


def _some(of: Any, what: str) -> Any:
    return Annotated[list[of], Field(max_length=MANY, description=what)]


class Wish(BaseModel):
    """What all searches take. Of several values of one filter any may match; of skills and languages all must."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[str, AfterValidator(_one_line)] = Field(
        "", max_length=200, description="Words, all of which must be found; the last one may be unfinished",
        examples=["data anal"],
    )  # fmt: skip
    text_language: LanguageCode | None = Field(None, description="Of the words; else every language in use is tried")
    product: _some(Product, "Programmes") = []
    field: _some(Code, "Fields of work") = []
    country: _some(CountryCode, "Countries") = []
    language: _some(LanguageCode, "Languages, all of them") = []
    skill: _some(Code, "Skills, all of them") = []
    entity_id: UUID | None = Field(None, description="Only this committee and those below it")
    sort: Sort = Sort.relevance
    limit: int = Field(20, ge=1, le=100, description="Rows of a page, at most 100")
    cursor: Annotated[str, Field(max_length=1000, pattern="^[A-Za-z0-9_-]+$")] | None = Field(
        None, description="`next` of the page before"
    )


class OpportunityWish(Wish):
    """An internship as wanted. The dates and the length must all fit one slot that still takes applications."""

    start_from: Day | None = Field(None, description="Starts on this day or later")
    start_to: Day | None = Field(None, description="Starts on this day or earlier")
    end_by: Day | None = Field(None, description="Ends on this day or earlier")
    weeks_from: int | None = Field(None, ge=1, le=104, description="Lasts at least so many weeks")
    weeks_to: int | None = Field(None, ge=1, le=104, description="Lasts at most so many weeks")
    hours_from: int | None = Field(None, ge=1, le=80, description="At least so many hours a week")
    hours_to: int | None = Field(None, ge=1, le=80, description="At most so many hours a week")


class PersonWish(Wish):
    """An intern as wanted. `country` is where they come from; product and field are what they look for."""

    wanted_country: _some(CountryCode, "Countries where they want to go") = []
    study_field: _some(Code, "What they study") = []
    study_level: _some(Code, "How far they are") = []
    start_on: Day | None = Field(None, description="Free from this day on …")
    end_on: Day | None = Field(None, description="… to this one")

    @model_validator(mode="after")
    def _in_order(self) -> "PersonWish":
        if self.start_on and self.end_on and self.end_on < self.start_on:
            raise ValueError("the end is before the start")
        return self


class Total(Out):
    """How many there are: exact up to 10,000, and `10,000+` beyond."""

    count: int
    more: bool = Field(description="There are more than 10,000; `count` is 10,000 then")
    shown: str = Field(examples=["1,204", "10,000+"])


class Facet(Out):
    """How many of the hits have this value."""

    value: str
    count: int


class Facets(Out):
    """The values that the hits have, most frequent first (at most 20 of a kind).

    They are counted (`exact`) up to 10,000 hits. Beyond, they are estimated: counted among the hits of a fixed
    sample – every n-th row by a chance that lies in its id – and multiplied by n (`every`).
    """

    exact: bool
    every: int = Field(description="1 when counted; else one row in so many was looked at")
    product: list[Facet]
    field: list[Facet]
    country: list[Facet]
    language: list[Facet]
    skill: list[Facet]


class Found(Out, Generic[T]):
    """A page of what was found. `total` and `facets` come with the first page only."""

    items: list[T]
    next: str | None = Field(None, description="Cursor of the next page; absent on the last one")
    as_of: datetime
    total: Total | None = None
    facets: Facets | None = None


class SlotFound(Out):
    start_on: date
    end_on: date
    closes_at: datetime = Field(description="No more applications from this moment on")


class OpportunityFound(Out):
    """An internship that takes applications, with the slots that have openings left."""

    id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID
    product: Product
    field: str | None
    title: str
    description: str
    city: str
    country: str
    weekly_hours: int
    pay: str
    openings: int
    skills: list[str]
    languages: list[str]
    posted_at: datetime | None
    own_application_id: UUID | None = Field(None, description="Of an EP: the own application for it that has not ended")
    slots: list[SlotFound]


class Identity(Out):
    """Who somebody is: for those who look after the person, and nobody else."""

    given_name: str
    family_name: str
    email: str
    phone: str | None
    about: str
    score: float | None
    registered_at: datetime


class PersonFound(Out):
    """A profile. In `about`, addresses, numbers, links and the person's name are blanked out."""

    id: UUID
    sending_entity_id: UUID
    country: str
    language: str
    study_field: str | None
    study_level: str | None
    university: str | None
    languages: list[str]
    levels: dict[str, Any]
    skills: list[str]
    about: str
    available_from: date | None
    available_to: date | None
    wanted_products: list[str]
    wanted_fields: list[str]
    wanted_countries: list[str]
    identity: Identity | None = Field(description="Only for the person's own committee, those above it and auditors")
