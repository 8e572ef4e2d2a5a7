"""Calendar files (RFC 5545, iTIP 5546): folded lines, escaped texts, moments in UTC so that no zone table is needed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

PRODUCT = "-//Sojourn//Touchpoints//EN"
LINE = 75  # octets of a line before it is folded, without the line end
_WILD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_URI = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}\u2028\u2029\ud800-\udfff]")


class Method(StrEnum):
    """What a calendar file asks the calendar to do."""

    request = "REQUEST"
    cancel = "CANCEL"
    publish = "PUBLISH"


class PartStat(StrEnum):
    """Whether somebody takes part (RFC 5545, 3.2.12)."""

    needs_action = "NEEDS-ACTION"
    accepted = "ACCEPTED"
    tentative = "TENTATIVE"
    declined = "DECLINED"


class Status(StrEnum):
    """STATUS of an entry."""

    tentative = "TENTATIVE"
    confirmed = "CONFIRMED"
    cancelled = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who holds it, or who is asked: a name and an e-mail address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. `starts` and `ends` are aware moments; or both are dates, and `ends` is the last day itself.

    `uid` stays for ever; `sequence` grows with each change; `stamp` is when this content came to be.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime | date
    ends: datetime | date
    title: str
    text: str = ""
    place: str = ""
    url: str = ""
    status: Status = Status.confirmed
    busy: bool = True
    organizer: Contact | None = None
    attendee: Contact | None = None
    answer: PartStat = PartStat.needs_action


def calendar_file(entries: Iterable[CalendarEntry], method: Method, name: str = "") -> str:
    """A whole calendar, lines ended by CRLF. `name` is shown by who subscribes to it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    if method is Method.publish:
        lines += [f"NAME:{text_value(name)}", f"X-WR-CALNAME:{text_value(name)}"]
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"]
    for entry in entries:
        lines += _entry(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _entry(entry: CalendarEntry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text_value(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_moment(entry.stamp)}"
    yield f"LAST-MODIFIED:{_moment(entry.stamp)}"
    if isinstance(entry.starts, datetime) and isinstance(entry.ends, datetime):
        yield f"DTSTART:{_moment(entry.starts)}"
        yield f"DTEND:{_moment(entry.ends)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.ends + timedelta(days=1):%Y%m%d}"  # the day after the last one
    yield f"SUMMARY:{text_value(entry.title)}"
    for name, value in (("DESCRIPTION", entry.text), ("LOCATION", entry.place)):
        if value:
            yield f"{name}:{text_value(value)}"
    if entry.url:
        yield f"URL:{uri_value(entry.url)}"
    yield f"STATUS:{entry.status}"
    yield f"TRANSP:{'OPAQUE' if entry.busy else 'TRANSPARENT'}"
    yield from _people(entry)
    yield "END:VEVENT"


def _people(entry: CalendarEntry) -> Iterator[str]:
    """Who holds it and who is asked. Answers come by the personal page: none is asked for by e-mail (RSVP)."""
    if entry.organizer:
        yield f"ORGANIZER;CN={_quoted(entry.organizer.name)}:mailto:{uri_value(entry.organizer.address)}"
    if entry.attendee:
        about = f"CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={entry.answer};RSVP=FALSE"
        name = _quoted(entry.attendee.name)
        yield f"ATTENDEE;{about};CN={name}:mailto:{uri_value(entry.attendee.address)}"


def text_value(text: str) -> str:
    """A TEXT value: what has a meaning is escaped, line ends become `\\n`, control characters go."""
    clean = _WILD.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    for letter in ("\\", ";", ","):
        clean = clean.replace(letter, "\\" + letter)
    return clean.replace("\n", "\\n")


def uri_value(uri: str) -> str:
    """A URI without anything that ends a line or a parameter."""
    return _NOT_IN_URI.sub("", uri)


def _quoted(text: str) -> str:
    """A parameter value in quotes (RFC 6868 has no reader everywhere: a quote becomes an apostrophe)."""
    clean = _WILD.sub("", " ".join(text.split())).replace('"', "'")
    return f'"{clean}"'


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character cut in two; each further piece begins with a blank."""
    raw = line.encode("utf-8")
    if len(raw) <= LINE:
        return line
    pieces, begin, room = [], 0, LINE
    while begin < len(raw):
        end = min(begin + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(raw[begin:end].decode("utf-8"))
        begin, room = end, LINE - 1
    return "\r\n ".join(pieces)


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
