"""The calendar door under trouble: a row's own failures count, the database's don't."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from shared.access import Caller
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Cause, Uow
from shared.testing.loops import running
from shared.testing.rooms import Room
from shared.timers import Timers

KIND = "wake"


@pytest.fixture
async def room(rooms) -> Room:
    return await rooms("applications")


@asynccontextmanager
async def waking(room: Room, handler: Any) -> AsyncIterator[Room]:
    """One row is due, and the room's loop runs with this handler for it."""
    room.runtime.service = replace(room.service, timers={KIND: handler})
    caller, clock = Caller.system("applications"), room.clock
    async with room.runtime.database.transaction(caller, Cause.new(), clock) as uow:
        await uow.schedule(KIND, new_id(), "once", datetime(2020, 1, 1), "UTC")
    async with running(Timers(room.runtime).run()) as (loop,):
        yield room
        assert not loop.done(), loop


async def row(room: Room, state: str, attempts: int) -> Any:
    """The row, when it is in this state after so many attempts."""
    connection = await asyncpg.connect(room.runtime.database.dsn)
    try:
        async with asyncio.timeout(10):
            while True:
                found = await connection.fetchrow("SELECT state, attempts, outcome FROM due")
                if (found["state"], found["attempts"]) == (state, attempts):
                    return found
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


async def test_a_cut_connection_counts_no_attempt_and_ends_nothing(room: Room) -> None:
    tries: list[Due] = []

    async def cut_twice(uow: Uow, due: Due) -> None:
        tries.append(due)
        if len(tries) < 3:
            await uow.fetch("SELECT pg_terminate_backend(pg_backend_pid())")

    async with waking(room, cut_twice):
        await row(room, "done", 0)
    assert len(tries) == 3


async def test_a_handler_that_fails_is_tried_again_and_told_why(room: Room) -> None:
    async def refuse(_uow: Uow, due: Due) -> None:
        if not due.attempts:
            raise ValueError("not today")

    async with waking(room, refuse):
        failed = await row(room, "waiting", 1)
        assert "not today" in failed["outcome"]
        await row(room, "done", 1)


async def test_a_failure_that_cannot_be_recorded_ends_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    record, lost = Timers._record, []

    async def forgetful(self: Timers, failure: Any) -> None:
        if not lost:
            lost.append(failure)
            raise ConnectionRefusedError(111, "refused")
        await record(self, failure)

    async def refuse(_uow: Uow, due: Due) -> None:
        if not due.attempts:
            raise ValueError("not today")

    monkeypatch.setattr(Timers, "_record", forgetful)
    async with waking(room, refuse):
        await row(room, "done", 1)
    assert lost


async def test_what_waits_for_a_wall_time_follows_the_rules_of_its_zone(room: Room) -> None:
    caller, clock, wall = Caller.system("applications"), room.clock, datetime(2031, 7, 1, 9)
    async with room.runtime.database.transaction(caller, Cause.new(), clock) as uow:
        for zone in ("Europe/Bucharest", "Asia/Tokyo", "UTC"):
            await uow.schedule(KIND, new_id(), "once", wall, zone)
        # As if these had been planned under an older rule: Bucharest without summer time.
        await uow.fetch("UPDATE due SET due_at = due_at + interval '1 hour' WHERE zone = 'Europe/Bucharest'")
    timers = Timers(room.runtime)
    assert await timers.reckon(portion=2) == 1
    assert await timers.reckon() == 0
    async with room.runtime.database.reading(caller, clock) as uow:
        found = await uow.fetch("SELECT zone, due_at FROM due")
    assert {row["zone"]: row["due_at"] for row in found} == {
        zone: wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in ("Europe/Bucharest", "Asia/Tokyo", "UTC")
    }


async def test_a_row_that_has_to_wait_for_somebody_is_handled_alone(room: Room) -> None:
    handled: list[int] = []
    subjects = [new_id() for _ in range(3)]
    held = "SELECT pg_advisory_xact_lock($1)"

    async def wait_for_it(uow: Uow, due: Due) -> None:
        number = subjects.index(due.subject)
        await uow.fetch(held, number)
        handled.append(number)

    room.runtime.service = replace(room.service, timers={KIND: wait_for_it})
    caller, timers = Caller.system("applications"), Timers(room.runtime)
    async with room.runtime.database.transaction(caller, Cause.new(), room.clock) as uow:
        for number, subject in enumerate(subjects):
            await uow.schedule(KIND, subject, "once", datetime(2020, 1, 1 + number), "UTC")
    async with room.runtime.database.transaction(caller, Cause.new(), room.clock) as uow:
        await uow.fetch(held, 1)
        step = asyncio.create_task(timers.drain())
        async with asyncio.timeout(10):
            while handled != [0, 0]:  # with the others, which came to nothing; then alone
                await asyncio.sleep(0.02)
    assert await step == 3
    assert handled == [0, 0, 1, 2]
