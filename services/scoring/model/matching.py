"""Both sides of a match as codes tell them, what became of each pair, and which lists were shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Index, Integer, Text, UniqueConstraint, and_, text
from sqlalchemy import Uuid as UuidType
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.matching.parties import OfferStatus
from shared.access import Caller
from shared.storage.columns import changed_moment, code, codes, document, moment
from shared.storage.scope import visible

LOOKING, OPEN = text("looking AND erased_at IS NULL"), text("status = 'open'")


def _codes_or_unknown() -> Any:
    """A list of codes, NULL where it was never told."""
    return Field(default=None, sa_type=ARRAY(Text))  # type: ignore[call-overload]


def _list_of(type_: Any) -> Any:
    return Field(default_factory=list, sa_type=ARRAY(type_))  # type: ignore[call-overload]


class Seeker(Table, table=True):
    """An EP's profile in codes. `spoken` are the plain codes of `languages`, `told` what the weekly look has said."""

    __tablename__ = "seeker"
    __table_args__ = (
        Index("seeker_of_entity", "sending_entity_id", postgresql_where=LOOKING),
        Index("seeker_spoken", "spoken", postgresql_using="gin", postgresql_where=LOOKING),
        Index("seeker_wants", "wanted_products", postgresql_using="gin", postgresql_where=LOOKING),
    )
    id: UUID = Field(primary_key=True)  # the person
    sending_entity_id: UUID | None = None
    zone: str = "UTC"
    study_field: str | None = code(default=None)
    study_level: str | None = code(default=None)
    languages: list[str] = codes()
    spoken: list[str] = codes()
    levels: dict[str, Any] = document(default_factory=dict)
    skills: list[str] = codes()
    available_from: date | None = None
    available_to: date | None = None
    wanted_products: list[str] = codes()
    wanted_fields: list[str] = codes()
    wanted_countries: list[str] = codes()
    looking: bool = True
    told: list[UUID] = _list_of(UuidType)
    look_on: date | None = None
    erased_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Offer(Table, table=True):
    """An opportunity in codes. What it asks for is NULL where it was never told.

    `openings` are left: those told at `told_at`, less what was approved since, plus what was broken since. `waiting`,
    `applied`, `decided`, `accepted` and `popularity` are counted from the pairings, `exposed` from lists shown.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_open", "product", "takes_until", postgresql_where=OPEN),
        Index("offer_open_dates", "latest_start", "earliest_end", postgresql_where=OPEN),
        Index("offer_needs", "needed", postgresql_using="gin", postgresql_where=OPEN),
        Index("offer_of_enabler", "enabler_id"),
        Index("offer_by_chance", "chance", postgresql_where=OPEN),
    )
    id: UUID = Field(primary_key=True)
    enabler_id: UUID
    hosting_entity_id: UUID
    status: OfferStatus = code(OfferStatus, default=OfferStatus.open)
    product: str = code()
    field: str | None = code(default=None)
    country: str | None = code(default=None)
    zone: str = "UTC"
    weekly_hours: int | None = None
    languages: list[str] | None = _codes_or_unknown()
    needed: list[str] | None = _codes_or_unknown()  # the plain codes of `languages`
    levels: dict[str, Any] = document(default_factory=dict)
    skills: list[str] | None = _codes_or_unknown()
    study_fields: list[str] | None = _codes_or_unknown()
    study_levels: list[str] | None = _codes_or_unknown()
    slots: list[dict[str, Any]] | None = document(default=None)
    latest_start: date | None = None
    earliest_end: date | None = None
    takes_until: date | None = None
    openings_told: int | None = None
    told_at: datetime = moment()
    openings: int | None = None
    posted_at: datetime = moment()
    waiting: int = 0
    applied: int = 0
    decided: int = 0
    accepted: int = 0
    popularity: float = 0.0
    popularity_at: datetime | None = moment(default=None)
    exposed: float = 0.0
    exposed_at: datetime | None = moment(default=None)
    chance: float  # of 0 to 1, from the id: where a draw among open ones begins
    changed_at: datetime = changed_moment()


class Pairing(Table, table=True):
    """One application as its events tell it: what became of an EP and an opportunity."""

    __tablename__ = "pairing"
    __table_args__ = (
        Index("pairing_of_person", "person_id", "opportunity_id"),
        Index("pairing_of_opportunity", "opportunity_id"),
    )
    application_id: UUID = Field(primary_key=True)
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    status: str = code(default="open")
    ours: bool = False  # rejected for a cause that says nothing about the EP
    submitted_at: datetime | None = moment(default=None)
    accepted_at: datetime | None = moment(default=None)
    rejected_at: datetime | None = moment(default=None)
    approved_at: datetime | None = moment(default=None)
    broken_at: datetime | None = moment(default=None)
    until: date | None = None
    changed_at: datetime = changed_moment()


class MatchList(Table, table=True):
    """A list that was shown: to whom, by which order, and with which probability that order was drawn."""

    __tablename__ = "match_list"
    __table_args__ = (
        Index("match_list_of_person", "person_id", "made_at"),
        Index("match_list_made", "made_at"),
    )
    id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    opportunity_id: UUID | None = None
    order: str = code()
    propensity: float
    drawn: bool
    channel: str = code()
    models: list[str] = codes()
    made_at: datetime = moment()


class MatchShown(Table, table=True):
    """One place of a list: who stood where, and what was thought of the pair then."""

    __tablename__ = "match_shown"
    __table_args__ = (Index("match_shown_pair", "person_id", "opportunity_id"),)
    list_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=Integer)
    person_id: UUID
    opportunity_id: UUID
    applies: float
    accepts: float
    row: dict[str, Any] = document()  # what was known of the EP's decision then


class MatchExample(Table, table=True):
    """What was known of a pair when the EP applied (place 0), and of others that it could have applied to then.

    Rows are written when the application is heard and never again, so that nothing known later is in them.
    """

    __tablename__ = "match_example"
    __table_args__ = (Index("match_example_of_person", "person_id"), Index("match_example_at", "at"))
    application_id: UUID = Field(primary_key=True)
    place: int = Field(primary_key=True, sa_type=Integer)
    person_id: UUID
    opportunity_id: UUID
    at: datetime = moment()
    weight: float
    applies: dict[str, Any] = document()
    accepts: dict[str, Any] = document()


class MatchModel(Table, table=True):
    """A model of one side's decision: what it learned from, how it did on a later slice of time, whether it speaks.

    `gain` is the rules' log loss less its own there, with the lower end of its interval; `bins` are the shares of yes
    among pairs of like probability.
    """

    __tablename__ = "match_model"
    __table_args__ = (UniqueConstraint("side", "number", name="match_model_once"),)
    id: UUID = Field(primary_key=True)
    side: str = code()
    number: int
    speaks: bool
    labels: int
    yes: int
    late: int
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    seed: int
    window_from: datetime = moment()
    window_to: datetime = moment()
    trained_at: datetime = moment()
    bins: list[Any] = document()
    document: dict[str, Any] = document()


# --- who sees what: the predicates that every query carries


def seekers_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself, or the EPs of the caller's entity and below; nobody sees the erased."""
    own = visible(caller, person=Seeker.id, sending=Seeker.sending_entity_id)
    return and_(own, Seeker.erased_at.is_(None), Seeker.sending_entity_id.is_not(None))  # type: ignore[union-attr]


def offers_of(caller: Caller) -> ColumnElement[bool]:
    """The enabler's own, and those of the hosting entity and below."""
    return visible(caller, enabler=Offer.enabler_id, hosting=Offer.hosting_entity_id)
