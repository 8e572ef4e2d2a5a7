"""What a figure is asked for: a slice of the answers, and the dimensions that it can be split by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.fields import Product
from shared.contracts.surveys import Metric, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Of one of the two customers, and what else narrows it down; None: all.

    `entity_id`: that entity and all below it, on either side. Days are UTC, both included. `wave` is the occasion of a
    programme.
    """

    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    party: Party = Party.ep
    product: Product | None = None
    country: str | None = None
    language: str | None = None
    programme: str | None = None
    wave: str | None = None


@dataclass(frozen=True, slots=True)
class Slice(Narrowing):
    """One metric about one thing, within a narrowing."""

    metric: Metric
    about: str = "experience"


class Dimension(StrEnum):
    """What a slice can be split by. Entities: those right below a given one, with all that is below them."""

    sending_entity = "sending_entity"
    hosting_entity = "hosting_entity"
    product = "product"
    country = "country"
    language = "language"
    programme = "programme"
    wave = "wave"
    month = "month"
    quarter = "quarter"
    year = "year"


class Period(StrEnum):
    """The dimensions that stand in order, for a trend."""

    month = "month"
    quarter = "quarter"
    year = "year"
    wave = "wave"


class Fact(StrEnum):
    """What is known of everybody who was asked, whether they answered or not.

    Of the entities those right below the top (countries); `month` of being asked; `length` of the stay.
    """

    product = "product"
    country = "country"
    sending_entity = "sending_entity"
    hosting_entity = "hosting_entity"
    language = "language"
    month = "month"
    length = "length"


def number_of(period: Period, key: str, place: int) -> int:
    """Where a period stands on the time axis: months, quarters and years as they are apart, waves one after another."""
    match period:
        case Period.month:
            return 12 * int(key[:4]) + int(key[5:])
        case Period.quarter:
            return 4 * int(key[:4]) + int(key[6:])
        case Period.year:
            return int(key)
        case Period.wave:
            return place
