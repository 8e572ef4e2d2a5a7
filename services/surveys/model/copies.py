"""Own copies of what other rooms said: who can be asked, and about which experience."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Field

from services.surveys.model.table import Table
from shared.access import Caller
from shared.contracts.fields import Product
from shared.storage.columns import code, moment
from shared.storage.scope import visible


class Person(Table, table=True):
    """What must be known of somebody who is asked. `language` is None until the person's own facts were heard.

    `details_at` is when name and contact were told last: an address that bounced before may be another one since.
    """

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    language: str | None = None
    erased: bool = False
    zone: str | None = code(default=None)
    sending_entity_id: UUID | None = Field(default=None, index=True)
    details_at: datetime | None = moment(default=None)


class Enabler(Table, table=True):
    """The same of a company, NGO or school: whoever is its contact is asked in `language`."""

    __tablename__ = "enabler"
    id: UUID = Field(primary_key=True)
    language: str | None = code(default=None)
    erased: bool = False
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    details_at: datetime | None = moment(default=None)


class Experience(Table, table=True):
    """The room's copy of an experience: whom it concerns and when it is; one of an application."""

    __tablename__ = "experience"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID
    enabler_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    zone: str
    start_on: date
    end_on: date
    realized: bool = False
    completed: bool = False


def experiences_of(caller: Caller) -> ColumnElement[bool]:
    """The experiences that concern the caller: one's own, those of one's company, those of either side."""
    sides = {"sending": Experience.sending_entity_id, "hosting": Experience.hosting_entity_id}
    return visible(caller, person=Experience.person_id, enabler=Experience.enabler_id, **sides)
