"""Fuzz: schemathesis puts to every operation what its document allows and forbids, as every role that matters."""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from drills.kit.asking import Asked, Operation, ask_all, operations
from drills.kit.life import live
from drills.kit.load import Load
from drills.kit.site import Site
from drills.kit.things import Links, Things
from shared.access import Caller
from shared.testing import callers
from shared.testing.trials import Figures, Trial
from story.walk import Walk

COMMANDS, FEW_COMMANDS = 150, 40
CASES, FEW_CASES = 6, 1  # per operation, phase and role
AT_ONCE, SEED = 2, 4
SETTINGS = {"SOJOURN_APPLICATIONS_WEBHOOKS_LOOPBACK": "true"}
SOME = 5
MOST = 0.6  # of the operations say yes at least once
FEWER = Path(__file__).with_name("kit") / "fewer.py"
SERVER_ERROR = "ST101"  # schemathesis names its findings by code
CONFORMANCE = ("status_code", "content_type", "response_headers", "response_schema")
CHECKS = ["not_a_server_error", *(f"{name}_conformance" for name in CONFORMANCE)]
ROOMS = ("applications", "journeys", "notifications", "scoring", "surveys")
# In the short form one asks who may, most of all the first of these; in the full one everybody asks for everything.
FIRST = ("hosting_manager", "sending_manager", "global_manager", "enabler", "participant")


async def run(full: bool) -> Figures:
    async with Site(settings=SETTINGS) as site, Load(site, commands=COMMANDS if full else FEW_COMMANDS) as load:
        return await put(site, await live(site, load), full)


async def put(site: Site, walk: Walk, full: bool) -> Figures:
    """Everything to a site that has lived."""
    who, own = await _people(site, walk), _own(walk)
    documents = {room: await _document(site, room) for room in ROOMS}
    asked = await ask_all(site, documents, {role: who[role] for role in FIRST}, own)
    turn, reports = asyncio.Semaphore(AT_ONCE), list[asyncio.Task[Report]]()
    async with asyncio.TaskGroup() as group:
        for room, document in documents.items():
            widened = _widened(document, await asked[room].things(), asked[room].links)
            for name, part in (dict.fromkeys(who, widened) if full else _shared_out(widened)).items():
                one = _fuzz(site, room, part, name, site.token(who[name], 14_400), turn, full)
                reports.append(group.create_task(one))
    return _figures([report.result() for report in reports], {room: one.asked for room, one in asked.items()}, full)


def _own(walk: Walk) -> set[str]:
    """The story's own things."""
    application = walk.applications["accepted"]
    return {walk.person_id, walk.visitor_id, application["id"], application["opportunity_id"]}


async def _people(site: Site, walk: Walk) -> dict[str, Caller]:
    """One caller per role, with the story's committees, person and enabler."""
    query = "SELECT enabler_id FROM application WHERE id = $1"
    (row,) = await site.rows("applications", query, UUID(walk.applications["accepted"]["id"]))
    return {
        "global_manager": callers.global_manager(),
        "sending_manager": callers.sending_manager(walk.entities["sending"]),
        "hosting_manager": callers.hosting_manager(walk.entities["hosting"]),
        "enabler": callers.enabler(row["enabler_id"]),
        "participant": callers.participant(UUID(walk.person_id)),
    }


async def _document(site: Site, room: str) -> dict[str, Any]:
    """The room's OpenAPI document."""
    async with site.client(room) as client:
        return dict((await client.get("/openapi.json")).raise_for_status().json())


def _widened(document: dict[str, Any], things: Things, links: Links) -> dict[str, Any]:
    """The document in which what is named like something that exists may be that, too."""
    for one in operations(document):
        for parameter in one.told.get("parameters", []):
            name = parameter["name"]
            known = links.of(one.path) if name == "token" else ["*"] if name == "If-Match" else things.values(name)
            parameter["schema"] = _or_known(parameter["schema"], known)
    for schema in document["components"]["schemas"].values():
        for name, inner in schema.get("properties", {}).items():
            schema["properties"][name] = _or_known(inner, things.values(name))
    return document


def _or_known(schema: dict[str, Any], known: Sequence[Any]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(known[:SOME])}, schema]} if known else schema


def _shared_out(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By role a document with the operations that this role is to ask: each stands in one of them. A process for a
    role takes its time, so who is asked next is who may do the most of what is left."""
    left, role = operations(document), FIRST[0]
    found: dict[str, dict[str, Any]] = {}
    while left:
        paths = found.setdefault(role, document | {"paths": {}})["paths"]
        for one in left:
            if _may(role, one):
                paths.setdefault(one.path, {})[one.method] = one.told
        left = [one for one in left if not _may(role, one)]
        role = max(FIRST, key=lambda role: sum(_may(role, one) for one in left))
    return found


def _may(role: str, one: Operation) -> bool:
    """Whether this role asks for it; what none of them may is the first one's to be refused."""
    able = [role for role in FIRST if role in one.told["x-roles"]] or FIRST[:1]
    return role in able


@dataclass(frozen=True)
class Report:
    """What schemathesis told of one room and one role."""

    room: str
    role: str
    told: dict[str, Any]

    def failures(self) -> list[str]:
        """`what: operation` of each thing that it found."""
        found = ((one["code"], operation) for one in self.told["failures"] for operation in one["operations"])
        return [f"{what}: {operation} of {self.room} as {self.role}" for what, operation in found]

    def accepted(self) -> dict[str, int]:
        """How many cases of each operation were answered with a success."""
        rates = self.told["valid_rates"].items()
        return {f"{self.room} {name}": sum(phase["accepted"] for phase in phases.values()) for name, phases in rates}


async def _fuzz(
    site: Site, room: str, document: dict[str, Any], role: str, token: str, turn: asyncio.Semaphore, full: bool
) -> Report:
    """All phases over one room as one role, in a process of its own."""
    name = f"fuzz-{room}-{role}"
    file, report, log = (site.folder / f"{name}.{kind}" for kind in ("openapi", "json", "log"))
    file.write_text(json.dumps(document))
    options = ["--url", site.system.addresses[room], "--header", f"Authorization: Bearer {token}"]
    options += ["--checks", ",".join(CHECKS), "--max-examples", str(CASES if full else FEW_CASES), "--workers", "1"]
    options += ["--continue-on-failure", "--no-shrink", "--no-color", "--warnings", "off", "--seed", str(SEED)]
    # How hard a schema makes it to think of cases is no fault of the room's.
    options += ["--suppress-health-check", "all"]
    options += ["--generation-database", "none", "--report", "json", "--report-json-path", str(report)]
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(file), *options]
    env = os.environ if full else os.environ | {"SCHEMATHESIS_HOOKS": str(FEWER)}
    async with turn:
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command, stdout=output, stderr=output, cwd=site.folder, env=env
            )
            await process.wait()
    if not report.exists():
        raise RuntimeError(f"{name}: {log.read_text()[-2000:]}")
    return Report(room, role, json.loads(report.read_text()))


def _figures(reports: list[Report], asked: Mapping[str, Asked], full: bool) -> Figures:
    failures = [failure for report in reports for failure in report.failures()]
    failures += [f"{SERVER_ERROR}: {broken}" for one in asked.values() for broken in one.broken]
    accepted = Counter(f"{room} {label}" for room, one in asked.items() for label in one.yes)
    for report in reports:
        accepted.update(report.accepted())
    tested: dict[str, int] = {}
    for report in reports:  # in the full form each role tests all of a room, in the short one its share
        told = report.told["operations"]["tested"]
        tested[report.room] = max(tested.get(report.room, 0), told) if full else tested.get(report.room, 0) + told
    skipped = sum(report.told["operations"]["total"] - report.told["operations"]["tested"] for report in reports)
    return {
        "rooms": len(tested),
        "operations": sum(tested.values()),
        "roles": len({report.role for report in reports}),
        "asked": sum(one.asked for one in asked.values()),
        "cases": sum(report.told["test_cases"]["generated"] for report in reports),
        "accepted": sum(accepted.values()),
        "operations_accepted": sum(count > 0 for count in accepted.values()),
        "server_errors": sum(failure.startswith(SERVER_ERROR) for failure in failures),
        "undocumented": sum(not failure.startswith(SERVER_ERROR) for failure in failures),
        "skipped": skipped,
        "broken_off": sum(len(report.told["errors"]) or not report.told["complete"] for report in reports),
        "found": sorted(set(failures)),
        "never_accepted": [
            f"{name}: {asked[name.partition(' ')[0]].why(name.partition(' ')[2])}"
            for name, count in sorted(accepted.items())
            if not count
        ],
    }


def falls_short(figures: Figures, _strict: bool) -> list[str]:
    """Anything found, skipped or broken off; and a form in which next to nothing was answered proves nothing."""
    short = list(figures["found"])
    short += [f"{name}: {figures[name]}" for name in ("skipped", "broken_off") if figures[name]]
    if figures["operations_accepted"] < figures["operations"] * MOST:
        short.append(f"only {figures['operations_accepted']} of {figures['operations']} operations ever said yes")
    return short


DRILL = Trial("fuzz", "what the documents allow and forbid, put to every operation as every role", run, falls_short)
