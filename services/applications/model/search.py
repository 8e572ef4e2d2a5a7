"""What search reads: a row of words and codes per opportunity that is found, and per person who is looking.

Triggers of the database keep these rows, in the transaction that changes what they are made of (revision 0003); no
handler writes them. A sample, chosen by id, is kept beside each table: it tells about how many of very many.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from services.applications.model.table import Table
from shared.storage.columns import code, moment

FOUND_BY = ("words", "facets", "codes")


def _found(table: str) -> Index:
    return Index(f"{table}_found", *FOUND_BY, postgresql_using="gin")


def _orders(table: str, *columns: str) -> tuple[Index, ...]:
    return tuple(Index(f"{table}_by_{column}", column, "id") for column in columns)


def _integers() -> Any:
    return Field(sa_type=ARRAY(Integer))  # type: ignore[call-overload]


class SearchCode(Table, table=True):
    """A product, a country, a skill … as a small number: rows hold numbers, replies say words."""

    __tablename__ = "search_code"
    __table_args__ = (UniqueConstraint("kind", "value", name="search_code_once"),)
    id: int = Field(primary_key=True)
    kind: str = code()
    value: str = code()


class SearchWaiting(Table, table=True):
    """People of an import whose rows of words are still to be made."""

    __tablename__ = "search_waiting"
    id: UUID = Field(primary_key=True)


class _OpportunityWords(Table):
    id: UUID = Field(primary_key=True)
    words: str = Field(sa_type=TSVECTOR)
    facets: list[int] = _integers()
    codes: list[int] = _integers()
    weekly_hours: int
    starts: list[date] = Field(sa_type=ARRAY(Date))  # type: ignore[call-overload]
    ends: list[date] = Field(sa_type=ARRAY(Date))  # type: ignore[call-overload]
    closes: list[datetime] = Field(sa_type=ARRAY(DateTime(timezone=True)))  # type: ignore[call-overload]
    takes_until: datetime = moment()
    posted_at: datetime = moment()
    start_on: date
    active_at: datetime = moment()


class OpportunitySearch(_OpportunityWords, table=True):
    """An open opportunity with openings; `starts`, `ends` and `closes` are those of its slots that have some left."""

    __tablename__ = "opportunity_search"
    __table_args__ = (
        _found("opportunity_search"),
        *_orders("opportunity_search", "posted_at", "start_on", "active_at"),
    )


class OpportunitySample(_OpportunityWords, table=True):
    """Every eighth of them, by the last byte of the id."""

    __tablename__ = "opportunity_sample"
    __table_args__ = (_found("opportunity_sample"),)


class _PersonWords(Table):
    id: UUID = Field(primary_key=True)
    words: str = Field(sa_type=TSVECTOR)
    names: str = Field(sa_type=TSVECTOR)
    facets: list[int] = _integers()
    codes: list[int] = _integers()
    available_from: date
    available_to: date
    registered_at: datetime = moment()
    active_at: datetime = moment()


class PersonSearch(_PersonWords, table=True):
    """Somebody who is looking. `words` is the profile as outsiders may read it; `names` is for the sending side."""

    __tablename__ = "person_search"
    __table_args__ = (
        _found("person_search"),
        Index("person_search_named", "names", postgresql_using="gin"),
        *_orders("person_search", "registered_at", "available_from", "active_at"),
    )


class PersonSample(_PersonWords, table=True):
    """Every thirty-second of them, by the last byte of the id."""

    __tablename__ = "person_sample"
    __table_args__ = (_found("person_sample"), Index("person_sample_named", "names", postgresql_using="gin"))
