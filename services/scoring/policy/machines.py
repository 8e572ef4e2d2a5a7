"""Which visits a machine made: by what its client says of itself, by where it goes, and by how fast it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.interactions import Kind


class Mark(StrEnum):
    """Why an interaction counts no more. All but the last say that a machine made it."""

    user_agent = "user_agent"
    prefetch = "prefetch"
    honeypot = "honeypot"
    too_fast = "too_fast"
    undone = "undone"  # it had not happened: whoever told of it took it back


# Cubot is a make of phones.
_MACHINE = re.compile(
    r"(?<!cu)bot(?![a-z])|crawl|spider|slurp|scan|preview|prefetch|monitor|headless|phantom|lighthouse|facebookexternalhit"
    r"|barracuda|mimecast|proofpoint|safelinks|curl|wget|python|httpx|aiohttp|java/|okhttp|go-http|libwww|axios|node-fetch",
    re.IGNORECASE,
)
# Sec-Purpose is the Fetch standard's; Purpose was Chromium's and Safari's, X-Moz Firefox's, X-Purpose Safari's before.
AHEAD_OF_TIME = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_AHEAD = re.compile("prefetch|prerender|preview", re.IGNORECASE)

FAST_MANY, FAST_WITHIN = (
    15,
    timedelta(seconds=2),
)  # more visits of one visitor than any hand makes
AROUND_HONEYPOT = timedelta(minutes=30)  # what else this visitor did about then was the same machine's


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit of one visitor, as far as it tells a machine from a person."""

    id: UUID
    kind: Kind
    at: datetime


def made_by_machine(user_agent: str | None) -> bool:
    """Whether a user agent is a crawler, a scanner or a script. A browser always names itself."""
    return not user_agent or _MACHINE.search(user_agent) is not None


def mark_of(headers: Mapping[str, str]) -> Mark | None:
    """What the headers of a request (names in lower case) say about who sends it: a page fetched ahead of time, or
    prerendered, was looked at by nobody yet."""
    if any(_AHEAD.search(headers.get(name, "")) for name in AHEAD_OF_TIME):
        return Mark.prefetch
    return Mark.user_agent if made_by_machine(headers.get("user-agent")) else None


def mark_told(user_agent: str | None) -> Mark | None:
    """The mark of an interaction that another program tells of, with the user agent that it saw, if it saw one."""
    return Mark.user_agent if user_agent is not None and made_by_machine(user_agent) else None


def marks(visits: Iterable[Seen]) -> dict[UUID, Mark]:
    """Which of one visitor's visits a machine made, in whatever order they are given; more visits never unmark one."""
    ordered = sorted({visit.id: visit for visit in visits}.values(), key=lambda visit: (visit.at, visit.id))
    found = dict.fromkeys(_too_fast(ordered), Mark.too_fast)
    traps = [visit.at for visit in ordered if visit.kind is Kind.honeypot]
    for visit in ordered:
        if any(abs(visit.at - trap) <= AROUND_HONEYPOT for trap in traps):
            found[visit.id] = Mark.honeypot
    return found


def _too_fast(ordered: list[Seen]) -> list[UUID]:
    """Those that lie with too many others in one window."""
    found, first, marked = [], 0, 0  # `marked`: all before this place are judged
    for last, visit in enumerate(ordered):
        while visit.at - ordered[first].at > FAST_WITHIN:
            first += 1
        if last - first >= FAST_MANY:
            found += [one.id for one in ordered[max(first, marked) : last + 1]]
            marked = last + 1
    return found
