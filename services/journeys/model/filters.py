"""Filters that somebody saved. Owned: no event makes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, and_, or_
from sqlmodel import Field

from services.journeys.model.table import Table
from shared.access import Caller
from shared.ids import derived_id
from shared.storage.columns import changed_moment, moment


class SavedFilter(Table, table=True):
    """A page of the console with what it is narrowed to, under a name; for oneself, or for everybody of the entity."""

    __tablename__ = "saved_filter"
    __table_args__ = (Index("saved_filter_of_page", "page", "owner"),)
    id: UUID = Field(primary_key=True)
    page: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    entity_id: UUID | None = Field(default=None, index=True)
    shared: bool = False
    made_at: datetime = moment()
    removed_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class DefaultFilter(Table, table=True):
    """The filter that somebody opens a page with. `id` is derived of who it is, in which role, for which entity."""

    __tablename__ = "default_filter"
    id: UUID = Field(primary_key=True)
    page: str = Field(sa_type=Text)
    filter_id: UUID | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


def default_of(caller: Caller, page: str) -> UUID:
    """The id of the caller's choice for a page."""
    return derived_id("default-filter", caller.subject, str(caller.role), str(caller.entity), page)


def own_filters_of(caller: Caller) -> ColumnElement[bool]:
    """Those that the caller saved in this role, for this entity."""
    row = SavedFilter
    return and_(row.owner == caller.subject, row.role == caller.role, row.entity_id.is_not_distinct_from(caller.entity))  # type: ignore[union-attr, arg-type]


def filters_of(caller: Caller) -> ColumnElement[bool]:
    """One's own, and what others of the same entity share with their role."""
    row = SavedFilter
    same = and_(row.shared, row.role == caller.role, row.entity_id.is_not_distinct_from(caller.entity))  # type: ignore[union-attr, arg-type]
    return or_(own_filters_of(caller), same)
