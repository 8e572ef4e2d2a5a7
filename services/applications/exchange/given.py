"""The values of one row on their way in: taken by name, checked, and what was wrong with them."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.web.schemas import FIRST_YEAR, LAST_YEAR, Email
from shared.zones import known_zone

# Addresses that need no closer look; all others are looked at as the API looks at them.
_PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:com|org|net|edu|example)"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NO_SLUG = re.compile(r"[^a-z0-9_.:-]+")
_email = TypeAdapter(Email)


@lru_cache(maxsize=10_000)
def slug(text: str) -> str:
    """A free word as a code."""
    return _NO_SLUG.sub("_", text.lower()).strip("_.:-")[:80].strip("_.:-")


def languages_among(words: Iterable[str]) -> list[str]:
    """Those that are language codes: events carry no others."""
    return [word for word in words if len(word) <= 35 and _LANGUAGE.fullmatch(word)]


def countries_among(words: Iterable[str]) -> list[str]:
    return [word for word in words if _COUNTRY.fullmatch(word)]


class Given:
    """The values of a row. What is wrong gathers in `errors` and `warnings`, so that all reasons are told at once."""

    __slots__ = ("errors", "values", "warnings")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.errors: list[tuple[str, str]] = []
        self.warnings: list[tuple[str, str]] = []

    def wrong(self, name: str, reason: str) -> None:
        self.errors.append((name, reason))

    def strange(self, name: str, reason: str) -> None:
        self.warnings.append((name, reason))

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, *, needed: bool = True, longest: int = 500, lines: bool = False) -> str:
        """A text without blanks round it; empty when it is not there."""
        value = self.values.get(name)
        if type(value) is not str:
            if value is None:
                value = ""
            elif type(value) in (int, float, bool):
                value = str(value)
            else:
                self.wrong(name, "is no text")
                return ""
        value = value.strip()
        if not value:
            if needed:
                self.wrong(name, "is missing")
            return ""
        if len(value) > longest:
            self.wrong(name, f"is longer than {longest:,} characters")
        if not value.isprintable():
            if _CONTROLS.search(value) or (not lines and ("\n" in value or "\r" in value or "\t" in value)):
                self.wrong(name, "holds control characters or broken letters")
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return value

    def key(self, name: str, *, needed: bool = True) -> str:
        """An id of the other system, a number or a text."""
        return self.text(name, needed=needed, longest=100)

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """A calendar day; the time behind it, if there is one, is left out."""
        value = self.text(name, needed=needed, longest=40)
        if not value:
            return None
        try:
            found = date.fromisoformat(value[:10]) if value[4:8:3] == "--" and value[10:11] in ("", "T", " ") else None
        except ValueError:
            found = None
        if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.wrong(name, f"{value!r} is no date such as 2026-03-01")
            return None
        return found

    def moment(self, name: str, *, needed: bool = False) -> datetime | None:
        """A moment; one without an offset is in UTC."""
        value = self.values.get(name)
        if not value:
            if needed:
                self.wrong(name, "is missing")
            return None
        try:
            found = datetime.fromisoformat(value) if value[4:8:3] == "--" else None
        except (TypeError, ValueError):
            found = None
        if found is None or not FIRST_YEAR < found.year < LAST_YEAR:
            self.wrong(name, f"{str(value)[:40]!r} is no moment such as 2026-03-01T09:30:00Z")
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

    def number(self, name: str, least: int, most: int, *, otherwise: int | None = None) -> int:
        """A whole number within its bounds."""
        value = self.text(name, needed=otherwise is None, longest=20)
        if not value:
            return otherwise or 0
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            self.wrong(name, f"{value!r} is no whole number from {least} to {most}")
            return least
        return int(value)

    def email(self, name: str, *, needed: bool = True) -> str:
        value = self.text(name, needed=needed, longest=254)
        if not value or _PLAIN_ADDRESS.fullmatch(value):
            return value
        try:
            return _email.validate_python(value)
        except ValidationError:
            self.wrong(name, "is no e-mail address")
            return ""

    def phone(self, name: str) -> str | None:
        """A phone number in the international form; another form is left out, and told."""
        value = self.text(name, needed=False, longest=100)
        found = re.sub(r"[ ()./-]", "", value)
        if value and not _PHONE.fullmatch(found):
            self.strange(name, "is no phone number such as +40721000000: left out")
            return None
        return found or None

    def country(self, name: str) -> str | None:
        """A country, if one is given."""
        return self._matching(name, _COUNTRY, "is no ISO 3166 code of two letters")

    def language(self, name: str) -> str | None:
        """A language, if one is given."""
        return self._matching(name, _LANGUAGE, "is no language tag such as ro")

    def _matching(self, name: str, pattern: re.Pattern[str], reason: str) -> str | None:
        value = self.text(name, needed=False, longest=100)
        if value and not pattern.fullmatch(value):
            self.wrong(name, f"{value!r} {reason}")
        return value or None

    def zone(self, name: str) -> str | None:
        """A time zone, if one is given."""
        value = self.text(name, needed=False, longest=64)
        try:
            return known_zone(value) if value else None
        except ValueError as error:
            self.wrong(name, str(error))
            return None

    def codes(self, name: str) -> list[str]:
        """A list of codes: a list, or a text with commas; free words become codes."""
        value = self.values.get(name)
        if not value:
            return []
        parts = value if type(value) is list else str(value).split(",")
        found = [slug(part if type(part) is str else _word(part)) for part in parts]
        return [code for code in dict.fromkeys(found) if code]

    def listed(self, name: str) -> list[dict[str, Any]]:
        """A list of objects."""
        value = self.values.get(name)
        if value in (None, ""):
            return []
        if type(value) is not list or any(type(item) is not dict for item in value):
            self.wrong(name, "is no list of objects")
            return []
        return value

    def flag(self, name: str, otherwise: bool) -> bool:
        value = self.values.get(name)
        if value in (None, ""):
            return otherwise
        if str(value).lower() not in ("true", "false", "1", "0"):
            self.wrong(name, f"{str(value)[:20]!r} is neither true nor false")
        return str(value).lower() in ("true", "1")


def _word(part: Any) -> str:
    """The word of a list's item; the exchange system writes `{"id": 4, "name": "English"}`."""
    return str(part.get("name", "")) if type(part) is dict else str(part)
