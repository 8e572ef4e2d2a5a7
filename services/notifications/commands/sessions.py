"""What can be told about sessions: the bodies of requests, and what handlers get."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from services.notifications.policy import CancelReason, SessionKind
from services.notifications.policy.sessions import AbsenceReason
from shared.web.schemas import FIRST_YEAR, LAST_YEAR, Body, LanguageCode, Line, Prose, ZoneName

LONGEST = timedelta(days=14)
_LINK = StringConstraints(pattern=r"^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?([/?#][!-~]*)?$", max_length=1000)


def _wall(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("Write it without an offset: it is local time in `zone`.")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return value.replace(microsecond=0, fold=0)


def _text_only(value: Any) -> Any:
    if not isinstance(value, str) or len(value) < 16:
        raise ValueError("Write it as 2026-03-29T17:00:00.")
    return value


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


Wall = Annotated[
    datetime,
    BeforeValidator(_text_only),
    AfterValidator(_wall),
    Field(
        description="Local date and time in `zone`, without offset",
        examples=["2026-03-29T17:00:00"],
        json_schema_extra={"format": "", "pattern": r"^(19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?$"},
    ),
]
MeetingLink = Annotated[
    str, _LINK, Field(description="Where it is held online", examples=["https://meet.example.org/ops"])
]
Capacity = Annotated[int, Field(ge=1, le=5000, description="Places", examples=[20])]
Title = Annotated[Line, Field(max_length=200, examples=["Preparation seminar, Cluj"])]
Place = Annotated[Line, Field(description="Where it is held", examples=["Str. Memorandumului 28, Cluj"])]
Languages = Annotated[list[LanguageCode], Field(max_length=10), AfterValidator(_distinct)]
Hosts = Annotated[list[UUID], Field(max_length=50, description="Members who hold it"), AfterValidator(_distinct)]


class PlanSession(Body):
    """A session to be: it stays a draft until it is opened."""

    kind: SessionKind
    entity_id: UUID
    title: Title
    about: Prose = ""
    local_start: Wall
    local_end: Annotated[Wall, Field(examples=["2026-03-29T20:00:00"])]
    zone: ZoneName
    place: Place | None = None
    link: MeetingLink | None = None
    capacity: Capacity
    languages: Languages = Field(default_factory=list, examples=[["en"]])
    hosts: Hosts = Field(default_factory=list)
    covers_purpose: bool = Field(False, description="An OPS that explains the organisation's purpose as well (S&S 12)")


class PatchSession(Body):
    """What is left out stays; `null` takes a place or a link away."""

    title: Title = Field(default_factory=lambda: None)
    about: Prose = Field(default_factory=lambda: None)
    local_start: Wall = Field(default_factory=lambda: None)
    local_end: Annotated[Wall, Field(examples=["2026-03-29T20:00:00"])] = Field(default_factory=lambda: None)
    zone: ZoneName = Field(default_factory=lambda: None)
    place: Place | None = None
    link: MeetingLink | None = None
    capacity: Capacity = Field(default_factory=lambda: None)
    languages: Languages = Field(default_factory=lambda: None)
    hosts: Hosts = Field(default_factory=lambda: None)
    covers_purpose: bool = Field(default_factory=lambda: None)

    def changes(self) -> dict[str, Any]:
        """What was sent, by attribute."""
        return self.model_dump(exclude_unset=True)


class Cancellation(Body):
    """Why it does not take place; `note` is told to everybody who was asked."""

    reason: CancelReason
    note: Prose = ""


class Asking(Body):
    """Whom to ask: those whose stay fits (`fitting`), these stays, or both."""

    fitting: bool = Field(False, description="Everybody whose stay fits and who was not asked yet", examples=[True])
    application_ids: Annotated[list[UUID], Field(max_length=500), AfterValidator(_distinct)] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _somebody(self) -> "Asking":
        if not self.fitting and not self.application_ids:
            raise ValueError("Say whom to ask: `fitting`, or `application_ids`.")
        return self


class Answer(Body):
    """Whether one comes."""

    going: bool = Field(examples=[True])
    wait: bool = Field(True, description="Take a place in the queue when all are taken; else that is refused (409)")


class CheckIn(Body):
    """The code that is shown in the room."""

    code: str = Field(min_length=1, max_length=40, examples=["K7W-2PX"])


class Presence(Body):
    """Seats of people who are there."""

    seat_ids: Annotated[list[UUID], Field(min_length=1, max_length=500), AfterValidator(_distinct)]


class Absence(Body):
    """Why a presence that was recorded is taken back."""

    reason: AbsenceReason = Field(examples=["mistaken_identity"])


@dataclass(frozen=True, slots=True)
class ChangeSession:
    session_id: UUID
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenSession:
    session_id: UUID


@dataclass(frozen=True, slots=True)
class CloseSession:
    session_id: UUID


@dataclass(frozen=True, slots=True)
class CancelSession:
    session_id: UUID
    reason: CancelReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class InviteToSession:
    session_id: UUID
    fitting: bool = False
    application_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RemoveSeat:
    session_id: UUID
    seat_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerSession:
    """By the EP's account (`session_id`), or by a personal link (`token`)."""

    going: bool
    wait: bool = True
    session_id: UUID | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class CheckInAtSession:
    code: str
    session_id: UUID | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class TickPresence:
    session_id: UUID
    seat_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class UndoPresence:
    session_id: UUID
    seat_id: UUID
    reason: AbsenceReason


@dataclass(frozen=True, slots=True)
class RenewCalendarAddress:
    """A new address for the caller's calendar; the former one works no more."""
