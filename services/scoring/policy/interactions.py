"""What an interaction may say: its channel and kind, when it may have been, and whether a machine made it."""

import re
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

    page_view = "page_view"
    opportunity_view = "opportunity_view"
    form_start = "form_start"
    email_open = "email_open"
    email_click = "email_click"
    message = "message"
    call = "call"
    meeting = "meeting"
    class_visit = "class_visit"
    booth = "booth"
    flyer = "flyer"
    referral = "referral"


VISITS = frozenset({Kind.page_view, Kind.opportunity_view, Kind.form_start})
MAIL = frozenset({Kind.email_open, Kind.email_click})
CONTACTS = frozenset(Kind) - VISITS - MAIL

# What a stranger's browser can know of itself; calls and class visits are told by those who made them.
PUBLIC_KINDS = VISITS | {Kind.flyer, Kind.referral}
PUBLIC_CHANNELS = frozenset({Channel.web, Channel.app, Channel.social})

MOST_RECORDED, MOST_PUBLIC = 500, 50
CLOCK_ERROR = timedelta(minutes=2)
OLDEST_RECORDED, OLDEST_PUBLIC = timedelta(days=3 * 365), timedelta(days=7)

# Cubot is a make of phones.
_MACHINE = re.compile(
    r"(?<!cu)bot(?![a-z])|crawl|spider|slurp|scan|preview|prefetch|monitor|headless|phantom|lighthouse|facebookexternalhit"
    r"|barracuda|mimecast|proofpoint|safelinks|curl|wget|python|httpx|aiohttp|java/|okhttp|go-http|libwww|axios|node-fetch",
    re.IGNORECASE,
)


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
        if (why := _wrong(at, bounds))
    ]


def _wrong(at: datetime, bounds: Bounds) -> str | None:
    if at > bounds.latest:
        return "lies in the future"
    if at < bounds.earliest:
        return f"is too long ago; the oldest that is taken is {bounds.earliest.isoformat()}"
    return None


def made_by_machine(user_agent: str | None) -> bool:
    """Whether a user agent is a crawler, a scanner or a script. A browser always names itself."""
    return not user_agent or _MACHINE.search(user_agent) is not None
