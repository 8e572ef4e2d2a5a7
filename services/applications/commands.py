"""What the applications room can be told to do. The bodies of requests are their own commands."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.applications import EntityKind, Product, RejectionReason
from shared.contracts.fields import Code
from shared.web.schemas import Body, CountryCode, Day, Email, LanguageCode, Line, LongText, Phone, ZoneName

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RegisterEntity(Body):
    """A committee joins the tree below `parent_id`; only the world has no parent."""

    parent_id: UUID | None = None
    kind: EntityKind
    name: Line
    country: CountryCode | None = None
    zone: ZoneName
    email: Email
    phone: Phone


class RegisterPerson(Body):
    """A visitor signs up and becomes a lead."""

    sending_entity_id: UUID
    given_name: Line
    family_name: Line
    email: Email
    phone: Phone | None = None
    country: CountryCode
    language: LanguageCode = "en"
    zone: ZoneName


class RegisterEnabler(Body):
    """A company, an NGO or a school joins; `hosting_entity_id` serves it."""

    hosting_entity_id: UUID
    kind: Annotated[str, Field(pattern="^(company|ngo|school)$")]
    name: Line
    contact_name: Line
    email: Email
    phone: Phone | None = None
    language: LanguageCode = "en"


class PostOpportunity(Body):
    """An internship on offer, with all that the standards 2, 4, 5, 6, 10 and 11 want stated."""

    enabler_id: UUID
    product: Product
    title: Line
    description: LongText
    city: Line
    country: CountryCode
    zone: ZoneName
    weekly_hours: Annotated[int, Field(ge=1, le=80)]
    pay: LongText
    accommodation: LongText
    arrival: LongText
    openings: Annotated[int, Field(ge=1, le=1000)] = 1
    start_on: Day
    end_on: Day


class SubmitApplication(Body):
    """The EP clicks *apply*."""

    opportunity_id: UUID


class Reason(Body):
    """Why an application is rejected, from the fixed list."""

    reason: RejectionReason


class Terms(Body):
    """The digest of the terms that are signed or approved, as read from the application."""

    terms: Digest


class Dates(Body):
    """New dates of an experience."""

    start_on: Day
    end_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> "Dates":
        if self.end_on < self.start_on:
            raise ValueError("the end is before the start")
        return self


class Dossier(Body):
    """The facts of a stay; what is left out is not known yet."""

    pickup_place: LongText | None = None
    pickup_on: Day | None = None
    pickup_time: time | None = None
    pickup_person: Line | None = None
    pickup_phone: Phone | None = None
    accommodation: LongText | None = None
    workplace: LongText | None = None
    supervisor: Line | None = None
    emergency_contact: LongText | None = None
    departure_route: LongText | None = None


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forget who this person is; what happened stays, without a name."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class AcceptApplication:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class RejectApplication:
    application_id: UUID
    reason: RejectionReason


@dataclass(frozen=True, slots=True)
class WithdrawApplication:
    application_id: UUID
    reason: Code = "own_wish"


@dataclass(frozen=True, slots=True)
class SignAcceptanceNote:
    application_id: UUID
    terms: str


@dataclass(frozen=True, slots=True)
class ApproveApplication:
    application_id: UUID
    terms: str


@dataclass(frozen=True, slots=True)
class ChangeExperienceDates:
    application_id: UUID
    start_on: Day
    end_on: Day


@dataclass(frozen=True, slots=True)
class RealizeExperience:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class RecordDossier:
    application_id: UUID
    facts: Dossier
