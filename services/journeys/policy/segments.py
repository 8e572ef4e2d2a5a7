"""Segments of the room: which customers a figure is about, as a rule over what is known of them.

A rule is true for whoever fits all its fields; a field that names several values is fit by one of them.
"""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.fields import Code, Country, Language, Product

MOST = 50


class Rule(BaseModel):
    """What customers have in common. An empty rule fits everybody."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    countries: list[Country] = Field([], max_length=MOST, description="Home country of an EP, host country otherwise")
    entities: list[UUID] = Field([], max_length=MOST, description="Committees, with all below them, on either side")
    products: list[Product] = Field([], max_length=MOST, description="Exchange programmes")
    fields: list[Code] = Field([], max_length=MOST, description="Field of study of an EP, of work otherwise")
    languages: list[Language] = Field([], max_length=MOST, description="In which EPs are written to")
    channels: list[Code] = Field([], max_length=MOST, description="Of the first contact")
    sources: list[Code] = Field([], max_length=MOST, description="Codes or ids of sources of the first contact")
    campaigns: list[Code] = Field([], max_length=MOST, description="Of the first contact")
    entered_from: date | None = Field(None, description="Came in on this day or later (UTC)")
    entered_to: date | None = Field(None, description="Came in on this day or before (UTC)")
    segments: list[UUID] = Field([], max_length=MOST, description="Segments that scoring keeps, as they are now")

    def as_json(self) -> dict[str, Any]:
        """JSON values of what is asked for; what isn't is left out, lists are in order."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return {name: sorted(value) if isinstance(value, list) else value for name, value in said.items()}

    @property
    def empty(self) -> bool:
        """Whether it fits everybody."""
        return not self.as_json()
