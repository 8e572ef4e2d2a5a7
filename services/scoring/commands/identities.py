"""Say that a visitor is a person, or that it isn't."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict

from services.scoring.commands.interactions import PERSON, VISITOR
from shared.web.schemas import Body


class IdentifyVisitor(Body):
    """This visitor is that person: all earlier visits belong to the person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"visitor_id": VISITOR, "person_id": PERSON}]})
    visitor_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class SeparateVisitor:
    """Undo an identification."""

    visitor_id: UUID
