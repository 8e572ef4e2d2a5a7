"""What happens between the rooms: topics, parked events, replays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shared.cli.rooms import Room, in_each
from shared.contracts.topics import TOPICS
from shared.messaging.bus import Bus
from shared.messaging.parking import Parking
from shared.messaging.replay import differing, empty_read_model, replay
from shared.process import kafka_bus
from shared.runtime import Runtime
from shared.settings import kernel

console = Console()
parked = typer.Typer(
    help="Events that were set aside: look at them, try them again, give them up.", no_args_is_help=True
)
Key = Annotated[str | None, typer.Option(help="only the queue of this key")]


def register(app: typer.Typer) -> None:
    app.command()(topics)
    app.command("replay")(replay_room)
    app.add_typer(parked, name="parked")


def topics(apply: Annotated[bool, typer.Option("--apply", help="create those that are missing")] = False) -> None:
    """The topics as they are declared; created with --apply, never changed."""
    table = Table("topic", "owner", "partitions", "kept", box=None)
    for topic in TOPICS.values():
        table.add_row(topic.name, topic.owner, str(topic.partitions), "last per key" if topic.personal else "for ever")
    console.print(table)
    if apply:
        asyncio.run(_apply())


async def _apply() -> None:
    bus = kafka_bus(kernel())
    try:
        report = await bus.ensure_topics(TOPICS.values())
    finally:
        await bus.stop()
    console.print(f"created: {', '.join(report.created) or 'none'}")
    for drift in report.drift:
        console.print(f"[yellow]differs from its declaration: {drift}")


@parked.command("list")
def list_parked(room: Room = None, key: Key = None) -> None:
    """Events that were set aside, with the reason."""

    async def work(runtime: Runtime) -> Any:
        return await Parking(runtime).listing(key)

    table = Table("room", "id", "type", "key", "place", "reason", "detail", box=None)
    for name, rows in asyncio.run(in_each(room, work)).items():
        for row in rows:
            place = f"{row.topic}/{row.partition}@{row.offset}"
            table.add_row(name, str(row.id), row.type or "?", row.key or "", place, row.reason, row.detail[:200])
    console.print(table if table.row_count else "Nothing is parked.")


@parked.command("retry")
def retry_parked(room: Room = None, key: Key = None) -> None:
    """Handle the events again, in their order; exit code 1 when a queue stops again."""

    async def work(runtime: Runtime) -> Any:
        return await Parking(runtime).retry(key)

    stopped = 0
    for name, outcome in asyncio.run(in_each(room, work)).items():
        console.print(f"{name:14} {outcome.handled} handled")
        for row in outcome.stopped:
            stopped += 1
            console.print(f"  stopped at {row.type} {row.key}: {row.detail}", markup=False)
    if stopped:
        raise typer.Exit(1)


@parked.command("discard")
def discard_parked(
    room: Annotated[str, typer.Option(help="the room that parked it")],
    reason: Annotated[str, typer.Option(help="why it is given up; kept in the audit")],
    key: Key = None,
    id_: Annotated[int | None, typer.Option("--id", help="only this event")] = None,
) -> None:
    """Give up a queue or one event; it counts as heard."""

    async def work(runtime: Runtime) -> Any:
        return await Parking(runtime).discard(key=key, id=id_, reason=reason)

    for name, count in asyncio.run(in_each(room, work)).items():
        console.print(f"{name:14} {count} given up")


def replay_room(
    room: Annotated[str, typer.Argument(help="a room that only reads, such as journeys; stop its worker first")],
    yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="any room: change nothing, only say what a rebuild would change")
    ] = False,
) -> None:
    """Empty the room's read model and hear everything again, from the first event on."""
    if compare:
        _compare(room)
        return
    if not yes:
        typer.confirm(f"Empty the read model of {room} and rebuild it from the events?", abort=True)

    async def work(runtime: Runtime) -> int:
        with console.status("replaying") as status:
            async with _bus(runtime) as bus:
                await empty_read_model(runtime)
                return await replay(runtime, bus, tell=lambda n: status.update(f"{n:,} events"))

    for name, count in asyncio.run(in_each(room, work)).items():
        console.print(f"{name:14} {count:,} events heard again")


def _compare(room: str) -> None:
    """Exit code 1 when a read model isn't what the events make of it."""

    async def work(runtime: Runtime) -> list[str]:
        async with _bus(runtime) as bus:
            return await differing(runtime, bus)

    for name, tables in asyncio.run(in_each(room, work)).items():
        console.print(f"{name:14} {', '.join(tables) or 'as the events make it'}")
        if tables:
            raise typer.Exit(1)


@asynccontextmanager
async def _bus(runtime: Runtime) -> AsyncIterator[Bus]:
    bus = kafka_bus(runtime.kernel)
    try:
        yield bus
    finally:
        await bus.stop()
