"""Own copies of what other rooms said: who can be asked, about which experience, and what went out."""

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
    """What must be known of somebody who is asked. `language` is None until the person's own facts were heard."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    language: str | None = None
    erased: bool = False


class Experience(Table, table=True):
    """The room's copy of an experience: whom it concerns and when it is; one of an application."""

    __tablename__ = "experience"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    zone: str
    start_on: date
    end_on: date
    realized: bool = False
    completed: bool = False


class Delivery(Table, table=True):
    """A touchpoint of an application that was sent; the evidence that an invitation went out."""

    __tablename__ = "delivery"
    application_id: UUID = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    sent_at: datetime = moment()


def experiences_of(caller: Caller) -> ColumnElement[bool]:
    """The experiences that concern the caller: one's own, those of one's company, those of either side."""
    sides = {"sending": Experience.sending_entity_id, "hosting": Experience.hosting_entity_id}
    return visible(caller, person=Experience.person_id, enabler=Experience.enabler_id, **sides)
