"""Enter a company that isn't registered yet, and tell which enabler it turned out to be."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict

from shared.web.schemas import Body, CountryCode, Email, LongText, Name, Phone, Slug

HOSTING, ENABLER = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c60", "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c61"
ACME = {"hosting_entity_id": HOSTING, "company": "Norrsken Lab", "contact_name": "Maja Lind", "country": "SE"}
ACME |= {"email": "maja@norrsken.example", "source": "alliance"}


class ProspectFacts(Body):
    """What a manager knows of a company; all of it can be erased."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{key: value for key, value in ACME.items() if key != "hosting_entity_id"}]}
    )
    company: Name
    contact_name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    note: LongText | None = None
    country: CountryCode | None = None
    source: Slug | None = None


class EnterProspect(ProspectFacts):
    """A company that an entity would like to win, and that has not registered."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACME]})
    hosting_entity_id: UUID


class Linking(Body):
    """Which registered enabler it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabler_id": ENABLER}]})
    enabler_id: UUID


@dataclass(frozen=True, slots=True)
class ChangeProspect:
    prospect_id: UUID
    facts: ProspectFacts


@dataclass(frozen=True, slots=True)
class LinkProspect:
    prospect_id: UUID
    enabler_id: UUID


@dataclass(frozen=True, slots=True)
class UnlinkProspect:
    prospect_id: UUID


@dataclass(frozen=True, slots=True)
class EraseProspect:
    prospect_id: UUID
