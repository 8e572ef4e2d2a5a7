"""Command-line tools of the room: import, export, seed. What they need is imported when they run."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from shared.runtime import Runtime

ROOM = "applications"


class Kind(StrEnum):
    """What is exchanged; in the order in which rows name each other."""

    entities = "entities"
    enablers = "enablers"
    people = "people"
    opportunities = "opportunities"
    applications = "applications"


class Form(StrEnum):
    jsonl = "jsonl"
    csv = "csv"


Source = Annotated[str, typer.Option("--source", help="the other system, whose ids the file holds")]


def register(app: typer.Typer) -> None:
    app.command("import")(import_rows)
    app.command("export")(export_rows)
    app.command("seed")(seed_year)


def import_rows(
    kind: Annotated[Kind, typer.Argument(help="what the rows are; first what others name")],
    file: Annotated[Path, typer.Argument(help=".csv, .jsonl, or .json as the exchange system answers", exists=True)],
    source: Source = "expa",
    report: Annotated[
        Path | None, typer.Option(help="where refusals and warnings go, as CSV; else to the output")
    ] = None,
) -> None:
    """Read rows of another system into applications; again after a break: it goes on. Exit code 1 if any is refused."""

    async def work(runtime: "Runtime") -> int:
        from services.applications.exchange.importing import import_file, write_report

        with _bar(kind) as tell:
            progress = await import_file(runtime, kind, file, source=source, tell=tell)
        if progress.refused or progress.warned:
            if report:
                with report.open("w", encoding="utf-8", newline="") as sheet:
                    await write_report(runtime, progress.run_id, sheet)
            else:
                await write_report(runtime, progress.run_id, sys.stdout)
        _say(kind, progress)
        return progress.refused

    if asyncio.run(_in_room(work)):
        raise typer.Exit(1)


def export_rows(
    kind: Annotated[Kind, typer.Argument(help="what is written")],
    file: Annotated[Path | None, typer.Argument(help="else to the output")] = None,
    form: Annotated[Form | None, typer.Option("--format", help="else by the file's name, else jsonl")] = None,
    source: Source = "expa",
) -> None:
    """Write rows as the exchange system has them: its names, its ids where they are known, cells without formulas."""
    chosen = form or (Form.csv if file and file.suffix.lower() == ".csv" else Form.jsonl)

    async def work(runtime: "Runtime") -> int:
        from services.applications.exchange.exporting import export

        if file is None:
            return await export(runtime, kind, sys.stdout, source=source, form=chosen)
        with file.open("w", encoding="utf-8", newline="") as sheet:
            return await export(runtime, kind, sheet, source=source, form=chosen)

    count = asyncio.run(_in_room(work))
    print(f"{count:,} {kind} written", file=sys.stderr)


def seed_year(
    applications: Annotated[int, typer.Option(min=1, max=10_000_000, help="how many applications the year has")] = 1000,
    seed: Annotated[
        int, typer.Option(help="another one makes another world; the same one the same, byte for byte")
    ] = 1,
    year: Annotated[int, typer.Option(min=2000, max=2100, help="the year in which people apply")] = 2019,
    to: Annotated[
        Path | None, typer.Option(help="write the rows as files into this folder instead of importing them")
    ] = None,
) -> None:
    """Make up a year of exchanges with the funnel and the season of 2019, and import it."""
    from datetime import UTC, datetime, time

    from services.applications.policy.year import Year
    from shared.clock import BusinessClock

    def world(now: datetime) -> Year:
        return Year(applications, seed, year, datetime.combine(now.date(), time(0), UTC))

    if to:
        _write_files(world(BusinessClock().now()), to)
        return

    async def work(runtime: "Runtime") -> int:
        from services.applications.exchange.importing import import_year
        from services.applications.exchange.searching import searched

        made, refused = world(runtime.clock.now()), 0
        async with searched(runtime):
            for kind in Kind:
                with _bar(kind) as tell:
                    progress = await import_year(runtime, made, kind, tell=tell, found_later=True)
                _say(kind, progress)
                refused += progress.refused
        return refused

    if asyncio.run(_in_room(work)):
        raise typer.Exit(1)


def _write_files(year: Any, folder: Path) -> None:
    import orjson

    folder.mkdir(parents=True, exist_ok=True)
    for kind in Kind:
        with (folder / f"{kind}.jsonl").open("wb") as file:
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in year.rows(kind))


async def _in_room(work: Callable[["Runtime"], Any]) -> int:
    async with _runtime() as runtime:
        return int(await work(runtime))


@asynccontextmanager
async def _runtime() -> AsyncIterator["Runtime"]:
    """The room on the database that the settings name, at its own time."""
    from shared.runtime import Runtime
    from shared.service import load

    runtime = Runtime(load(ROOM))
    try:
        if runtime.may_move_clock:
            await runtime.read_clock()
        yield runtime
    finally:
        await runtime.stop()


def _bar(kind: Kind) -> Any:
    """A progress bar beside the output: `with _bar(kind) as tell: … tell(progress)`."""
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    @contextmanager
    def shown() -> Any:
        columns = (TextColumn(f"{kind:13}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"))
        console = Console(stderr=True)
        quiet = not console.is_terminal
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=quiet) as bar:
            task = bar.add_task(kind, total=1.0, rows=0)
            yield lambda progress: bar.update(task, completed=progress.share, rows=progress.position)

    return shown()


def _say(kind: Kind, progress: Any) -> None:
    counts = f"{progress.taken:,} taken, {progress.known:,} known already, {progress.refused:,} refused"
    print(f"{kind:13} {counts}, {progress.warned:,} taken with a warning", file=sys.stderr)
