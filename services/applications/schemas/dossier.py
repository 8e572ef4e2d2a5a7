"""What is answered about the dossier of a stay."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.applications.policy.requirements import Owner
from shared.access import Role
from shared.web.schemas import Out


class CompletenessOut(Out):
    """How much of it is known, and what is not."""

    known: int
    of: int
    missing: list[str]


class DossierOut(Out):
    """The facts of a stay and the names of those that are still missing, by owner and by document too."""

    application_id: UUID
    facts: dict[str, Any]
    missing: list[str]
    owners: dict[str, Owner]
    by_owner: dict[Owner, CompletenessOut]
    by_document: dict[str, CompletenessOut]
    writable: list[str]
    version: int


class FactChangeOut(Out):
    """One fact, as somebody recorded it; without a value it was taken back, or the person was erased."""

    id: int
    name: str
    owner: Owner
    value: str | None
    at: datetime
    actor: str
    role: Role
