"""What can be told about human tasks."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared.web.schemas import Body

MEMBER = "018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11"
Note = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Taking(Body):
    """Whose it is to do: a member of the committee, or (none) whoever says so."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{}, {"member_id": "018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11"}]}
    )
    member_id: Annotated[UUID | None, Field(description="An active member of the task's committee")] = None


class Ticking(Body):
    """A word of evidence; it is kept as personal text and forgotten with the person whom the task concerns."""

    note: Annotated[Note, Field(examples=["Called on Monday; she flies on 27 February."])]


@dataclass(frozen=True, slots=True)
class TakeTask:
    task_id: UUID
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TickTask:
    task_id: UUID
    note: str


@dataclass(frozen=True, slots=True)
class UndoTask:
    task_id: UUID
