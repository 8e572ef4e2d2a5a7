"""Words and dates of the console: codes in plain English, moments in a named zone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "he": "Hebrew", "it": "Italian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "sv": "Swedish", "tr": "Turkish",
}  # fmt: skip
CODES = {
    "in_progress": "In progress",
    "value_delivery": "Value delivery",
    "brand_advocacy": "Brand advocacy",
    "pickup-information": "Pick-up information",
    "first-day-reminder": "First-day reminder",
    "survey-invitation": "Survey invitation",
    "arrival_pickup": "Arrival and pick-up",
    "departure_info": "Departure information",
    "late": "its time had passed",
    "too_late": "its time had passed",
    "waits_for_facts": "facts are missing",
    "approved_elsewhere": "another application was approved",
    "ep_unresponsive": "the candidate didn't answer",
    "partner_unresponsive": "the partner didn't answer",
    "organisation_unresponsive": "the organisation didn't answer",
    "high_effort": "high effort",
    "not_confirmed": "not confirmed",
    "nps": "NPS",
    "ces2": "Effort (CES)",
    "csat": "Satisfaction (CSAT)",
    "email": "e-mail",
}
ROOMS = {
    "applications": "Applications", "surveys": "Surveys", "notifications": "Notifications", "scoring": "Scoring",
    "journeys": "Journeys",
}  # fmt: skip
TOP = {"nps": 10, "ces2": 7, "csat": 5}
UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def plain(code: Any) -> str:
    """A code as words: `departure-document` → “Departure document”."""
    text = str(code)
    found = CODES.get(text) or text.replace("_", " ").replace("-", " ")
    return found[:1].upper() + found[1:]


def inside(code: Any) -> str:
    """The same within a sentence."""
    text = str(code)
    return CODES.get(text) or text.replace("_", " ").replace("-", " ")


def language(code: str | None) -> str:
    return LANGUAGES.get((code or "").partition("-")[0], code or "")


def moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def day_of(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def local(value: datetime | str, zone: str | None) -> datetime:
    """A moment as the clocks of a zone show it."""
    return moment(value).astimezone(ZoneInfo(zone or "UTC"))


def day(value: date | str) -> str:
    """10 May 2026."""
    it = day_of(value)
    return f"{it.day} {it:%B %Y}"


def weekday(value: date | str) -> str:
    """Sunday 10 May 2026."""
    return f"{day_of(value):%A} {day(value)}"


def clock(value: datetime | str, zone: str | None) -> str:
    """10:00."""
    return f"{local(value, zone):%H:%M}"


def zone_of(value: datetime | str, zone: str | None) -> str:
    """The zone at that moment, short: EEST, or UTC+3 where it has no letters."""
    it = local(value, zone)
    name = it.tzname() or "UTC"
    if name[:1].isalpha():
        return name
    minutes = int((it.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes >= 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def at(value: datetime | str, zone: str | None) -> str:
    """10 May 2026, 10:00 EEST."""
    return f"{day(local(value, zone).date())}, {clock(value, zone)} {zone_of(value, zone)}"


def stay(start_on: date | str, end_on: date | str) -> str:
    """2 March – 24 May 2026."""
    first, last = day_of(start_on), day_of(end_on)
    begin = f"{first.day} {first:%B}" if first.year == last.year else day(first)
    return f"{begin} – {day(last)}"


def span(days: int) -> str:
    """A distance in words: `two weeks`, `10 days`, `one day`."""
    if days and days % 7 == 0 and days // 7 < len(NUMBERS):
        weeks = days // 7
        return f"{NUMBERS[weeks]} week{'s' if weeks > 1 else ''}"
    count = NUMBERS[days] if days < len(NUMBERS) else str(days)
    return f"{count} day{'s' if days != 1 else ''}"


def against(on: date, start_on: date, end_on: date) -> str:
    """Where a day lies in a stay: `two weeks before the end`."""
    if on < start_on:
        return f"{span((start_on - on).days)} before the start"
    if on > end_on:
        return f"{span((on - end_on).days)} after the end"
    if on == end_on:
        return "on the last day"
    if on == start_on:
        return "on the first day"
    past, left = (on - start_on).days, (end_on - on).days
    return f"{span(left)} before the end" if left <= past else f"{span(past)} after the start"


def until(value: datetime | str, now: datetime) -> str:
    """How far off a moment is: `in 3 days`, `2 hours ago`."""
    seconds = (moment(value) - now).total_seconds()
    size = abs(seconds)
    if size < 90:
        return "now"
    unit, length = next(found for found in UNITS if size >= found[1])
    count = round(size / length)
    text = f"{count} {unit}{'s' if count > 1 else ''}"
    return f"in {text}" if seconds > 0 else f"{text} ago"


def percent(share: float | None) -> str:
    return "–" if share is None else f"{round(share * 100)} %"


def signed(value: float) -> str:
    """+0.40 or −1.15, with a real minus."""
    return f"{'+' if value >= 0 else '−'}{abs(value):.2f}"


def reason_words(text: str) -> str:
    """A reason without the number that stands beside it: “visited 5 opportunities (+0.62)” loses its bracket."""
    said, _, number = text.rpartition(" (")
    return plain(said if said and number[:1] in "+−-" else text)


def cause_words(cause: str) -> str:
    """The event that moved a score: `applications.application-submitted.v1` → “Application submitted”."""
    return plain(cause.split(".")[1] if cause.count(".") > 1 else cause)


def full_name(person: dict[str, Any]) -> str:
    """The name, or that there is none."""
    return " ".join(filter(None, (person.get("given_name"), person.get("family_name")))) or "Name unknown"


def initials(person: dict[str, Any]) -> str:
    return "".join((person.get(part) or "")[:1] for part in ("given_name", "family_name")).upper() or "?"


FILTERS: dict[str, Callable[..., Any]] = {
    "plain": plain, "inside": inside, "language": language, "day": day, "weekday": weekday, "clock": clock,
    "zone_of": zone_of, "at": at, "stay": stay, "until": until, "percent": percent, "signed": signed,
    "full_name": full_name, "reason_words": reason_words, "cause_words": cause_words, "initials": initials,
    "room_name": ROOMS.get,
}  # fmt: skip
