"""What is answered about members of committees."""

from datetime import date, datetime
from uuid import UUID

from services.applications.policy import MemberRole, MemberStatus
from shared.web.schemas import Out


class MemberOut(Out):
    """A membership: who, where, in which role, from when to when, and what this caller may do with it now."""

    id: UUID
    entity_id: UUID
    person_id: UUID | None
    given_name: str
    family_name: str
    email: str
    role: MemberRole
    status: MemberStatus
    from_on: date | None
    to_on: date | None
    alumna: bool | None
    applied_at: datetime
    possible_moves: list[str]
    version: int
