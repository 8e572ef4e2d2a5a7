"""What can be told about an EP's profile."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.applications.commands.patches import MANY, Codes, Distinct, Patch, absent
from services.applications.policy import Level
from shared.contracts.applications import Product
from shared.web.schemas import Body, CountryCode, Day, Email, LanguageCode, Line, Phone, Prose, Slug, ZoneName

Languages = Annotated[list[LanguageCode], MANY, Distinct]
Levels = Annotated[dict[LanguageCode, Level], MANY]
LevelsPatch = Annotated[dict[LanguageCode, Level | None], MANY]
Products = Annotated[list[Product], MANY, Distinct]
Countries = Annotated[list[CountryCode], Field(max_length=250), Distinct]
EXAMPLE = {"study_field": "computer_science", "languages": ["ro", "en"], "levels": {"ro": "native", "en": "c1"}}


class Profile(Body):
    """What an EP has studied, can and looks for. `looking` lets enablers and managers find the profile."""

    study_field: Slug | None = None
    study_level: Slug | None = None
    university: Line | None = None
    languages: Languages = Field(default_factory=list)
    levels: Levels = Field(default_factory=dict)
    skills: Codes = Field(default_factory=list)
    about: Prose = ""
    available_from: Day | None = None
    available_to: Day | None = None
    wanted_products: Products = Field(default_factory=list)
    wanted_fields: Codes = Field(default_factory=list)
    wanted_countries: Countries = Field(default_factory=list)
    looking: bool = True


class PatchPerson(Patch):
    """Changes of a person's contact and profile, as a merge patch; each attribute has an owner."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    given_name: Line = absent()
    family_name: Line = absent()
    email: Email = absent()
    phone: Phone | None = None
    country: CountryCode = absent()
    language: LanguageCode = absent()
    zone: ZoneName = absent()
    study_field: Slug | None = None
    study_level: Slug | None = None
    university: Line | None = None
    languages: Languages = absent()
    levels: LevelsPatch = absent()
    skills: Codes = absent()
    about: Prose = absent()
    available_from: Day | None = None
    available_to: Day | None = None
    wanted_products: Products = absent()
    wanted_fields: Codes = absent()
    wanted_countries: Countries = absent()
    looking: bool = absent()


@dataclass(frozen=True, slots=True)
class ChangePerson:
    person_id: UUID
    changes: dict[str, Any]
