"""What is answered about days: what is due on them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class HappeningOut(Out):
    """A touchpoint, or the task that it became. `on` is its day in the zone that was asked for."""

    id: UUID = Field(description="The touchpoint's")
    kind: str = Field(description="touchpoint or task", examples=["touchpoint"])
    code: str = Field(examples=["departure-document"])
    audience: str | None = Field(examples=["ep"])
    state: str | None = Field(description="The last that was said of it", examples=["scheduled"])
    late: bool = Field(description="Its time is past and nothing was done")
    at: datetime
    on: date
    done_at: datetime | None
    person_id: UUID | None
    person: str | None = Field(examples=["Ioana Șerban"])
    enabler_id: UUID | None
    enabler: str | None = Field(examples=["Norrsken Lab"])
    application_id: UUID | None


class CalendarDayOut(Out):
    """One day: how much is due, how much of that is late by now, and the first few of it."""

    on: date
    touchpoints: int
    late_touchpoints: int
    tasks: int
    late_tasks: int
    first: list[HappeningOut]


class CalendarOut(Out):
    """What is due in these days; a day's own list has all of it."""

    since: date
    until: date
    zone: str = Field(examples=["Europe/Bucharest"])
    days: list[CalendarDayOut]
