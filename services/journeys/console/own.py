"""What a participant's own page holds: asked of the rooms at once, then put in the order in which it matters."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.journeys.console import words
from services.journeys.console.heard import heard
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.texts import N_, _
from services.journeys.policy import EXITS

MOST_STEPS = 6
LIVE = ("accepted", "in_progress", "approved", "realized")
DOCUMENTS = 12
# Facts of the stay that name somebody to call: who it is, and the fact with the number.
CALLED = (
    (N_("Pick-up"), "pickup_person", "pickup_phone"),
    (N_("Buddy"), "buddy", "buddy_phone"),
    (N_("Host family"), "host_family", "host_family_phone"),
    (N_("At work"), "supervisor", "supervisor_phone"),
    (N_("In an emergency, there"), "emergency_contact", None),
    (N_("In an emergency, at home"), "sending_emergency_contact", None),
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that comes next: what, when, and where it is done; `mine` when it waits for the participant."""

    text: str
    on: date | None = None
    href: str | None = None
    mine: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: for what, who, and how."""

    what: str
    name: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """All panels of the page."""

    person: Json
    applications: Panel
    steps: list[Step]
    contacts: list[Contact]
    documents: Panel
    sessions: Panel
    surveys: Panel
    questions: Panel
    away: list[Panel] = field(default_factory=list)
    leading: Json | None = None
    unknown: bool = False  # nobody signed up with this account yet


async def gather(rooms: Rooms, person_id: str, today: date) -> Own:
    """Everything; each room may be away, and what it knows is missing then."""
    person, here, applications, inbox, touchpoints, documents, sessions, surveys, questions = await together(
        rooms.panel("journeys", rooms.get("journeys", f"/v1/people/{person_id}")),
        rooms.panel("applications", rooms.get("applications", f"/v1/people/{person_id}")),
        rooms.panel("applications", rooms.get("applications", "/v1/applications", limit=50)),
        rooms.panel("applications", rooms.get("applications", "/v1/inbox", limit=50)),
        rooms.panel("notifications", rooms.get("notifications", "/v1/touchpoints", person_id=person_id, limit=100)),
        rooms.panel("notifications", rooms.get("notifications", "/v1/documents", limit=DOCUMENTS)),
        rooms.panel("notifications", rooms.get("notifications", "/v1/sessions", limit=20)),
        rooms.panel("surveys", rooms.get("surveys", "/v1/invitations", person_id=person_id, limit=50)),
        rooms.panel("notifications", rooms.get("notifications", "/v1/questions", limit=10)),
    )
    known: Json = person.items or {}
    listed = _applications(_items(applications), known)
    leading = next((one for one in listed if one["status"] in LIVE), None)
    steps = [*_waiting(_items(inbox), listed), *_coming(_items(touchpoints), _items(sessions), leading, today)]
    open_surveys = [one for one in _items(surveys) if one["state"] in ("invited", "delivered")]
    panels = (person, applications, inbox, touchpoints, surveys)
    return Own(
        known,
        _with(applications, listed),
        steps[:MOST_STEPS],
        await _contacts(rooms, leading),
        _with(documents, _items(documents)),
        _with(sessions, [one for one in _items(sessions) if one["state"] == "open"]),
        _with(surveys, open_surveys),
        _with(questions, _items(questions)),
        list({panel.room: panel for panel in panels if panel.away}.values()),
        leading,
        here.hidden,
    )


def _items(panel: Panel) -> list[Json]:
    return list(panel.items["items"]) if isinstance(panel.items, dict) and "items" in panel.items else []


def _with(panel: Panel, items: list[Json]) -> Panel:
    return Panel(panel.room, items, panel.away, panel.hidden)


def _applications(listed: Iterable[Json], person: Json) -> list[Json]:
    """With the names that this room knows, the furthest first and those that ended last."""
    known = {line["id"]: line for line in person.get("applications", ())}
    named = [
        one | {name: known.get(one["id"], {}).get(name) for name in ("opportunity", "hosting_entity", "enabler")}
        for one in listed
    ]
    rank = {status: place for place, status in enumerate(("realized", "approved", "in_progress", "accepted", "open"))}
    return sorted(named, key=lambda one: (one["status"] in EXITS, rank.get(one["status"], 9), one["submitted_at"]))


def _waiting(inbox: Iterable[Json], listed: Iterable[Json]) -> list[Step]:
    """What waits for the participant, as the applications room sorts it: the most urgent first."""
    titles = {one["id"]: words.quoted(one["opportunity"]) for one in listed if one.get("opportunity")}
    return [_step(one, titles.get(one["application_id"], _("an opportunity"))) for one in inbox]


def _step(one: Json, title: str) -> Step:
    if one["kind"] == "sign":
        text = _("Sign the acceptance note of %(title)s, or decline", title=title)
    elif one["kind"] == "requirement":
        text = _("%(requirement)s, for %(title)s", requirement=words.plain(one["requirement"]), title=title)
    else:
        text = _("Answer for %(title)s", title=title)
    on = words.day_of(one["due_on"]) if one.get("due_on") else None
    href = f"/console/applications/{one['application_id']}"
    return Step(text, on, href, mine=True, late=bool(one.get("overdue_since")))


def _coming(touchpoints: Iterable[Json], sessions: Iterable[Json], leading: Json | None, today: date) -> list[Step]:
    """What comes by itself, the next first: messages, sessions that one goes to, the days of the stay."""
    found = [
        Step(
            _("%(touchpoint)s comes by e-mail", touchpoint=heard(one["title"])),
            words.local(one["due_at"], one["zone"]).date(),
        )
        for one in touchpoints
        if one["state"] in ("waiting", "due") and one.get("kind", "message") == "message"
    ]
    found += [
        Step(one["title"], words.local(one["starts_at"], one["zone"]).date(), "#sessions")
        for one in sessions
        if (one.get("seat") or {}).get("state") == "going"
    ]
    if leading is not None and leading["status"] in ("approved", "realized"):
        found.append(Step(_("First day of work"), words.day_of(leading["start_on"])))
        found.append(Step(_("Last day of the internship"), words.day_of(leading["end_on"])))
    return sorted((one for one in found if one.on and one.on >= today), key=lambda one: one.on or today)


async def _contacts(rooms: Rooms, leading: Json | None) -> list[Contact]:
    """Both committees, and whom the facts of the stay name."""
    if leading is None:
        return []
    home, host, dossier = await together(
        rooms.panel("applications", rooms.get("applications", f"/v1/entities/{leading['sending_entity_id']}")),
        rooms.panel("applications", rooms.get("applications", f"/v1/entities/{leading['hosting_entity_id']}")),
        rooms.panel("applications", rooms.get("applications", f"/v1/applications/{leading['id']}/dossier")),
    )
    sides = ((_("Your committee at home"), home), (_("Your committee there"), host))
    found = [
        Contact(what, panel.items["name"], panel.items.get("phone"), panel.items.get("email"))
        for what, panel in sides
        if isinstance(panel.items, dict)
    ]
    facts: Json = dossier.items.get("facts", {}) if isinstance(dossier.items, dict) else {}
    found += [
        Contact(_(what), str(facts[name]), str(facts[phone]) if phone and facts.get(phone) else None)
        for what, name, phone in CALLED
        if facts.get(name)
    ]
    return found
