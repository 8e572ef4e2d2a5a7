"""Past answers as they come in: a row of texts by column, all that is wrong with it, and what would be kept of it.

Columns: `id` (the other system's), `answered_at`, `party` (ep or enabler), `person_id`, `enabler_id`, `application_id`,
`sending_entity_id`, `hosting_entity_id`, `programme`, `wave`, `questionnaire`, `questionnaire_version`, `product`,
`country`, `language`, `comment`; `<metric>:<about>` for a score, `standard:<code>`, `expectation:<item>`,
`perception:<item>`. Standards and items need a questionnaire of ours that asks for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from services.surveys.policy.measures import Kind, measures
from services.surveys.policy.metrics import SCALES
from services.surveys.policy.questionnaire_answers import tidy_text
from services.surveys.policy.questionnaire_parts import RATING
from services.surveys.questionnaires import Library
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric, Party, StandardWord
from shared.ids import derived_id

IDS = ("person_id", "enabler_id", "application_id", "sending_entity_id", "hosting_entity_id")
PLAIN = frozenset({
    "id", "answered_at", "party", *IDS, "programme", "wave", "questionnaire", "questionnaire_version", "product",
    "country", "language", "comment", "imported",
})  # fmt: skip
CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,79}")
WAVE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}")
COUNTRY, LANGUAGE = re.compile("[A-Z]{2}"), re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST = 20_000
NOBODY = UUID(int=0)
METRICS = frozenset(Metric)
Fault = tuple[str, str]


@dataclass(slots=True)
class Past:
    """An answer as it would be kept; `faults` are (column, what is wrong), and then it isn't."""

    external: str
    faults: list[Fault] = field(default_factory=list)
    id: UUID = NOBODY
    answered_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    about: dict[str, object] = field(default_factory=dict)
    scores: list[tuple[str, str, int]] = field(default_factory=list)
    given: list[tuple[str, str, int | None, str | None]] = field(default_factory=list)
    comment: str | None = None

    @property
    def once(self) -> tuple[object, object, object]:
        """What an invitation is there for once."""
        return (self.about["programme"], self.about["recipient_id"], self.about["occasion"])


class Ours:
    """What the questionnaires of ours ask for; each is looked through once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._places: dict[tuple[str, int], dict[tuple[Kind, str], tuple[str, str]]] = {}

    def places(self, questionnaire: str, version: int) -> dict[tuple[Kind, str], tuple[str, str]]:
        """What one measures → question and row; empty for one that isn't ours."""
        key = (questionnaire, version)
        if key not in self._places:
            asked = self._library.all.get(key)
            self._places[key] = (
                {(kind, one.code): (one.question, one.row) for kind in Kind for one in measures(kind, [asked])}
                if asked
                else {}
            )
        return self._places[key]


def read_past(source: str, row: Mapping[str, str | None], now: datetime, ours: Ours) -> Past:
    """A row as an answer, or all that is wrong with it."""
    cells = {name: value.strip() for name, value in row.items() if name and value and value.strip()}
    past = Past(cells.get("id", "")[:100])
    if not past.external:
        past.faults.append(("id", "is missing"))
    past.id = derived_id("past-answer", source, past.external)
    _about(past, source, cells)
    _moment(past, cells.get("answered_at"), now)
    for name, value in cells.items():
        if name not in PLAIN:
            _said(past, name, value, ours)
    if text := tidy_text(cells.get("comment", "")):
        past.comment = text
        if len(text) > LONGEST:
            past.faults.append(("comment", f"is longer than {LONGEST:,} characters"))
    if not (past.scores or past.given or past.comment or past.faults):
        past.faults.append(("", "says nothing"))
    return past


def _about(past: Past, source: str, cells: Mapping[str, str]) -> None:
    """Who was asked by what, and what the figures are cut by."""
    about, faults = past.about, past.faults
    party = cells.get("party", "ep")
    if party not in Party.__members__:
        faults.append(("party", f"{party[:40]!r} is neither ep nor enabler"))
    for name in IDS:
        about[name] = _uuid(faults, name, cells.get(name))
    person = about["person_id"] if party == "ep" else about["enabler_id"]
    about |= {"party": party, "recipient_id": person or past.id, "imported": True}
    for name, otherwise in (("programme", "past"), ("questionnaire", "past")):
        about[name] = _matching(faults, name, cells.get(name, otherwise), CODE, "is no code such as after-completion")
    version = cells.get("questionnaire_version", "1")
    if not (version.isascii() and version.isdigit() and 1 <= int(version) <= 10_000):
        faults.append(("questionnaire_version", f"{version[:40]!r} is no whole number from 1"))
        version = "1"
    about["questionnaire_version"] = int(version)
    wave = cells.get("wave")
    about["occasion"] = f"{source}:{past.external}"
    if wave:
        about["occasion"] = _matching(faults, "wave", wave, WAVE, "is no name such as 2025-q4")
    product = cells.get("product")
    if product and product not in Product.__members__:
        faults.append(("product", f"{product[:40]!r} is none of {', '.join(Product)}"))
    about["product"] = product
    country = cells.get("country")
    about["country"] = _matching(faults, "country", country, COUNTRY, "is no ISO 3166 code") if country else None
    about["language"] = _matching(faults, "language", cells.get("language", "en"), LANGUAGE, "is no language tag")


def _uuid(faults: list[Fault], name: str, value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        faults.append((name, f"{str(value)[:40]!r} is no UUID"))
        return None


def _matching(faults: list[Fault], name: str, value: str, pattern: re.Pattern[str], wrong: str) -> str:
    if not pattern.fullmatch(value):
        faults.append((name, f"{value[:40]!r} {wrong}"))
    return value


def _moment(past: Past, value: str | None, now: datetime) -> None:
    """When it was answered; a moment without an offset, or a day alone, is in UTC."""
    if value is None:
        past.faults.append(("answered_at", "is missing"))
        return
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        past.faults.append(("answered_at", f"{value[:40]!r} is no moment such as 2024-03-01T09:30:00Z"))
        return
    past.answered_at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if past.answered_at > now:
        past.faults.append(("answered_at", "lies in the future"))
    if past.answered_at.year < 2000:
        past.faults.append(("answered_at", "lies before the year 2000"))


def _said(past: Past, name: str, value: str, ours: Ours) -> None:
    kind, _, what = name.partition(":")
    if not CODE.fullmatch(what):
        past.faults.append((name, "there is no such column"))
    elif kind in METRICS:
        scale = SCALES[Metric(kind)]
        score = _number(value)
        if score not in scale:
            past.faults.append((name, f"{value[:40]!r} is no whole number from {scale.low} to {scale.high}"))
        else:
            past.scores.append((kind, what, int(value)))
    elif kind in Kind.__members__:
        _measured(past, Kind(kind), what, name, value, ours)
    else:
        past.faults.append((name, "there is no such column"))


def _measured(past: Past, kind: Kind, what: str, name: str, value: str, ours: Ours) -> None:
    place = ours.places(str(past.about["questionnaire"]), int(str(past.about["questionnaire_version"]))).get(
        (kind, what)
    )
    if place is None:
        past.faults.append((name, "the questionnaire doesn't ask for it"))
    elif kind is Kind.standard:
        if value not in StandardWord.__members__:
            past.faults.append((name, f"{value[:40]!r} is none of {', '.join(StandardWord)}"))
        past.given.append((*place, None, value))
    else:
        if _number(value) not in RATING:
            past.faults.append((name, f"{value[:40]!r} is no whole number from {RATING.low} to {RATING.high}"))
            return
        past.given.append((*place, int(value), None))


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else -1
