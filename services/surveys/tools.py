"""Command-line tools of the room: the roll-ups made again, or held against the answers."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from shared.runtime import Runtime

ROOM = "surveys"
MOST_SHOWN = 20


class Work(StrEnum):
    """What is done with roll-ups: made again beside the old ones, or held against the answers."""

    rebuild = "rebuild"
    check = "check"


def register(app: typer.Typer) -> None:
    app.command("rollups")(rollups)
    app.command("import-answers")(import_answers)


def rollups(work: Annotated[Work, typer.Argument(help="rebuild them, or check them against the answers")]) -> None:
    """Survey figures kept incrementally: rebuild or check them while answers go on. Exit code 1 if cells are wrong."""

    async def rebuilt(runtime: "Runtime") -> int:
        from services.surveys.rollups.rebuilding import differences, rebuild

        if work is Work.rebuild:
            print(f"{await rebuild(runtime, _step):,} cells")
            return 0
        wrong = await differences(runtime, _step)
        for row in wrong[:MOST_SHOWN]:
            print(*row.values(), sep="\t")
        print(f"{len(wrong):,} cells are not what the answers say")
        return len(wrong)

    if asyncio.run(_in_room(rebuilt)):
        raise typer.Exit(1)


def import_answers(
    file: Annotated[Path, typer.Argument(help="CSV, its columns as in the room's README", exists=True)],
    source: Annotated[str, typer.Option("--source", help="the other system, whose ids the file holds")] = "past",
    dry: Annotated[bool, typer.Option("--dry-run", help="only say what is wrong with it")] = False,
    report: Annotated[Path | None, typer.Option(help="where faults go, as CSV; else to the output")] = None,
) -> None:
    """Bring in answers that were given elsewhere; again after a break: it goes on. Exit code 1 if any is refused."""

    async def work(runtime: "Runtime") -> int:
        from services.surveys.exchange.importing import import_file, write_faults

        done = await import_file(runtime, file, source=source, dry=dry, tell=_told)
        if done.faults:
            if report:
                with report.open("w", encoding="utf-8", newline="") as sheet:
                    write_faults(done.faults, sheet)
            else:
                write_faults(done.faults, sys.stdout)
        print(f"{done.taken:,} taken, {done.known:,} known already, {done.refused:,} refused", file=sys.stderr)
        return done.refused

    if asyncio.run(_in_room(work)):
        raise typer.Exit(1)


def _step(what: str) -> None:
    print(what, file=sys.stderr)


def _told(done: Any) -> None:
    if sys.stderr.isatty():
        print(f"\r{done.rows:,} rows", end="", file=sys.stderr)


async def _in_room(work: Callable[["Runtime"], Awaitable[int]]) -> int:
    """The room on the database that the settings name, at its own time."""
    from shared.runtime import Runtime
    from shared.service import load

    runtime = Runtime(load(ROOM))
    try:
        if runtime.may_move_clock:
            await runtime.read_clock()
        return await work(runtime)
    finally:
        await runtime.stop()
