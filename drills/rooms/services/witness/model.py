"""What the witness heard."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import registry
from sqlmodel import Field

from shared.storage.rows import Stored


class Table(Stored, registry=registry()):
    """The room's own registry."""


class Heard(Table, table=True):
    """One hearing of one event. Of a key, positions grow in the order in which its events were handled."""

    __tablename__ = "heard"
    position: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    topic: str
    key: UUID
    sequence: int = Field(sa_type=BigInteger)
    event: UUID
    type: str
