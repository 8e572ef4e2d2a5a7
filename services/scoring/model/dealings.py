"""Copies that suggestions need: contacts by class, and what applications have of what they need."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.scoring.model.table import Table
from shared.storage.columns import code, moment


class Contact(Table, table=True):
    """A message to a customer that is planned (`sent` is false: it waits for `at`) or out, with its class."""

    __tablename__ = "contact"
    __table_args__ = (Index("contact_of_party", "party_id", "at"),)
    id: UUID = Field(primary_key=True)  # the touchpoint
    party_id: UUID
    budget: str = code()
    at: datetime = moment()
    sent: bool = False


class RequirementMet(Table, table=True):
    """Something that an application needs is done, or was waived."""

    __tablename__ = "requirement_met"
    application_id: UUID = Field(primary_key=True)
    kind: str = code(primary_key=True)
    person_id: UUID = Field(index=True)
