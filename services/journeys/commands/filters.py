"""What can be told about saved filters."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.journeys.policy.filters import LONGEST
from shared.web.schemas import Body

PageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9/_-]{0,79}$"),
    Field(description="The page: its address below `/console/`", examples=["people"]),
]  # fmt: skip


class SaveFilter(Body):
    """A filter under a name. Of the query, what was searched for and the place in the list are not kept."""

    page: PageCode
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(examples=["Customers with a case"])
    query: str = Field("", max_length=LONGEST, description="The query of its address", examples=["profile=customer"])
    shared: bool = Field(False, description="Whether everybody of the entity sees it who has the same role")


class ChooseDefault(Body):
    """Whether the page is to be opened with the filter, for the caller alone."""

    default: bool = True


@dataclass(frozen=True, slots=True)
class SetDefault:
    filter_id: UUID
    default: bool


@dataclass(frozen=True, slots=True)
class RemoveFilter:
    filter_id: UUID


@dataclass(frozen=True, slots=True)
class RestoreFilter:
    filter_id: UUID
