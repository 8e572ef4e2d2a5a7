"""Promoters who are asked to tell others: what they told, which uses they agreed to, and whom they brought."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, LargeBinary, text
from sqlmodel import Field

from services.surveys.model.table import Table
from services.surveys.policy.showcasing import TestimonialState, Use
from shared.access import Caller
from shared.contracts.fields import Product
from shared.storage.columns import changed_moment, code, moment
from shared.storage.scope import visible


class Showcase(Table, table=True):
    """One experience whose EP would recommend us. `referral` is the code of their link; None when they were erased."""

    __tablename__ = "showcase"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    application_id: UUID = Field(unique=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product | None = code(Product, default=None)
    country: str | None = code(default=None)
    language: str = code()
    score: int
    referral: str | None = code(default=None, unique=True)
    token_digest: str = code()
    found_at: datetime = moment()
    asked_at: datetime | None = moment(default=None)


class Testimonial(Table, table=True):
    """What one promoter tells. Withdrawn or erased, it has no content; the row remembers that there was one."""

    __tablename__ = "testimonial"
    __table_args__ = (
        Index("testimonial_shown", "approved_at", "id", postgresql_where=text("state = 'approved'")),
        Index("testimonial_by_sending", "sending_entity_id"),
        Index("testimonial_by_hosting", "hosting_entity_id"),
    )
    id: UUID = Field(primary_key=True, foreign_key="showcase.id")
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product | None = code(Product, default=None)
    country: str | None = code(default=None)
    language: str = code()
    words: str | None = code(default=None)
    shown_name: str | None = code(default=None)
    video: str | None = code(default=None)
    picture: bytes | None = Field(default=None, sa_type=LargeBinary)
    picture_type: str | None = code(default=None)
    picture_digest: str | None = code(default=None)
    state: TestimonialState = code(TestimonialState)
    given_at: datetime = moment()
    approved_at: datetime | None = moment(default=None)
    withdrawn_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Consent(Table, table=True):
    """One use that somebody agreed to, from when to when; kept as proof (GDPR, article 7)."""

    __tablename__ = "showcase_consent"
    __table_args__ = (
        Index("consent_held", "showcase_id", "use", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
    )
    id: UUID = Field(primary_key=True)
    showcase_id: UUID = Field(foreign_key="showcase.id", index=True)
    use: Use = code(Use)
    given_at: datetime = moment()
    withdrawn_at: datetime | None = moment(default=None)


class Arrival(Table, table=True):
    """How far somebody got who signed up or applied; `showcase_id` is whose link brought them first."""

    __tablename__ = "arrival"
    person_id: UUID = Field(primary_key=True)
    showcase_id: UUID | None = Field(default=None, index=True)
    signed_up_at: datetime | None = moment(default=None)
    applied_at: datetime | None = moment(default=None)
    approved_at: datetime | None = moment(default=None)


def testimonials_of(caller: Caller) -> ColumnElement[bool]:
    sides = {"sending": Testimonial.sending_entity_id, "hosting": Testimonial.hosting_entity_id}
    return visible(caller, person=Testimonial.person_id, **sides)


def showcases_of(caller: Caller) -> ColumnElement[bool]:
    sides = {"sending": Showcase.sending_entity_id, "hosting": Showcase.hosting_entity_id}
    return visible(caller, person=Showcase.person_id, **sides)
