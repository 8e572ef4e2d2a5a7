"""What is answered about saved filters."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class FilterOut(Out):
    """A saved filter."""

    id: UUID
    page: str = Field(description="The page: its address below `/console/`", examples=["people"])
    name: str = Field(examples=["Customers with a case"])
    query: str = Field(description="The query of its address", examples=["profile=customer"])
    shared: bool = Field(description="Whether others of the entity see it")
    own: bool = Field(description="Whether the caller saved it: only then it can be removed")
    default: bool = Field(False, description="Whether the caller opens the page with it")
    made_at: datetime
    version: int
