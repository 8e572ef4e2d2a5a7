"""What an opportunity asks for and when, as its events tell it."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event
from shared.contracts.fields import Code, Language, date


class OfferedSlot(BaseModel):
    """Dates on which interns are taken: how many still are, and the last day on which one may apply."""

    model_config = ConfigDict(frozen=True)
    start_on: date
    end_on: date
    close_on: date
    openings: int


class OfferedTerms(Event):
    """What an opportunity asks for and when, in codes. None: the fact is older than the field, so nobody knows.

    `levels` are the least levels of languages, `study_fields` and `study_levels` those that are taken (empty: any).
    """

    languages: list[Language] | None = None
    levels: dict[Language, Code] | None = None
    skills: list[Code] | None = None
    study_fields: list[Code] | None = None
    study_levels: list[Code] | None = None
    slots: list[OfferedSlot] | None = None
