"""What can be told about a feed."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.web.schemas import Body


class ReadItems(Body):
    """Which items were read: these, or all up to a position."""

    items: Annotated[list[UUID] | None, Field(max_length=200)] = None
    up_to: Annotated[int | None, Field(ge=0, le=2_147_483_647, examples=[42])] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.items is None) == (self.up_to is None):
            raise ValueError("say either which items or up to which position")
        return self


@dataclass(frozen=True, slots=True)
class MarkRead:
    what: ReadItems
