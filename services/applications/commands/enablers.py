"""What can be told about an enabler after it joined: its name and kind, and whom to talk to there."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.applications.commands.patches import Patch, absent
from shared.web.schemas import Body, Email, LanguageCode, Line, Phone

Kind = Annotated[str, Field(pattern="^(company|ngo|school)$", examples=["company"])]
Position = Annotated[str, Field(max_length=200, examples=["Head of laboratory"])]


class PatchEnabler(Patch):
    """Changes of an enabler, as a merge patch; whom to talk to are its contacts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Norrsken Lab"}]})
    name: Line = absent()
    kind: Kind = absent()


class NewContact(Body):
    """Somebody to talk to; the main one gets what is sent to the enabler."""

    name: Line
    position: Position = ""
    email: Email
    phone: Phone | None = None
    language: LanguageCode = "en"
    main: bool = False


class PatchContact(Patch):
    """Changes of a contact, as a merge patch. `main: true` makes it the main one; another one takes that away again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "+46700000001", "main": True}]})
    name: Line = absent()
    position: Position = absent()
    email: Email = absent()
    phone: Phone | None = None
    language: LanguageCode = absent()
    main: bool = absent()


@dataclass(frozen=True, slots=True)
class ChangeEnabler:
    enabler_id: UUID
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AddContact:
    enabler_id: UUID
    contact: NewContact


@dataclass(frozen=True, slots=True)
class ChangeContact:
    enabler_id: UUID
    contact_id: UUID
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveContact:
    enabler_id: UUID
    contact_id: UUID
