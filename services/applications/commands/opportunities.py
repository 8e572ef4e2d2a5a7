"""What can be told about opportunities."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.applications import Product
from shared.web.schemas import Body, CountryCode, Day, Line, LongText, ZoneName


class PostOpportunity(Body):
    """An internship on offer, with all that the standards 2, 4, 5, 6, 10 and 11 want stated."""

    enabler_id: UUID
    product: Product
    title: Line
    description: LongText
    city: Line
    country: CountryCode
    zone: ZoneName
    weekly_hours: Annotated[int, Field(ge=1, le=80)]
    pay: LongText
    accommodation: LongText
    arrival: LongText
    openings: Annotated[int, Field(ge=1, le=1000)] = 1
    start_on: Day
    end_on: Day
