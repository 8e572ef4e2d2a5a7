"""The words of pages and calendars, one file a language: `en.yaml` …"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared.strict_yaml import shipped

FOLDER = Path(__file__).parent
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@cache
def languages() -> tuple[str, ...]:
    """The languages that pages are written in."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


def spoken(tag: str | None) -> str:
    """The language of ours for a tag such as `sv-FI`; English where there is none."""
    short = (tag or "").partition("-")[0].lower()
    return short if short in languages() else FALLBACK


def words_of(tag: str | None) -> Mapping[str, Any]:
    return _read(spoken(tag))


@cache
def _read(language: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = shipped(FOLDER / f"{language}.yaml")
    return read


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
