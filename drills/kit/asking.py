"""Every operation of a room asked as its document shows it, for things that exist, by those who may: most say yes.

What it asks for first makes what it asks for next: a round of new things, then of reading, changing and ending.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx

from drills.kit.site import Site
from drills.kit.things import Links, Row, Things, things_of
from shared.access import Caller
from shared.testing import callers
from shared.web.examples import example_of

ENDPOINT = "http://127.0.0.1:9/"  # of a webhook: nobody listens there
ROUNDS, FEW, MANY = 3, 2, 5  # things that are tried for an operation in the first round, and in the others
METHODS = ("get", "post", "put", "patch", "delete")
ENDS = ("erasure", "retirement", "removal", "leaving", "cancellation", "withdrawal", "end", "stop")
JSON, FORM, FILES = "application/json", "application/x-www-form-urlencoded", ("text/csv", "application/octet-stream")
REFUSED, INVALID, SERVER_ERROR = 400, 422, 500


@dataclass(frozen=True)
class Operation:
    """One line of a room's document."""

    path: str
    method: str
    told: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def names(self) -> list[str]:
        """What stands in the path."""
        return [one["name"] for one in self.told.get("parameters", []) if one["in"] == "path"]

    @property
    def turn(self) -> tuple[int, int]:
        """New things first, endings last."""
        if self.method == "post" and not self.names:
            return 0, 0
        ends = self.method == "delete" or self.path.rpartition("/")[2] in ENDS
        return 1 + ends, METHODS.index(self.method)

    def body(self) -> tuple[str, Any] | None:
        """The example of its body, and its content type."""
        content = self.told.get("requestBody", {}).get("content", {})
        return next(((kind, content[kind].get("example")) for kind in (JSON, FORM, *FILES) if kind in content), None)


def operations(document: Mapping[str, Any]) -> list[Operation]:
    return [
        Operation(path, method, told)
        for path, operations_ in document["paths"].items()
        for method, told in operations_.items()
    ]


@dataclass
class Asked:
    """What a room's operations said."""

    yes: set[str] = field(default_factory=set)
    no: dict[str, Counter[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: int = 0

    def why(self, label: str) -> str:
        """What an operation said most often instead of yes."""
        said = self.no.get(label)
        return said.most_common(1)[0][0] if said else "nothing to ask it for"


class Asking:
    """Asks one room, as the people of the story and as those whom a thing is about."""

    def __init__(self, site: Site, room: str, document: Mapping[str, Any], who: Mapping[str, Caller], own: set[str]):
        self._site, self._room, self._who, self._own = site, room, who, own
        self.operations = sorted(operations(document), key=lambda one: one.turn)
        self.links = Links(document["paths"])
        self.asked = Asked()
        self._schemas = document["components"]["schemas"]
        self._inner = {one.path.rpartition("/{")[0]: one.names[-1] for one in self.operations if one.path[-1] == "}"}
        self._learned: list[Row] = []
        self._wanted = {name for one in self.operations for name in one.names} | _references(document)
        self._tokens: dict[Caller, str] = {}

    async def run(self) -> None:
        await self.links.look_in_the_inbox(self._site)
        async with self._site.client(self._room) as client:
            for number in range(ROUNDS):
                things = await self.things()
                for one in self.operations:
                    if one.label not in self.asked.yes:
                        await self._ask(client, one, things, MANY if number else FEW)

    async def things(self) -> Things:
        return await things_of(self._site, self._room, self._wanted, self._own, self._learned)

    async def _ask(self, client: httpx.AsyncClient, one: Operation, things: Things, most: int) -> None:
        """For one thing after the other, by each who may, until it says yes."""
        for row in self._rows(one, things)[:most]:
            for role in [role for role in self._who if role in one.told["x-roles"]] or [None]:
                for body in self._bodies(one, row, things):
                    status = await self._put(client, one, row, role, body, things)
                    if status < REFUSED:
                        return
                    if status != INVALID:
                        break

    def _rows(self, one: Operation, things: Things) -> list[Row]:
        names = [name for name in one.names if name != "token"]
        rows = things.of(names) if names else [{}]
        if "token" in one.names:
            rows = [row | {"token": token} for row in rows for token in self.links.of(one.path)]
        return rows

    def _bodies(self, one: Operation, row: Row, things: Things) -> Iterator[Any]:
        """The example with things that exist, with less and less that need not be; its days as they are, to come, and
        over."""
        if (given := one.body()) is None or not isinstance(given[1], dict):
            yield given and given[1]
            return
        filled, needed = _filled(given[1], row, things), self._needed(one)
        fewer = {name: value for name, value in filled.items() if name in needed or value not in ("text", "")}
        least = {name: value for name, value in filled.items() if name in needed}
        for body in [filled] + [less for less in (fewer, least) if less != filled]:
            yield body
            if days := list(_days(body)):
                today = date.today()
                for first in (today + timedelta(days=200), today - timedelta(days=30)):
                    yield moved(body, first - min(days))

    def _needed(self, one: Operation) -> set[str]:
        schema = next(iter(one.told["requestBody"]["content"].values()))["schema"]
        schema = self._schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
        return set(schema.get("required", ()))

    async def _put(
        self, client: httpx.AsyncClient, one: Operation, row: Row, role: str | None, body: Any, things: Things
    ) -> int:
        """What it answers, written down."""
        reply = await self._send(client, one, row, role, body, self._query(one, row, things))
        self.asked.asked += 1
        if reply.status_code >= SERVER_ERROR:
            self.asked.broken.add(f"{one.label} of {self._room} as {role}")
        if reply.status_code < REFUSED:
            self.asked.yes.add(one.label)
            self._learn(one, row, reply)
        else:
            self.asked.no.setdefault(one.label, Counter())[_problem(reply)] += 1
        return reply.status_code

    async def _send(
        self, client: httpx.AsyncClient, one: Operation, row: Row, role: str | None, body: Any, query: dict[str, Any]
    ) -> httpx.Response:
        """The reply; of one that never ends its head alone."""
        headers = {"If-Match": "*", "Idempotency-Key": str(uuid4())}
        if role:
            headers["Authorization"] = f"Bearer {self._token(_caller(role, row, self._who[role]))}"
        options: dict[str, Any] = {"headers": headers, "params": query}
        if given := one.body():
            if given[0] in FILES:
                headers["Content-Type"] = given[0]
            if given[0] == FORM:
                headers["Content-Type"] = FORM
                body = body if isinstance(body, str | bytes) else urlencode(body or {}, doseq=True)
            options["json" if given[0] == JSON else "content"] = body or ""
        path = one.path.format_map({name: str(row.get(name)) for name in one.names})
        async with client.stream(one.method.upper(), path, **options) as reply:
            if reply.headers.get("content-type", "").startswith("text/event-stream"):
                return httpx.Response(reply.status_code)
            await reply.aread()
        return reply

    def _learn(self, one: Operation, row: Row, reply: httpx.Response) -> None:
        """Links, and what a list or a new thing calls by an id or a code under which it can be asked for."""
        self.links.look(reply.text)
        if (name := self._inner.get(one.path)) and "json" in reply.headers.get("content-type", ""):
            told = reply.json()
            for item in (told.get("items", [told]) if isinstance(told, dict) else told)[:FEW]:
                if found := item.get("id") or item.get(name) or item.get("code"):
                    self._learned.append(row | {name: found})

    def _query(self, one: Operation, row: Row, things: Things) -> dict[str, Any]:
        """What must be given, as the document shows it or of what is there."""
        found = {}
        for needed in one.told.get("parameters", []):
            if needed["in"] == "query" and needed.get("required"):
                name, schema = needed["name"], needed["schema"]
                known = []
                if "uuid" in json.dumps(schema):
                    known = things.values(name) or things.values(f"{name}_id") or things.values("person_id")
                found[name] = known[0] if known else example_of(schema, self._schemas)
        return found

    def _token(self, caller: Caller) -> str:
        if caller not in self._tokens:
            self._tokens[caller] = self._site.token(caller)
        return self._tokens[caller]


async def ask_all(
    site: Site, documents: Mapping[str, Mapping[str, Any]], who: Mapping[str, Caller], own: set[str]
) -> dict[str, Asking]:
    """Every room, side by side: what one is asked for the others hear of."""
    found = {room: Asking(site, room, document, who, own) for room, document in documents.items()}
    async with asyncio.TaskGroup() as group:
        for one in found.values():
            group.create_task(one.run())
    return found


def _caller(role: str, row: Row, otherwise: Caller) -> Caller:
    """Who plays this part for this thing."""
    party = {"participant": "person_id", "enabler": "enabler_id"}.get(role)
    side = {"sending_manager": "sending_entity_id", "hosting_manager": "hosting_entity_id"}.get(role)
    if party and row.get(party):
        return getattr(callers, role)(UUID(row[party]))
    if side and (entity := row.get(side) or row.get("entity_id")):
        return getattr(callers, role)(UUID(entity))
    return otherwise


def _references(document: Mapping[str, Any]) -> set[str]:
    """What bodies and queries name that must exist."""
    schemas = document.get("components", {}).get("schemas", {}).values()
    named = {name for schema in schemas for name in schema.get("properties", {})}
    named |= {one["name"] for told in operations(document) for one in told.told.get("parameters", [])}
    return {name for name in named if _is_reference(name)} | {f"{name}_id" for name in named}


def _is_reference(name: str) -> bool:
    return name.endswith("_id") or name == "terms"


def _filled(value: Any, row: Row, things: Things) -> Any:
    """The example with ids of what exists."""
    if isinstance(value, list):
        return [_filled(inner, row, things) for inner in value]
    if not isinstance(value, dict):
        return ENDPOINT if isinstance(value, str) and value.startswith("https://hooks.") else value
    found = {}
    for name, inner in value.items():
        known = row.get(name) or next(iter(things.values(name)), None) if _is_reference(name) else None
        found[name] = known or _filled(inner, row, things)
    return found | {"zone": "Europe/Stockholm"} if value.get("zone") == "text" else found


def _days(value: Any) -> Iterator[date]:
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _days(inner)
    if isinstance(value, str) and value[4:5] == "-":
        try:
            yield date.fromisoformat(value[:10])
        except ValueError:
            return


def moved(value: Any, by: timedelta) -> Any:
    """With every day moved, those with a time too."""
    if isinstance(value, dict):
        return {name: moved(inner, by) for name, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, by) for inner in value]
    days = list(_days(value)) if isinstance(value, str) else []
    return f"{days[0] + by}{value[10:]}" if days else value


def _problem(reply: httpx.Response) -> str:
    """Its status, its code, and the first place that is not right."""
    try:
        told = json.loads(reply.text)
        where = [error["pointer"] for error in told.get("errors") or ()][:1]
        return " ".join([str(reply.status_code), str(told.get("type", "")).removeprefix("/problems/"), *where])
    except (ValueError, AttributeError, TypeError):
        return str(reply.status_code)
