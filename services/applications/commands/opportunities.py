"""What can be told to put an opportunity on offer."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.applications.commands.offers import Hours, Openings, ShortText, Slots
from services.applications.commands.patches import Codes
from services.applications.commands.profiles import Languages, Levels
from shared.contracts.applications import Product
from shared.web.schemas import Body, CountryCode, Day, Line, Prose, Slug, ZoneName


class PostOpportunity(Body):
    """An internship on offer, with all that the standards 2, 4, 5, 6, 10 and 11 want stated; a draft may lack of it.

    Either one slot (`start_on`, `end_on`, `openings`) or several (`slots`).
    """

    enabler_id: UUID
    status: Literal["draft", "open"] = "open"
    product: Product
    field: Slug | None = None
    title: Line
    description: Prose = ""
    city: ShortText = ""
    country: CountryCode
    zone: ZoneName
    weekly_hours: Hours
    pay: Prose = ""
    accommodation: Prose = ""
    arrival: Prose = ""
    requirements: Prose = ""
    skills: Codes = Field(default_factory=list)
    languages: Languages = Field(default_factory=list)
    levels: Levels = Field(default_factory=dict)
    study_fields: Codes = Field(default_factory=list)
    study_levels: Codes = Field(default_factory=list)
    selection_process: Codes = Field(default_factory=list)
    openings: Openings = 1
    start_on: Day | None = None
    end_on: Day | None = None
    slots: Slots | None = None
