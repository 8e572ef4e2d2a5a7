"""What can be told about many applications at once."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.applications import RejectionReason
from shared.web.schemas import Body

MOST = 500


class BulkMove(StrEnum):
    """What is done to each of them."""

    accept = "accept"
    reject = "reject"


class BulkMode(StrEnum):
    """`all`: all of them or none; `report`: each on its own, and the reply tells which were refused, and why."""

    all = "all"
    report = "report"


class BulkItem(Body):
    """One application, of the version that was read if that matters."""

    id: UUID
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class MoveMany(Body):
    """Accept or reject many applications, with one reason for all rejections."""

    move: BulkMove
    mode: BulkMode
    reason: RejectionReason | None = None
    items: Annotated[list[BulkItem], Field(min_length=1, max_length=MOST)]

    @model_validator(mode="after")
    def _sound(self) -> "MoveMany":
        if (self.move is BulkMove.reject) != (self.reason is not None):
            raise ValueError("a rejection has a reason, an acceptance has none")
        if len({item.id for item in self.items}) != len(self.items):
            raise ValueError("an application is named twice")
        return self
