"""What can be told about committees, EPs and enablers."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.applications.commands.profiles import Profile
from shared.contracts.applications import EntityKind
from shared.web.schemas import Body, CountryCode, Email, LanguageCode, Line, Phone, Slug, ZoneName


class RegisterEntity(Body):
    """A committee joins the tree below `parent_id`; only the world has no parent."""

    parent_id: UUID | None = None
    kind: EntityKind
    name: Line
    country: CountryCode | None = None
    zone: ZoneName
    email: Email
    phone: Phone


class RegisterPerson(Profile):
    """A visitor signs up and becomes a lead; the profile may follow later."""

    sending_entity_id: UUID
    given_name: Line
    family_name: Line
    email: Email
    phone: Phone | None = None
    country: CountryCode
    language: LanguageCode = "en"
    zone: ZoneName
    referral: Slug | None = Field(
        None, description="The code of the promoter's link by which they came", examples=["k3v9q2m8tz"]
    )


class RegisterEnabler(Body):
    """A company, an NGO or a school joins; `hosting_entity_id` serves it."""

    hosting_entity_id: UUID
    kind: Annotated[str, Field(pattern="^(company|ngo|school)$", examples=["company"])]
    name: Line
    contact_name: Line
    email: Email
    phone: Phone | None = None
    language: LanguageCode = "en"


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forget who this person is; what happened stays, without a name."""

    person_id: UUID
