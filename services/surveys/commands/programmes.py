"""What managers can say of a programme, and of a letter that got lost."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body


class Switching(Body):
    """What an entity says of a programme, whole; what it leaves out is up to the entity above it."""

    enabled: bool | None = Field(None, description="Whether it runs here and below", examples=[True])
    share: float | None = Field(
        None, ge=0, le=1, description="Which part of those who would be asked is asked", examples=[0.5]
    )


@dataclass(frozen=True, slots=True)
class SwitchProgramme:
    programme: str
    entity_id: UUID
    enabled: bool | None
    share: float | None


@dataclass(frozen=True, slots=True)
class ResendInvitation:
    invitation_id: UUID
