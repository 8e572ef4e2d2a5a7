"""What a person's page shows: asked of five rooms at once, then put side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from services.journeys.console import words
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.sentences import Known, Sentence, sentence
from services.journeys.policy import EXITS

MOST_ENTRIES, MOST_SCORES, MOST_ANSWERS = 100, 200, 5
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the timeline."""

    room: str | None = None
    order: str = "newest"
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and its sentence. `counts_for` is the effective date where it isn't the day itself."""

    entry: Json
    said: Sentence
    counts_for: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day in the person's zone."""

    on: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Everything:
    """All panels of the page."""

    person: Json
    timeline: Json
    days: list[Day]
    scores: Panel
    applications: Panel
    touchpoints: Panel
    surveys: Panel
    cases: Panel


async def gather(rooms: Rooms, person_id: UUID, asked: Asked) -> Everything:
    """Person and timeline must be there; each other panel may be away."""
    person, timeline = await together(
        rooms.get("journeys", f"/v1/people/{person_id}"),
        rooms.get(
            "journeys", f"/v1/people/{person_id}/timeline",
            limit=MOST_ENTRIES, room=asked.room, order=asked.order, cursor=asked.cursor,
        ),
    )  # fmt: skip
    scores, applications, touchpoints, surveys, cases = await together(
        rooms.panel("scoring", _scores(rooms, person_id)),
        rooms.panel("applications", _applications(rooms, person)),
        rooms.panel("notifications", _touchpoints(rooms, person_id)),
        rooms.panel("surveys", _surveys(rooms, person_id)),
        rooms.panel("surveys", _cases(rooms, person)),
    )
    days = _days(timeline["items"], person)
    return Everything(person, timeline, days, scores, applications, touchpoints, surveys, cases)


async def _scores(rooms: Rooms, person_id: UUID) -> list[Json]:
    found = await rooms.get("scoring", f"/v1/people/{person_id}/score-history", limit=MOST_SCORES)
    return list(found["items"])


async def _applications(rooms: Rooms, person: Json) -> list[Json]:
    """The applications room's own word on them, with the titles that this room knows; the furthest first."""
    found = await rooms.get("applications", "/v1/applications", person_id=person["id"])
    known = {line["id"]: line for line in person["applications"]}
    for one in found["items"]:
        one |= {name: known.get(one["id"], {}).get(name) for name in ("opportunity", "hosting_entity", "enabler")}
    return sorted(found["items"], key=lambda one: (one["status"] in EXITS, one["submitted_at"]))


async def _touchpoints(rooms: Rooms, person_id: UUID) -> list[Json]:
    found = await rooms.get("notifications", "/v1/touchpoints", person_id=str(person_id))
    return sorted(found["items"], key=lambda one: (one["due_at"], one["code"]))


async def _surveys(rooms: Rooms, person_id: UUID) -> list[Json]:
    """Invitations, the newest first; those that are answered with the answer."""
    found = await rooms.get("surveys", "/v1/invitations", person_id=str(person_id))
    newest = sorted(found["items"], key=lambda one: one["invited_at"], reverse=True)
    answered = [one["id"] for one in newest if one["state"] == "answered"][:MOST_ANSWERS]
    details = await together(*(rooms.get("surveys", f"/v1/invitations/{id_}") for id_ in answered))
    answers = {detail["id"]: detail["answer"] for detail in details}
    return [one | {"answer": answers.get(one["id"])} for one in newest]


async def _cases(rooms: Rooms, person: Json) -> list[Json]:
    """Cases are listed by application."""
    ids = [line["id"] for line in person["applications"]]
    found = await together(*(rooms.get("surveys", "/v1/cases", application_id=id_) for id_ in ids))
    cases = [case for page in found for case in page["items"]]
    return sorted(cases, key=lambda case: (case["state"] == "closed", case["opened_at"]))


def _days(entries: Sequence[Json], person: Json) -> list[Day]:
    zone = person["zone"]
    known = Known({line["id"]: line for line in person["applications"]}, _scores_before(entries), zone)

    def line(entry: Json) -> Line:
        same = words.local(entry["at"], known.zone(entry)).date().isoformat() == entry["effective_on"]
        return Line(entry, sentence(entry, known), None if same or _same_utc(entry) else entry["effective_on"])

    grouped = groupby(entries, key=lambda entry: words.local(entry["at"], zone).date().isoformat())
    return [Day(on, [line(entry) for entry in group]) for on, group in grouped]


def _same_utc(entry: Json) -> bool:
    """Rooms that state no day of their own give the day in UTC, which is no second date worth showing."""
    return bool(words.moment(entry["at"]).date().isoformat() == entry["effective_on"])


def _scores_before(entries: Iterable[Json]) -> dict[str, float]:
    """For each score on the page the one before it."""
    before, last = {}, None
    scored = [entry for entry in entries if entry["type"] == "scoring.lead-scored.v1"]
    for entry in sorted(scored, key=lambda entry: (words.moment(entry["at"]), entry["id"])):
        if last is not None:
            before[entry["id"]] = last
        last = entry["facts"]["score"]
    return before
