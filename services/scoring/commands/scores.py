"""Have people scored again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.storage.tx import Cause


@dataclass(frozen=True, slots=True)
class Rescore:
    """Score these people again: `cause` is what made it necessary, `always` keeps a point even if nothing moved.

    `because` goes with what is said of it, where the transaction has several causes.
    """

    people: tuple[UUID, ...]
    cause: str
    seen: datetime | None = None
    always: bool = False
    because: Cause | None = None
