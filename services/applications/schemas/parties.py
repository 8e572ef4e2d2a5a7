"""What is answered about committees, EPs and enablers."""

from datetime import datetime
from uuid import UUID

from services.applications.policy import Phase, Profile, Status
from shared.contracts.applications import EntityKind
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
    """An EP with the status, the phase and the profile that follow from the person's applications."""

    id: UUID
    sending_entity_id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str | None
    country: str
    language: str
    zone: str
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
