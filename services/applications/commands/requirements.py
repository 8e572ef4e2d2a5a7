"""What can be told about the requirements of an application."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.web.schemas import Body, Day, Line, LongText

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(description="ISO 4217", examples=["EUR"])]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2, examples=["450.00"])]


class Facts(Body):
    """That it is done, since when (default: today at the host), and the facts that this kind of it needs."""

    done_on: Annotated[Day | None, Field(description="Default: today at the host")] = None
    amount: Amount | None = None
    currency: Currency | None = None
    reference: Line | None = None
    covers_from: Day | None = None
    covers_to: Day | None = None
    policy_version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")] | None = None


class Why(Body):
    """Why it is not needed, or has to be done again."""

    reason: Annotated[LongText, Field(examples=["The fee is borne by a scholarship."])]


@dataclass(frozen=True, slots=True)
class RecordRequirement:
    application_id: UUID
    kind: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class WaiveRequirement:
    application_id: UUID
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenRequirement:
    application_id: UUID
    kind: str
    reason: str
