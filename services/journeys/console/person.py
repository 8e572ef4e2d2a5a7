"""What a person's page shows: asked of five rooms at once, then put side by side."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.journeys.console.coming import Coming, coming_of
from services.journeys.console.conversation import MOST_ENTRIES, Asked, Day, days_of
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.policy import EXITS

MOST_SCORES, MOST_ANSWERS = 200, 5
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Everything:
    """All panels of the page."""

    person: Json
    timeline: Json
    days: list[Day]
    scores: Panel
    applications: Panel
    coming: Coming
    surveys: Panel
    cases: Panel


async def gather(rooms: Rooms, person_id: UUID, asked: Asked) -> Everything:
    """Person and timeline must be there; each other panel may be away."""
    person = await rooms.get("journeys", f"/v1/people/{person_id}")
    timeline = await rooms.get(
        "journeys", f"/v1/people/{person_id}/timeline",
        limit=MOST_ENTRIES, order=asked.order, cursor=asked.cursor, **asked.params(person["zone"]),
    )  # fmt: skip
    scores, applications, coming, surveys, cases = await together(
        rooms.panel("scoring", _scores(rooms, person_id)),
        rooms.panel("applications", _applications(rooms, person)),
        coming_of(rooms, person_id=str(person_id)),
        rooms.panel("surveys", _surveys(rooms, person_id)),
        rooms.panel("surveys", _cases(rooms, person)),
    )
    days = days_of(timeline["items"], person["applications"], person["zone"])
    return Everything(person, timeline, days, scores, applications, coming, surveys, cases)


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
