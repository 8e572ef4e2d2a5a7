"""What can be told about a committee after it joined."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from services.applications.commands.patches import Patch, absent
from shared.web.schemas import Email, Line, Phone, ZoneName


class PatchEntity(Patch):
    """Changes of a committee's name, contact and zone, as a merge patch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "+40721000000"}]})
    name: Line = absent()
    email: Email = absent()
    phone: Phone = absent()
    zone: ZoneName = absent()


@dataclass(frozen=True, slots=True)
class ChangeEntity:
    entity_id: UUID
    changes: dict[str, Any]
