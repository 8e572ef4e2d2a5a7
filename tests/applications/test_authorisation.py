"""Every operation × every role × own, somebody else's, nobody's: what the table says is what the door does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.applications import commands, handlers
from services.applications.main import service
from shared.access import Caller, Role
from shared.ids import new_id
from shared.testing import callers
from shared.testing.rooms import Room, Rooms
from tests.applications.authorisation import COLUMNS, lines
from tests.applications.world import World, build

Ids = dict[str, str]
# What a list shows of an object when it shows it: the name of the object whose id is looked for.
SHOWS = {
    "list_entities": "entity_id",
    "list_people": "person_id",
    "search_people": "person_id",
    "list_enablers": "enabler_id",
    "list_members": "member_id",
    "list_opportunities": "opportunity_id",
    "search_opportunities": "opportunity_id",
    "list_applications": "application_id",
    "list_all_requirements": "application_id",
    "read_inbox": "application_id",
    "list_webhooks": "webhook_id",
}
MERGE = "application/merge-patch+json"
KIND = {"kind": "se_interview"}
NO_HOOK = {"webhook_id": str(UUID(int=1)), "delivery_id": str(UUID(int=1))}
HOOK = {"url": "http://127.0.0.1:9000/hook"}
# Where the example of the description is not for everybody: facts of a dossier have owners of their own.
BODIES: dict[str, Any] = {
    "patch_dossier": {},
    "sign_acceptance_note": {"terms": "0" * 64},
    "approve_application": {"terms": "0" * 64},
    "break_approval": {"reason": "own_wish"},
    "change_webhook": HOOK,
}


@dataclass(frozen=True)
class Operation:
    """A route as a caller sees it."""

    name: str
    method: str
    path: str
    changes: bool
    body: Any

    @property
    def names_objects(self) -> bool:
        return "{" in self.path

    def headers(self) -> dict[str, str]:
        """A version that nothing has: who is let in hears 412, and nothing changes between two cells."""
        merging = {"Content-Type": MERGE} if self.method == "PATCH" else {}
        return merging | ({"If-Match": '"999"'} if self.changes else {})


@dataclass
class Cells:
    """All that the cells are tried on."""

    room: Room
    operations: list[Operation]
    whose: dict[str, dict[Role, Ids]] = field(default_factory=dict)
    accounts: dict[Role, httpx.AsyncClient] = field(default_factory=dict)

    async def ask(self, operation: Operation, role: Role | None, ids: Ids) -> httpx.Response:
        client = self.accounts[role] if role else await self.room.client(None)
        address = operation.path.format(**ids)
        return await client.request(operation.method, address, json=operation.body, headers=operation.headers())

    async def outcome(self, operation: Operation, role: Role) -> str:
        """The verdict that the door gives: a word of the table, or what was answered instead."""
        own = await self.ask(operation, role, self.whose["own"][role])
        if operation.name in SHOWS and own.status_code != 403:
            name = SHOWS[operation.name]
            seen = [whose for whose in ("own", "foreign") if self.whose[whose][role][name] in own.text]
            return _word(seen) if own.status_code == 200 else str(own.status_code)
        if not operation.names_objects:
            return "any" if _let_in(own) else {403: "-"}.get(own.status_code, str(own.status_code))
        answers = {"own": own}
        for whose in ("foreign", "nobody"):
            answers[whose] = await self.ask(operation, role, self.whose[whose][role])
        if {answer.status_code for answer in answers.values()} == {403}:
            return "-"
        odd = [f"{whose} {a.status_code}" for whose, a in answers.items() if not _let_in(a) and a.status_code != 404]
        return ", ".join(odd) or _word([whose for whose, answer in answers.items() if _let_in(answer)])


def _let_in(answer: httpx.Response) -> bool:
    return answer.status_code < 500 and answer.status_code not in (401, 403, 404)


def _word(seen: list[str]) -> str:
    return {(): "none", ("own",): "own", ("own", "foreign"): "all"}.get(tuple(seen), " and ".join(seen))


def operations(described: dict[str, Any]) -> Iterator[Operation]:
    """Every operation of the room's own description, what cannot be undone last."""
    found = []
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            if not path.startswith("/v1/"):
                continue
            content = one.get("requestBody", {}).get("content", {})
            examples = [
                kind.get("example") or next(iter(kind["examples"].values()))["value"] for kind in content.values()
            ]
            body = BODIES.get(one["operationId"], next(iter(examples), None))
            changes = any(parameter["name"].lower() == "if-match" for parameter in one.get("parameters", ()))
            found.append(Operation(one["operationId"], method.upper(), path, changes, body))
    yield from sorted(found, key=lambda operation: operation.name.startswith("erase"))


class Place:
    """A world of its own with one of everything, and its accounts."""

    def __init__(self, world: World, national: UUID) -> None:
        self.world, self.room, self.national = world, world.room, callers.national_manager(national)
        self.enabler = callers.enabler(world.enabler_id)

    async def objects(self) -> dict[Role, Ids]:
        """The ids that stand in addresses, for each role: most are the same for all."""
        shared = await self._around_an_application()
        se = shared | await self._member(self.world.sending, "ep_manager")
        he = shared | await self._member(self.world.hosting, "opportunity_manager")
        by_role = dict.fromkeys(Role, he | {"entity_id": str(self.world.hosting)})
        by_role[Role.sending_manager] = se | {"entity_id": str(self.world.sending)}
        for owner in (self.national, callers.service(), callers.global_manager()):
            by_role[owner.role] = by_role[owner.role] | await self._webhook(owner)
        by_role[Role.auditor] = by_role[Role.global_manager]
        return by_role

    async def _around_an_application(self) -> Ids:
        world, ep, he = self.world, await self.room.client(self.world.ep), await self.room.client(self.world.he)
        person = f"/v1/people/{world.ep.party}"
        headers = {"If-Match": (await ep.get(person)).headers["ETag"], "Content-Type": MERGE}
        assert (await ep.patch(person, json={"looking": True}, headers=headers)).status_code == 200
        opportunity = await world.opportunity(openings=9, selection_process=["test", "company_interview"])
        application = await world.apply(opportunity)
        (contact,) = (await he.get(f"/v1/enablers/{world.enabler_id}/contacts")).json()
        ids = {"person_id": world.ep.party, "enabler_id": world.enabler_id, "contact_id": contact["id"]}
        ids |= {"opportunity_id": opportunity.id, "slot_id": opportunity.slots[0].id}
        return {name: str(id_) for name, id_ in (ids | {"application_id": application.id}).items()} | KIND | NO_HOOK

    async def _member(self, entity_id: UUID, role: str) -> Ids:
        command = commands.ApplyAsMember(entity_id=entity_id, role=role)
        return {"member_id": str((await self.room.do(handlers.apply_as_member, command, self.world.ep)).id)}

    async def _webhook(self, owner: Caller) -> Ids:
        client = await self.room.client(owner)
        made = (await client.post("/v1/webhooks", json=HOOK)).json()
        tried = (await client.post(f"/v1/webhooks/{made['id']}/test")).json()
        return {"webhook_id": made["id"], "delivery_id": tried["id"]}

    def accounts(self) -> list[Caller]:
        world = self.world
        mine = [world.ep, self.enabler, world.se, world.he, self.national]
        return [*mine, callers.global_manager(), callers.service(), callers.auditor()]


@pytest.fixture
async def cells(rooms: Rooms) -> Cells:
    room = await rooms("applications", webhooks_loopback=True)
    here, there = await build(room), await build(room, "ana@sojourn.example")
    made = Cells(room, list(operations((await room.app()).openapi())))
    places = {"own": Place(here, here.nation), "foreign": Place(there, there.nation)}
    made.whose = {whose: await place.objects() for whose, place in places.items()}
    nobody = dict.fromkeys(made.whose["own"][Role.participant], "") | {"webhook_id": "", "delivery_id": ""}
    made.whose["nobody"] = dict.fromkeys(Role, {name: str(new_id()) for name in nobody} | KIND)
    # A service owns what its own account registered.
    made.whose["foreign"][Role.service] |= {
        name: made.whose["foreign"][Role.national_manager][name] for name in NO_HOOK
    }
    made.accounts = {caller.role: await room.client(caller) for caller in places["own"].accounts()}
    return made


def test_every_operation_has_its_line() -> None:
    there = {route.operation_id for router in service.routers for route in router.routes}
    assert there == set(lines())
    assert all(len(verdicts) == len(Role) for verdicts in lines().values())


async def test_every_cell_is_what_the_door_does(cells: Cells) -> None:
    table, wrong = lines(), []
    for operation in cells.operations:
        for role in COLUMNS.values():
            found = await cells.outcome(operation, role)
            if found != table[operation.name][role]:
                wrong.append(f"{operation.name} of {role}: {found}, not {table[operation.name][role]}")
    assert not wrong


async def test_without_a_token_every_operation_is_refused(cells: Cells) -> None:
    ids = cells.whose["own"][Role.global_manager]
    assert {(await cells.ask(operation, None, ids)).status_code for operation in cells.operations} == {401}


async def test_what_a_body_names_is_the_callers_too(cells: Cells) -> None:
    """These have nobody's object in the address, but somebody's in the body."""
    foreign = cells.whose["foreign"][Role.hosting_manager]
    wanted = {"move": "accept", "mode": "report", "items": [{"id": foreign["application_id"], "version": 1}]}
    he, national = cells.accounts[Role.hosting_manager], cells.accounts[Role.national_manager]
    moved = (await he.post("/v1/applications/bulk", json=wanted)).json()
    assert [item["problem"]["type"] for item in moved["items"]] == ["/problems/not-found"]
    posting = next(operation.body for operation in cells.operations if operation.name == "post_opportunity")
    posted = await he.post("/v1/opportunities", json=posting | {"enabler_id": foreign["enabler_id"]})
    hooked = await national.post("/v1/webhooks", json=HOOK | {"entity_id": foreign["entity_id"]})
    joined = []
    for name, role, committee in (
        ("register_person", Role.sending_manager, "sending_entity_id"),
        ("register_enabler", Role.hosting_manager, "hosting_entity_id"),
    ):
        operation = next(one for one in cells.operations if one.name == name)
        body = operation.body | {committee: foreign["entity_id"]}
        joined.append((await cells.accounts[role].post(operation.path, json=body), f"#/{committee}"))
    for refused, pointer in ((posted, "#/enabler_id"), (hooked, "#/entity_id"), *joined):
        assert refused.status_code == 422
        assert pointer in [error["pointer"] for error in refused.json()["errors"]]
