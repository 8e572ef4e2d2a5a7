"""A conversation as a page shows it: what was asked of it, its days, quiet events in bundles, and where each leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.journeys.console import navigation, words
from services.journeys.console.sentences import Known, Sentence, sentence
from services.journeys.console.texts import N_
from services.journeys.console.writing import MINOR
from services.journeys.policy import Phase

Json = dict[str, Any]
MOST_ENTRIES = 100
BUNDLE = 3  # as many quiet events in a row make a bundle
CHANNELS = ("email", "phone", "in_person", "web", "sms", "chat", "app", "post", "social", "feed", "push", "whatsapp")
ROOMS = ("applications", "surveys", "notifications", "scoring")
SIDES = {
    "customer": N_("The customer"), "sending": N_("Sending side"), "hosting": N_("Hosting side"),
    "system": N_("The system itself"),
}  # fmt: skip
KINDS = {
    "contact": N_("Contacts that members wrote down"), "note": N_("Notes"), "touchpoint": N_("Touchpoints"),
    "survey": N_("Surveys"), "case": N_("Quality cases"), "application": N_("Applications"),
    "approval": N_("Approvals"), "experience": N_("The experience"), "standard": N_("Standards"),
    "question": N_("Questions"), "document": N_("Documents"), "session": N_("Seminars"), "task": N_("Tasks"),
    "lead": N_("Leads"), "opportunity": N_("Opportunities"),
}  # fmt: skip
# Where the event's own thing has a page: the name of the id among its facts, and the pages' address.
LEADS_TO = {
    "case_id": "/console/cases/", "question_id": "/console/questions/", "document_id": "/console/documents/",
    "session_id": "/console/sessions/", "task_id": "/console/tasks/", "showcase_id": "/console/testimonials/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the conversation. `chosen` is what the filters say, by the names of the address."""

    order: str = "newest"
    cursor: str | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """From an address; what can't be is left out."""
        allowed: dict[str, Iterable[str]] = {
            "room": ROOMS, "channel": CHANNELS, "kind": KINDS, "side": SIDES, "phase": list(Phase),
        }  # fmt: skip
        chosen = {name: query[name] for name, values in allowed.items() if query.get(name) in values}
        if (application := _uuid(query.get("application"))) is not None:
            chosen["application"] = application
        chosen |= {name: query[name] for name in ("from", "to") if _day(query.get(name)) is not None}
        return cls("oldest" if query.get("order") == "oldest" else "newest", query.get("cursor") or None, chosen)

    def get(self, name: str) -> str:
        return self.chosen.get(name, "")

    @property
    def live(self) -> bool:
        """The end that grows is on the page."""
        return self.order == "newest" and self.cursor is None

    def params(self, zone: str | None) -> dict[str, str | None]:
        """As the API is asked; days are those of the zone."""
        asked: dict[str, str | None] = {
            name: self.chosen[name] for name in ("room", "channel", "kind", "side", "phase") if name in self.chosen
        }
        asked["application_id"] = self.chosen.get("application")
        asked["since"] = _begin(_day(self.chosen.get("from")), zone)
        until = _day(self.chosen.get("to"))
        asked["until"] = _begin(until + timedelta(days=1), zone) if until else None
        return {name: value for name, value in asked.items() if value is not None}


def _uuid(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and 1990 <= found.year <= 2200 else None


def _begin(day: date | None, zone: str | None) -> str | None:
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC")).isoformat() if day else None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and its sentence. `counts_for` is the effective date where it isn't the day itself; `href` leads to what
    the event is about."""

    entry: Json
    said: Sentence
    counts_for: str | None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stand together: one, or (quiet events in a row) several that are opened by a press."""

    lines: list[Line]

    @property
    def bundled(self) -> bool:
        return len(self.lines) > 1


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day in the zone of whoever the conversation is with."""

    on: str
    groups: list[Group]

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]


def days_of(entries: Sequence[Json], applications: Sequence[Json], zone: str | None) -> list[Day]:
    """The entries of a page by day, each as a sentence."""
    known = Known({line["id"]: line for line in applications}, _scores_before(entries), zone)

    def line(entry: Json) -> Line:
        same = words.local(entry["at"], known.zone(entry)).date().isoformat() == entry["effective_on"]
        counts_for = None if same or _same_utc(entry) else entry["effective_on"]
        return Line(entry, sentence(entry, known), counts_for, _leads_to(entry))

    grouped = groupby(entries, key=lambda entry: words.local(entry["at"], zone).date().isoformat())
    return [Day(on, _groups([line(entry) for entry in group])) for on, group in grouped]


def _groups(lines: Sequence[Line]) -> list[Group]:
    found: list[Group] = []
    for quiet, run in groupby(lines, key=lambda line: line.said.weight == MINOR and not line.said.quote):
        together = list(run)
        if quiet and len(together) >= BUNDLE:
            found.append(Group(together))
        else:
            found += [Group([one]) for one in together]
    return found


def _leads_to(entry: Json) -> str | None:
    """The page of what the event is about, where there is one."""
    ids = {**entry["facts"], "application_id": entry["application_id"]}
    for name, address in {**LEADS_TO, "application_id": "/console/applications/"}.items():
        if (id_ := ids.get(name)) and has_pages(address):
            return f"{address}{id_}"
    return None


def has_pages(address: str) -> bool:
    """Whether there are pages of one thing each below this address."""
    return any(page.address.startswith(address + "{") for page in navigation.PAGES)


def _same_utc(entry: Json) -> bool:
    """Rows that state no day of their own give the day in UTC, which is no second date worth showing."""
    return bool(words.moment(entry["at"]).date().isoformat() == entry["effective_on"])


def _scores_before(entries: Iterable[Json]) -> dict[str, float]:
    """For each score on the page the one before it."""
    before: dict[str, float] = {}
    last: float | None = None
    scored = [entry for entry in entries if entry["type"] == "scoring.lead-scored.v1"]
    for entry in sorted(scored, key=lambda entry: (words.moment(entry["at"]), entry["id"])):
        if last is not None:
            before[entry["id"]] = last
        last = entry["facts"]["score"]
    return before
