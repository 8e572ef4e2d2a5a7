"""What somebody has answered so far without finishing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.surveys.model.table import Table
from shared.storage.columns import code, document, moment


class Draft(Table, table=True):
    """The answers of an open invitation, by question id; gone when it is finished or the person is erased.

    `at` is the page of the answer page where the person goes on.
    One whose invitation is over stays, as the partial answer that it is.
    """

    __tablename__ = "draft"
    invitation_id: UUID = Field(primary_key=True, foreign_key="invitation.id")
    answers: dict[str, Any] = document()
    at: str | None = code(default=None)
    started_at: datetime = moment()
    saved_at: datetime = moment()
