"""The words of choices and digests in every language, and the personal links that lead to the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from shared.links import links
from shared.settings import kernel
from shared.strict_yaml import shipped

FALLBACK = "en"
UNSUBSCRIBE, PREFERENCES = "unsubscribe", "preferences"
MONTHS_OF_A_LINK = 13


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = shipped(Path(__file__).with_name("words.yaml"))
    if bad := [language for language, words in found.items() if words.keys() != found[FALLBACK].keys()]:
        raise ValueError(f"choices/words.yaml says other things in {', '.join(bad)} than in {FALLBACK}")
    return found


def words(language: str | None) -> Mapping[str, str]:
    """The words of a language (`ar-EG` is ar), English where there are none."""
    return all_words()[spoken(language)]


def spoken(language: str | None) -> str:
    base = (language or "").split("-")[0].lower()
    return base if base in all_words() else FALLBACK


@dataclass(frozen=True, slots=True)
class Ways:
    """The links under a message: the page of choices, and the one that stops this class (None: it is owed)."""

    choose: str
    stop: str | None


def ways(recipient_id: UUID, delivery_id: UUID, machine_now: datetime, *, stoppable: bool) -> Ways:
    """The personal links of one message. They work for a year and a month, and are the same on a later try."""
    until = link_until(machine_now)
    base = kernel().notifications_url.rstrip("/")
    choose = f"{base}/preferences/{links().sign(PREFERENCES, recipient_id, until)}"
    stop = f"{base}/unsubscribe/{links().sign(UNSUBSCRIBE, delivery_id, until)}" if stoppable else None
    return Ways(choose, stop)


def link_until(machine_now: datetime) -> datetime:
    """The first of the month in which a link made now ends: the same for all that is made within a month."""
    months = machine_now.year * 12 + machine_now.month - 1 + MONTHS_OF_A_LINK
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
