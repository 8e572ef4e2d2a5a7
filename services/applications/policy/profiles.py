"""An EP's profile: what makes it complete, and what contradicts itself in it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.errors import FieldError


class Level(StrEnum):
    """How well somebody speaks a language: the six levels of the European framework, and the mother tongue."""

    a1 = "a1"
    a2 = "a2"
    b1 = "b1"
    b2 = "b2"
    c1 = "c1"
    c2 = "c2"
    native = "native"


NEEDED = ("phone", "study_field", "study_level", "university", "languages", "skills", "about")
NEEDED += ("available_from", "available_to", "wanted_products", "wanted_fields", "wanted_countries")
BLANK: dict[str, Any] = {
    "study_field": None,
    "study_level": None,
    "university": None,
    "languages": [],
    "levels": {},
    "skills": [],
    "about": "",
    "available_from": None,
    "available_to": None,
    "wanted_products": [],
    "wanted_fields": [],
    "wanted_countries": [],
    "looking": False,
}
# What others may hear of a profile, in codes; the rest of it is the EP's own words.
TOLD = ("country", "zone", "study_field", "study_level", "languages", "levels", "skills")
TOLD += ("available_from", "available_to")
TOLD += ("wanted_products", "wanted_fields", "wanted_countries", "looking")


def missing_of(profile: Mapping[str, Any]) -> list[str]:
    """What a profile still lacks before others can judge it; a language without its level counts as lacking."""
    lacks = [name for name in NEEDED if profile[name] in (None, "", [])]
    unknown = set(profile["languages"]) - set(profile["levels"])
    return [*lacks, "levels"] if unknown else lacks


def completeness(profile: Mapping[str, Any]) -> float:
    """The share of what is needed that is there, 0 to 1."""
    return round(1 - len(missing_of(profile)) / (len(NEEDED) + 1), 2)


def level_errors(stated: Mapping[str, Any]) -> list[FieldError]:
    """A level of a language that is not among the languages."""
    return [
        FieldError(f"#/levels/{language}", "is not among the languages")
        for language in stated["levels"]
        if language not in stated["languages"]
    ]


def profile_errors(profile: Mapping[str, Any]) -> list[FieldError]:
    """What contradicts itself: a stay that ends before it begins, a level of a language that isn't spoken."""
    errors = level_errors(profile)
    first, last = profile["available_from"], profile["available_to"]
    if first and last and last < first:
        errors.append(FieldError("#/available_to", "is before available_from"))
    return errors
