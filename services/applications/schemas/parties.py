"""What is answered about committees, EPs and enablers."""

from datetime import date, datetime
from uuid import UUID

from services.applications.policy import Phase, Profile, Status
from shared.contracts.applications import EntityKind, Product
from shared.web.schemas import Out


class EntityOut(Out):
    id: UUID
    parent_id: UUID | None
    kind: EntityKind
    name: str
    country: str | None
    zone: str
    email: str
    phone: str
    version: int


class PersonOut(Out):
    """An EP with the status, the phase and the profile that follow from the person's applications.

    `missing` names what the profile lacks, `completeness` is the share that is there (0 to 1).
    """

    id: UUID
    sending_entity_id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str | None
    country: str
    language: str
    zone: str
    study_field: str | None
    study_level: str | None
    university: str | None
    languages: list[str]
    levels: dict[str, str]
    skills: list[str]
    about: str
    available_from: date | None
    available_to: date | None
    wanted_products: list[Product]
    wanted_fields: list[str]
    wanted_countries: list[str]
    looking: bool
    missing: list[str]
    completeness: float
    status: Status
    phase: Phase
    profile: Profile
    score: float | None
    registered_at: datetime
    version: int


class EnablerOut(Out):
    """An enabler with the phase and the profile that follow from its opportunities and their applications."""

    id: UUID
    hosting_entity_id: UUID
    kind: str
    name: str
    contact_name: str
    email: str
    phone: str | None
    language: str
    phase: Phase
    profile: Profile
    version: int


class ContactOut(Out):
    """Somebody to talk to at an enabler; the main one gets what is sent to it."""

    id: UUID
    enabler_id: UUID
    main: bool
    name: str
    position: str
    email: str
    phone: str | None
    language: str
    version: int
