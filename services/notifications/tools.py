"""Command-line tools of the room: simulate, check and publish a plan. What they need is imported when they run."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from services.notifications.policy import Plan
    from shared.runtime import Runtime

plans = typer.Typer(help="Plans of touchpoints: check a file, publish a version.", no_args_is_help=True)
PlanFile = Annotated[Path | None, typer.Option(help="a plan as YAML; else the one that is shipped")]


def register(app: typer.Typer) -> None:
    app.command("simulate")(simulate_plan)
    app.add_typer(plans, name="plans")


@plans.command("check")
def check(file: Annotated[Path, typer.Argument(help="a plan as YAML or JSON", exists=True)]) -> None:
    """Is it a plan? Every fault on a line of its own; exit code 1 if any."""
    from services.notifications.plan import PlanError, load, parse
    from services.notifications.plan.layers import Layer, read_layer, version_id
    from services.notifications.plan.preflight import preflight

    text = file.read_text("utf-8")
    try:
        data = load(text, file.name)
        if isinstance(data, dict) and ("without" in data or "plan" not in data):  # a committee's, over the wider ones
            layer, name = read_layer(data, "plan", 1, version_id("plan", 1)), "a committee's plan"
        else:
            plan = parse(text, file.name)
            layer = Layer(version_id(plan.plan, plan.version), plan.plan, plan.version, plan.touchpoints)
            name = f"{plan.plan} {plan.version}"
        count = len(layer.touchpoints)
        if found := preflight(layer, frozenset(layer.without)):  # which codes are in wider plans, a file doesn't know
            raise PlanError(file.name, [f"{one.pointer[1:]}: {one.detail}" for one in found])
    except PlanError as error:
        for fault in error.faults:
            print(fault)
        print(f"{file.name}: {len(error.faults)} faults", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{file.name}: {name}, {count} touchpoints, no fault")


@plans.command("publish")
def publish(
    plan: Annotated[str, typer.Argument(help="the plan's name")],
    number: Annotated[int, typer.Argument(help="the version: a draft, or an older one to roll back to")],
    running: Annotated[bool, typer.Option("--running", help="applications under way follow it, too")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
) -> None:
    """Bring a version into use, or roll back to one; with --running the blast radius is shown first."""
    import asyncio

    from shared.errors import Refusal
    from shared.runtime import Runtime
    from shared.service import load

    def agreed(radius: dict[str, Any]) -> bool:
        told = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in radius["totals"].items())
        print(f"{radius['applications']:,} applications under way: {told}")
        return yes or typer.confirm("Publish it?")

    async def work() -> str:
        runtime = Runtime(load("notifications"))
        try:
            if runtime.may_move_clock:
                await runtime.read_clock()
            return await publish_version(runtime, plan, number, agreed if running else None)
        finally:
            await runtime.stop()

    try:
        print(asyncio.run(work()))
    except Refusal as error:
        places = "; ".join(f"{one.pointer} {one.detail}" for one in error.errors)
        print(f"sojourn: {error.detail or error.title} {places}".strip(), file=sys.stderr)
        raise typer.Exit(1) from None


async def publish_version(
    runtime: "Runtime", plan: str, number: int, agreed: Callable[[dict[str, Any]], bool] | None
) -> str:
    """Publish for new applications; for running ones as well when `agreed` says yes to the blast radius."""
    from services.notifications.commands.plans import ApplyTo, MeasureRadius, Publication, PublishPlan
    from services.notifications.handlers import plans as handlers
    from services.notifications.handlers.radius import measure_on
    from services.notifications.views.plans import version_of
    from shared.access import Caller

    caller = Caller.system("notifications")
    row = await runtime.read(version_of, plan, number, caller=caller)
    what = Publication()
    if agreed is not None:
        radius = await runtime.execute(handlers.measure_radius, MeasureRadius(row.id), caller=caller)
        while radius.state == "measuring":
            print(f"\rmeasured {radius.done:,} of {radius.total:,} applications under way", end="", flush=True)
            radius = await runtime.execute(measure_on, radius.id, caller=caller)
        if not agreed(radius.figures):
            return "nothing was published"
        what = Publication(apply_to=ApplyTo.running, radius=radius.digest)
    await runtime.execute(handlers.publish_plan, PublishPlan(row.id, what), caller=caller, expected=row.version)
    return f"{plan} {number} is in use"


def simulate_plan(
    plan: PlanFile = None,
    against: Annotated[Path | None, typer.Option(help="a second plan: the report tells the difference")] = None,
    size: Annotated[int, typer.Option(min=1, max=1_000_000, help="how many experiences")] = 200,
    seed: Annotated[int, typer.Option(help="another one makes another cohort; the same one the same")] = 1,
    months: Annotated[int, typer.Option(min=1, max=60, help="months over which they start, and that are run")] = 6,
    start: Annotated[datetime | None, typer.Option(help="the first day", formats=["%Y-%m-%d"])] = None,
    cohort: Annotated[Path | None, typer.Option(help="the whole cohort as JSON, instead of the options above")] = None,
    render: Annotated[Path | None, typer.Option(help="write every e-mail and document into this folder")] = None,
    to: Annotated[Path | None, typer.Option(help="write the whole report here as JSON")] = None,
) -> None:
    """Run a cohort through a plan, or through two, with the room's own policies; nothing is sent."""
    from dataclasses import replace

    from pydantic import TypeAdapter

    from services.notifications.simulation import Cohort, Order, simulate
    from services.notifications.simulation import rendering as r

    made = TypeAdapter(Cohort).validate_json(cohort.read_bytes()) if cohort else Cohort()
    if cohort is None:
        made = replace(made, size=size, seed=seed, months=months)
        made = replace(made, first_start=start.date()) if start else made
    both = (_plan(plan), *([_plan(against)] if against else ()))
    order = Order(both, made)
    wanted: list[Any] = []
    with _bar() as tell:
        report = simulate(order, tell, (lambda happened: wanted.extend(r.pieces(happened))) if render else _ignore)
    if render:
        written = r.write(wanted, render)
        report["written"] = {"mails": written.mails, "documents": written.documents, "failed": dict(written.failed)}
    text = json.dumps(report, indent=2, ensure_ascii=False)
    if to:
        to.write_text(text + "\n", "utf-8")
    _tell(report)


def _ignore(_happened: Any) -> None:
    """Nobody watches."""


def _plan(file: Path | None) -> "Plan":
    from services.notifications.plan import DEFAULT, parse

    source = file or DEFAULT
    return parse(source.read_text("utf-8"), source.name)


def _tell(report: dict[str, Any]) -> None:
    """The report in short."""
    for figures in report["plans"]:
        print(f"{figures['plan']} {figures['version']}: {figures['experiences']:,} experiences")
        for name, count in figures["totals"].items():
            print(f"  {name:20} {count:>9,}")
        for row in figures["standards"]:
            print(f"  {row['standard']:28} {row['in_time']:>7,} in time {row['late']:>7,} late")
    for row in report.get("difference", {}).get("touchpoints", ()):
        told = ", ".join(f"{name} {one['before']:,} → {one['after']:,}" for name, one in row["changed"].items())
        print(f"  {row['touchpoint']:24} {'added ' * row['added']}{'removed ' * row['removed']}{told}")
    if "written" in report:
        done = report["written"]
        print(f"{done['mails']:,} e-mails and {done['documents']:,} documents written")
        for what, count in done["failed"].items():
            print(f"  not written: {what} ({count:,})")


def _bar() -> Any:
    """A progress bar beside the output: `with _bar() as tell: … tell(done, all)`."""
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    @contextmanager
    def shown() -> Any:
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("simulate", total=None)
            yield lambda done, all_: bar.update(task, completed=done, total=all_)

    return shown()
