"""What stands in the rooms' databases: migrations, outbox, due rows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from shared.access import Caller
from shared.runtime import Runtime
from shared.service import discover, load
from shared.storage.migrate import draft, migrate
from shared.timers import listing

console = Console()
Room = Annotated[str | None, typer.Option("--room", help="only this room")]
OUTBOX = text("""SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS oldest_s,
    (SELECT count(*) FROM inbox_gap) AS gaps, (SELECT count(*) FROM parked) AS parked FROM outbox""")


def register(app: typer.Typer) -> None:
    app.command("migrate")(migrate_rooms)
    app.command()(outbox)
    app.command()(timers)


def chosen(room: str | None) -> list[str]:
    """The rooms that are meant; ValueError for one that is not there."""
    found = discover()
    if room is not None and room not in found:
        raise ValueError(f"there is no room {room!r}; there are {', '.join(found)}")
    return [room] if room else found


async def in_each(room: str | None, work: Callable[[Runtime], Awaitable[Any]]) -> dict[str, Any]:
    """The result of `work` in each room that is meant."""
    results = {}
    for name in chosen(room):
        runtime = Runtime(load(name))
        try:
            results[name] = await work(runtime)
        finally:
            await runtime.stop()
    return results


def migrate_rooms(
    room: Room = None,
    show_draft: Annotated[
        bool, typer.Option("--draft", help="print what the models say and the database does not")
    ] = False,
) -> None:
    """Bring the databases to their newest revision."""

    async def work(runtime: Runtime) -> str:
        service = runtime.service
        revision = await migrate(runtime.database, service.migrations)
        return await draft(runtime.database, service.tables) if show_draft else revision

    for name, result in asyncio.run(in_each(room, work)).items():
        console.print(f"{name:14} {result}", markup=False, highlight=False)


def outbox(room: Room = None) -> None:
    """What waits to be published, gaps that were heard, events that are parked."""

    async def work(runtime: Runtime) -> Any:
        async with runtime.database.engine.connect() as connection:
            return (await connection.execute(OUTBOX)).one()

    table = Table("room", "waiting", "oldest (s)", "gaps heard", "parked", box=None)
    for name, row in asyncio.run(in_each(room, work)).items():
        table.add_row(name, str(row.waiting), f"{row.oldest_s:.1f}", str(row.gaps), str(row.parked))
    console.print(table)


def timers(
    room: Room = None, state: Annotated[str | None, typer.Option(help="waiting, done, skipped, …")] = None
) -> None:
    """The calendar: what is due when, and what became of it."""

    async def work(runtime: Runtime) -> Any:
        return await runtime.read(listing, state, caller=Caller.system(runtime.service.name))

    table = Table("room", "kind", "subject", "local time", "zone", "state", "outcome", box=None)
    for name, rows in asyncio.run(in_each(room, work)).items():
        for row in rows:
            values = (row["kind"], row["subject"], row["local_at"], row["zone"], row["state"], row["outcome"] or "")
            table.add_row(name, *map(str, values))
    console.print(table)
