"""Settings of the surveys room (`SOJOURN_SURVEYS_…`)."""

from functools import cache

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from services.surveys.files import scanner_of
from services.surveys.policy.cases import CaseRule
from shared.settings import RoomSettings, room_settings
from shared.working_time import Counts


class CaseTerms(BaseSettings):
    """What opens quality cases, their clocks, and what may be attached to them."""

    model_config = room_settings("surveys")
    case_rules: list[CaseRule] = Field(list(CaseRule), description="what opens a quality case by itself, as JSON")
    high_effort_ces1: int = Field(4, ge=1, le=5, description="an effort (CES 1.0) from here on opens a case")
    high_effort_ces2: int = Field(3, ge=1, le=7, description="an ease (CES 2.0) up to here opens a case")
    acknowledge_hours: int = Field(
        24, ge=1, description="both entities acknowledge a quality case within so many hours"
    )
    acknowledge_counts: Counts = Field(
        Counts.clock, description="whether these are clock hours or working hours of each entity"
    )
    acknowledge_escalates: bool = Field(True, description="a case that was not acknowledged in time goes up")
    solution_days: int = Field(7, ge=1, description="the local committees solve a case in writing within so many days")
    national_days: int = Field(7, ge=1, description="then the national entities, within so many")
    board_answer_days: int = Field(7, ge=1, description="then the control boards of both countries answer")
    board_decision_days: int = Field(7, ge=1, description="and decide, so many days after their answer")
    international_days: int = Field(14, ge=1, description="then the international board decides")
    term_counts: Counts = Field(Counts.clock, description="whether these are calendar days or working days")
    reopen_days: int = Field(30, ge=0, description="a closed case may be opened again for so many days")
    refund_papers_days: int = Field(14, ge=0, description="papers are a ground for a refund when later than this")
    attachment_bytes: int = Field(10_000_000, ge=1024, le=20_000_000, description="bytes of a file of a case")
    attachments: int = Field(20, ge=0, description="files of one case")
    attachment_pixels: int = Field(40_000_000, ge=1_000_000, description="pixels of a picture")
    scanner: str = Field("none", description="who looks into attachments: none, or clamd://host:port")

    @field_validator("scanner")
    @classmethod
    def _known(cls, address: str) -> str:
        scanner_of(address)
        return address


class Limits(CaseTerms):
    """The numbers that the room's rules run on."""

    model_config = room_settings("surveys")
    minimum_answers: int = Field(5, ge=2, description="a score from fewer answers is not shown")
    signup_url: str = Field(
        "http://127.0.0.1:8105/", description="the page to sign up at; referral links lead there with their code"
    )
    pulse_floor: int = Field(5, ge=2, description="a result of the team pulse needs so many answers, alone and beside")
    pulse_months: list[int] = Field([2, 5, 8, 11], description="months in which teams are asked, as JSON")
    pulse_day: int = Field(1, ge=1, le=28, description="the day of these months")
    pulse_open_days: int = Field(14, ge=1, le=60, description="how long a round is open")
    report_days: int = Field(31, ge=0, description="a case can be reported until so many days after the stay")
    cool_down_days: int = Field(
        60, ge=0, description="nobody is asked again within so many days, save by programmes that belong to the stay"
    )


class SurveysSettings(RoomSettings, Limits):
    """As every room, and the limits of its rules."""

    model_config = room_settings("surveys")
    port: int = 8102


@cache
def limits() -> Limits:
    """The limits of this process; handlers of heard events and timers read them here, where no command carries them."""
    return Limits()
