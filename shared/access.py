"""Who is calling: roles and the caller that every transaction carries."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class Role(StrEnum):
    """The part an account plays; each route says which roles may use it."""

    participant = "participant"
    enabler = "enabler"
    sending_manager = "sending_manager"
    hosting_manager = "hosting_manager"
    national_manager = "national_manager"
    global_manager = "global_manager"
    service = "service"
    auditor = "auditor"


CUSTOMERS = (Role.participant, Role.enabler)
MANAGERS = frozenset({Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager})


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated account.

    `party` is the person (participant) or the enabler the account acts for; `entity` is a manager's entity.
    """

    subject: str
    role: Role
    party: UUID | None = None
    entity: UUID | None = None

    @classmethod
    def system(cls, room: str) -> "Caller":
        """The room itself, for what its consumers and timers do."""
        return cls(subject=f"system:{room}", role=Role.service)

    @classmethod
    def anonymous(cls) -> "Caller":
        """Somebody without an account, on a public route: no party and no entity, so no scope shows them anything."""
        return cls(subject="anonymous", role=Role.participant)


def party_of(issuer: str, subject: str) -> UUID:
    """The person id of a participant's account whose token names none: the same id in every room."""
    return uuid5(NAMESPACE_URL, f"{issuer}|{subject}")
