"""What is written can be read again, and nothing in a sheet is a formula."""

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.applications import commands, handlers
from services.applications.exchange.exporting import export
from services.applications.exchange.importing import KINDS, import_file
from shared.testing.rooms import Room, Rooms
from tests.applications.files import ENABLERS, ENTITIES, SOURCE, application, lines, opportunity, person, take
from tests.applications.world import World, build

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
LINES = st.lists(
    st.sampled_from(["=1+1", "[1]", "{", "'", "-", "a\tb", 'Ünïcode; "quoted", x']), min_size=1, max_size=3
)
WORDS = TEXT | LINES.map("\n".join)
CODES = st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).map(lambda word: word.strip("_")), max_size=3)
NO_WORDS = ("open", "matched", "accepted", "approved_ep_manager", "approved", "realized", "finished", "declined")
NO_WORDS += ("acceptance_broken", "realization_broken")
STATUSES = dict.fromkeys(NO_WORDS, "") | {"rejected": "skills", "withdrawn": "own_wish", "approval_broken": "no visa"}
DATES = ("date_matched", "an_signed_at", "date_approved", "date_realized", "date_ended")


@st.composite
def worlds(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """Some people, opportunities and applications that hold together."""
    people = [
        person(n, first_name=draw(TEXT), skills=draw(CODES), about=draw(WORDS), looking=draw(st.booleans()))
        for n in range(draw(st.integers(1, 3)))
    ]
    for one in people:
        one["languages"] = draw(st.sampled_from([["ro", "en"], [{"name": "ro", "level": "c2"}, {"name": "en"}], []]))
    offers = [
        opportunity(n, title=draw(TEXT), description=draw(WORDS), languages=draw(CODES), field=draw(st.none() | TEXT))
        for n in range(draw(st.integers(1, 3)))
    ]
    applied = []
    for n in range(draw(st.integers(0, 4))):
        status = draw(st.sampled_from(list(STATUSES)))
        days = sorted(draw(st.lists(st.integers(1, 90), min_size=5, max_size=5)))
        moments = [f"2019-0{3 + day // 30}-{day % 30 % 28 + 1:02}T10:00:00Z" for day in days]
        kept = {name: moment for name, moment in zip(DATES, moments, strict=True) if draw(st.booleans())}
        applied.append(
            application(
                n,
                person_id=draw(st.integers(0, 3)),
                opportunity_id=draw(st.integers(0, 3)),
                status=status,
                rejection_reason=STATUSES[status],
                **kept,
            )
        )
    for one in applied:
        del one["person"], one["opportunity"]
    return {
        "entities": ENTITIES, "enablers": ENABLERS, "people": people, "opportunities": offers, "applications": applied
    }  # fmt: skip


async def written(room: Room, kind: str, form: str) -> str:
    to = io.StringIO()
    await export(room.runtime, kind, to, source=SOURCE, form=form)
    return to.getvalue()


def in_order(text: str) -> list[Any]:
    return sorted((orjson.loads(line) for line in text.splitlines()), key=lambda row: row["id"])


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_what_was_exported_and_imported_is_what_it_was(rooms: Rooms, form: str) -> None:
    first, second = await rooms("applications"), await rooms("applications")
    empty = "TRUNCATE entity, external_id, import_run, outbox, stream, entity_path CASCADE"

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(worlds())
    def holds(world: dict[str, list[dict[str, Any]]]) -> None:
        runner.append(world)

    runner: list[Any] = []
    holds()
    for world in runner:
        with tempfile.TemporaryDirectory() as folder:
            for room in (first, second):
                async with room.runtime.database._single.connect() as connection:
                    await connection.exec_driver_sql(empty)
            for kind in KINDS:
                await take(first, kind, lines(Path(folder), kind, world[kind]))
            for kind in KINDS:
                before = await written(first, kind, "jsonl")
                file = Path(folder) / f"out-{kind}.{form}"
                file.write_text(await written(first, kind, form), newline="")
                progress = await import_file(second.runtime, kind, file, source=SOURCE)
                assert (progress.refused, progress.taken) == (0, len(before.splitlines())), before
            for kind in KINDS:
                assert in_order(await written(first, kind, "jsonl")) == in_order(await written(second, kind, "jsonl"))
            told = [Counter(type(event).__name__ for event in await room.said()) for room in (first, second)]
            assert told[0] == told[1]


async def test_what_was_made_here_leaves_under_our_ids_and_their_words(room: Room) -> None:
    world: World = await build(room)
    done = await world.approved()
    (row,) = in_order(await written(room, "applications", "jsonl"))
    assert row["id"] == str(done.id)
    assert (row["person"], row["opportunity"]) == ({"id": str(done.person_id)}, {"id": str(done.opportunity_id)})
    assert row["status"] == "approved"
    (offer,) = in_order(await written(room, "opportunities", "jsonl"))
    assert offer["programme"] == {"short_name_display": "GTa"}
    assert [(slot["openings"], slot["available_openings"]) for slot in offer["slots"]] == [(1, 0)]


async def test_no_cell_is_a_formula(room: Room) -> None:
    world: World = await build(room)
    await world.opportunity(title="=cmd|' /C calc'!A0", pay="+49", accommodation="@home", arrival="-")
    (row,) = csv.DictReader(io.StringIO(await written(room, "opportunities", "csv")))
    assert {name: row[name] for name in ("title", "pay", "accommodation", "arrival")} == {
        "title": "'=cmd|' /C calc'!A0", "pay": "'+49", "accommodation": "'@home", "arrival": "'-",
    }  # fmt: skip


async def test_who_was_erased_is_not_exported(room: Room) -> None:
    world: World = await build(room)
    assert world.ep.party
    await room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), None)
    assert await written(room, "people", "jsonl") == ""
