"""Committees, and what parties and offers are called."""

from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.journeys.model.table import Table


class Label(Table, table=True):
    """What an entity, an enabler or an opportunity is called."""

    __tablename__ = "label"
    id: UUID = Field(primary_key=True)
    kind: str
    text: str = Field(sa_type=Text)


class Entity(Table, table=True):
    """A committee; where it stands in the tree is in `entity_path`."""

    __tablename__ = "entity"
    id: UUID = Field(primary_key=True)
    kind: str
    country: str | None
