"""Words, dates and numbers of the console in the reader's language: codes in plain words, moments in a named zone."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from services.journeys.console.codes import CODES
from services.journeys.console.texts import N_, _, locale, ngettext, speaking
from services.journeys.policy.blueprints import in_language

ROOMS = {
    "applications": N_("Applications"), "surveys": N_("Surveys"), "notifications": N_("Notifications"),
    "scoring": N_("Scoring"), "journeys": N_("Journeys"),
}  # fmt: skip
TOP = {"nps": 10, "ces1": 5, "ces2": 7, "csat": 5}
ENGLISH = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def plain(code: Any) -> str:
    """A code as words: `departure-document` → “Departure document”."""
    found = inside(code)
    return found[:1].upper() + found[1:]


def inside(code: Any) -> str:
    """The same within a sentence. A code that nobody translated is said in English."""
    text = str(code)
    return _((CODES.get(text) or text.replace("_", " ").replace("-", " ")).replace("%", "%%"))


def language(code: str | None) -> str:
    """The name of a language, in the reader's."""
    base = (code or "").partition("-")[0]
    name = locale().languages.get(base, code or "")
    return name[:1].upper() + name[1:] if speaking.get() == "en" else name


def country(code: str | None) -> str:
    """The name of a country, in the reader's language."""
    return locale().territories.get((code or "").upper(), code or "")


def among(told: Mapping[str, str], code: str) -> str:
    """What a table of messages says of a code; the code's own words for one that isn't in it."""
    return _(told[code]) if code in told else inside(code)


def listed(parts: Iterable[str]) -> str:
    """A list as the language strings it together: `a, b`."""
    return ("، " if speaking.get() == "ar" else ", ").join(parts)


def quoted(text: str) -> str:
    """A name in the language's quotation marks."""
    opening, closing = {"ro": "„”", "ar": "«»"}.get(speaking.get(), "“”")
    return f"{opening}{text}{closing}"


SIDES = {
    "sending": N_("the sending side"), "hosting": N_("the hosting side"), "customer": N_("the customer"),
    "ep": N_("the EP"), "enabler": N_("the company"),
}  # fmt: skip


def side(code: str) -> str:
    """Whose side: `the sending side`."""
    return among(SIDES, code)


# --- moments and days


def moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def day_of(value: date | str) -> date:
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def local(value: datetime | str, zone: str | None) -> datetime:
    """A moment as the clocks of a zone show it."""
    return moment(value).astimezone(ZoneInfo(zone or "UTC"))


def day(value: date | str) -> str:
    """10 May 2026."""
    return format_date(day_of(value), "d MMMM y", locale=locale())


def short_day(value: date | str) -> str:
    """10 May."""
    return format_date(day_of(value), "d MMM", locale=locale())


def weekday(value: date | str) -> str:
    """Sunday 10 May 2026."""
    return f"{format_date(day_of(value), 'EEEE', locale=locale())} {day(value)}"


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
    comma = "،" if speaking.get() == "ar" else ","
    return f"{day(local(value, zone).date())}{comma} {clock(value, zone)} {zone_of(value, zone)}"


def stay(start_on: date | str, end_on: date | str) -> str:
    """2 March – 24 May 2026."""
    first, last = day_of(start_on), day_of(end_on)
    begin = format_date(first, "d MMMM", locale=locale()) if first.year == last.year else day(first)
    return f"{begin} – {day(last)}"


def span(days: int) -> str:
    """A distance in words: `two weeks`, `10 days`, `one day`."""
    if days and days % 7 == 0 and days // 7 < len(ENGLISH):
        return ngettext("%(count)s week", "%(count)s weeks", days // 7, count=_count(days // 7))
    return ngettext("%(count)s day", "%(count)s days", days, count=_count(days))


def _count(count: int) -> str:
    """Small numbers as words where the language is English."""
    return ENGLISH[count] if speaking.get() == "en" and count < len(ENGLISH) else number(count)


def against(on: date, start_on: date, end_on: date) -> str:
    """Where a day lies in a stay: `two weeks before the end`."""
    if on < start_on:
        return _("%(span)s before the start", span=span((start_on - on).days))
    if on > end_on:
        return _("%(span)s after the end", span=span((on - end_on).days))
    if on == end_on:
        return _("on the last day")
    if on == start_on:
        return _("on the first day")
    past, left = (on - start_on).days, (end_on - on).days
    if left <= past:
        return _("%(span)s before the end", span=span(left))
    return _("%(span)s after the start", span=span(past))


def until(value: datetime | str, now: datetime) -> str:
    """How far off a moment is: `in 3 days`, `2 hours ago`."""
    distance = moment(value) - now
    if abs(distance.total_seconds()) < 90:
        return _("now")
    size = abs(distance.total_seconds())
    unit = "day" if size >= 86_400 else "hour" if size >= 3600 else "minute"
    length = {"day": 86_400, "hour": 3600, "minute": 60}[unit]
    rounded = timedelta(seconds=round(distance.total_seconds() / length) * length)
    return format_timedelta(rounded, granularity=unit, threshold=10_000, add_direction=True, locale=locale())  # type: ignore[arg-type]


# --- numbers


def number(value: float | None, digits: int = 0) -> str:
    """1,234 or 0.25, as the language writes it; no number is a dash."""
    if value is None:
        return "–"
    rounded = round(value, digits) + 0  # no minus before a zero
    return _below(format_decimal(rounded, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale()))


def compact(value: float | None) -> str:
    """12K."""
    return "–" if value is None else format_compact_decimal(value, locale=locale(), fraction_digits=1)


def percent(share: float | None, digits: int = 0) -> str:
    """12%, as the language writes it."""
    if share is None:
        return "–"
    pattern = locale().percent_formats[None].pattern
    pattern = pattern.replace("0", f"0.{'0' * digits}") if digits else pattern
    return _below(format_percent(share, pattern, locale=locale()))


def _below(figure: str) -> str:
    """A figure below zero keeps its minus on the left where the text runs from right to left."""
    return f"\u200e{figure}" if figure.startswith("-") and locale().text_direction == "rtl" else figure


def between(low: float | None, high: float | None) -> str:
    """An interval of shares: 8–17%."""
    return "" if low is None or high is None else f"{percent(low)}–{percent(high)}"


def signed(value: float, digits: int = 2) -> str:
    """+0.40 or −1.15, with a real minus."""
    return f"{'+' if value >= 0 else '−'}{number(abs(value), digits)}"


# --- people and reasons


def told(text: Any) -> str:
    """A text that a document has in several languages: the reader's, else English, else what there is."""
    return in_language(text, speaking.get())


def cause_words(cause: str) -> str:
    """The event that moved a score: `applications.application-submitted.v1` → “Application submitted”."""
    return plain(cause.split(".")[1] if cause.count(".") > 1 else cause)


def full_name(person: dict[str, Any]) -> str:
    """The name, or that there is none."""
    return " ".join(filter(None, (person.get("given_name"), person.get("family_name")))) or _("Name unknown")


def initials(person: dict[str, Any]) -> str:
    return "".join((person.get(part) or "")[:1] for part in ("given_name", "family_name")).upper() or "?"


def room_name(room: str) -> str:
    return _(ROOMS[room]) if room in ROOMS else room


FILTERS: dict[str, Callable[..., Any]] = {
    "plain": plain, "inside": inside, "language": language, "country": country, "day": day, "short_day": short_day,
    "weekday": weekday, "clock": clock, "zone_of": zone_of, "at": at, "stay": stay, "until": until,
    "percent": percent, "between": between, "number": number, "compact": compact, "signed": signed,
    "full_name": full_name, "cause_words": cause_words, "initials": initials,
    "room_name": room_name, "said": lambda message: _(message),
}  # fmt: skip
