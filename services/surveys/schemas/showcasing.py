"""Testimonials for those who look after them, the public gallery, and what referral links brought."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.surveys.policy.showcasing import TestimonialState, Use
from shared.contracts.fields import Product
from shared.web.schemas import Out


class TestimonialOut(Out):
    """A testimonial and the uses that hold now. Withdrawn or erased, it has no content."""

    id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product | None
    country: str | None
    language: str
    words: str | None
    shown_name: str | None = Field(description="As the person wants to be named; None for without a name")
    video: str | None
    picture_type: str | None
    uses: list[Use]
    state: TestimonialState
    given_at: datetime
    approved_at: datetime | None
    withdrawn_at: datetime | None
    version: int


class ShownOut(Out):
    """A testimonial as the world may see it."""

    id: UUID
    words: str | None
    shown_name: str | None
    video: str | None
    picture: str | None = Field(description="Path of the picture, below this room's address")
    product: Product | None
    country: str | None = Field(description="Where the experience was")
    language: str
    since: date = Field(description="The day (UTC) from which it is shown")


class ReferralsOut(Out):
    """How many came by promoters' links: signed up, of these applied, of these approved."""

    promoters: int
    asked: int
    testimonials: int
    signed_up: int
    applied: int
    approved: int
