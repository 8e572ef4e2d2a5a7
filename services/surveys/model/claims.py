"""What the entities claim to have delivered, as the notifications room has evidence for it."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.surveys.model.table import Table
from shared.storage.columns import code


class Claim(Table, table=True):
    """There is evidence that a standard of a stay was delivered; since when, and whether that was late."""

    __tablename__ = "claim"
    application_id: UUID = Field(primary_key=True)
    standard: str = code(primary_key=True)
    done_on: date
    late: bool
