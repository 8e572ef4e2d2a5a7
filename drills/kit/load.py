"""The load: actors who walk EPs through the exchange over HTTP, and write down what they did and what they got."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from drills.kit.history import Command
from drills.kit.site import Site
from shared.access import Caller
from shared.contracts import applications as said
from shared.messaging.retry import Backoff
from shared.testing import callers

ROOM = "applications"
OPPORTUNITIES, OPENINGS = 20, 1000
TRY = 10.0  # seconds that one try may take
START = date.today() + timedelta(days=200)  # far off: no touchpoint of the calendar falls due during a drill
WEEKS = 12
NEEDED = {"fee_paid": {"amount": "450.00", "currency": "EUR", "reference": "drill"}, "contract_signed": {}}


class Unwanted(Exception):
    """An answer after which the EP's way can't go on."""


class Load:
    """`await prepare()` once, then `await run()`: exactly `commands` commands, at `rate` a second or as many as can be.

    A command is tried again, with the same key and correlation id, until it has a final answer or `patience` seconds
    are over; one try is given up after `give_up` seconds. `begun` holds every command from its first try on, those of
    `prepare` too, `slowest_try` the seconds of the slowest single try. `async with` closes its connections.
    """

    def __init__(
        self, site: Site, *, commands: int, rate: float | None = None, actors: int = 16, seed: int = 0,
        patience: float = 120.0, give_up: float = TRY,
    ) -> None:  # fmt: skip
        self._site, self._wanted, self._actors = site, commands, actors
        self._gap = 1 / rate if rate else 0.0
        self._patience, self._random = patience, random.Random(seed)
        self._client = httpx.AsyncClient(base_url=site.system.addresses[ROOM], timeout=give_up)
        self._next = 0.0
        self._left = 0
        self.begun: list[Command] = []
        self.finished = 0
        self.slowest_try = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    # --- setting the scene

    async def prepare(self) -> None:
        """Committees, an enabler, and opportunities with more openings than anybody takes."""
        self._left = OPPORTUNITIES + 6
        top = _Account(self._site, callers.global_manager())
        world = await self._entity(top, "world", None, {"zone": "UTC"})
        self._sending = await self._committees(top, world, {"country": "RO", "zone": "Europe/Bucharest"})
        hosting = await self._committees(top, world, {"country": "SE", "zone": "Europe/Stockholm"})
        self._se = _Account(self._site, callers.sending_manager(self._sending))
        self._he = _Account(self._site, callers.hosting_manager(hosting))
        enabler = await self._do(_register_enabler(hosting), self._he)
        self._opportunities = [await self._do(_post_opportunity(enabler["id"]), self._he) for _ in range(OPPORTUNITIES)]

    async def _committees(self, top: "_Account", world: UUID, place: dict[str, str]) -> UUID:
        national = await self._entity(top, "national", world, place)
        return await self._entity(top, "local", national, place)

    async def _entity(self, top: "_Account", kind: str, parent: UUID | None, place: dict[str, str]) -> UUID:
        return UUID((await self._do(_register_entity(kind, parent, place), top))["id"])

    # --- the run

    async def run(self) -> list[Command]:
        """Until all commands have their answers; the commands of this run, in the order in which they began."""
        first, self._left = len(self.begun), self._wanted
        self._next = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(min(self._actors, self._wanted)):
                group.create_task(self._act(random.Random(self._random.random())), name=f"actor {number}")
        return self.begun[first:]

    async def _act(self, chance: random.Random) -> None:
        while self._left:
            try:
                await self._walk(chance)
            except Unwanted:
                continue  # the checker judges it; another EP may fare better

    async def _walk(self, chance: random.Random) -> None:
        """One EP, from signing up to changes of the dates of an approved stay, or to a rejection on the way."""
        ep = _Account(self._site, callers.participant())
        await self._do(_register_person(self._sending), ep)
        posted = chance.sample(self._opportunities, 2)
        application = await self._do(_apply(posted[0]), ep)
        two = chance.random() < 0.3
        other = await self._do(_apply(posted[1]), ep) if two else None
        if chance.random() < 0.4:
            await self._do(_reject(application), self._he)
            return
        application = await self._do(_accept(application), self._he)
        if chance.random() < 0.2:
            await self._do(_accept(application, refusal="illegal-move"), self._he)
        application = await self._do(_sign(application), ep)
        for kind, facts in NEEDED.items():
            await self._do(_record(application, kind, facts), self._se)
        application = await self._do(_approve(application), self._se)
        application = await self._do(_approve_last(application, withdrawn=bool(other)), self._he)
        for _ in range(chance.randrange(8)):
            application = await self._do(_change_dates(application, chance.randrange(6, 78)), self._he)

    async def _do(self, ask: "_Ask", account: "_Account") -> Any:
        """One command, its turn awaited; its body, or Unwanted when there is none to go on with."""
        if not self._left:
            raise Unwanted
        self._left -= 1
        await self._turn()
        command = ask.command
        command.began = time.time()
        self.begun.append(command)
        began = time.monotonic()
        reply = await self._send(ask, account)
        command.took = time.monotonic() - began
        self.finished += 1
        if not command.as_wanted:
            raise Unwanted
        return reply.json() if command.done and reply is not None else ask.seen

    async def _turn(self) -> None:
        """Turns are spread evenly; who comes late doesn't make the others hurry."""
        if not self._gap:
            return
        now = time.monotonic()
        self._next = max(self._next + self._gap, now - 1.0)
        await asyncio.sleep(max(0.0, self._next - now))

    async def _send(self, ask: "_Ask", account: "_Account") -> httpx.Response | None:
        """Try until there is a final answer."""
        command, backoff = ask.command, Backoff(first=0.05, cap=1.0)
        headers = {"X-Correlation-Id": str(command.correlation), "Idempotency-Key": command.key}
        headers |= account.headers | ask.headers
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            command.tries += 1
            try:
                reply = await self._post(ask, headers)
            except httpx.TransportError:
                await asyncio.sleep(backoff.next())
                continue
            problem = _problem(reply)
            if reply.status_code >= 500 or problem == "in-flight":
                await asyncio.sleep(backoff.next())
                continue
            command.status, command.problem = reply.status_code, problem
            command.replayed = "idempotency-replayed" in reply.headers
            return reply
        return None

    async def _post(self, ask: "_Ask", headers: dict[str, str]) -> httpx.Response:
        began = time.monotonic()
        try:
            return await self._client.post(ask.path, json=ask.body, headers=headers)
        finally:
            self.slowest_try = max(self.slowest_try, time.monotonic() - began)


class _Account:
    """Somebody with a token."""

    def __init__(self, site: Site, caller: Caller) -> None:
        self.headers = {"Authorization": f"Bearer {site.token(caller)}"}


@dataclass(frozen=True)
class _Ask:
    """A request, the command that it is, and what was `seen` of its object before."""

    path: str
    command: Command
    body: Any = None
    seen: Any = None

    @property
    def headers(self) -> dict[str, str]:
        return {"If-Match": f'"{self.seen["version"]}"'} if self.seen else {}


def _problem(reply: httpx.Response) -> str | None:
    """The code of a problem document."""
    if reply.status_code < 400 or "json" not in reply.headers.get("content-type", ""):
        return None
    return str(reply.json().get("type", "")).removeprefix("/problems/")


# --- what is asked


def _command(
    operation: str, *events: type[said.Event], notes: tuple[str, ...] = (), refusal: str | None = None
) -> Command:
    """A command that notes what it is called and says each of `events` once; refused, it does neither."""
    if refusal:
        return Command(operation, {}, {}, refusal)
    return Command(operation, {event.TYPE: 1 for event in events}, dict.fromkeys((operation, *notes), 1))


def _register_entity(kind: str, parent: UUID | None, place: dict[str, str]) -> _Ask:
    body = {"kind": kind, "parent_id": parent and str(parent), "name": f"Committee {kind}", "phone": "+46180000001"}
    command = _command("register_entity", said.EntityRegistered, said.EntityDetails)
    return _Ask("/v1/entities", command, body | place | {"email": "committee@sojourn.example"})


def _register_enabler(hosting: UUID) -> _Ask:
    body = {"hosting_entity_id": str(hosting), "kind": "company", "name": "Norrsken Lab", "contact_name": "Maja Lind"}
    command = _command("register_enabler", said.EnablerRegistered, said.EnablerDetails)
    return _Ask("/v1/enablers", command, body | {"email": "maja@norrsken.example"})


def _post_opportunity(enabler: str) -> _Ask:
    body = {"enabler_id": enabler, "product": "talent", "title": "Data intern", "description": "Chart energy data."}
    body |= {"city": "Uppsala", "country": "SE", "zone": "Europe/Stockholm", "pay": "9,000 SEK a month"}
    body |= {"accommodation": "A room", "arrival": "Met at the station"}
    figures = {"weekly_hours": 38, "openings": OPENINGS, "start_on": str(START), "end_on": str(_end(WEEKS))}
    command = _command("post_opportunity", said.OpportunityPosted, said.OpportunityDetails)
    return _Ask("/v1/opportunities", command, body | figures)


def _register_person(sending: UUID) -> _Ask:
    body = {"sending_entity_id": str(sending), "given_name": "Ioana", "family_name": "Șerban", "country": "RO"}
    body |= {"email": f"ep-{uuid4().hex[:12]}@sojourn.example", "zone": "Europe/Bucharest", "language": "ro"}
    return _Ask("/v1/people", _command("register_person", said.PersonRegistered, said.PersonDetails), body)


def _apply(opportunity: Any) -> _Ask:
    command = _command("submit_application", said.ApplicationSubmitted)
    return _Ask("/v1/applications", command, {"opportunity_id": opportunity["id"]})


def _move(application: Any, name: str, command: Command, body: Any = None) -> _Ask:
    return _Ask(f"/v1/applications/{application['id']}/{name}", command, body, application)


def _accept(application: Any, refusal: str | None = None) -> _Ask:
    return _move(application, "acceptance", _command("accept_application", said.ApplicationAccepted, refusal=refusal))


def _reject(application: Any) -> _Ask:
    command = _command("reject_application", said.ApplicationRejected)
    return _move(application, "rejection", command, {"reason": "position_filled"})


def _sign(application: Any) -> _Ask:
    command = _command("sign_acceptance_note", said.AcceptanceNoteSigned)
    return _move(application, "acceptance-note", command, {"terms": application["terms"]})


def _record(application: Any, kind: str, facts: dict[str, str]) -> _Ask:
    """What has to be done before an approval; a requirement that was just opened is at version 1."""
    command = _command("record_requirement", said.RequirementFulfilled)
    return _Ask(f"/v1/applications/{application['id']}/requirements/{kind}/record", command, facts, {"version": 1})


def _approve(application: Any) -> _Ask:
    command = _command("approve_application", said.ApprovalGiven)
    return _move(application, "approval", command, {"terms": application["terms"]})


def _approve_last(application: Any, *, withdrawn: bool) -> _Ask:
    """The second approval: the application is approved, and the EP's other one, if any, is withdrawn."""
    events: list[type[said.Event]] = [said.ApprovalGiven, said.ApplicationApproved]
    notes = ["application_approved"]
    if withdrawn:
        events.append(said.ApplicationWithdrawn)
        notes.append("withdraw_application")
    command = _command("approve_application", *events, notes=tuple(notes))
    return _move(application, "approval", command, {"terms": application["terms"]})


def _change_dates(application: Any, weeks: int) -> _Ask:
    command = _command("change_experience_dates", said.ExperienceDatesChanged)
    return _move(application, "dates", command, {"start_on": str(START), "end_on": str(_end(weeks))})


def _end(weeks: int) -> date:
    return START + timedelta(weeks=weeks, days=-1)
