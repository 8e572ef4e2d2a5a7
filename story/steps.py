"""The steps of the story. Each does something over HTTP and returns what it saw; what it didn't see is NotSeen."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from shared.access import Role
from story.approval import approve_hosting, approve_sending, pay
from story.tale import Committee
from story.walk import (
    Walk,
    cause_of,
    everything,
    in_short,
    mail_of,
    mails_of,
    main_reason,
    same,
    sent_touchpoint,
    thinned,
    touchpoint_of,
)
from story.world import NotSeen

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TWO_WEEKS = timedelta(days=14)
ROOMS_ON_THE_TIMELINE = {"applications", "surveys", "notifications", "scoring"}


Action = Callable[[Walk], Awaitable[str]]


@dataclass(frozen=True)
class Step:
    """A step: which room it shows, what happens, and how."""

    room: str
    title: str
    act: Action


STEPS: list[Step] = []


def step(room: str, title: str) -> Callable[[Action], Action]:
    """Put a step at the end of the story."""

    def add(act: Action) -> Action:
        STEPS.append(Step(room, title, act))
        return act

    return add


# --- who is there


@step("applications", "The committees of both countries join")
async def committees(walk: Walk) -> str:
    tale, top = walk.tale.committees, walk.world.account(Role.global_manager, "global-team")
    walk.people["global"] = top
    known = {(e["name"], e["kind"], e["parent_id"]): e["id"] for e in await everything(top, "/v1/entities")}

    async def join(committee: Committee, kind: str, parent: str | None) -> str:
        if found := known.get((committee.name, kind, parent)):
            return found
        body = committee.model_dump() | {"kind": kind, "parent_id": parent}
        return str((await top.post("applications", "/v1/entities", body))["id"])

    world = await join(tale.world, "world", None)
    for name, side in (("sending", tale.sending), ("hosting", tale.hosting)):
        local = await join(side.local, "local", await join(side.national, "national", world))
        walk.entities[name] = UUID(local)
    walk.people["se"] = walk.world.account(Role.sending_manager, "ep-manager", entity=walk.entities["sending"])
    walk.people["he"] = walk.world.account(Role.hosting_manager, "op-manager", entity=walk.entities["hosting"])
    return f"{tale.sending.local.name} sends, {tale.hosting.local.name} hosts"


@step("applications", "An enabler registers and posts two opportunities")
async def opportunities(walk: Walk) -> str:
    he, tale = walk.people["he"], walk.tale
    today = (await walk.world.now()).astimezone(ZoneInfo(walk.host_zone)).date()
    walk.start, walk.end = tale.internship.dates(today)
    body = tale.enabler.model_dump() | {"hosting_entity_id": str(walk.entities["hosting"])}
    enabler = await he.post("applications", "/v1/enablers", body)
    for name in ("rejected", "accepted"):
        offer = getattr(tale.opportunities, name).model_dump(exclude={"reason"})
        dates = {"start_on": walk.start.isoformat(), "end_on": walk.end.isoformat(), "enabler_id": enabler["id"]}
        made = await he.post("applications", "/v1/opportunities", tale.opportunities.both | offer | dates)
        walk.opportunities[name] = made
    return f"{tale.enabler.name}: “{tale.opportunities.accepted.title}”, {walk.start} to {walk.end}"


# --- attraction


@step("scoring", "A stranger visits the website")
async def visits(walk: Walk) -> str:
    now = await walk.world.now()
    seen = []
    for number, visit in enumerate(walk.tale.visits):
        at = now - timedelta(minutes=len(walk.tale.visits) - number)
        body: dict[str, Any] = {"id": str(uuid4()), "kind": visit.kind, "channel": visit.channel, "at": at.isoformat()}
        if visit.opportunity:
            body["opportunity_id"] = walk.opportunities[visit.opportunity]["id"]
        seen.append(body | ({"campaign": visit.campaign} if visit.campaign else {}))
    body = {"visitor_id": walk.visitor_id, "visits": seen, "consent": {"analytics": True}}
    browser = {"User-Agent": BROWSER}  # what a program sends in its own name is marked as a machine's and never counts
    done = (await walk.world.ask("POST", "scoring", "/v1/visits", json=body, headers=browser)).json()
    return f"{done['recorded']} visits, nobody knows yet whose"


@step("applications", "The visitor signs up and becomes a lead")
async def sign_up(walk: Walk) -> str:
    ep = walk.tale.ep
    account = f"ep-{uuid4().hex[:12]}"
    walk.people["ep"] = walk.world.account(Role.participant, account)
    name, _, domain = ep.email.partition("@")
    walk.email = f"{name}+{account[3:9]}@{domain}"  # an address of its own, so that the story can be walked again
    body = ep.model_dump() | {"email": walk.email, "sending_entity_id": str(walk.entities["sending"])}
    person = await walk.people["ep"].post("applications", "/v1/people", body)
    walk.person_id = person["id"]
    return f"{ep.given_name} {ep.family_name}, status {person['status']}"


@step("scoring", "The earlier visits turn out to be this EP's; the lead gets its first score")
async def identified(walk: Walk) -> str:
    ep = walk.people["ep"]
    body = {"visitor_id": walk.visitor_id, "person_id": walk.person_id}
    await walk.world.until("the identification", lambda: ep.post("scoring", "/v1/identities", body))

    async def scored() -> Any:
        found = await ep.get("scoring", f"/v1/people/{walk.person_id}/score")
        return found if found["reasons"] else None

    score = await walk.world.until("a lead score that knows of the visits", scored)
    return f"{score['score']:.0%} to be approved: {main_reason(score)} – {score['evidence']}"


# --- consideration


@step("applications", "The EP applies to both opportunities")
async def apply(walk: Walk) -> str:
    for name, opportunity in walk.opportunities.items():
        body = {"opportunity_id": opportunity["id"]}
        walk.applications[name] = await walk.people["ep"].post("applications", "/v1/applications", body)
    return "two applications, both open"


@step("applications", "The host rejects one, with a reason")
async def reject(walk: Walk) -> str:
    path = f"/v1/applications/{walk.applications['rejected']['id']}"
    body = {"reason": walk.tale.opportunities.rejected.reason}
    done = await walk.people["he"].change("applications", f"{path}/rejection", body, of=path)
    return f"status {done['status']}, reason {done['reason']}"


@step("applications", "… and accepts the other")
async def accept(walk: Walk) -> str:
    done = await walk.people["he"].change("applications", f"{walk.path}/acceptance", of=walk.path)
    return f"status {done['status']}"


@step("applications", "The EP signs the acceptance note")
async def sign(walk: Walk) -> str:
    body = {"terms": walk.applications["accepted"]["terms"]}
    done = await walk.people["ep"].change("applications", f"{walk.path}/acceptance-note", body, of=walk.path)
    return f"status {done['status'].replace('_', ' ')}"


step("applications", "Fee and contract: the EP manager records both")(pay)
step("applications", "The EP manager approves")(approve_sending)
step("applications", "The opportunity manager approves: APPROVED")(approve_hosting)


# --- value delivery


@step("applications", "The host records pick-up, room, workplace and the way back")
async def dossier(walk: Walk) -> str:
    body = walk.tale.dossier | {"pickup_on": (walk.start - timedelta(days=2)).isoformat()}
    path = f"{walk.path}/dossier"
    done = await walk.people["he"].change("applications", path, body, of=path, method="PUT")
    return f"{len(done['facts']) - len(done['missing'])} of {len(done['facts'])} facts are known"


@step("notifications", "Pick-up information and preparation booklet reach the EP's inbox")
async def pickup(walk: Walk) -> str:
    first = await mail_of(walk, "pickup-information")
    second = await mail_of(walk, "preparation-booklet")
    return f"“{first['subject']}” and “{second['subject']}”, each with its PDF"


@step("notifications", "Three days before the start: a reminder")
async def reminder(walk: Walk) -> str:
    await walk.world.move_to(walk.at(walk.start - timedelta(days=3), time(9, 0)))
    mail = await mail_of(walk, "first-day-reminder", attachments=0)
    return f"“{mail['subject']}”"


@step("applications", "The first day of work: REALIZED")
async def realize(walk: Walk) -> str:
    await walk.world.move_to(walk.at(walk.start, time(16, 0)))
    done = await walk.people["he"].change("applications", f"{walk.path}/realization", of=walk.path)
    same("status", done["status"], "realized")
    return f"{walk.start:%A %-d %B %Y}, {walk.host_zone}"


@step("notifications", "Two weeks before the end, one minute to nine: nothing yet")
async def not_yet(walk: Walk) -> str:
    due = walk.at(walk.end - TWO_WEEKS, time(9, 0))
    await walk.world.move_to(due - timedelta(minutes=1))
    await asyncio.sleep(1.5)
    touchpoint = await touchpoint_of(walk, "departure-document")
    same("due", datetime.fromisoformat(touchpoint["due_at"]), due)
    if touchpoint["state"] != "waiting" or await mails_of(walk, "departure-document"):
        raise NotSeen("the departure document left too early")
    return f"it is due on {due:%A %-d %B %Y at %H:%M} in {walk.host_zone}"


@step("notifications", "Nine o'clock: the departure document goes out")
async def departure(walk: Walk) -> str:
    await walk.world.move_to(walk.at(walk.end - TWO_WEEKS, time(9, 0)))
    mail = await mail_of(walk, "departure-document")
    pdf = await walk.world.attachment(mail)
    if not pdf.startswith(b"%PDF"):
        raise NotSeen("the departure document is no PDF")
    digest = hashlib.sha256(pdf).hexdigest()
    touchpoint = await walk.world.until(
        "the touchpoint to be sent", lambda: sent_touchpoint(walk, "departure-document")
    )
    document = await walk.people["ep"].get("notifications", f"/v1/documents/{touchpoint['document_id']}")
    same("hash of the attached PDF", digest, document["sha256"])
    same("language of the document", document["language"], walk.tale.ep.language)
    return (
        f"“{mail['subject']}” with {mail['attachments'][0]['name']} ({len(pdf) // 1024} kB, in {walk.tale.ep.language})"
    )


@step("applications", "One day after the end: COMPLETED by itself")
async def complete(walk: Walk) -> str:
    await walk.world.move_to(walk.at(walk.end, time(23, 59, 30)))
    await asyncio.sleep(1)
    same("status on the last day", (await walk.people["ep"].get("applications", walk.path))["status"], "realized")
    await walk.world.move_to(walk.at(walk.end + timedelta(days=1), time(0, 0)))

    async def completed() -> Any:
        found = await walk.people["ep"].get("applications", walk.path)
        return found if found["status"] == "completed" else None

    await walk.world.until("the completion", completed)
    return "nobody clicked"


# --- brand advocacy


@step("surveys", "The survey's personal link comes by e-mail; opening it changes nothing")
async def asked(walk: Walk) -> str:
    async def after_the_stay() -> Any:
        mails = await mails_of(walk, "survey-invitation")
        for link in map(survey_link_in, mails):
            with suppress(NotSeen):  # the time of those that asked earlier is over
                page = (await walk.world.ask("GET", "surveys", link)).text
                if 'name="nps"' in page and 'name="ces2"' in page:
                    return link, len(mails)
        return None

    # The link is followed where the room is reached from here: in a container that is another address.
    walk.link, count = await walk.world.until("the survey that asks for NPS and CES", after_the_stay)
    return f"NPS and CES are asked, without a login; survey number {count} of this stay"


def survey_link_in(mail: dict[str, Any]) -> str:
    found = re.search(r"https?://[^\s/]+(/s/[\w~.-]+)", mail["text"])
    if not found:
        raise NotSeen("there is no personal link in the e-mail")
    return found[1]


@step("surveys", "The EP answers: a detractor")
async def answer(walk: Walk) -> str:
    answers = walk.tale.answers.model_dump(exclude_none=True)
    form = {name: str(value) for name, value in answers.items()}
    await walk.world.ask("POST", "surveys", walk.link, data=form, follow_redirects=True)
    return f"NPS {answers['nps']}, CES {answers['ces2']}, and why, in the EP's own words"


@step("surveys", "A quality case opens for the host, with a clock")
async def case(walk: Walk) -> str:
    async def opened() -> Any:
        cases = (await walk.people["he"].get("surveys", "/v1/cases"))["items"]
        return next((case for case in cases if case["person_id"] == walk.person_id), None)

    found = await walk.world.until("the quality case", opened)
    return f"cause {found['cause'].replace('_', ' ')}; to be acknowledged by {in_short(found['acknowledge_by'])} UTC"


# --- the whole


@step("scoring", "The course of the lead score, with reasons")
async def course(walk: Walk) -> str:
    se = walk.people["se"]

    async def converted() -> Any:
        points = (await se.get("scoring", f"/v1/people/{walk.person_id}/score-history", limit=200))["items"]
        return points if any(point["outcome"] for point in points) else None

    points = await walk.world.until("the outcome in the score's course", converted)
    lines = [
        f"{point['score']:.0%} {cause_of(point)}: {main_reason(point)}" for point in points if not point["outcome"]
    ]
    return "\n".join(thinned(lines))


@step("journeys", "One timeline over all rooms, on the console")
async def timeline(walk: Walk) -> str:
    account = walk.people["global"]

    async def whole() -> Any:
        entries = await account.all("journeys", f"/v1/people/{walk.person_id}/timeline")
        rooms = {entry["room"] for entry in entries}
        cases = [entry for entry in entries if "quality-case" in entry["type"]]
        return entries if rooms >= ROOMS_ON_THE_TIMELINE and cases else None

    entries = await walk.world.until("a timeline with every room", whole)
    page = await _console_page(walk)
    rooms = sorted({entry["room"] for entry in entries})
    return f"{len(entries)} entries from {', '.join(rooms)}: {page}"


async def _console_page(walk: Walk) -> str:
    """The person's page of the console, as the global team sees it."""
    address = f"{walk.world.url('journeys')}/console/people/{walk.person_id}"
    cookie = {"Cookie": f"sojourn_token={walk.people['global'].token}"}
    page = (await walk.world.ask("GET", "journeys", address, headers=cookie)).text
    if walk.tale.ep.family_name not in page:
        raise NotSeen("the console's page does not show the person")
    return address
