"""Command-line tools of the room: interactions of another system from a file; models trained or brought back."""

import asyncio
import csv
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from services.scoring.schemas import ImportOut
    from shared.runtime import Runtime

ROOM, CHUNK = "scoring", 1 << 16
models = typer.Typer(help="Models: have one trained, bring the one before back.", no_args_is_help=True)
Of = Annotated[str, typer.Argument(help="the transition: applied, accepted, approved, realized, again")]


def register(app: typer.Typer) -> None:
    app.command("import-interactions")(import_interactions)
    app.add_typer(models, name="models")


def import_interactions(
    file: Annotated[Path, typer.Argument(help="CSV, its columns as in the room's README", exists=True)],
    system: Annotated[str, typer.Option("--system", help="where the file is from: ids are told apart by it")] = "file",
    zone: Annotated[str, typer.Option("--zone", help="where times without an offset are from")] = "UTC",
    rename: Annotated[list[str] | None, typer.Option(help="`their heading:our field`, as often as needed")] = None,
    report: Annotated[Path | None, typer.Option(help="where refused rows go, as CSV; else to the output")] = None,
) -> None:
    """Calls, class visits … that were written down elsewhere. Again after a break: it goes on. Exit code 1 if any is
    refused."""
    from services.scoring.policy.imports import renamed
    from shared.zones import known_zone

    try:
        given = renamed(rename or [])
        known_zone(zone)
    except ValueError as why:
        raise typer.BadParameter(str(why)) from None
    done = asyncio.run(_import(file, system, zone, given))
    if report:
        with report.open("w", encoding="utf-8", newline="") as sheet:
            _write(done, sheet)
    elif done.faults:
        _write(done, sys.stdout)
    print(f"{done.taken:,} taken, {done.known:,} known already, {done.refused:,} refused", file=sys.stderr)
    if done.refused:
        raise typer.Exit(1)


async def _import(file: Path, system: str, zone: str, given: dict[str, str]) -> "ImportOut":
    """The whole file, in the room on the database that the settings name, at its own time."""
    from shared.runtime import Runtime
    from shared.service import load

    runtime = Runtime(load(ROOM))
    try:
        if runtime.may_move_clock:
            await runtime.read_clock()
        return await import_file(runtime, file, system=system, zone=zone, given=given)
    finally:
        await runtime.stop()


async def import_file(runtime: "Runtime", file: Path, *, system: str, zone: str, given: dict[str, str]) -> "ImportOut":
    """The same in a room that runs already. Invalid when the file is none of what is read here."""
    from services.scoring.handlers import end_import, take_rows
    from services.scoring.handlers.imports import Importing
    from services.scoring.policy.tables import records
    from shared.access import Caller, Role

    caller = Caller(f"import:{system}", Role.service)
    importing = Importing(system, zone, given, lambda rows: runtime.execute(take_rows, rows, caller=caller))
    whole = True
    with file.open("rb") as source:
        for record in records(iter(lambda: source.read(CHUNK), b"")):
            if not (whole := await importing.add(record)):
                break
    return await runtime.execute(end_import, await importing.end(whole=whole), caller=caller)


def _write(done: "ImportOut", to: Any) -> None:
    """What was wrong, as CSV by line; no cell that a spreadsheet would run."""
    from shared.web.tables import cell

    sheet = csv.writer(to, lineterminator="\n")
    sheet.writerow(("line", "column", "reason"))
    sheet.writerows((fault.line, cell(fault.column), cell(fault.reason)) for fault in done.faults)


@models.command("train")
def train(
    transition: Of, seed: Annotated[int, typer.Option(help="the same data and seed give the same model")] = 1
) -> None:
    """Ask for a training; the worker does it, and the model becomes the challenger."""
    from services.scoring import commands, handlers
    from services.scoring.policy.transitions import Transition

    made = _done(handlers.ask_training, lambda: commands.AskTraining(Transition(transition), seed))
    print(f"training {made.id} waits for the worker")


@models.command("rollback")
def rollback(transition: Of) -> None:
    """Who spoke for this transition before speaks again: another version, or rules."""
    from services.scoring import commands, handlers
    from services.scoring.policy.transitions import Transition

    made = _done(handlers.roll_back, lambda: commands.RollBack(Transition(transition)))
    print(f"{transition}: {made.model_id or 'rules'} from {made.at:%Y-%m-%d %H:%M} on")


def _done(handler: Callable[..., Awaitable[Any]], command: Callable[[], Any]) -> Any:
    """Run a command at the room's own time; exit code 1 and one line when it is refused."""
    from shared.errors import Refusal

    try:
        return asyncio.run(_run(handler, command()))
    except (Refusal, ValueError) as error:
        print(getattr(error, "detail", None) or error)
        raise typer.Exit(1) from None


async def _run(handler: Callable[..., Awaitable[Any]], command: Any) -> Any:
    from shared.access import Caller
    from shared.runtime import Runtime
    from shared.service import load

    runtime = Runtime(load(ROOM))
    try:
        if runtime.may_move_clock:
            await runtime.read_clock()
        return await runtime.execute(handler, command, caller=Caller.system(ROOM))
    finally:
        await runtime.stop()
