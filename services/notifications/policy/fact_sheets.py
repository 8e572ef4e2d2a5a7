"""Fact sheets of entities: their sections, what a section may hold, and how a local one inherits from those above."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from shared.errors import FieldError


class Section(StrEnum):
    """What people who come to a place have to know; the codes are fixed, for documents quote them."""

    airport = "airport"
    transport = "transport"
    local_numbers = "local_numbers"
    money = "money"
    customs = "customs"
    health = "health"
    housing = "housing"
    sim_and_internet = "sim_and_internet"
    departure_steps = "departure_steps"
    emergency = "emergency"
    office = "office"
    visa = "visa"
    climate = "climate"


LONGEST = 4_000
MOST_LANGUAGES = 12
FALLBACK = "en"
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WILD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
Sheet = TypeVar("Sheet")


def text_errors(texts: Mapping[str, str]) -> list[FieldError]:
    """What is wrong with the texts of a section. A text is data: whatever it contains, nobody runs it."""
    errors = []
    if len(texts) > MOST_LANGUAGES:
        errors.append(FieldError("#/texts", f"At most {MOST_LANGUAGES} languages."))
    for language, text in texts.items():
        at = f"#/texts/{language[:40].replace('~', '~0').replace('/', '~1')}"
        if len(language) > 35 or not _TAG.fullmatch(language):
            errors.append(FieldError(at, "It is no language tag, such as en or sv-FI."))
        elif len(text) > LONGEST:
            errors.append(FieldError(at, f"At most {LONGEST} characters."))
        elif _WILD.search(text):
            errors.append(FieldError(at, "Control characters are not allowed."))
    return errors


def written(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that say something, without blanks round them; a language left blank is not kept."""
    clean = {tag: text.replace("\r\n", "\n").strip() for tag, text in texts.items()}
    return {tag: text for tag, text in sorted(clean.items()) if text}


@dataclass(frozen=True, slots=True)
class Told(Generic[Sheet]):
    """A section as a reader gets it, in which language, and the sheet that it comes from."""

    section: Section
    language: str
    text: str
    sheet: Sheet


def effective(
    sheets: Sequence[tuple[Sheet, Mapping[str, Mapping[str, str]]]], languages: Iterable[str]
) -> list[Told[Sheet]]:
    """The sections of the nearest sheet that has them, nearest first, in the first language that there is."""
    wanted = [*languages, FALLBACK]
    found = []
    for section in Section:
        for sheet, sections in sheets:
            if texts := sections.get(section):
                language = next((tag for tag in wanted if tag in texts), None) or _related(wanted, texts)
                found.append(Told(section, language, texts[language], sheet))
                break
    return found


def _related(wanted: Sequence[str], texts: Mapping[str, str]) -> str:
    """A text in the same language of another region; else the first one there is."""
    short = [tag.partition("-")[0] for tag in wanted]
    return next((tag for one in short for tag in texts if tag.partition("-")[0] == one), next(iter(texts)))
