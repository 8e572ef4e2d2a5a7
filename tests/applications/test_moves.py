"""Every row of the table of moves is made, every other one refused, and everybody is told beforehand which is which."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from services.applications import views
from services.applications.handlers.effects import EFFECTS
from services.applications.policy import GUARDS, MOVES, Move, Status, states_page
from services.applications.policy.moves import EFFECTS as NAMED
from shared.access import Caller, Role
from shared.errors import Conflict, Forbidden, NotFound
from shared.testing import callers
from tests.applications.course import BEGUN, COMMANDS, at, make, who
from tests.applications.world import World

PEOPLE = (Role.participant, Role.sending_manager, Role.hosting_manager)
MADE = [MOVES[name] for name in COMMANDS]


async def with_another_ep(world: World) -> World:
    """The same world, seen with an EP who has not applied to anything."""
    ep = callers.participant()
    await world.sign_up(ep, f"{ep.party}@sojourn.example")
    return replace(world, ep=ep)


def test_every_guard_effect_and_command_that_the_table_names_is_there() -> None:
    assert {move.guard for move in MOVES.values()} == set(GUARDS)
    assert {move.effect for move in MOVES.values()} == set(EFFECTS) == set(NAMED)
    assert set(MOVES) - set(COMMANDS) == {"complete"}


@pytest.mark.parametrize("move", MADE, ids=lambda move: move.name)
async def test_a_row_of_the_table_is_made_from_each_status_by_each_role(world: World, move: Move) -> None:
    for source in sorted(move.sources):
        for role in sorted(move.roles):
            await made(await with_another_ep(world), move, source, role)


async def made(world: World, move: Move, source: Status, role: Role) -> None:
    application = await at(world, source)
    caller = who(world, role)
    assert await told(world, application, caller, move.name) == (True, None)
    if move.name == "approve":  # the other side first: with the second approval it is made
        other = {Role.sending_manager: world.he, Role.hosting_manager: world.se}[role]
        application = await make(world, "approve", application, other)
    before = await world.room.read(views.get_application, application.id)
    after = await make(world, move.name, application, caller)
    assert after.status == (move.target or source)
    assert after.version > before.version
    last = (await world.room.read(views.get_history, application.id))[-1]
    assert (last["actor"], bool(last["reason"])) == (caller.subject, bool(move.reasons or not move.target))


async def test_the_calendars_row_of_the_table(world: World) -> None:
    application = await at(world, Status.completed)
    assert (await world.room.read(views.get_application, application.id)).status == "completed"


async def test_what_the_table_does_not_name_is_refused_and_changes_nothing(world: World) -> None:
    for status in Status:
        await refused(await with_another_ep(world), status)


async def refused(world: World, status: Status) -> None:
    application = await at(world, status)
    before = await world.room.read(views.get_application, application.id)
    said = len(await world.room.said())
    for move, role in product(MADE, PEOPLE):
        if role not in move.roles:
            with pytest.raises(Forbidden):
                await make(world, move.name, before, who(world, role))
        elif status not in move.sources:
            with pytest.raises(Conflict) as refusal:
                await make(world, move.name, before, who(world, role))
            assert refusal.value.code == "illegal-move"
            assert move.name not in refusal.value.extra["possible_moves"]
    assert await world.room.read(views.get_application, application.id) == before
    assert len(await world.room.said()) == said


async def moves(world: World, application: Any, caller: Caller, terms: str | None = None) -> Any:
    return await world.room.read(views.get_moves, application.id, terms, caller=caller)


async def told(world: World, application: Any, caller: Caller, name: str, terms: str | None = None) -> Any:
    """(possible, code) of one move for this caller."""
    one = next(one for one in (await moves(world, application, caller, terms)).moves if one.move == name)
    return one.possible, one.code


@pytest.mark.parametrize(
    "status", [Status.open, Status.in_progress, Status.approved, Status.completed, Status.declined]
)
async def test_moves_tell_each_caller_what_making_them_would_answer(world: World, status: Status) -> None:
    application = await at(world, status)
    application = await world.room.read(views.get_application, application.id)
    for caller in (world.ep, world.se, world.he):
        for one in (await moves(world, application, caller)).moves:
            if one.possible or one.move == "complete":
                continue
            with pytest.raises((Conflict, Forbidden)) as refusal:
                await make(world, one.move, application, caller)
            assert (refusal.value.code, refusal.value.detail) == (one.code, one.why_not)


async def test_the_door_tells_the_moves_with_their_addresses(world: World) -> None:
    application = await world.apply()
    he = await world.room.client(world.he)
    reply = (await he.get(f"/v1/applications/{application.id}/moves")).json()
    shown = {one["move"]: one for one in reply["moves"]}
    assert list(shown) == list(MOVES)
    assert shown["reject"]["href"] == f"/v1/applications/{application.id}/rejection"
    assert "timeline" in shown["reject"]["reasons"]
    assert (shown["sign"]["possible"], shown["sign"]["code"]) == (False, "forbidden")
    assert (shown["realize"]["possible"], shown["realize"]["code"]) == (False, "illegal-move")
    for stranger in (callers.participant(), callers.enabler(), callers.hosting_manager(world.sending)):
        with pytest.raises(NotFound):
            await moves(world, application, stranger)


async def test_every_address_of_the_table_is_a_route(world: World) -> None:
    paths = (await world.room.app()).openapi()["paths"]
    for move in MOVES.values():
        assert move.route is None or "post" in paths[f"/v1/applications/{{application_id}}/{move.route}"]


async def test_realizing_waits_for_the_first_day(world: World) -> None:
    application = await world.approved()
    assert await told(world, application, world.he, "realize") == (False, "not-started")
    world.room.clock.set(BEGUN)
    assert await told(world, application, world.he, "realize") == (True, None)


async def test_signing_is_for_one_acceptance_note_at_a_time(world: World) -> None:
    first, second = await world.accept(await world.apply()), await world.accept(await world.apply())
    assert await told(world, second, world.ep, "sign") == (True, None)
    await world.signed(first)
    assert await told(world, second, world.ep, "sign") == (False, "an-signed")


async def test_terms_that_were_read_too_long_ago_are_told(world: World) -> None:
    application = await at(world, Status.in_progress)
    assert await told(world, application, world.se, "approve", "0" * 64) == (False, "stale-terms")
    assert await told(world, application, world.se, "approve", application.terms) == (True, None)


async def test_the_second_approval_names_the_requirements_that_are_open(world: World) -> None:
    application = await world.sign(await world.accept(await world.apply()))
    application = await world.approve(application, world.se)  # the first one waits for nothing
    with pytest.raises(Conflict, match="contract signed, fee paid") as refusal:
        await world.approve(application, world.he)
    assert (refusal.value.code, refusal.value.extra) == (
        "requirements-open",
        {"missing": ["contract_signed", "fee_paid"]},
    )
    one = next(one for one in (await moves(world, application, world.he)).moves if one.move == "approve")
    assert (one.possible, one.missing) == (False, ["contract_signed", "fee_paid"])
    assert await told(world, application, world.se, "approve") == (False, "approved-already")


def test_the_page_of_the_states_draws_every_row() -> None:
    page = states_page()
    arrows = re.findall(r"^    (\w+) --> (\w+): ([\w, ]+)$", page, re.MULTILINE)
    assert len({arrow[:2] for arrow in arrows}) == len(arrows)  # two of them would be drawn upon each other
    drawn = {(source, target, name) for source, target, names in arrows for name in names.split(", ")}
    assert drawn == {(s, m.target or s, m.name) for m in MOVES.values() for s in m.sources}
    assert all(f"| `{name}` |" in page for name in MOVES)
