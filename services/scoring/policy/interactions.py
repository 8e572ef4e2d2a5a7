"""What an interaction may say: its channel and kind, who may tell of it, and when it may have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import FieldError


class Channel(StrEnum):
    """Where two parties met."""

    web = "web"
    email = "email"
    phone = "phone"
    sms = "sms"
    chat = "chat"
    app = "app"
    post = "post"
    social = "social"
    co_browse = "co_browse"
    in_person = "in_person"


class Kind(StrEnum):
    """What happened there."""

    # seen by a browser or an app
    page_view = "page_view"
    opportunity_view = "opportunity_view"
    form_start = "form_start"
    form_submit = "form_submit"
    search = "search"
    download = "download"
    app_open = "app_open"
    honeypot = "honeypot"  # an address that no person is shown: whoever opens it is a machine
    # seen by a mail server
    email_open = "email_open"
    email_click = "email_click"
    # written down by those who were there
    message = "message"
    call = "call"
    meeting = "meeting"
    class_visit = "class_visit"
    booth = "booth"
    flyer = "flyer"
    event = "event"
    referral = "referral"
    attempt = "attempt"  # a call of ours that nobody answered
    # told by other rooms: what the person did
    signed_up = "signed_up"
    applied = "applied"
    note_signed = "note_signed"
    stepped_back = "stepped_back"
    question = "question"
    document_opened = "document_opened"
    document_acknowledged = "document_acknowledged"
    session = "session"
    survey_answered = "survey_answered"
    case_reported = "case_reported"
    testimonial = "testimonial"
    # told by other rooms: what we did
    touchpoint = "touchpoint"
    reply = "reply"


class Move(StrEnum):
    """Whose move it was: that of the person or visitor, or ours."""

    theirs = "theirs"
    ours = "ours"


class Direction(StrEnum):
    """Who turned to whom: a customer to us (`in`), or one of ours to a customer (`out`)."""

    inward = "in"
    outward = "out"


class Origin(StrEnum):
    """How this room came to know of an interaction."""

    visit = "visit"
    recorded = "recorded"
    imported = "imported"
    told = "told"


VISITS = frozenset({
    Kind.page_view, Kind.opportunity_view, Kind.form_start, Kind.form_submit, Kind.search, Kind.download, Kind.app_open,
})  # fmt: skip
MAIL = frozenset({Kind.email_open, Kind.email_click})
WRITTEN_DOWN = frozenset({
    Kind.message, Kind.call, Kind.meeting, Kind.class_visit, Kind.booth, Kind.flyer, Kind.event, Kind.referral,
})  # fmt: skip
IN_PERSON = frozenset({Kind.meeting, Kind.class_visit, Kind.booth, Kind.event})
CONTACTS = WRITTEN_DOWN | {Kind.question, Kind.session}
SIGNS = frozenset({Kind.document_opened, Kind.document_acknowledged, Kind.testimonial})  # of life alone
WRITTEN = WRITTEN_DOWN | {Kind.attempt}  # what others hear of: an attempt counts for nothing, but it was made
# What features count. The others are our own moves, or say what a step of the person's applications says already.
COUNTED = VISITS | MAIL | CONTACTS | SIGNS

# What a stranger's browser can know of itself; calls and class visits are told by those who made them.
PUBLIC_KINDS = VISITS | {Kind.flyer, Kind.referral, Kind.honeypot}
PUBLIC_CHANNELS = frozenset({Channel.web, Channel.app, Channel.social})
RECORDED_KINDS = VISITS | MAIL | WRITTEN_DOWN

MOST_RECORDED, MOST_PUBLIC = 500, 50
CLOCK_ERROR = timedelta(minutes=2)
OLDEST_RECORDED, OLDEST_PUBLIC = timedelta(days=3 * 365), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The moments that an interaction may carry."""

    earliest: datetime
    latest: datetime

    @classmethod
    def of(cls, now: datetime, oldest: timedelta) -> "Bounds":
        return cls(now - oldest, now + CLOCK_ERROR)


def time_errors(moments: Iterable[datetime], bounds: Bounds, field: str) -> list[FieldError]:
    """Which of these moments can't be; `field` is the name of the list that they stand in."""
    return [
        FieldError(f"#/{field}/{place}/at", f"{at.isoformat()} {why}")
        for place, at in enumerate(moments)
        if (why := wrong_time(at, bounds))
    ]


def wrong_time(at: datetime, bounds: Bounds) -> str | None:
    """Why it can't have been then; None when it can."""
    if at > bounds.latest:
        return "lies in the future"
    if at < bounds.earliest:
        return f"is too long ago; the oldest that is taken is {bounds.earliest.isoformat()}"
    return None
